"""Ratios and accounts of statements, by their definitions, from the statements in the evidence.

"What was the quick ratio in 2023?" names a definition (`mmrag.statements`): each of its accounts is
looked for in the statements that show it, in the column of the year. It is computed where all of
them are there, once, and the question asks for nothing else.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from mmrag.answer.computing import arithmetic, wording
from mmrag.answer.computing.asked import AskedOperation, decimals_wanted, is_of_last_period
from mmrag.answer.computing.cells import NumberCell, ReadTable
from mmrag.answer.computing.matching import Tables, agree, names_document
from mmrag.answer.computing.operations import Found, in_wanted_scale
from mmrag.answer.computing.terms import OPTIONAL, is_year, needed, terms, years
from mmrag.answer.computing.units import PERCENT, Unit
from mmrag.statements import formulas, kinds, names
from mmrag.statements.definitions import Account, Ratio, load
from mmrag.statements.formulas import Operand
from mmrag.statements.questions import NamedLines, find
from mmrag.text.stems import stem
from mmrag.types import Evidence, Table

_MAY_BE_NEGATIVE = frozenset(
    (
        "net_income", "pretax_income", "operating_income", "gross_profit", "operating_cash_flow",
        "investing_cash_flow", "financing_cash_flow", "equity", "working_capital", "ebitda",
        "retained_earnings", "free_cash_flow", "earnings_per_share", "basic_earnings_per_share",
    )
)  # fmt: skip
"""Accounts whose sign counts; of the others, parentheses say that they are taken off."""
_ASKING = frozenset(
    map(stem, ("ratio", "fiscal", "percent", "percentage", "rate", "last", "latest", "annual"))
)
_DECIMALS_OF_PARTS = 4
"""Decimals of a ratio below 1, where the question wants no other: two of its percent."""


class _NotCertain(Exception):
    """An account is not there, or there with several values."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """A table that is one of a document's statements, and how certainly."""

    read: ReadTable
    kinds: Mapping[str, float]


@dataclass(slots=True)
class _Reading:
    """The accounts of a document's statements in a year, as far as a formula has asked for them."""

    statements: tuple[_Statement, ...]
    year: int
    cells: dict[tuple[str, int], NumberCell] = field(default_factory=dict)

    def value_of(self, operand: Operand) -> Decimal:
        """What an operand is worth. Raises `_NotCertain`."""
        match operand.reading:
            case "average":
                return (self._at(operand, 0) + self._at(operand, 1)) / 2
            case "change":
                return self._at(operand, 0) - self._at(operand, 1)
            case "optional" if not list(_found(self.statements, operand.account, self.year)):
                return Decimal(0)
            case _:
                return self._at(operand, 0)

    def shown(self, operand: Operand) -> str:
        """An operand in numbers."""
        match operand.reading:
            case "average":
                return f"(({self._number(operand, 0)} + {self._number(operand, 1)}) / 2)"
            case "change":
                return f"({self._number(operand, 0)} - {self._number(operand, 1)})"
            case _:
                return wording.number(self.value_of(operand))

    def _number(self, operand: Operand, before: int) -> str:
        return wording.number(self._at(operand, before))

    def _at(self, operand: Operand, before: int) -> Decimal:
        """An account's number so many years before; of its formula where no row has its name."""
        year = self.year - before
        account = load().accounts[operand.account]
        found = list(_found(self.statements, account.key, year))
        if not found and account.formula:
            earlier = _Reading(self.statements, year, self.cells)
            return formulas.evaluate(formulas.parse(account.formula), earlier.value_of)
        cell = _chosen(found)
        self.cells[account.key, year] = cell
        return _magnitude(account, cell)


def results(
    question: str, asked: AskedOperation | None, evidence: Sequence[Evidence], held: Tables
) -> Iterator[Found]:
    """The ratio or account that a question names, of each document that it can mean."""
    first = question.partition("?")[0]
    named = find(first)
    if not named or not (named.ratio or named.accounts):
        return
    for statements in _by_document(evidence, held):
        tables = [statement.read.table for statement in statements]
        if not _asks_nothing_else(first, named, tables):
            continue
        year = _year(first, tables)
        if year is None:
            continue
        reading = _Reading(statements, year)
        try:
            if named.ratio is not None:
                yield _ratio(question, named.ratio, reading)
            elif asked is not None and asked.operation == "look-up":
                yield _account(asked, named.accounts[0], reading)
        except (_NotCertain, ZeroDivisionError):
            continue


