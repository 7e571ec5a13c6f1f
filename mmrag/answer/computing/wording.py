"""A computed answer in words: the result first, then what it was computed of.

The words are English, and the numbers as the table writes its own.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from mmrag import grids
from mmrag.answer.computing.cells import NumberCell
from mmrag.answer.computing.terms import GENERIC
from mmrag.answer.computing.units import Unit
from mmrag.text.numbers import is_year
from mmrag.text.prompting import one_line
from mmrag.text.stems import stem
from mmrag.types import Grid

ORDINALS = ("first", "second", "third", "fourth", "fifth")
_LONGEST_NAME = 80  # characters of the name of a cell in an answer; chosen by hand
_WORD = re.compile(r"\w+")


def number(value: Decimal, grid: Grid | None = None) -> str:
    """A number as the grid writes its own; without one with commas between thousands."""
    return f"{value:,f}" if grid is None else grids.written(value, grid)


def amount(value: Decimal, unit: Unit, grid: Grid | None = None) -> str:
    """A number with its unit: `85.5 million euros`, `41 %`."""
    return " ".join(filter(None, (number(value, grid), str(unit))))


def about(said: str, uncertainty: float, grid: Grid) -> str:
    """An amount that was measured in a drawing: `about 41.3 (± 0.2)`."""
    return f"about {said} (± {number(Decimal(repr(uncertainty)).normalize(), grid)})"


def difference(a: Decimal, b: Decimal, grid: Grid) -> str:
    """`a - b`, with what is below nothing in parentheses."""
    one, other = number(a, grid), number(b, grid)
    return f"{one} - {other}" if b >= 0 else f"{one} - ({other})"


def more(is_more: bool, one: NumberCell, other: NumberCell) -> str:
    """`more in 2024 than in 2023`, or `less, Equity against Bonds`."""
    first, second = told_apart((one, other))
    how = "more" if is_more else "less"
    if is_year(first) and is_year(second):
        return f"{how} in {first} than in {second}"
    return f"{how}, {first} against {second}"


def named(cell: NumberCell) -> str:
    """What a cell is called, as words of a document are quoted."""
    return one_line(cell.name, _LONGEST_NAME)


def told_apart(cells: Sequence[NumberCell]) -> list[str]:
    """What tells two cells of one row, or of one column, apart; else all of their names."""
    if len({cell.row for cell in cells}) == 1:
        return [_of_period(cell.column) for cell in cells]
    if len({cell.column for cell in cells}) == 1:
        return [one_line(cell.row, _LONGEST_NAME) for cell in cells]
    return [named(cell) for cell in cells]


def shared_name(cells: Sequence[NumberCell]) -> str:
    """The row or the column that cells have in common; empty for none."""
    if len({cell.row for cell in cells}) == 1:
        return one_line(cells[0].row, _LONGEST_NAME)
    if len({cell.column for cell in cells}) == 1:
        return one_line(cells[0].column, _LONGEST_NAME)
    return ""


def _of_period(column: str) -> str:
    """The year of a column whose other words say no more than that it is one."""
    told = [word for word in _WORD.findall(column) if stem(word) not in GENERIC]
    plain = told[0] if len(told) == 1 else column
    return one_line(plain, _LONGEST_NAME)
