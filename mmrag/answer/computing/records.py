"""What is asked of all the rows of a table: sums, means, counts, the most, by group.

A page of such a table holds some of its rows, so the table is read whole before this is done. What
two tables say differently, or two rows of a table have in equal measure, is not told.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag.answer.computing import asked_records, record_operations
from mmrag.answer.computing.record_results import Result
from mmrag.answer.computing.record_rows import Records
from mmrag.answer.computing.units import Unit
from mmrag.ids import page_of
from mmrag.types import Cell, Operation, RecordTable

_MOST_PARTS = 10
"""Pages of a table that are cited for one answer, the first with such rows; chosen by hand."""


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """A result over rows, in words, and the cells that it comes from, by part of the table."""

    operation: Operation
    said: str
    shown: str
    result: Decimal | str | tuple[str, ...]
    unit: Unit
    table: RecordTable
    cells: dict[int, tuple[Cell, ...]]

    @property
    def needs_all(self) -> bool:
        """Whether the table has more pages than one, of which none alone can answer."""
        return len(self.table.parts) > 1


def asks(question: str) -> bool:
    """Whether a question may be one over all the rows of a table."""
    return asked_records.asks(question) or asked_records.sums_up(question)


def answer(question: str, tables: Sequence[RecordTable]) -> FoundRecords | None:
    """The answer from whole tables; None where there is none, or they say different things."""
    found = []
    for table in tables if asked_records.asks(question) else ():
        records = Records(table)
        asked = asked_records.read(question, records) if records.rows else None
        told = (
            record_operations.result(asked, records) if asked is not None and asked.rows else None
        )
        if asked is not None and told is not None:
            found.append(_found(told, records))
    return found[0] if len({item.result for item in found}) == 1 else None


def is_of_all(question: str, tables: Sequence[RecordTable], image_id: str) -> bool:
    """Whether a question sums up, and an item is a page of a table that has more."""
    many = (part for table in tables if len(table.parts) > 1 for part in table.parts)
    return asked_records.sums_up(question) and any(
        image_id in (name := part.grid.figure_id, page_of(name)) for part in many
    )


def _found(told: Result, records: Records) -> FoundRecords:
    columns = tuple(dict.fromkeys(told.columns))
    parts: defaultdict[int, list[Cell]] = defaultdict(list)
    for row in told.rows:
        if row.part in parts or len(parts) < _MOST_PARTS:
            parts[row.part] += [row.cells[at] for at in columns if at in row.cells]
    pages = len({row.part for row in told.rows})
    more = f"; on {pages} pages, the first {_MOST_PARTS} cited" if pages > _MOST_PARTS else ""
    return FoundRecords(
        told.operation,
        told.said,
        f"{told.shown}{more}",
        told.result,
        told.unit,
        records.table,
        {part: tuple(cells) for part, cells in parts.items() if cells},
    )
