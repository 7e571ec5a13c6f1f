"""A table of a file as rows of values: which columns hold numbers, which words, which dates."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from mmrag import grids
from mmrag.answer.computing.units import Unit, shared, unit_of
from mmrag.quantities import quantities
from mmrag.text.numbers import is_year
from mmrag.text.stems import stem
from mmrag.text.words import MONTHS, is_content, plain_words
from mmrag.types import Cell, RecordTable

_TOTALS = frozenset(map(stem, ("total", "totals", "subtotal", "sum", "overall", "all", "grand")))
"""Words that the name of a row of sums consists of."""
IDS = frozenset(map(stem, ("id", "no", "nr", "number", "key", "code")))
"""Words of the head of a column that numbers things, beside what the things are."""
_PEOPLE = frozenset(
    map(stem, ("name", "person", "people", "employee", "member", "staff", "colleague", "contact"))
)
"""Words for people, and for the column that names them."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row of a table of a file: its cells by column, and the part of the table that it is in."""

    part: int
    cells: dict[int, Cell]

    def text(self, column: int) -> str:
        """What a cell says; empty where there is none."""
        return self.cells[column].text.strip() if column in self.cells else ""


class Records:
    """The rows of a table below its heads, without those that add others up."""

    def __init__(self, table: RecordTable) -> None:
        self.table = table
        self.heads = [name.strip() for name in grids.columns(table.parts[0].grid)]
        self.rows = list(_rows(table))

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
                read[cell.column][cell] = (found.written, _as_written(unit))
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
    def dates(self) -> dict[int, dict[str, tuple[str, str]]]:
        """Columns of dates as ISO 8601 has them: of each text its year and month, as words."""
        found = {}
        for column in self.words:
            read = {text: _date(text) for text in self.values(column)}
            if all(read.values()):
                found[column] = {text: date for text, date in read.items() if date}
        return found

    @cached_property
    def nouns(self) -> frozenset[str]:
        """Stems of what the rows are called: by the table and its first column."""
        first = set(self.stems[0]) if self.stems else set()
        people = _PEOPLE if first & _PEOPLE else frozenset()
        return self.called | people | (first - IDS)

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
    """The rows of all parts; none of a table with cells over several rows or columns."""
    every = (cell for part in table.parts for cell in part.grid.cells)
    if any(cell.row != cell.row_end or cell.column != cell.column_end for cell in every):
        return
    for part, one in enumerate(table.parts):
        first = grids.head_rows(one.grid)
        rows: defaultdict[int, dict[int, Cell]] = defaultdict(dict)
        for cell in one.grid.cells:
            if cell.row >= first:
                rows[cell.row][cell.column] = cell
        yield from (RecordRow(part, cells) for _, cells in sorted(rows.items()) if not _adds(cells))


def _as_written(unit: Unit) -> Unit:
    """A unit in which a cell of a file counts: it is written out, and nothing says thousands."""
    return replace(unit, power=0) if unit.power is None and unit.name else unit


def _adds(cells: dict[int, Cell]) -> bool:
    told = {stem(word) for word in plain_words(next(iter(cells.values())).text)}
    return bool(told) and told <= _TOTALS


def _date(text: str) -> tuple[str, str] | None:
    day = text[:10].split("-")
    is_one = [len(part) for part in day] == [4, 2, 2] and all(part.isdigit() for part in day)
    if not is_one or not 1 <= int(day[1]) <= len(MONTHS):
        return None
    return day[0], MONTHS[int(day[1]) - 1]
