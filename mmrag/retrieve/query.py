"""What is asked of a search."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmrag.errors import UsageError
from mmrag.types import ChannelName, FigureKind, Unit

if TYPE_CHECKING:
    from PIL import Image


MOST_CHARACTERS = 2_000
"""Of a question that is searched for: some 300 words. MiniLM reads 256 tokens at once and the
ranker each word on each page, so that 10,000 words would take minutes."""
_LAST_CHARACTERS = 600
"""Of them, those of its end: below what was pasted there may stand what is asked. By hand."""


def bounded(question: str) -> tuple[str, tuple[str, ...]]:
    """A question as it is searched for, and a note where that is not the whole of it."""
    if len(question) <= MOST_CHARACTERS:
        return question, ()
    begin = question[: MOST_CHARACTERS - _LAST_CHARACTERS]
    end = question[-_LAST_CHARACTERS:]
    # A word that is cut in two is none; a text without spaces has no other place to be cut at.
    begin = begin.rpartition(" ")[0] or begin
    end = end.partition(" ")[2] or end
    note = (
        f"the question has {len(question)} characters: its first {len(begin)} and its last "
        f"{len(end)} are searched for; ask a shorter one"
    )
    return f"{begin} {end}", (note,)


@dataclass(frozen=True, slots=True)
class Query:
    """A question, a picture, or both, and where to look.

    `documents` are IDs, `pages` page numbers from 1; empty or None is everything. `kinds` may name
    "page" beside kinds of figures. `channels` None takes those that have a weight.
    Raises `UsageError` where nothing is asked or nothing is wanted.
    """

    text: str = ""
    image: "Image.Image | None" = None
    k: int = 10
    unit: Unit = "any"
    documents: tuple[str, ...] = ()
    kinds: tuple[FigureKind, ...] = ()
    pages: range | None = None
    channels: tuple[ChannelName, ...] | None = None

    def __post_init__(self) -> None:
        if self.k < 1:
            raise UsageError(f"k is {self.k}: ask for at least one result")
        if self.image is None and not self.text.strip():
            raise UsageError("the question is empty: ask something, or give a picture")
        if self.image is None and not any(char.isalnum() for char in self.text):
            raise UsageError(
                f"there is nothing to search for in {self.text.strip()[:40]!r}: give words or "
                "numbers; `mmrag status --documents` lists what is there"
            )
        if self.unit == "page" and self.kinds and "page" not in self.kinds:
            raise UsageError(
                f"pages are wanted and only {', '.join(self.kinds)} allowed: leave one of them out"
            )
        if self.unit == "figure" and set(self.kinds) == {"page"}:
            raise UsageError("figures are wanted and only pages allowed: leave one of them out")
