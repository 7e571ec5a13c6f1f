"""The most and the least: of rows, of groups of rows, of days, and by how many rows there are."""

from collections.abc import Sequence
from decimal import Decimal

from mmrag.answer.computing import wording
from mmrag.answer.computing.asked_records import AskedRecords
from mmrag.answer.computing.record_results import (
    LONGEST,
    Result,
    aggregated,
    best_of,
    grouped_by,
    rows_of,
    said_of,
)
from mmrag.answer.computing.record_rows import RecordRow, Records
from mmrag.answer.computing.units import Unit
from mmrag.text.prompting import one_line
from mmrag.types import Operation


def extreme(asked: AskedRecords, records: Records) -> Result | None:
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

    best, is_one = best_of(rows, operation, number)
    value = number(best)
    if not is_one and target is not None and target not in records.numbers:
        # several orders of the one most expensive product
        is_one = len({row.text(target) for row in rows if number(row) == value}) == 1
    grid = records.table.parts[best.part].grid
    amount, name = wording.amount(value, unit, grid), one_line(records.heads[measure], LONGEST)
    shown = f"{name}: {amount}, the {operation} of {len(rows):,}"
    if target is None:
        key = one_line(best.text(0), LONGEST) if is_one and measure else ""
        shown = ", ".join(filter(None, (key, f"{name}, the {operation} of {len(rows):,}")))
        return Result(operation, amount, shown, value, [best], [0, measure], unit)
    if not is_one or not best.text(target):
        return None
    said = one_line(best.text(target), LONGEST)
    if target in records.numbers:  # "the price of the longest"
        told, own = records.numbers[target][best.cells[target]]
        shown = f"{one_line(records.heads[target], LONGEST)}, {best.text(0)}; {shown}"
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
    best, is_one = best_of(rows, operation, lambda row: Decimal(days[row.text(column)].toordinal()))
    if not is_one or target is None or not best.text(target):
        return None
    end = "earliest" if operation == "smallest" else "latest"
    said = one_line(best.text(target), LONGEST)
    name = one_line(records.heads[column], LONGEST)
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
    groups = grouped_by([row for row in asked.rows if row.text(measure)], target)
    if len(groups) < 2:
        return None
    totals = {name: aggregated(way, rows, records, measure) for name, rows in groups.items()}
    best, is_one = best_of(list(totals), operation, totals.__getitem__)
    if not is_one:
        return None
    amount = wording.amount(totals[best], unit, records.table.parts[0].grid)
    column = one_line(records.heads[measure], LONGEST)
    shown = f"{column}: {amount}, the {operation} {way} of {len(groups)}{said_of(asked)}"
    said = one_line(best, LONGEST)
    return Result(operation, said, shown, said, groups[best], [target, measure])


def _most_rows(asked: AskedRecords, records: Records, operation: Operation) -> Result | None:
    """The value that the most rows have in a column: "which region has the most orders"."""
    if asked.target is None or not records.repeats(asked.target):
        return None
    groups = grouped_by(asked.rows, asked.target)
    best, is_one = best_of(list(groups), operation, lambda name: Decimal(len(groups[name])))
    if not is_one or len(groups) < 2:
        return None
    said = one_line(best, LONGEST)
    shown = f"{rows_of(len(groups[best]), asked)}, the {operation} of {len(groups)}"
    return Result(operation, said, shown, said, groups[best], [asked.target])
