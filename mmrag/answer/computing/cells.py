"""The cells of the evidence that hold a number, each with the names of its row and column."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from mmrag import grids
from mmrag.answer.computing import arithmetic
from mmrag.answer.computing.periods import Calendar
from mmrag.answer.computing.terms import Terms, needed, terms, years
from mmrag.answer.computing.units import Unit, unit_of
from mmrag.quantities import Quantity, quantities
from mmrag.text import romans, units
from mmrag.text.numbers import is_year
from mmrag.types import Cell, Evidence, Grid, Table

_WRITTEN_YEAR = re.compile(r"(?<![\d,.])(?:18|19|20)\d\d(?![\d,.])")  # "1,837" is an amount
MAX_ROWS, MAX_COLUMNS = 1000, 60
"""Of one table that are matched with a question; the rest is left, and a note says so. By hand."""
_LONGEST_HEAD = 80  # characters of what stands at the top of pages and names a document; by hand
_REGISTRANT = re.compile(
    r"^.{0,60}?\b(?:Inc(?:orporated)?|Corp(?:oration)?|Co(?:mpany)?|Ltd|Limited|plc|LLC|S\.A|AG|N\.V)\b\.?,?"
    r"(?:\s+and\s+(?:its\s+)?(?:consolidated\s+)?subsidiar\w+(?:\s+compan\w+)?)?\s+(?=\S)",
    re.IGNORECASE,
)
"""The line of a head that says whose table it is, over its columns."""
_COUNT = re.compile(r"\(?(\d{1,3})[.)]?")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3},\d{3}(?![\d,])")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name, that of the group it stands under, and the cells that hold its values."""

    number: int
    name: str
    group: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number of a table with all that says what it is."""

    item: int  # of the evidence
    table: Table
    cell: Cell
    value: Decimal
    unit: Unit
    row: str
    column: str
    group: str
    corner: str  # what the table calls its rows
    dated: bool  # whether columns of the table name years

    @property
    def name(self) -> str:
        """What the cell is called: its row and its column."""
        return ", ".join(filter(None, (self.row, self.column)))


class ReadTable:
    """A table of a piece of evidence, by its number: read as far as it is asked for, and once."""

    def __init__(self, item: int, table: Table, calendar: Calendar | None = None) -> None:
        self.item = item
        self.table = table
        self._calendar = calendar
        self._grid = bounded(table.grid)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows below the head."""
        return tuple(_rows(self._grid))

    @cached_property
    def _columns(self) -> list[list[str]]:
        """The names of the columns, for each row, with the periods that they are of."""
        names = grids.columns_by_row(self._grid)
        names = [[_REGISTRANT.sub("", name) for name in row] for row in names]
        if not self._grid.is_of_file:
            names = list(map(romans.told_apart, names))
        called = self._calendar.called if self._calendar else str
        return [[called(name) for name in row] for row in names]

    @cached_property
    def _is_dated(self) -> bool:
        names = {name for columns in self._columns for name in columns}
        return any(map(years, names))

    @cached_property
    def _quantities(self) -> Mapping[Cell, Quantity]:
        return quantities(self._grid, self.table.caption)

    @cached_property
    def _wholes(self) -> Mapping[int, str]:
        """The name of the row to which the numbers of others above add up, by theirs."""
        held = (cell for row in self.rows for cell in self.numbers(row))
        return {cell.cell.row: total.row for total, parts in sums(held) for cell in parts}

    def whole_of(self, cell: NumberCell) -> str:
        """The name of the row whose number a row is part of; empty for none."""
        return self._wholes.get(cell.cell.row, "")

    @cached_property
    def _has_doubtful_commas(self) -> bool:
        """Whether a comma may be before decimals or between thousands: `1,234` among `1,3`."""
        texts = [cell.text for cell in self._grid.cells]
        return grids.has_decimal_comma(self._grid) and any(map(_THOUSANDS.search, texts))

    def numbers(self, row: Row, *, measured: bool = False) -> list[NumberCell]:
        """The numbers of a row, with their names and units; `measured` ones of charts too.

        None where commas have two readings.
        """
        if self._has_doubtful_commas:
            return []
        names, found = self._columns[row.number], self._quantities
        return [
            NumberCell(
                item=self.item,
                table=self.table,
                cell=cell,
                value=found[cell].written,
                unit=unit_of(
                    found[cell], (row.name, names[cell.column], names[0], self.table.caption)
                ),
                row=row.name,
                column=names[cell.column],
                group=row.group,
                corner=names[0],
                dated=self._is_dated,
            )
            for cell in row.cells
            if cell in found
            and (measured or cell.uncertainty is None)
            and not is_year(cell.text.strip())
        ]

    def numbers_of(
        self,
        asked: Terms,
        *,
        any_row: bool = False,
        any_column: bool = False,
        measured: bool = False,
    ) -> Iterator[NumberCell]:
        """The numbers whose row and column are named by the terms of a question.

        With `any_row` or `any_column`, the question need not name it. With `measured`, those that
        were measured in a chart are among them.
        """
        for row in self.rows:
            if not row.name or not (any_row or _is_asked(row.name, asked, alone=False)):
                continue
            numbers = self.numbers(row, measured=measured)
            for cell in numbers:
                if not (any_column or _is_asked(cell.column, asked, alone=len(numbers) == 1)):
                    continue
                if needed(cell.column, asked.language) or needed(row.name, asked.language):
                    yield cell


