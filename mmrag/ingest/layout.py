"""Boxes of a page by PyMuPDF's layout model, and when it is worth its time.

The model takes 0.1 to 0.4 s a page on one core, several times all else that is done to a page of
text, so it runs where the page shows a sign of a figure or table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pymupdf
import pymupdf.layout  # gives pages `get_layout`

from mmrag.ingest.reading import Fragment
from mmrag.types import BBox

FIGURE_LABELS = frozenset({"picture", "table"})
BODY_LABELS = frozenset({"text", "list-item", "section-header", "title"})
MARGIN_LABELS = frozenset({"page-header", "page-footer"})
_ROWS = 3  # rows of numbers or gaps that hint at a table


@dataclass(frozen=True, slots=True)
class LayoutBox:
    """A box of the model: picture, table, caption, text, section-header, formula, ..."""

    bbox: BBox
    label: str


def boxes(page: pymupdf.Page) -> list[LayoutBox]:
    """The boxes of a page in displayed coordinates, in the model's order."""
    page.get_layout()
    return [
        LayoutBox((float(x0), float(y0), float(x1), float(y1)), str(label))
        for x0, y0, x1, y1, label, *_ in page.layout_information
    ]


def is_worthwhile(graphics: int, captions: int, lines: Sequence[Fragment]) -> bool:
    """Whether a page shows a sign of a figure or table: graphics, a caption, rows of cells."""
    if graphics or captions:
        return True
    return sum(1 for line in lines if is_row(line.text)) >= _ROWS


def is_row(text: str) -> bool:
    """Whether a line looks like a row of a table: several numbers, or cells set far apart."""
    words = text.split()
    numbers = sum(1 for word in words if any(char.isdigit() for char in word))
    return (len(words) > 1 and numbers >= 2 and 2 * numbers >= len(words)) or "   " in text