def _ratio(question: str, ratio: Ratio, reading: _Reading) -> Found:
    formula = formulas.parse(ratio.formula)
    value = formulas.evaluate(formula, reading.value_of)
    cells = tuple(reading.cells.values())
    if not _share_a_scale(cells):
        raise _NotCertain
    wanted = decimals_wanted(question)
    percent = arithmetic.rounded(
        100 * value, arithmetic.PERCENT_DECIMALS if wanted is None else wanted
    )
    if ratio.unit == "percent":
        value, unit = percent, PERCENT
    else:
        places = (2 if abs(value) >= 1 else _DECIMALS_OF_PARTS) if wanted is None else wanted
        unit = Unit(0, "days") if ratio.unit == "days" else Unit(None, "")
        value = arithmetic.rounded(value, places)
    said = wording.amount(value, unit)
    if ratio.unit == "times" and abs(value) < 1:
        said = f"{said}, or {wording.amount(arithmetic.rounded(100 * value, 2), PERCENT)}"
    shown = (
        f"{ratio.title}, {reading.year} = {formulas.written(formula, _title)}: "
        f"{formulas.written(formula, reading.shown)}"
    )
    source = f"; defined by {ratio.source}" if ratio.names else ""
    return Found("ratio", said, shown + source, value, unit, cells)


def _account(asked: AskedOperation, key: str, reading: _Reading) -> Found:
    cell = _chosen(list(_found(reading.statements, key, reading.year)))
    value, unit = in_wanted_scale(_magnitude(load().accounts[key], cell), cell.unit, asked.power)
    if value is None or asked.wants_percent != (unit == PERCENT):
        raise _NotCertain
    return Found("look-up", wording.amount(value, unit), wording.named(cell), value, unit, (cell,))


def _title(operand: Operand) -> str:
    title = load().accounts[operand.account].title
    prefix = {"average": "average ", "change": "change of "}.get(operand.reading, "")
    return prefix + title


def _by_document(evidence: Sequence[Evidence], held: Tables) -> Iterator[tuple[_Statement, ...]]:
    """The statements among the tables of each document."""
    found: defaultdict[str, list[_Statement]] = defaultdict(list)
    for read in held.values():
        title = " ".join((*read.table.heading[-1:], read.table.caption))
        if told := kinds.of_grid(read.table.grid, title):
            found[evidence[read.item].document_id].append(_Statement(read, told))
    yield from map(tuple, found.values())


def _found(
    statements: tuple[_Statement, ...], key: str, year: int
) -> Iterator[tuple[tuple[bool, bool, float], NumberCell]]:
    """The cells of an account in a year, with how well the row and the table show it."""
    account = load().accounts[key]
    for statement in statements:
        scores = [statement.kinds.get(kind, 0.0) for kind in account.statements]
        if not any(scores):
            continue
        for row in statement.read.rows:
            name = names.of_label(row.name)
            exact = key in names.accounts().get(name, ())
            if not exact and key not in names.longest_start(name, names.accounts()):
                continue
            for cell in statement.read.numbers(row):
                if _is_of(cell, year):
                    yield (scores[0] == max(scores), exact, max(scores)), cell


def _chosen(found: list[tuple[tuple[bool, bool, float], NumberCell]]) -> NumberCell:
    """The cell of the row that shows an account best; of several such, all must agree."""
    if not found:
        raise _NotCertain
    best = max(rank[:2] for rank, _ in found)
    cells = [cell for rank, cell in found if rank[:2] == best]
    if not agree(cells):
        raise _NotCertain
    return cells[0]


def _is_of(cell: NumberCell, year: int) -> bool:
    """Whether a cell's column is of a year, and of nothing else: no quarter, change or part."""
    column = terms(cell.column)
    return column.years == {str(year)} and needed(cell.column) == {str(year)}


def _magnitude(account: Account, cell: NumberCell) -> Decimal:
    if account.key in _MAY_BE_NEGATIVE:
        return cell.value
    if account.key == "income_tax" and cell.value < 0:
        raise _NotCertain  # a benefit, or a cost in parentheses
    return abs(cell.value)


def _share_a_scale(cells: tuple[NumberCell, ...]) -> bool:
    """Whether the cells are in one unit, as far as their tables name any."""
    return len({cell.unit for cell in cells if cell.unit.power is not None}) <= 1


def _asks_nothing_else(text: str, named: NamedLines, tables: list[Table]) -> bool:
    """Whether every word of a question names the ratio, its accounts, the year or the document."""
    held = set(OPTIONAL | _ASKING)
    told = [*(named.ratio.names if named.ratio else ())]
    accounts = load().accounts
    told += [
        name for key in named.accounts for name in (*accounts[key].names, *accounts[key].asked)
    ]
    for name in told:
        held |= terms(name).stems
    return all(
        {item for item in phrase.stems if not is_year(item)} <= held
        or any(names_document(phrase, table) for table in tables)
        for phrase in terms(text).phrases
    )


def _year(text: str, tables: list[Table]) -> int | None:
    """The one year that a question names, or the last one of the tables where it wants that."""
    told = years(text)
    if len(told) == 1:
        return int(told[0])
    if told or not is_of_last_period(text):
        return None
    heads = (cell.text for table in tables for cell in table.grid.cells if cell.is_header)
    return max((int(year) for head in heads for year in years(head)), default=None)
