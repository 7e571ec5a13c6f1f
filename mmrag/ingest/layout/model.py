"""Boxes of a page by PyMuPDF's layout model, which takes 0.1 to 0.4 s a page on one core."""

from dataclasses import dataclass

import pymupdf
import pymupdf.layout  # gives pages `get_layout`

from mmrag.types import BBox

MAX_LINES = 3000
"""A page with more pieces of text goes without the model: it takes minutes on such pages."""
FIGURE_LABELS = frozenset({"picture", "table"})
BODY_LABELS = frozenset({"text", "list-item", "section-header", "title"})
MARGIN_LABELS = frozenset({"page-header", "page-footer"})


@dataclass(frozen=True, slots=True)
class LayoutBox:
    """A box of the model: picture, table, caption, text, section-header, formula, ..."""

    bbox: BBox
    label: str


def layout_boxes(page: pymupdf.Page) -> list[LayoutBox]:
    """The boxes of a page in displayed coordinates, in the model's order."""
    page.get_layout()
    return [
        LayoutBox((float(x0), float(y0), float(x1), float(y1)), str(label))
        for x0, y0, x1, y1, label, *_ in page.layout_information
    ]
