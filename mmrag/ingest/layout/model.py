"""Boxes of a page by PyMuPDF's layout model, which takes 0.1 to 0.4 s a page on one core."""

from collections.abc import Iterable
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
class Lines:
    """Where the rows and columns of a table part: heights and places across, in points, rising."""

    rows: tuple[float, ...]
    columns: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LayoutBox:
    """A box of the model: picture, table, caption, text, section-header, formula, ..."""

    bbox: BBox
    label: str
    lines: Lines | None = None  # of a table


def layout_boxes(page: pymupdf.Page) -> list[LayoutBox]:
    """The boxes of a page in displayed coordinates, in the model's order."""
    page.get_layout(return_raw=True)
    found = []
    for group in page.layout_information:
        x0, y0, x1, y1 = map(float, group["group_bbox"][:4])
        grid = group.get("table_grid")  # its lines are measured from the corner of the box
        lines = None if grid is None else Lines(_from(y0, grid.h_lines), _from(x0, grid.v_lines))
        found.append(LayoutBox((x0, y0, x1, y1), str(group["class_name"]), lines))
    return found


def _from(corner: float, places: Iterable[float]) -> tuple[float, ...]:
    return tuple(sorted(corner + float(place) for place in places))
