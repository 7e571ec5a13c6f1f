"""The operations over rows of a table: sums, means, counts, the most, by group, what moved.

Each gives a result with the rows and columns that it comes from, or None where it is not clear.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from mmrag import grids
from mmrag.answer.computing import arithmetic, wording
from mmrag.answer.computing.asked_records import AskedRecords
from mmrag.answer.computing.record_rows import IDS, RecordRow, Records
from mmrag.answer.computing.units import PERCENT, Unit
from mmrag.text.prompting import one_line
from mmrag.types import Operation

_MOST_LISTED = 30  # values in an answer; chosen by hand
_LONGEST = 120  # characters of a value or a column's name in an answer; chosen by hand
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


def result(asked: AskedRecords, records: Records) -> Result | None:
    if asked.moved is not None:
        return _moved(asked, records, *asked.moved)
    if "share" in asked.operations:
        return _share(asked, records)
    if asked.each is not None:
        return _by_group(asked, records, asked.each)
    if asked.operations & {"largest", "smallest"}:
        return _extreme(asked, records)
    if asked.measure is not None:
        return _over(asked, records, asked.measure)
    if "count" in asked.operations:
        return _counted(asked, records)
    return _listed(asked, records) if asked.target is not None else None


def _over(asked: AskedRecords, records: Records, measure: int) -> Result | None:
    """The sum or the mean of a column, or the one number that a row has in it."""
    rows = [row for row in asked.rows if row.text(measure)]
    unit = records.unit(measure)
    is_one = len(rows) == 1 and "mean" not in asked.operations
    is_unclear = asked.of_rows and asked.operations == {"count"} and not is_one  # rows, or a sum?
    if not rows or unit is None or is_unclear:
        return None
    if not is_one and not asked.operations & {"sum", "mean", "count"}:
        return None
    operation: Operation = "look-up" if is_one else "mean" if "mean" in asked.operations else "sum"
    value = _aggregated(operation, rows, records, measure)
    name = one_line(records.heads[measure], _LONGEST)
    how = "" if is_one else f", the {operation} of {_rows_of(len(rows), asked)}"
    if is_one:
        how = "".join(f", {item}" for item in asked.kept)
    amount = wording.amount(value, unit, records.table.parts[0].grid)
    shown = f"{name}{how}"
    return Result(operation, amount, shown, value, rows, [measure], unit)


def _share(asked: AskedRecords, records: Records) -> Result | None:
    """How much of all rows, or of the sum of a column, those of one kind are, in percent."""
    measure = asked.measure
    if len(asked.kept) != 1 or asked.target is not None or asked.each is not None:
        return None
    rows = [row for row in asked.rows if measure is None or row.text(measure)]
    if measure is None and not asked.of_rows:
        return None
    part, whole = Decimal(len(rows)), Decimal(len(records.rows))
    if measure is not None:
        every = [row for row in records.rows if row.text(measure)]
        part, whole = (_aggregated("sum", held, records, measure) for held in (rows, every))
    if whole <= 0 or part < 0:
        return None
    share = 100 * part / whole
    share = arithmetic.rounded(share, arithmetic.percent_decimals(share))
    name = "rows" if measure is None else one_line(records.heads[measure], _LONGEST)
    shown = f"{wording.number(part)} of {wording.number(whole)}, {name}{_of(asked)}"
    columns = [0] if measure is None else [measure]
    return Result("share", wording.amount(share, PERCENT), shown, share, rows, columns, PERCENT)


def _moved(asked: AskedRecords, records: Records, one: int, other: int) -> Result | None:
    """The rows whose numbers rise, or fall, from one column to another, or the one of the most."""
    rows = [row for row in asked.rows if row.text(one) and row.text(other)]
    falls = "fall" in asked.operations
    if asked.target is None or len(rows) < 2 or asked.operations >= {"rise", "fall"}:
        return None

    def change(row: RecordRow) -> Decimal:
        values = [records.numbers[at][row.cells[at]][0] for at in (one, other)]
        return values[0] - values[1] if falls else values[1] - values[0]

    if "largest" in asked.operations:
        best, is_one = _best(rows, "largest", change)
        rows = [best] if is_one and change(best) > 0 else []
    elif asked.operations - {"rise", "fall"}:
        return None
    kept = [row for row in rows if change(row) > 0]
    if not 0 < len(kept) <= _MOST_LISTED:
        return None
    names = tuple(one_line(row.text(asked.target), _LONGEST) for row in kept)
    told = [
        f"{name} ({row.text(one)} to {row.text(other)})"
        for name, row in zip(names, kept, strict=True)
    ]
    shown = f"{records.heads[one]} to {records.heads[other]}"
    result = names[0] if len(names) == 1 else names
    return Result("list", "; ".join(told), shown, result, kept, [asked.target, one, other])


def _aggregated(
    operation: Operation, rows: Sequence[RecordRow], records: Records, measure: int
) -> Decimal:
    values = [records.numbers[measure][row.cells[measure]][0] for row in rows]
    total = sum(values, Decimal(0))
    if operation != "mean":
        return total
    mean, decimals = total / len(values), arithmetic.decimals(values)
    return arithmetic.rounded(mean, decimals + (mean != arithmetic.rounded(mean, decimals)))


def _counted(asked: AskedRecords, records: Records) -> Result | None:
    """How many rows, or how many different values of a column.

    With a limit or a value "how many products" is the one or the other: it is told where both are
    the same.
    """
    target = asked.target
    is_called = target is not None and set(records.stems[target]) <= records.called | IDS
    if target is not None and (asked.different or not (is_called or asked.of_rows)):
        values = dict.fromkeys(text for row in asked.rows if (text := row.text(target)))
        is_clear = asked.different or not asked.kept or len(values) == len(asked.rows)
        has_numbers = any(grids.number(text) for text in values)  # a column of them, read in part
        if not values or not is_clear or has_numbers:
            return None
        named = f": {'; '.join(values)}" if len(values) <= _MOST_LISTED else ""
        name = one_line(records.heads[target], _LONGEST)
        shown = f"different values of {name}{named}{_of(asked)}"
        result = Decimal(len(values))
        return Result("count", str(result), shown, result, asked.rows, [target])
    if not (is_called or asked.of_rows) or asked.different:
        return None
    result = Decimal(len(asked.rows))
    said = wording.number(result)
    return Result("count", said, _rows_of(len(asked.rows), asked), result, asked.rows, [0])


def _extreme(asked: AskedRecords, records: Records) -> Result | None:
    """The row, or the group of rows, with the largest or smallest number; None for several."""
    operation: Operation = "largest" if "largest" in asked.operations else "smallest"
    if asked.operations >= {"largest", "smallest"}:
        return None
    target, measure = asked.target, asked.measure
    if measure is None:
        return _most_rows(asked, records, operation) if asked.of_rows else None
    rows = [row for row in asked.rows if row.text(measure)]
    if measure in records.moments:
        return _first_or_last(rows, records, operation, target, measure) if rows else None
    unit = records.unit(measure)
    if len(rows) < 2 or unit is None:
        return None
    if target is not None and records.repeats(target) and not asked.of_one:
        grouped = _extreme_group(asked, records, operation, target, measure, unit)
        if asked.operations & {"sum", "mean", "count"}:
            return grouped
        single = _extreme_row(rows, records, operation, target, measure, unit)
        agrees = grouped and single and grouped.result == single.result
        return single if agrees else None
    return _extreme_row(rows, records, operation, target, measure, unit)


def _extreme_row(
    rows: Sequence[RecordRow],
    records: Records,
    operation: Operation,
    target: int | None,
    measure: int,
    unit: Unit,
) -> Result | None:
    def number(row: RecordRow) -> Decimal:
        return records.numbers[measure][row.cells[measure]][0]

    best, is_one = _best(rows, operation, number)
    value = number(best)
    if not is_one and target is not None and target not in records.numbers:
        # several orders of the one most expensive product
        is_one = len({row.text(target) for row in rows if number(row) == value}) == 1
    grid = records.table.parts[best.part].grid
    amount, name = wording.amount(value, unit, grid), one_line(records.heads[measure], _LONGEST)
    shown = f"{name}: {amount}, the {operation} of {len(rows):,}"
    if target is None:
        key = one_line(best.text(0), _LONGEST) if is_one and measure else ""
        shown = ", ".join(filter(None, (key, f"{name}, the {operation} of {len(rows):,}")))
        return Result(operation, amount, shown, value, [best], [0, measure], unit)
    if not is_one or not best.text(target):
        return None
    said = one_line(best.text(target), _LONGEST)
    if target in records.numbers:  # "the price of the longest"
        told, own = records.numbers[target][best.cells[target]]
        shown = f"{one_line(records.heads[target], _LONGEST)}, {best.text(0)}; {shown}"
        said = wording.amount(told, own, grid)
        return Result(operation, said, shown, told, [best], [0, target, measure], own)
    return Result(operation, said, shown, said, [best], [target, measure])


def _first_or_last(
    rows: Sequence[RecordRow],
    records: Records,
    operation: Operation,
    target: int | None,
    column: int,
) -> Result | None:
    """The row with the earliest or the latest day."""
    days = records.moments[column]
    best, is_one = _best(rows, operation, lambda row: Decimal(days[row.text(column)].toordinal()))
    if not is_one or target is None or not best.text(target):
        return None
    end = "earliest" if operation == "smallest" else "latest"
    said = one_line(best.text(target), _LONGEST)
    name = one_line(records.heads[column], _LONGEST)
    shown = f"{name}: {best.text(column)}, the {end} of {len(rows):,}"
    return Result(operation, said, shown, said, [best], [target, column])


def _extreme_group(
    asked: AskedRecords,
    records: Records,
    operation: Operation,
    target: int,
    measure: int,
    unit: Unit,
) -> Result | None:
    way: Operation = "mean" if "mean" in asked.operations else "sum"
    groups = _groups([row for row in asked.rows if row.text(measure)], target)
    if len(groups) < 2:
        return None
    totals = {name: _aggregated(way, rows, records, measure) for name, rows in groups.items()}
    best, is_one = _best(list(totals), operation, totals.__getitem__)
    if not is_one:
        return None
    amount = wording.amount(totals[best], unit, records.table.parts[0].grid)
    column = one_line(records.heads[measure], _LONGEST)
    shown = f"{column}: {amount}, the {operation} {way} of {len(groups)}{_of(asked)}"
    said = one_line(best, _LONGEST)
    return Result(operation, said, shown, said, groups[best], [target, measure])


def _most_rows(asked: AskedRecords, records: Records, operation: Operation) -> Result | None:
    """The value that the most rows have in a column: "which region has the most orders"."""
    if asked.target is None or not records.repeats(asked.target):
        return None
    groups = _groups(asked.rows, asked.target)
    best, is_one = _best(list(groups), operation, lambda name: Decimal(len(groups[name])))
    if not is_one or len(groups) < 2:
        return None
    said = one_line(best, _LONGEST)
    shown = f"{_rows_of(len(groups[best]), asked)}, the {operation} of {len(groups)}"
    return Result(operation, said, shown, said, groups[best], [asked.target])


def _by_group(asked: AskedRecords, records: Records, each: int) -> Result | None:
    """A sum, mean or count for each value of a column."""
    measure = asked.measure
    rows = [row for row in asked.rows if measure is None or row.text(measure)]
    groups = _groups(rows, each)
    if not 1 < len(groups) <= _MOST_LISTED or asked.operations & {"largest", "smallest"}:
        return None
    if measure is None:
        if not asked.of_rows or "count" not in asked.operations:
            return None
        told = [f"{one_line(name, _LONGEST)} ({len(own):,})" for name, own in groups.items()]
        return Result("list", "; ".join(told), f"rows{_of(asked)}", tuple(told), rows, [each])
    unit = records.unit(measure)
    if unit is None or not asked.operations & {"sum", "mean"}:
        return None
    way: Operation = "mean" if "mean" in asked.operations else "sum"
    grid = records.table.parts[0].grid
    told = [
        f"{one_line(name, _LONGEST)} "
        f"({wording.amount(_aggregated(way, own, records, measure), unit, grid)})"
        for name, own in groups.items()
    ]
    shown = f"{one_line(records.heads[measure], _LONGEST)}, the {way} of each{_of(asked)}"
    return Result("list", "; ".join(told), shown, tuple(told), rows, [each, measure])


def _listed(asked: AskedRecords, records: Records) -> Result | None:
    """The values that the rows have in a column, each once."""
    target = asked.target
    if target is None or asked.operations or not (asked.kept or records.repeats(target)):
        return None
    rows = [row for row in asked.rows if row.text(target)]
    values = tuple(dict.fromkeys(one_line(row.text(target), _LONGEST) for row in rows))
    if not 0 < len(values) <= _MOST_LISTED:
        return None
    shown = f"{one_line(records.heads[target], _LONGEST)}{_of(asked)}"
    if len(values) == 1:
        return Result("look-up", values[0], shown, values[0], rows, [target])
    return Result("list", "; ".join(values), shown, values, rows, [target])


def _groups(rows: Iterable[RecordRow], column: int) -> dict[str, list[RecordRow]]:
    found: defaultdict[str, list[RecordRow]] = defaultdict(list)
    for row in rows:
        if name := row.text(column):
            found[name].append(row)
    return dict(found)


def _best(
    items: Sequence[_Item], operation: Operation, value: Callable[[_Item], Decimal]
) -> tuple[_Item, bool]:
    """The item with the largest or smallest value, and whether it is the only one."""
    values = [value(item) for item in items]
    most = max(values) if operation == "largest" else min(values)
    return items[values.index(most)], values.count(most) == 1


def _rows_of(count: int, asked: AskedRecords) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}{_of(asked)}"


def _of(asked: AskedRecords) -> str:
    return f" of {', '.join(one_line(item, _LONGEST) for item in asked.kept)}" if asked.kept else ""
