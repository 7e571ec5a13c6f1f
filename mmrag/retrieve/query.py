"""What is asked of a search."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmrag.errors import UsageError
from mmrag.types import ChannelName, FigureKind, Unit

if TYPE_CHECKING:
    from PIL import Image


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
        if self.unit == "page" and self.kinds and "page" not in self.kinds:
            raise UsageError(
                f"pages are wanted and only {', '.join(self.kinds)} allowed: leave one of them out"
            )
        if self.unit == "figure" and set(self.kinds) == {"page"}:
            raise UsageError("figures are wanted and only pages allowed: leave one of them out")

    @property
    def wants_pages(self) -> bool:
        return self.unit != "figure" and (not self.kinds or "page" in self.kinds)

    @property
    def wants_figures(self) -> bool:
        return self.unit != "page" and (not self.kinds or set(self.kinds) != {"page"})
