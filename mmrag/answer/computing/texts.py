"""Cells of words, looked up: the colour of the queen stands in her row, below "Colour".

As of a number, row and column must be named by the question, and nothing else may be asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mmrag import grids
from mmrag.answer.computing import instructions
from mmrag.answer.computing.cells import ReadTable, Row
from mmrag.answer.computing.matching import Tables, is_covered
from mmrag.answer.computing.terms import Terms, needed, terms
from mmrag.text.prompting import one_line
from mmrag.types import Cell, Table

_ASKS = re.compile(r"^\W*(?:what|which|who|whom|where|when)\b", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"\b(?:why|how|most|least|more|less|all|both|each|every|other|than|not|except|between)\b"
    r"|\b(?:larg|small|high|low|great|long|short)est\b",
    re.IGNORECASE,
)
"""Words of questions that ask for more than one cell."""
_LONGEST = 300  # characters of a cell, and of its names, in an answer; chosen by hand


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell with its names, and the number of its piece of evidence."""

    item: int
    table: Table
    cell: Cell
    text: str
    name: str


def result(question: str, held: Tables) -> TextCell | None:
    """The cell of words that a question means; None where none is, or several that differ."""
    if not _ASKS.search(question) or _OTHERWISE.search(question):
        return None
    wanted = terms(instructions.bare(question))
    found = [pair for read in held.values() for pair in _of_table(wanted, read)]
    best = max((rank for rank, _ in found), default=None)
    chosen = [cell for rank, cell in found if rank == best]
    return chosen[0] if len({cell.text for cell in chosen}) == 1 else None


def _of_table(wanted: Terms, read: ReadTable) -> Iterator[tuple[tuple[int, int], TextCell]]:
    """The cells that a question names, each with how much of it and of their own names it says."""
    columns = grids.columns_by_row(read.table.grid)
    for row in read.rows:
        label = row.cells[0]
        if not _is_named(wanted, label.text):
            continue
        for cell in row.cells[1:]:
            column = columns[row.number][cell.column]
            if cell.is_header or not _is_words(cell) or not _is_named(wanted, column):
                continue
            names = [terms(name).stems for name in (label.text, column, row.group)]
            said = is_covered(wanted, names, read.table)
            if said is not None:
                extra = len((names[0] | names[1]) - wanted.stems)
                yield (said, -extra), _found(read, row, cell, column)


def _found(read: ReadTable, row: Row, cell: Cell, column: str) -> TextCell:
    name = one_line(f"{row.cells[0].text}, {column}", _LONGEST)
    return TextCell(read.item, read.table, cell, one_line(cell.text, _LONGEST), name)


def _is_named(wanted: Terms, name: str) -> bool:
    needs = needed(name)
    return bool(needs) and wanted.says(needs)


def _is_words(cell: Cell) -> bool:
    return any(map(str.isalpha, cell.text)) and grids.value(cell) is None
