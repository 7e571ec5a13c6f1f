"""Cells of the evidence's tables as spans: a value under the names of its row and of its column.

Not only numbers: a cell of words answers as well. Which cell a question means is not told here but
by features of its names, as which sentence is.
"""

from collections.abc import Iterator, Sequence

from mmrag import grids
from mmrag.answer.computing.cells import MAX_COLUMNS, MAX_ROWS, ReadTable, Row, tables
from mmrag.answer.questions import AnalysedQuestion
from mmrag.answer.spans import LEVEL, Span
from mmrag.text.prompting import neutralise
from mmrag.text.stems import held
from mmrag.types import Cell, Evidence, Grid

_MOST_CELLS = 600
"""Of all tables of one question: a question that names the rows of more names none. By hand."""
_LONGEST_NAME = 160  # characters of the name of a row or column; a longer one is prose; by hand


def cell_spans(question: AnalysedQuestion, evidence: Sequence[Evidence]) -> list[Span]:
    """The cells of rows whose name, or group, shares a word with the question, table by table."""
    wanted = frozenset(question.weights)
    found = [
        span
        for read in tables(evidence).values()
        if read.table.grid.rows <= MAX_ROWS and read.table.grid.columns <= MAX_COLUMNS
        for span in _of_table(read, wanted)
    ]
    return found if len(found) <= _MOST_CELLS else []


def _of_table(read: ReadTable, wanted: frozenset[str]) -> Iterator[Span]:
    grid, caption = read.table.grid, read.table.caption
    columns = _column_names(grid)
    unit = grids.unit(caption, grid)
    for row in read.rows:
        label = _label(row)
        if label is None or not held(f"{row.group} {label.text}", wanted):
            continue
        for cell in row.cells:
            head = columns[row.number][cell.column]
            if cell is label or cell.column <= label.column or len(head) > _LONGEST_NAME:
                continue
            yield Span(
                read.item,
                _plain(cell.text),
                "cell",
                heading=_plain(label.text),
                head=_plain(head),
                unit=_plain(unit) if grids.value(cell) is not None else "",
                context=_plain(f"{row.group} {caption}"),
            )


def _label(row: Row) -> Cell | None:
    """The cell that names a row: its first, where that is words."""
    first = row.cells[0]
    is_name = any(map(str.isalpha, first.text)) and len(first.text) <= _LONGEST_NAME
    return first if is_name and len(row.cells) > 1 else None


def _column_names(grid: Grid) -> list[list[str]]:
    """The names of the columns for each row, those of several levels set apart by `LEVEL`."""
    first = grids.head_rows(grid)
    levels: list[list[str]] = [[] for _ in range(grid.columns)]
    for cell in grid.cells:
        if cell.is_header and cell.row < first:
            for number in range(cell.column, cell.column_end + 1):
                levels[number].append(cell.text)
    apart = {" ".join(texts): LEVEL.join(texts) for texts in levels}
    return [[apart.get(name, name) for name in names] for names in grids.columns_by_row(grid)]


def _plain(text: str) -> str:
    return " ".join(neutralise(text).split())