def sums(cells: Iterable[NumberCell]) -> Iterator[tuple[NumberCell, tuple[NumberCell, ...]]]:
    """The numbers that those right above them, in their column, add up to, and these."""
    columns: defaultdict[int, list[NumberCell]] = defaultdict(list)
    for cell in cells:
        columns[cell.cell.column].append(cell)
    for column in columns.values():
        values = [cell.value for cell in column]
        for at, total in enumerate(column):
            if count := arithmetic.parts(values[:at], total.value):
                yield total, tuple(column[at - count : at])


def tables(
    evidence: Sequence[Evidence], calendars: Mapping[str, Calendar] = MappingProxyType({})
) -> dict[str, ReadTable]:
    """Each table of the evidence once, by its figure's ID, with the piece that cites it best.

    A figure that was found is cited rather than the page that it stands on. What stands at the top
    of several pages of a document is a name of it, too. Columns are called as the calendar of their
    document has their periods, where it has one.
    """
    found: dict[str, ReadTable] = {}
    heads = _running_heads(evidence)
    for number, item in enumerate(evidence):
        for table in item.tables:
            name = table.grid.figure_id
            if name not in found or item.image_id == name:
                names = "\n".join((table.names, *heads[item.document_id]))
                calendar = calendars.get(item.document_id)
                found[name] = ReadTable(number, replace(table, names=names), calendar)
    return found


def _running_heads(evidence: Sequence[Evidence]) -> Mapping[str, list[str]]:
    """The first lines that several pages of a document have in common, letters set apart joined."""
    pages: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for item in evidence:
        if item.kind == "page":
            first = next((line for line in item.quotable.splitlines() if line.strip()), "")
            pages[item.document_id][item.page] = " ".join(first.split())
    heads: defaultdict[str, list[str]] = defaultdict(list)
    for document, lines in pages.items():
        for line, count in Counter(lines.values()).items():
            if count > 1 and len(line) <= _LONGEST_HEAD and any(map(str.isalpha, line)):
                is_spaced = all(len(word) == 1 for word in line.split())
                heads[document].append(line.replace(" ", "") if is_spaced else line)
    return heads


