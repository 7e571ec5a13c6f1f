"""Pages as they are read, written down by tests: lines of pieces where they stand."""

import io
from dataclasses import replace

from PIL import Image

from mmrag.readings import PageReading
from mmrag.types import BBox, Cell, Page, Picture, ReadLine, TextPiece

BOX: BBox = (0.0, 0.0, 400.0, 300.0)
Words = tuple[str, float, float]
"""A text, and where it begins: across and down, in points."""


def line(*pieces: Words, size: float = 10.0, bold: bool = False, block: int = 0) -> ReadLine:
    """A line of pieces whose letters are half as wide as they are high."""
    read = tuple(
        TextPiece(text, (x, y, x + 0.5 * size * len(text), y + size)) for text, x, y in pieces
    )
    box: BBox = (
        min(piece.bbox[0] for piece in read),
        min(piece.bbox[1] for piece in read),
        max(piece.bbox[2] for piece in read),
        max(piece.bbox[3] for piece in read),
    )
    text = "  ".join(piece.text for piece in read)
    return ReadLine(text, box, size, bold, block, read)


def reading(*lines: ReadLine, width: float = 400.0, height: float = 600.0) -> PageReading:
    """A page of lines, without figures and picture."""
    text = "\n".join(item.text for item in lines)
    page = Page("3fa9c1d2-p0001", "3fa9c1d2", 1, width, height, text, "pdf")
    return PageReading("ab" * 32, "Untitled", 1, page, lines, (), (), (), {}, (), None)


def pictured(*lines: ReadLine) -> PageReading:
    """A page of lines with its picture, white, two pixels a point."""
    data = io.BytesIO()
    Image.new("RGB", (800, 1200), "white").save(data, "PNG")
    picture = Picture("ab" * 32, data.getvalue(), "png", 800, 1200)
    return replace(reading(*lines), picture=picture)


def cell(row: int, column: int, text: str, *, is_header: bool = False) -> Cell:
    """A cell of a grid that fills `BOX`."""
    return Cell(row, column, row, column, text, BOX, is_header)
