"""A whole table as rows of values: which columns hold numbers, which words, which dates."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from mmrag import grids
from mmrag.answer.computing import record_dates
from mmrag.answer.computing.units import Unit, shared, unit_of
from mmrag.quantities import quantities
from mmrag.text.numbers import is_year
from mmrag.text.stems import stem
from mmrag.text.words import is_content, plain_words
from mmrag.types import Cell, Grid, RecordTable

_TOTALS = frozenset(map(stem, ("total", "totals", "subtotal", "sum", "overall", "all", "grand")))
"""Words that the name of a row of sums consists of."""
_SUMS = frozenset(map(stem, ("total", "totals", "subtotal")))
"""Words of rows that sum some of the others up: "Total north"."""
IDS = frozenset(map(stem, ("id", "no", "nr", "number", "key", "code")))
"""Words of the head of a column that numbers things, beside what the things are."""
_PEOPLE = frozenset(
    map(stem, ("name", "person", "people", "employee", "member", "staff", "colleague", "contact"))
)
"""Words for people, and for the column that names them."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row of a table: its cells by column, and the part of the table that it is in."""

    part: int
    cells: dict[int, Cell]

    def text(self, column: int) -> str:
        """What a cell says; empty where there is none."""
        return self.cells[column].text.strip() if column in self.cells else ""


class Records:
    """The rows of a table below its heads, without those that add others up."""

    def __init__(self, table: RecordTable) -> None:
        self.table = table
        self.heads = [name.strip() for name in _heads(table.parts[0].grid)]
        self.rows = list(_rows(table))

    @property
    def is_of_file(self) -> bool:
        """Whether the file tells it cell by cell."""
        return self.table.parts[0].grid.is_of_file

    @cached_property
    def stems(self) -> list[tuple[str, ...]]:
        """The stems of the words of each column's name."""
        return [tuple(map(stem, filter(is_content, plain_words(head)))) for head in self.heads]

    @cached_property
    def numbers(self) -> dict[int, dict[Cell, tuple[Decimal, Unit]]]:
        """The columns of numbers alone, none of them a year, with what each cell is worth."""
        read: defaultdict[int, dict[Cell, tuple[Decimal, Unit]]] = defaultdict(dict)
        for part in self.table.parts:
            for cell, found in quantities(part.grid, part.caption).items():
                unit = unit_of(found, ("", self.heads[cell.column], "", part.caption))
                told = _as_written(unit) if part.grid.is_of_file else unit
                read[cell.column][cell] = (found.written, told)
        return {
            column: values
            for column, values in read.items()
            if (cells := self._cells(column))
            and all(cell in values for cell in cells)
            and not all(is_year(cell.text.strip()) for cell in cells)
        }

    @cached_property
    def words(self) -> list[int]:
        """The other columns."""
        return [at for at in range(len(self.heads)) if at not in self.numbers and self._cells(at)]

    @cached_property
    def days(self) -> dict[int, dict[str, date]]:
        """Columns of dates, with the day of each text."""
        read = ((column, record_dates.dates(self.values(column))) for column in self.words)
        return {column: days for column, days in read if days}

    @cached_property
    def moments(self) -> dict[int, dict[str, date]]:
        """Columns of dates or of years, with the day of each text: of a year its first."""
        years = {
            column: {text: date(int(text), 1, 1) for text in self.values(column)}
            for column in self.words
            if all(is_year(text) for text in self.values(column))
        }
        return {**years, **self.days}

    @property
    def are_people(self) -> bool:
        """Whether the rows are people, by the name of their first column."""
        return bool(self.stems) and not _PEOPLE.isdisjoint(self.stems[0])

    @cached_property
    def nouns(self) -> frozenset[str]:
        """Stems of what the rows are called: by the table and its first column.

        What is written over a table of a page says more than that, and counts where its first
        column only numbers the rows.
        """
        first = set(self.stems[0]) if self.stems else set()
        people = _PEOPLE if self.are_people else frozenset()
        own = people | (first - IDS)
        return own if own and not self.is_of_file else self.called | own

    @cached_property
    def called(self) -> frozenset[str]:
        """Stems of what the table is called."""
        names = (self.table.name, *self.table.parts[0].names.splitlines())
        return frozenset(stem(word) for name in names for word in plain_words(name))

    def values(self, column: int) -> dict[str, None]:
        """The different texts of a column, in order."""
        return dict.fromkeys(text for row in self.rows if (text := row.text(column)))

    def unit(self, column: int) -> Unit | None:
        """The unit of a column of numbers; None where its cells differ."""
        return shared(unit for _, unit in self.numbers[column].values())

    def repeats(self, column: int) -> bool:
        """Whether several rows say the same in a column."""
        return len(self.values(column)) < sum(bool(row.text(column)) for row in self.rows)

    def _cells(self, column: int) -> list[Cell]:
        return [row.cells[column] for row in self.rows if row.text(column)]


def _rows(table: RecordTable) -> Iterator[RecordRow]:
    """The rows of all parts; none of a table with cells over several rows or columns.

    Of one that was read from pages none either where a row may be a group's, a part of another, a
    sum of some or joined with the heads: what the file tells has whole rows.
    """
    found = [row for part, one in enumerate(table.parts) for row in _rows_of(part, one.grid)]
    heads = _heads(table.parts[0].grid)
    is_of_file = table.parts[0].grid.is_of_file
    every = (cell for part in table.parts for cell in part.grid.cells)
    if is_of_file and not all(map(_is_single, every)):
        return
    if not is_of_file and any(_is_unclear(row, heads) for row in found):
        return
    yield from (row for row in found if not _adds(row.cells))


def _heads(grid: Grid) -> list[str]:
    return grids.columns(grid) if grid.is_of_file else grids.columns_below_titles(grid)


def _rows_of(part: int, grid: Grid) -> Iterator[RecordRow]:
    """The rows of a part below its heads; where these come again, they are none."""
    first, heads = grids.head_rows(grid), _heads(grid)
    rows: defaultdict[int, dict[int, Cell]] = defaultdict(dict)
    for cell in grid.cells:
        if cell.row >= first:
            rows[cell.row][cell.column] = cell
    for _, cells in sorted(rows.items()):
        if any(cell.text.strip() != heads[at].strip() for at, cell in cells.items()):
            yield RecordRow(part, cells)


def _is_single(cell: Cell) -> bool:
    return cell.row == cell.row_end and cell.column == cell.column_end


def _is_unclear(row: RecordRow, heads: Sequence[str]) -> bool:
    """Whether a row that was read from a page is not one of its own: see `_rows`."""
    first = next(iter(row.cells.values()))
    told = {stem(word) for word in plain_words(first.text)}
    is_sum = bool(told & _SUMS) and not told <= _TOTALS
    is_part = len(row.cells) < 2 or 0 not in row.cells
    is_head = all(cell.text.startswith(f"{heads[at]} ") for at, cell in row.cells.items())
    return is_sum or is_part or is_head or not all(map(_is_single, row.cells.values()))


def _as_written(unit: Unit) -> Unit:
    """A unit in which a cell of a file counts: it is written out, and nothing says thousands."""
    return replace(unit, power=0) if unit.power is None and unit.name else unit


def _adds(cells: dict[int, Cell]) -> bool:
    told = {stem(word) for word in plain_words(next(iter(cells.values())).text)}
    return bool(told) and told <= _TOTALS
