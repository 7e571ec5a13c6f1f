"""A result over rows of a table, and what all operations do with rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from mmrag.answer.computing import arithmetic
from mmrag.answer.computing.asked_records import AskedRecords
from mmrag.answer.computing.record_rows import RecordRow, Records
from mmrag.answer.computing.units import Unit
from mmrag.text.prompting import one_line
from mmrag.types import Operation

MOST_LISTED = 30  # values in an answer; chosen by hand
LONGEST = 120  # characters of a value or a column's name in an answer; chosen by hand
_Item = TypeVar("_Item")
_NO_UNIT = Unit(None, "")


@dataclass(frozen=True, slots=True)
class Result:
    """One result over the rows of a table, before it is put in words with its cells."""

    operation: Operation
    said: str
    shown: str
    result: Decimal | str | tuple[str, ...]
    rows: Sequence[RecordRow]
    columns: Iterable[int]  # whose cells are cited
    unit: Unit = _NO_UNIT


def aggregated(
    operation: Operation, rows: Sequence[RecordRow], records: Records, measure: int
) -> Decimal:
    values = [records.numbers[measure][row.cells[measure]][0] for row in rows]
    total = sum(values, Decimal(0))
    if operation != "mean":
        return total
    mean, decimals = total / len(values), arithmetic.decimals(values)
    return arithmetic.rounded(mean, decimals + (mean != arithmetic.rounded(mean, decimals)))


def grouped_by(rows: Iterable[RecordRow], column: int) -> dict[str, list[RecordRow]]:
    found: defaultdict[str, list[RecordRow]] = defaultdict(list)
    for row in rows:
        if name := row.text(column):
            found[name].append(row)
    return dict(found)


def best_of(
    items: Sequence[_Item], operation: Operation, value: Callable[[_Item], Decimal]
) -> tuple[_Item, bool]:
    """The item with the largest or smallest value, and whether it is the only one."""
    values = [value(item) for item in items]
    most = max(values) if operation == "largest" else min(values)
    return items[values.index(most)], values.count(most) == 1


def rows_of(count: int, asked: AskedRecords) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}{said_of(asked)}"


def said_of(asked: AskedRecords) -> str:
    return f" of {', '.join(one_line(item, LONGEST) for item in asked.kept)}" if asked.kept else ""