def _rows(grid: Grid) -> Iterator[Row]:
    """The rows below the head, without heads further down; up to one that is not marked as such.

    A row's name is what stands before its first number; where the first column alone tells the
    rows apart, that, and what goes on in columns without a name. Numbers that count rows are none.
    """
    first = grids.head_rows(grid)
    groups = grids.groups(grid)
    standing: defaultdict[int, list[Cell]] = defaultdict(list)
    for cell in grid.cells:
        for number in range(max(cell.row, first), cell.row_end + 1):
            standing[number].append(cell)
    told: list[tuple[int, list[Cell]]] = []
    for number, cells in sorted(standing.items()):
        cells.sort(key=lambda cell: cell.column)
        if cells[-1].column and all(cell.is_header for cell in cells):
            continue  # names columns anew
        if _is_second_head(cells):
            break
        told.append((number, cells))
    if _are_counted([cells for _, cells in told]):
        told = [(number, cells[1:]) for number, cells in told]
    labels = [cells[0].text for _, cells in told if len(cells) > 1]
    heads = grids.columns(grid) if len(set(labels)) == len(labels) else [""] * grid.columns
    comma = grids.has_decimal_comma(grid)
    for number, cells in told:
        yield Row(number, _row_name(cells, heads, comma), groups[number], tuple(cells))


def _row_name(cells: Sequence[Cell], heads: Sequence[str], comma: bool) -> str:
    """What the cells of a row before its first number say, up to one with a name of its own."""
    names = [cells[0]] if is_year(cells[0].text.strip()) else []
    for at, cell in enumerate(cells[len(names) :], len(names)):
        if grids.value(cell, decimal_comma=comma) is not None or (at and heads[cell.column]):
            break
        names.append(cell)
    return " ".join(cell.text for cell in names if not _holds_number(cell))


def _are_counted(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first column counts the rows from 1, and the next one has words beside it."""
    found = [cells for cells in rows if cells[0].column == 0 and len(cells) > 1]
    numbers = [match[1] for cells in found if (match := _COUNT.fullmatch(cells[0].text.strip()))]
    words = sum(any(map(str.isalpha, cells[1].text)) for cells in found)
    counted = [int(number) for number in numbers] == list(range(1, len(found) + 1))
    return len(found) == len(rows) > 1 and counted and words == len(found)


def _is_asked(name: str, asked: Terms, *, alone: bool) -> bool:
    """Whether a question names a row or column; one that says no more than "total" by that word.

    The only column of numbers need not be named where it says no more than that.
    """
    own = needed(name, asked.language)
    if own or alone:
        return own <= asked.stems
    return bool(name) and terms(name, asked.language).stems <= asked.stems


def _is_second_head(cells: Sequence[Cell]) -> bool:
    """Whether a row names columns: several of its cells are a year, or a date with one.

    None is an amount beside them.
    """
    told = [cell for cell in cells if cell.column and _WRITTEN_YEAR.search(cell.text)]
    if len(told) < 2 or any(len(years(cell.text)) != 1 for cell in told):
        return False
    rest = [cell for cell in cells if cell.column and cell not in told]
    return all(grids.value(cell) is None for cell in rest)


def bounded(grid: Grid) -> Grid:
    """The first `MAX_ROWS` rows and `MAX_COLUMNS` columns of a grid."""
    if grid.rows <= MAX_ROWS and grid.columns <= MAX_COLUMNS:
        return grid
    kept = (cell for cell in grid.cells if cell.row < MAX_ROWS and cell.column < MAX_COLUMNS)
    cells = tuple(
        replace(
            cell,
            row_end=min(cell.row_end, MAX_ROWS - 1),
            column_end=min(cell.column_end, MAX_COLUMNS - 1),
        )
        for cell in kept
    )
    return replace(grid, cells=cells)


def _holds_number(cell: Cell) -> bool:
    """Whether a cell that is no plain number holds one with its unit, as `7.4 kg` does."""
    read = None if cell.is_header else grids.number(cell.text)
    return read is not None and units.behind(read[1]) is not None
