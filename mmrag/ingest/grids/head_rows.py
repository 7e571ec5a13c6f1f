"""How many rows at the top of a table name its columns: they differ from what stands below them.

A head is told by contrast, as in Cafarella et al. 2008 (Uncovering the Relational Web) and Fang et
al. 2012 (Table Header Detection and Classification): words over a column of numbers, years or
dates, years over a column of numbers. What stands in columns of words does not tell.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

from mmrag.text import values
from mmrag.types import Cell

Kind = Literal["number", "year", "date", "nothing", "words"]

_NUMBER = re.compile(r"[\W\d_]*\d[\W\d_]*[A-Za-z]{0,2}\W*")
"""A number with its signs, marks and unit: `(1,234)`, `$ 12.3 m`, `4.5 %`."""
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–—/]\s?(?:19|20)?\d\d|\s?[AEF])?\*?")
"""A year, or one of accounts: `2024`, `2023-24`, `2024E`."""
_NOTHING = re.compile(r"[-–—.…]+|n\.?/?a\.?|nil", re.IGNORECASE)
"""What stands where there is no value."""
_Rows = Sequence[Sequence[Cell]]


def kind(cell: Cell) -> Kind:
    """What a cell looks like."""
    text = cell.text.strip()
    if _NOTHING.fullmatch(text):
        return "nothing"
    if _YEAR.fullmatch(text):
        return "year"
    if values.DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "words"


def is_mostly_numbers(row: Sequence[Cell]) -> bool:
    """Whether at least half of the cells right of the first are numbers, and no years."""
    told = [kind(cell) for cell in row if cell.column > 0]
    return sum(item == "number" for item in told) * 2 >= len(told) > 0


def count(rows: _Rows) -> int:
    """How many rows at the top name columns; the first alone where nothing tells."""
    usual = _usual(rows[len(rows) // 2 :]) or _usual(rows)
    if usual:
        heads = _first_of_body(rows, usual)
    else:
        heads = next((at for at, cells in enumerate(rows) if is_mostly_numbers(cells)), len(rows))
    if heads == len(rows):
        return min(1, len(rows) - 1)
    while heads > 1 and rows[heads - 1][-1].column_end == 0:  # the name of a group of rows
        heads -= 1
    return heads


def _first_of_body(rows: _Rows, usual: Mapping[int, Kind]) -> int:
    """The first row whose cells are as the column's are; or that has a name, and names no column.

    That one holds words over words, in columns which have a name.
    """
    named: set[int] = set()
    for at, cells in enumerate(rows):
        right = [cell for cell in cells if cell.column > 0]
        told = Counter(_tells_body(cell, usual) for cell in right)
        if told[True] >= max(told[False], 1) and (at > 0 or 2 * told[True] >= len(right)):
            return at
        columns = {n for cell in right for n in range(cell.column, cell.column_end + 1)}
        is_told = bool(told[True] or told[False])
        if right and not is_told and cells[0].column == 0 and columns <= named:
            return at
        named |= columns
    return len(rows)


def _tells_body(cell: Cell, usual: Mapping[int, Kind]) -> bool | None:
    """Whether a cell is as those of its column are; None where that does not tell."""
    own = kind(cell)
    if own == "number":
        return True
    below = {usual[at] for at in range(cell.column, cell.column_end + 1) if at in usual}
    return (own == "nothing" or own in below) if below else None


def _usual(rows: _Rows) -> dict[int, Kind]:
    """What most cells of each column look like, where these are no words; the first is left out."""
    held: defaultdict[int, Counter[Kind]] = defaultdict(Counter)
    for cells in rows:
        for cell in cells:
            if cell.column == cell.column_end > 0 and (told := kind(cell)) != "nothing":
                held[cell.column][told] += 1
    found: dict[int, Kind] = {}
    for column, kinds in held.items():
        ((most, times),) = kinds.most_common(1)
        if most != "words" and 2 * times > kinds.total():
            found[column] = most
    return found
