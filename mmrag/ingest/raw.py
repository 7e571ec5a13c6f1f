"""A page as it was read by itself, before headings, passages and repeated figures are known."""

from dataclasses import dataclass

from mmrag.ingest.layout.segments import Segment
from mmrag.types import BBox, FigureKind, Picture, Problem, TextSource


@dataclass(frozen=True, slots=True)
class RawFigure:
    """A figure of one page before the rest of the document is known. `bbox` is in points."""

    bbox: BBox
    kind: FigureKind
    label: str
    caption: str
    text: str
    segment: int  # the segment it comes after, -1 is before the first
    repeat_key: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page before the rest of the document is known. `width` and `height` are in points."""

    number: int
    width: float
    height: float
    text: str
    segments: tuple[Segment, ...]
    source: TextSource
    figures: tuple[RawFigure, ...] = ()
    picture: Picture | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def empty(cls, number: int) -> "RawPage":
        """A page of which nothing could be read: it keeps the place of its number."""
        return cls(number, 0.0, 0.0, "", (), "none")
