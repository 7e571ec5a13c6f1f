"""Signs of a table or a drawn figure, by which a page is worth the time of the layout model.

The model takes 0.1 to 0.4 s a page on one core, many times all else that is done to find figures,
so it runs where the page shows such a sign. Bitmaps alone are no sign: their boxes are known
without the model, and it mostly leaves them out.
"""

import re
from collections import Counter
from collections.abc import Sequence

from mmrag.ingest.figures.captions import Caption
from mmrag.ingest.layout.order import CELL_GAP, Fragment, reading_order
from mmrag.types import BBox

# Chosen by hand, on pages with tables and without.
_FEWEST_ROWS = 2  # of cells: fewer hint at no table
_FEWEST_RULES = 3  # level lines of the same ends: fewer hint at no table
_MAX_CELL_CHARS = 40  # of a cell in a row of three or more
_VALUE = re.compile(r"[-–—(]*\s?[$€£]?\s?[\d.,]*\s?[%)kKMB]*")


def needs_layout(
    captions: Sequence[Caption],
    rules: Sequence[BBox],
    lines: Sequence[Fragment],
    *,
    drawn: bool,
) -> bool:
    """Whether a page shows a sign of a table or figure that the rules alone would not bound.

    `drawn` says that a drawing is as large as a figure.
    """
    if drawn or captions:
        return True
    return _same_ends(rules, lines) >= _FEWEST_RULES or _table_rows(lines) >= _FEWEST_ROWS


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
    for line in reading_order(lines):
        cells = [cell.strip() for cell in line.text.split(CELL_GAP) if cell.strip()]
        if len(cells) == 2:
            rows += _VALUE.fullmatch(cells[1]) is not None
        elif len(cells) > 2:
            rows += all(len(cell) <= _MAX_CELL_CHARS for cell in cells[1:])
    return rows
