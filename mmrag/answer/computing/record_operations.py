"""The operations over rows of a table: sums, means, counts, by group, what moved.

Each gives a result with the rows and columns that it comes from, or None where it is not clear.
"""

from decimal import Decimal

from mmrag import grids
from mmrag.answer.computing import arithmetic, wording
from mmrag.answer.computing.asked_records import AskedRecords
from mmrag.answer.computing.record_extremes import extreme
from mmrag.answer.computing.record_results import (
    LONGEST,
    MOST_LISTED,
    Result,
    aggregated,
    best_of,
    grouped_by,
    rows_of,
    said_of,
)
from mmrag.answer.computing.record_rows import IDS, RecordRow, Records
from mmrag.answer.computing.units import PERCENT
from mmrag.text.prompting import one_line
from mmrag.types import Operation


def result(asked: AskedRecords, records: Records) -> Result | None:
    if asked.moved is not None:
        return _moved(asked, records, *asked.moved)
    if "share" in asked.operations:
        return _share(asked, records)
    if asked.each is not None:
        return _by_group(asked, records, asked.each)
    if asked.operations & {"largest", "smallest"}:
        return extreme(asked, records)
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
    value = aggregated(operation, rows, records, measure)
    name = one_line(records.heads[measure], LONGEST)
    how = "" if is_one else f", the {operation} of {rows_of(len(rows), asked)}"
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
        part, whole = (aggregated("sum", held, records, measure) for held in (rows, every))
    if whole <= 0 or part < 0:
        return None
    share = 100 * part / whole
    share = arithmetic.rounded(share, arithmetic.percent_decimals(share))
    name = "rows" if measure is None else one_line(records.heads[measure], LONGEST)
    shown = f"{wording.number(part)} of {wording.number(whole)}, {name}{said_of(asked)}"
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
        best, is_one = best_of(rows, "largest", change)
        rows = [best] if is_one and change(best) > 0 else []
    elif asked.operations - {"rise", "fall"}:
        return None
    kept = [row for row in rows if change(row) > 0]
    if not 0 < len(kept) <= MOST_LISTED:
        return None
    names = tuple(one_line(row.text(asked.target), LONGEST) for row in kept)
    told = [
        f"{name} ({row.text(one)} to {row.text(other)})"
        for name, row in zip(names, kept, strict=True)
    ]
    shown = f"{records.heads[one]} to {records.heads[other]}"
    result = names[0] if len(names) == 1 else names
    return Result("list", "; ".join(told), shown, result, kept, [asked.target, one, other])


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
        named = f": {'; '.join(values)}" if len(values) <= MOST_LISTED else ""
        name = one_line(records.heads[target], LONGEST)
        shown = f"different values of {name}{named}{said_of(asked)}"
        result = Decimal(len(values))
        return Result("count", str(result), shown, result, asked.rows, [target])
    if not (is_called or asked.of_rows) or asked.different:
        return None
    result = Decimal(len(asked.rows))
    said = wording.number(result)
    return Result("count", said, rows_of(len(asked.rows), asked), result, asked.rows, [0])


def _by_group(asked: AskedRecords, records: Records, each: int) -> Result | None:
    """A sum, mean or count for each value of a column."""
    measure = asked.measure
    rows = [row for row in asked.rows if measure is None or row.text(measure)]
    groups = grouped_by(rows, each)
    if not 1 < len(groups) <= MOST_LISTED or asked.operations & {"largest", "smallest"}:
        return None
    if measure is None:
        if not asked.of_rows or "count" not in asked.operations:
            return None
        told = [f"{one_line(name, LONGEST)} ({len(own):,})" for name, own in groups.items()]
        return Result("list", "; ".join(told), f"rows{said_of(asked)}", tuple(told), rows, [each])
    unit = records.unit(measure)
    if unit is None or not asked.operations & {"sum", "mean"}:
        return None
    way: Operation = "mean" if "mean" in asked.operations else "sum"
    grid = records.table.parts[0].grid
    told = [
        f"{one_line(name, LONGEST)} "
        f"({wording.amount(aggregated(way, own, records, measure), unit, grid)})"
        for name, own in groups.items()
    ]
    shown = f"{one_line(records.heads[measure], LONGEST)}, the {way} of each{said_of(asked)}"
    return Result("list", "; ".join(told), shown, tuple(told), rows, [each, measure])


def _listed(asked: AskedRecords, records: Records) -> Result | None:
    """The values that the rows have in a column, each once."""
    target = asked.target
    if target is None or asked.operations or not (asked.kept or records.repeats(target)):
        return None
    rows = [row for row in asked.rows if row.text(target)]
    values = tuple(dict.fromkeys(one_line(row.text(target), LONGEST) for row in rows))
    if not 0 < len(values) <= MOST_LISTED:
        return None
    shown = f"{one_line(records.heads[target], LONGEST)}{said_of(asked)}"
    if len(values) == 1:
        return Result("look-up", values[0], shown, values[0], rows, [target])
    return Result("list", "; ".join(values), shown, values, rows, [target])
