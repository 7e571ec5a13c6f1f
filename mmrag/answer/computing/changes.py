"""How an account or a ratio changed between two years: "revenue" by whatever name its statement has
for it, "gross margin" as the statements have its parts.
"""

from collections.abc import Iterator

from mmrag.answer.computing import arithmetic, asked, phrasing, ratios, wording
from mmrag.answer.computing.asked import AskedOperation
from mmrag.answer.computing.matching import Tables
from mmrag.answer.computing.operations import Found, combined
from mmrag.answer.computing.statement_rows import NoRow, StatementRows, Unclear
from mmrag.answer.computing.units import POINTS, Unit
from mmrag.answer.computing.worked_out import WorkedOut, defined
from mmrag.statements import formulas, questions
from mmrag.statements.definitions import Ratio
from mmrag.text.stems import stem

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


def results(operation: AskedOperation, question: str, held: Tables) -> Iterator[Found]:
    """The change that a question asks for, of each document of which it may be asked.

    `operation` is what was read of the question.
    """
    if operation.operation not in ("difference", "percent change", "comparison"):
        return
    text = asked.bare(question)
    named = questions.find(text)
    years = [part.years for part in operation.parts]
    if not (named.ratio or named.account) or any(len(found) != 1 for found in years):
        return
    first, second = (int(next(iter(found))) for found in years)
    rest = phrasing.without_cues(text, [str(first), str(second)])
    for tables in ratios.by_document(held):
        if not ratios.says_no_more(rest, named.said | _CHANGE, tables[0].table):
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


def _of_account(
    operation: AskedOperation, account: str, rows: StatementRows, years: tuple[int, int]
) -> Found | None:
    one, other = (rows.cell(account, str(year)) for year in years)
    return combined(operation, (one, other)) if one.unit == other.unit else None


def _of_ratio(
    operation: AskedOperation,
    ratio: Ratio,
    rows: StatementRows,
    years: tuple[int, int],
    text: str,
) -> Found | None:
    """How a ratio of the first year is to that of the second; whether it is more, where asked.

    A share changes by points, and what it changed by in percent is not told. Raises `NoRow`,
    `Unclear`, and `ZeroDivisionError`.
    """
    formula = formulas.parse(ratio.formula)
    one, other = (WorkedOut(rows, year, formula) for year in years)
    cells = tuple(dict.fromkeys((*one.cells, *other.cells)))
    amounts = [ratios.told(part.value, ratio.unit, operation.decimals)[1:] for part in (one, other)]
    shown = "; ".join(
        f"{ratio.title}, {part.year}: {wording.amount(value, unit)} = {part.text}"
        for part, (value, unit) in zip((one, other), amounts, strict=True)
    )
    shown += f"; defined as {defined(formula)} by {ratio.source}"
    asks_better = phrasing.IMPROVES.search(text) is not None and ratio.key.startswith(_BETTER_LOW)
    if operation.operation == "comparison" and not asks_better:
        yes = one.value < other.value if operation.less else one.value > other.value
        result = "yes" if yes else "no"
        return Found("comparison", result.capitalize(), shown, result, Unit(None, ""), cells)
    if operation.operation == "percent change":
        return None
    is_share = ratio.unit == "percent"
    change = (one.value - other.value) * (100 if is_share else 1)
    places = ratios.DECIMALS[ratio.unit] if operation.decimals is None else operation.decimals
    value = arithmetic.rounded(change, places)
    unit = POINTS if is_share else amounts[0][1]
    how = "more" if change >= 0 else "less"
    said = f"{wording.amount(abs(value), unit)} {how} in {years[0]} than in {years[1]}"
    return Found("difference", said, shown, value, unit, cells)
