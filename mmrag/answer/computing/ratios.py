"""Lines and ratios of statements: a quick ratio from a balance sheet, or capital expenditure from a
cash flow statement that calls it "purchases of property".

Each account must be one row of the statements of one document, with one number for the year that is
asked. Where one is missing or unclear, or the question says more than what it names, the year and
whose it is, nothing is computed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from mmrag import ids
from mmrag.answer.computing import arithmetic, asked_lines, wording
from mmrag.answer.computing.asked_lines import AskedLines, says_no_more, stands_in_balance
from mmrag.answer.computing.cells import ReadTable
from mmrag.answer.computing.matching import Tables
from mmrag.answer.computing.operations import Found, in_wanted_scale
from mmrag.answer.computing.statement_rows import NoRow, StatementRows, Unclear
from mmrag.answer.computing.units import PERCENT, Unit
from mmrag.answer.computing.worked_out import WorkedOut, defined
from mmrag.statements import formulas
from mmrag.statements.definitions import RatioUnit

DECIMALS: Mapping[RatioUnit, int] = {"times": 2, "percent": 1, "days": 1}
"""Of a ratio where the question wants no other: as reports give them."""
DIGITS_OF_PARTS = 3
"""That tell something of a number below 1: "0.0503". Chosen by hand."""


def results(question: str, held: Tables) -> Iterator[Found]:
    """The line or ratio that a question asks for, of each document of which it may be asked.

    Nothing where it asks for something else, or nothing can be computed.
    """
    what = asked_lines.read(question)
    if what is None:
        return
    for tables in by_document(held):
        if says_no_more(what.text, what.said, tables[0].table):
            try:
                yield found(what, StatementRows(tables))
            except (NoRow, Unclear, ZeroDivisionError):
                continue


def by_document(held: Tables) -> Iterable[list[ReadTable]]:
    """The tables of each document."""
    documents: dict[str, list[ReadTable]] = {}
    for name, read in held.items():
        documents.setdefault(ids.document_of(name), []).append(read)
    return documents.values()


def found(what: AskedLines, rows: StatementRows) -> Found:
    """A line or ratio of one document.

    Raises `NoRow`, `Unclear`, and `ZeroDivisionError` where a divisor is not above 0.
    """
    years = what.years or tuple(map(int, sorted(rows.years())[-1:]))
    if not years:
        raise NoRow(str(what.formula))
    parts = [WorkedOut(rows, year, what.formula, what.part) for year in years]
    value = sum((part.value for part in parts), Decimal()) / len(parts)
    cells = tuple(dict.fromkeys(cell for part in parts for cell in part.cells))
    when = parts[0].period if len(parts) == 1 else f"mean of {years[0]} to {years[-1]}"
    worked = "; ".join(part.text for part in parts)
    if what.unit is not None:
        said, result, unit = told(value, what.unit, what.decimals)
        shown = [f"{what.title}, {when} = {worked}", *_otherwise(what, rows, parts, what.unit)]
        if what.source:
            shown.append(f"defined as {defined(what.formula)} by {what.source}")
    else:
        said, result, unit = _amount(value, parts[0].unit, what)
        is_row = len(cells) == len(parts)  # whose own name says what it is
        shown = list(map(wording.named, cells)) if is_row else [f"{what.title}, {when} = {worked}"]
    return Found(what.operation, said, "; ".join(shown), result, unit, cells)


def _otherwise(
    what: AskedLines, rows: StatementRows, parts: Sequence[WorkedOut], unit: RatioUnit
) -> Iterator[str]:
    """What a ratio is with balances at the year's end in place of averages, or the other way."""
    if all(map(stands_in_balance, formulas.operands(what.formula))):
        return  # all of one day
    other, how = formulas.at_end(what.formula), "with balances at the year's end"
    if other == what.formula:
        other = formulas.averaged(what.formula, stands_in_balance)
        how = "with average balances"
    if other != what.formula and len(parts) == 1:
        try:
            value = WorkedOut(rows, parts[0].year, other, what.part).value
        except (NoRow, Unclear, ZeroDivisionError):
            return
        yield f"{how} {told(value, unit, what.decimals)[0]}"


def _amount(value: Decimal, unit: Unit, what: AskedLines) -> tuple[str, Decimal, Unit]:
    """An amount in words, as a number and its unit, in the scale that is asked for."""
    wanted, unit = in_wanted_scale(value, unit, what.power)
    if wanted is None:
        raise Unclear(what.title)
    if what.decimals is not None:
        wanted = arithmetic.rounded(wanted, what.decimals)
    return wording.amount(wanted, unit), wanted, unit


def told(value: Decimal, unit: RatioUnit, decimals: int | None) -> tuple[str, Decimal, Unit]:
    """A ratio in words, as a number and its unit: below 1 as a part of it and in percent."""
    places = DECIMALS[unit] if decimals is None else decimals
    part = arithmetic.rounded(value, max(places, DIGITS_OF_PARTS - 1 - value.adjusted()))
    percent = arithmetic.rounded(value * 100, max(1, places - 2))
    wanted = arithmetic.rounded(value, places)
    if unit == "percent":
        said = f"{wording.amount(percent, PERCENT)}, or {wording.number(part)}"
        if decimals is not None and wanted != part and wanted:
            said += f" (rounded {wording.number(wanted)})"
        return said, percent, PERCENT
    if unit == "times" and abs(value) < 1:
        said = f"{wording.number(part)}, or {wording.amount(percent, PERCENT)}"
        return said, part, Unit(None, "")
    result = wanted
    named = Unit(0, "days") if unit == "days" else Unit(None, "")
    return wording.amount(result, named), result, named
