"""The cells of the evidence that hold a number, each with the names of its row and column."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag import grids
from mmrag.answer.computing.terms import is_year, needed
from mmrag.answer.computing.units import Unit, read, unit_of
from mmrag.types import Cell, Evidence, Grid, Table

MAX_ROWS, MAX_COLUMNS = 1000, 60
"""Of one table that are matched with a question; the rest is left, and a note says so. By hand."""


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

    @property
    def name(self) -> str:
        """What the cell is called: its row and its column."""
        return ", ".join(filter(None, (self.row, self.column)))


def tables(evidence: Sequence[Evidence]) -> dict[str, tuple[int, Table]]:
    """Each table of the evidence once, by its figure's ID, with the piece that cites it best.

    A figure that was found is cited rather than the page that it stands on.
    """
    found: dict[str, tuple[int, Table]] = {}
    for number, item in enumerate(evidence):
        for table in item.tables:
            name = table.grid.figure_id
            if name not in found or item.image_id == name:
                found[name] = (number, table)
    return found


def rows(grid: Grid) -> Iterator[Row]:
    """The rows below the head, the first `MAX_ROWS` of them.

    A row's name is what stands before its first number; a row without numbers names a group.
    """
    first = grids.head_rows(grid)
    standing: defaultdict[int, list[Cell]] = defaultdict(list)
    for cell in grid.cells:
        if cell.column < MAX_COLUMNS:
            for number in range(max(cell.row, first), min(cell.row_end + 1, first + MAX_ROWS)):
                standing[number].append(cell)
    group = ""
    for number, cells in sorted(standing.items()):
        cells.sort(key=lambda cell: cell.column)
        names = [cells[0]] if is_year(cells[0].text.strip()) else []
        for cell in cells[len(names) :]:
            if read(cell) is not None:
                break
            names.append(cell)
        name = " ".join(cell.text for cell in names)
        values = tuple(cells[len(names) :])
        if not values:
            group = name
        yield Row(number, name, group if values else "", values)


def numbers_of(
    item: int, table: Table, asked: frozenset[str], *, every_row: bool = False
) -> Iterator[NumberCell]:
    """The numbers of a table whose row and column are named by the stems of a question.

    With `every_row` any row will do that has a name.
    """
    names = grids.columns(table.grid)
    for row in rows(table.grid):
        if not (every_row and row.name) and not needed(row.name) <= asked:
            continue
        values = [(cell, found) for cell in row.cells if (found := read(cell)) is not None]
        for cell, found in values:
            column = names[cell.column]
            own = needed(column)
            if not own <= asked or not (own or needed(row.name)):
                continue
            if (not column and len(values) > 1) or _is_bare_year(cell):
                continue
            unit = unit_of(cell, found.suffix, row.name, column, table)
            yield NumberCell(
                item, table, cell, found.value, unit, row.name, column, row.group, names[0]
            )


def _is_bare_year(cell: Cell) -> bool:
    """Whether a cell holds a year, as those of a head do that was not taken for one."""
    return is_year(cell.text.strip())
