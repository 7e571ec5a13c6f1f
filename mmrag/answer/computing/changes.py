"""How an account or a ratio changed between two years: "revenue" by whatever name its statement has
for it, "gross margin" as the statements have its parts.
"""

from collections.abc import Iterator
from decimal import Decimal

from mmrag.answer.computing import arithmetic, instructions, phrasing, ratios, wording
from mmrag.answer.computing.asked import AskedOperation
from mmrag.answer.computing.asked_lines import says_no_more
from mmrag.answer.computing.cells import NumberCell
from mmrag.answer.computing.matching import Tables
from mmrag.answer.computing.operations import Found, combined, in_wanted_scale, yes_or_no
from mmrag.answer.computing.periods import part_of, without_periods
from mmrag.answer.computing.statement_rows import NoRow, StatementRows, Unclear
from mmrag.answer.computing.terms import Terms
from mmrag.answer.computing.units import PERCENT, POINTS, Unit, shared
from mmrag.answer.computing.worked_out import WorkedOut, defined
from mmrag.statements import formulas, questions
from mmrag.statements.definitions import Ratio, load
from mmrag.statements.formulas import Formula
from mmrag.text.stems import stem
from mmrag.types import Operation

_CHANGE_TEXT = "change difference year over much per cent compare profile trend"
_CHANGE = frozenset(map(stem, _CHANGE_TEXT.split()))
"""Stems of words that ask for a change, beside those of moves."""
_BETTER_LOW = (
    "days",
    "cash_conversion",
    "debt",
    "leverage",
    "effective_tax",
    "dividend",
    "retention",
)
"""How keys of ratios begin that do not improve by growing, or of which none can say so."""


_Period = tuple[str, int]
"""A part of a year, or nothing for all of it, and the year."""
_Periods = tuple[_Period, _Period]


def results(operation: AskedOperation, question: str, held: Tables) -> Iterator[Found]:
    """The change that a question asks for, of each document of which it may be asked.

    `operation` is what was read of the question.
    """
    if operation.operation not in ("difference", "percent change", "comparison"):
        return
    text = instructions.bare(question)
    named = questions.find(text)
    periods = [period for part in operation.parts if (period := _period(part)) is not None]
    if not (named.ratio or named.account) or len(periods) < len(operation.parts):
        return
    first, second = periods
    rest = phrasing.without_cues(without_periods(text), [])
    for tables in ratios.by_document(held):
        if not says_no_more(rest, named.said | _CHANGE, tables[0].table):
            continue
        rows = StatementRows(tables)
        try:
            found = (
                _of_ratio(operation, named.ratio, rows, (first, second), text)
                if named.ratio
                else _of_account(operation, named.account, rows, (first, second))
            )
        except (NoRow, Unclear, ZeroDivisionError):
            continue
        if found is not None:
            yield found


def _period(asked: Terms) -> _Period | None:
    """The one period that a part of a question names."""
    part = part_of(" ".join(asked.stems))
    if part is None or len(asked.years) != 1:
        return None
    return part, int(next(iter(asked.years)))


def _of_account(
    operation: AskedOperation, account: str, rows: StatementRows, periods: _Periods
) -> Found | None:
    """How an account changed; of one that no row has, what it is made of."""
    try:
        one, other = (rows.cell(account, f"{part} {year}".strip()) for part, year in periods)
    except NoRow:
        entry = load().accounts[account]
        if not entry.formula:
            raise
        return _of_formula(operation, entry.title, formulas.parse(entry.formula), rows, periods)
    return combined(operation, (one, other)) if shared((one.unit, other.unit)) else None


def _of_formula(
    operation: AskedOperation, title: str, formula: Formula, rows: StatementRows, periods: _Periods
) -> Found | None:
    """How an amount that is computed changed. Raises as `WorkedOut` does."""
    one, other = (WorkedOut(rows, year, formula, part) for part, year in periods)
    cells = tuple(dict.fromkeys((*one.cells, *other.cells)))
    unit = shared(cell.unit for cell in cells)
    if unit is None:
        return None
    shown = "; ".join(
        f"{title}, {part.period}: {wording.amount(part.value, unit)} = {part.text}"
        for part in (one, other)
    )
    if operation.operation == "comparison":
        return yes_or_no(_is_so(operation, one, other), shown, cells)
    change = one.value - other.value
    value, told = in_wanted_scale(change, unit, operation.power)
    if operation.operation == "percent change":
        if other.value <= 0:
            return None
        percent = 100 * change / other.value
        value, told = arithmetic.rounded(percent, arithmetic.percent_decimals(percent)), PERCENT
    if value is None:
        return None
    return _differing(operation, value, told, shown, (one, other), cells)


def _of_ratio(
    operation: AskedOperation, ratio: Ratio, rows: StatementRows, periods: _Periods, text: str
) -> Found | None:
    """How a ratio of the first year is to that of the second; whether it is more, where asked.

    A share changes by points, and what it changed by in percent is not told. Raises `NoRow`,
    `Unclear`, and `ZeroDivisionError`.
    """
    formula = formulas.parse(ratio.formula)
    one, other = (WorkedOut(rows, year, formula, part) for part, year in periods)
    cells = tuple(dict.fromkeys((*one.cells, *other.cells)))
    amounts = [ratios.told(part.value, ratio.unit, operation.decimals)[1:] for part in (one, other)]
    shown = "; ".join(
        f"{ratio.title}, {part.period}: {wording.amount(value, unit)} = {part.text}"
        for part, (value, unit) in zip((one, other), amounts, strict=True)
    )
    shown += f"; defined as {defined(formula)} by {ratio.source}"
    asks_better = phrasing.IMPROVES.search(text) is not None and ratio.key.startswith(_BETTER_LOW)
    if operation.operation == "comparison" and not asks_better:
        return yes_or_no(_is_so(operation, one, other), shown, cells)
    if operation.operation == "percent change":
        return None
    is_share = ratio.unit == "percent"
    change = (one.value - other.value) * (100 if is_share else 1)
    places = ratios.DECIMALS[ratio.unit] if operation.decimals is None else operation.decimals
    unit = POINTS if is_share else amounts[0][1]
    value = arithmetic.rounded(change, places)
    return _differing(operation, value, unit, shown, (one, other), cells)


def _is_so(operation: AskedOperation, one: WorkedOut, other: WorkedOut) -> bool:
    return one.value < other.value if operation.less else one.value > other.value


def _differing(
    operation: AskedOperation,
    value: Decimal,
    unit: Unit,
    shown: str,
    parts: tuple[WorkedOut, WorkedOut],
    cells: tuple[NumberCell, ...],
) -> Found:
    how = "more" if value >= 0 else "less"
    one, other = parts
    said = f"{wording.amount(abs(value), unit)} {how} in {one.period} than in {other.period}"
    done: Operation = "difference"
    if operation.operation == "percent change":
        done = "percent change"
    return Found(done, said, shown, value, unit, cells)
