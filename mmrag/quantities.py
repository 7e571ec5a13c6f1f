"""What the cells of a grid are worth: their numbers, with the scale and unit that the table gives.

found = quantities(grid, "Income (in millions, except per share amounts)")
found[cell]          Quantity(written=Decimal("-1234"), scale=6, unit="$")  of "$ (1,234)"
found[cell].value    Decimal("-1234000000")

A cell's own sign counts first, then the name of its row, of its column, of its group of rows, and
last what the title and the corner say of the whole table.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from mmrag import grids
from mmrag.text import units
from mmrag.text.numbers import is_year
from mmrag.text.units import Units
from mmrag.types import Cell, Grid

_OF_ALL = re.compile(r"\([^()]*\)|\bin\s[^()]{2,60}|\bexcept[^()]*")
"""The parts of a title that can name the unit of all numbers: `(GWh)`, `in millions of euros`."""
_OF_ROWS = frozenset({units.SHARES, units.COUNT, units.RATIO})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it is `written`, signed, times ten to the power of `scale`, in `unit`.

    Units are a currency's sign or code (`$`, `€`, `CHF`), `$ per share`, `shares`, `%`, `pp`,
    `days`, `GWh` and the like; `year` for a date; empty where the table names none.
    """

    written: Decimal
    scale: int = 0
    unit: str = ""

    @property
    def value(self) -> Decimal:
        """The number with its scale applied."""
        return self.written.scaleb(self.scale)


@dataclass(frozen=True, slots=True)
class _Table:
    """What holds for a whole table, where a row, a column or a cell says nothing else."""

    units: Units
    shares_scale: int | None


def quantities(grid: Grid, title: str) -> dict[Cell, Quantity]:
    """The quantities of the cells that are numbers; those that name columns or rows have none.

    `title` is what stands over the table: its caption, and a line that names its unit.
    """
    columns, rows, groups = grids.columns_by_row(grid), grids.rows(grid), grids.groups(grid)
    told_by = cache(units.told)
    table = _table(grid, title)
    comma = grids.has_decimal_comma(grid)
    found: dict[Cell, Quantity] = {}
    numbers = {}
    for cell in grid.cells:
        read = None if cell.is_header else grids.number(cell.text, decimal_comma=comma)
        around = read and units.behind(read[1])
        if read and around:
            numbers[cell] = (read[0], around)
    years = _year_columns(numbers)
    signs = _column_signs({cell: around.currency for cell, (_, around) in numbers.items()})
    for cell, (written, own) in numbers.items():
        if cell.column in years:
            found[cell] = Quantity(written, unit="year")
        else:
            names = (rows[cell.row], columns[cell.row][cell.column], groups[cell.row])
            told = (own, *map(told_by, names))
            found[cell] = _quantity(written, told, table, signs.get(cell))
    return found


def _quantity(written: Decimal, told: Sequence[Units], table: _Table, sign: str | None) -> Quantity:
    """`told` is of the cell itself, its row, its column, and its group; `sign` of its column."""
    own = told[0]
    scale = next((item.scale for item in told if item.scale is not None), table.units.scale or 0)
    currency = next((item.currency for item in told if item.currency), table.units.currency or sign)
    source = next((item for item in told if item.unit), own)
    if own.currency and not (source.unit or "").startswith("per "):
        source = own
    named_scale = own.scale or source.scale  # a unit takes no scale but that of its own name
    match source.unit:
        case None:
            return Quantity(written, scale, currency or table.units.unit or "")
        case units.SHARES:
            scales = (named_scale, table.shares_scale, table.units.scale, 0)
            return Quantity(written, next(s for s in scales if s is not None), units.SHARES)
        case units.COUNT if not table.units.currency:
            return Quantity(written, scale)
        case units.COUNT | units.RATIO:
            return Quantity(written, named_scale or 0)
        case unit if unit.startswith("per "):
            return Quantity(written, named_scale or 0, f"{currency or ''} {unit}".strip())
        case unit:
            return Quantity(written, named_scale or 0, unit)


def _table(grid: Grid, title: str) -> _Table:
    """What the title says, the corner, and headers that stand alone or over all columns."""
    last, top = grid.columns - 1, grids.head_rows(grid)
    heads = [cell for cell in grid.cells if cell.row < top]
    in_row = Counter(cell.row for cell in heads)
    over_all = [
        cell.text
        for cell in heads
        if cell.column_end == 0
        or in_row[cell.row] == 1
        or (cell.column <= 1 < last == cell.column_end)
    ]
    texts = [match[0] for match in _OF_ALL.finditer(title)] + over_all
    told = list(map(units.told, texts))
    named = (item.unit for item in told if item.unit and not item.unit.startswith("per "))
    return _Table(
        Units(
            next((item.scale for item in told if item.scale is not None), None),
            next((item.currency for item in told if item.currency), None),
            next((unit for unit in named if unit not in _OF_ROWS), None),
        ),
        next((scale for text in texts if (scale := units.of_shares(text)) is not None), None),
    )


def _year_columns(numbers: Mapping[Cell, tuple[Decimal, Units]]) -> set[int]:
    """The columns that hold years and no other number."""
    columns: dict[int, list[bool]] = {}
    for cell in numbers:
        columns.setdefault(cell.column, []).append(is_year(cell.text.strip()))
    return {column for column, found in columns.items() if all(found) and len(found) > 1}


def _column_signs(currencies: Mapping[Cell, str | None]) -> dict[Cell, str]:
    """The currency of cells without a sign, between two of their column that have the same one.

    Accounts write the sign at the first amount of a column and at its total.
    """
    signs: dict[Cell, str] = {}
    between: dict[int, list[Cell]] = {}
    last: dict[int, str] = {}
    for cell, currency in currencies.items():
        waiting = between.setdefault(cell.column, [])
        if not currency:
            waiting.append(cell)
            continue
        if last.get(cell.column) == currency:
            signs.update(dict.fromkeys(waiting, currency))
        last[cell.column] = currency
        waiting.clear()
    return signs
