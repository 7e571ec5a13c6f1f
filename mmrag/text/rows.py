"""Rows of a table as lines of text: their cells, and which of them name the columns."""

import re
from collections.abc import Sequence

MAX_COLUMNS = 50
"""Of a line with `|`: more is no table. Chosen by hand."""
_GAP = re.compile(r"\s{2,}|\t")
_AMOUNT = re.compile(r"[-–—$€£¥₹%()\d.,\s]*\d[-–—$€£¥₹%()\d.,\s]*|[-–—]|n/?a|nil", re.IGNORECASE)
_PERIOD = re.compile(r"\b(?:19|20)\d\d\b|\bFY\s?\d{2,4}\b|\bQ[1-4]\b", re.IGNORECASE)


def cells(line: str) -> list[str]:
    """The cells of a line, which wide gaps set apart."""
    return [cell for cell in _GAP.split(line) if cell]


def of_markdown(text: str) -> list[list[str]]:
    """The cells of each line with `|`, as models write tables, but lines of dashes."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if "|" in line and len(cells) <= MAX_COLUMNS and any(c.strip(":-– ") for c in cells):
            found.append(cells)
    return found


def is_amount(cell: str) -> bool:
    """Whether a cell holds a number and its signs, or says that there is none."""
    return _AMOUNT.fullmatch(cell) is not None


def is_head(row: Sequence[str]) -> bool:
    """Whether a row names columns: periods, or words without any amount."""
    if all(_PERIOD.search(cell) for cell in row[1:]):
        return True
    return not any(map(is_amount, row))
