"""Rows of a table as lines of text: their cells, and which of them name the columns."""

import re
from collections.abc import Sequence

_GAP = re.compile(r"\s{2,}|\t")
_AMOUNT = re.compile(r"[-–—$€£¥₹%()\d.,\s]*\d[-–—$€£¥₹%()\d.,\s]*|[-–—]|n/?a|nil", re.IGNORECASE)
_PERIOD = re.compile(r"\b(?:19|20)\d\d\b|\bFY\s?\d{2,4}\b|\bQ[1-4]\b", re.IGNORECASE)


def cells(line: str) -> list[str]:
    """The cells of a line, which wide gaps set apart."""
    return [cell for cell in _GAP.split(line) if cell]


def is_amount(cell: str) -> bool:
    """Whether a cell holds a number and its signs, or says that there is none."""
    return _AMOUNT.fullmatch(cell) is not None


def is_head(row: Sequence[str]) -> bool:
    """Whether a row names columns: periods, or words without any amount."""
    if all(_PERIOD.search(cell) for cell in row[1:]):
        return True
    return not any(map(is_amount, row))
