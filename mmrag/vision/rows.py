"""The pieces of text of a page in rows over its whole width, whatever columns it is read in.

Labels and values of a form or receipt stand beside each other however far apart they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mmrag import boxes
from mmrag.readings import PageReading
from mmrag.types import BBox, TextPiece

TextAt = tuple[str, BBox]
"""A value as it is written, and where."""
_LEVEL_SHARE = 0.5  # of the lower of two pieces: so much of it is level with the other; by hand


@dataclass(frozen=True)
class TextRow:
    """Pieces that are level with one another, from left to right."""

    pieces: tuple[TextPiece, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)

    @cached_property
    def bbox(self) -> BBox:
        return boxes.union(piece.bbox for piece in self.pieces)


def of_reading(reading: PageReading) -> list[TextRow]:
    """The rows of a page from top to bottom."""
    pieces = [piece for line in reading.lines for piece in line.pieces if piece.text.strip()]
    pieces.sort(key=lambda piece: (piece.bbox[1] + piece.bbox[3]) / 2)
    rows: list[list[TextPiece]] = []
    for piece in pieces:
        if rows and _is_level(piece, rows[-1]):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [TextRow(tuple(sorted(row, key=lambda piece: piece.bbox[0]))) for row in rows]


def _is_level(piece: TextPiece, row: Sequence[TextPiece]) -> bool:
    """Whether a piece is level with the last of a row, and lies over none of it."""
    for member in row:
        height = min(boxes.height(piece.bbox), boxes.height(member.bbox))
        shared = min(piece.bbox[3], member.bbox[3]) - max(piece.bbox[1], member.bbox[1])
        if shared < _LEVEL_SHARE * height:
            return False
        if boxes.overlap_x(piece.bbox, member.bbox) > 0.5 * boxes.width(piece.bbox):
            return False
    return True
