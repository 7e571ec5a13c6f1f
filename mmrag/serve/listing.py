"""A part of a list that may be long: how much of it comes, and what lies before and behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query

Item = TypeVar("Item")
MOST_LISTED = 1000  # of one response of the API; chosen by hand
SHOWN = 50  # on one page; chosen by hand
_FARTHEST = 10**9  # place from which one may read on: SQLite takes no more than 64 bits. By hand
Start = Annotated[int, Query(ge=0, le=_FARTHEST, description="place in the list, from 0")]
Count = Annotated[int, Query(ge=1, le=MOST_LISTED)]


@dataclass(frozen=True, slots=True)
class ListPart(Generic[Item]):
    """Items from place `start` on, at most `count`, of a list that has `total`."""

    items: Sequence[Item]
    start: int
    count: int
    total: int

    @property
    def before(self) -> int | None:
        """Where the part before begins; None where there is none."""
        return max(0, self.start - self.count) if self.start else None

    @property
    def after(self) -> int | None:
        """Where the part behind begins; None where there is none."""
        end = self.start + self.count
        return end if end < self.total else None

    @property
    def words(self) -> str:
        """Which items these are: "51 to 100 of 345"."""
        return f"{self.start + 1} to {self.start + len(self.items)} of {self.total}"
