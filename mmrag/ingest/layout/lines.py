"""Lines of text as they stand on a page."""

from dataclasses import dataclass, field

from mmrag.types import BBox, TextPiece


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text in reading order. `bbox` and `size` (of the type) are in points."""

    text: str
    bbox: BBox
    size: float
    bold: bool
    block: int  # lines of one paragraph or table share a block
    pieces: tuple[TextPiece, ...] = field(default=(), compare=False, repr=False)
