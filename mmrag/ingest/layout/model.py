"""Boxes of a page by PyMuPDF's layout model, and when it is worth its time.

The model takes 0.1 to 0.4 s a page on one core, many times all else that is done to find figures,
so it runs where the page shows a sign of a table or of a drawn figure. Bitmaps alone are no sign:
their boxes are known without the model, and it mostly leaves them out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pymupdf
import pymupdf.layout  # gives pages `get_layout`

from mmrag.ingest.figures.captions import Caption
from mmrag.ingest.layout import order as reading
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

MAX_LINES = 3000
"""A page with more pieces of text goes without the model: it takes minutes on such pages."""
FIGURE_LABELS = frozenset({"picture", "table"})
BODY_LABELS = frozenset({"text", "list-item", "section-header", "title"})
MARGIN_LABELS = frozenset({"page-header", "page-footer"})
_ROWS = 2  # rows of cells that hint at a table
_RULES = 3  # level lines of the same ends that hint at one
_CELL = 40  # characters: the longest cell of a row of three or more
_VALUE = re.compile(r"[-–—(]*\s?[$€£]?\s?[\d.,]*\s?[%)kKMB]*")


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


def needs_layout(
    captions: Sequence[Caption],
    rules: Sequence[BBox],
    lines: Sequence[Fragment],
    *,
    drawn: bool,
    pictured: bool,
) -> bool:
    """Whether a page shows a sign of a table or figure that the rules alone would not bound.

    `drawn` and `pictured` say that a drawing or a bitmap is as large as a figure.
    """
    if drawn or any(caption.label.startswith(("Figure", "Table")) for caption in captions):
        return True
    if pictured and captions:
        return True
    return _same_ends(rules, lines) >= _RULES or _table_rows(lines) >= _ROWS


def is_row(text: str) -> bool:
    """Whether a line looks like a row of a table: several numbers, or cells set far apart."""
    words = text.split()
    numbers = sum(1 for word in words if any(char.isdigit() for char in word))
    return (len(words) > 1 and numbers >= 2 and 2 * numbers >= len(words)) or "   " in text


def _same_ends(rules: Sequence[BBox], lines: Sequence[Fragment]) -> int:
    """The most level lines that begin and end at the same places, underlined words aside."""
    ends = Counter(
        (round(rule[0] / 3), round(rule[2] / 3))
        for rule in rules
        if not any(_underlines(rule, line.bbox) for line in lines)
    )
    return max(ends.values(), default=0)


def _underlines(rule: BBox, line: BBox) -> bool:
    return line[0] - 3 <= rule[0] and rule[2] <= line[2] + 3 and -4 < rule[1] - line[3] < 3


def _table_rows(lines: Sequence[Fragment]) -> int:
    """Lines of several short cells, or of a cell and a number."""
    rows = 0
    for line in reading.order(lines):
        cells = [cell.strip() for cell in line.text.split(reading.CELL_GAP) if cell.strip()]
        if len(cells) == 2:
            rows += _VALUE.fullmatch(cells[1]) is not None
        elif len(cells) > 2:
            rows += all(len(cell) <= _CELL for cell in cells[1:])
    return rows
