"""Lines of text as they stand on a page."""

from dataclasses import dataclass

from mmrag.ingest.characters import REPLACEMENT
from mmrag.types import BBox

_PLAIN_MARKS = frozenset(" .,;:!?'\"()[]{}-–—/%$€£&*+=<>@#•·…’‘“”|_°®©™→✓✔■□●○▪►")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text in reading order. `bbox` and `size` (of the type) are in points."""

    text: str
    bbox: BBox
    size: float
    bold: bool
    block: int  # lines of one paragraph or table share a block


def is_garbage(text: str) -> bool:
    """Whether most of `text` is no language: glyphs without a meaning in Unicode."""
    marks = [char for char in text if not char.isspace()]
    if not marks:
        return True
    odd = sum(
        char == REPLACEMENT
        or "\ue000" <= char <= "\uf8ff"
        or not (char.isalnum() or char in _PLAIN_MARKS or char.isprintable())
        for char in marks
    )
    plain = sum(char.isalnum() for char in marks)
    return odd > 0.3 * len(marks) or (len(marks) > 50 and plain < 0.3 * len(marks))
