"""The rows of the statements of one document by their account, each with its number for a year."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag.answer.computing.cells import NumberCell, ReadTable
from mmrag.answer.computing.terms import needed, terms
from mmrag.statements import kinds, names
from mmrag.statements.definitions import Account, load
from mmrag.statements.names import Name

SURE_OF_STATEMENT = 0.6
"""How certainly a table is a statement whose rows are computed with. Chosen by hand."""
_LOSS = re.compile(r"\bloss(?:es)?\b(?!.*\b(?:income|profit|earnings)\b)", re.IGNORECASE)
_PARENTHESES = re.compile(r"\([^()]*\)")
_OF_OTHERS = re.compile(
    r"\battributable\s+to\s+(?:the\s+)?(?:non-?controlling|minority)\b", re.IGNORECASE
)
"""Whose part of a result is none of the company's shareholders'."""
_NOTE = re.compile(r"^\W*notes?\s+(?:no\W*\s*)?\d", re.IGNORECASE)
"""A heading of a note to the statements: what stands below it is of a part, or of others."""


class NoRow(Exception):
    """No row is an account, or none of its cells is of the year."""


class Unclear(Exception):
    """Several numbers are one account in one year."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that is an account. Of two ranks the lower is the better row."""

    rank: tuple[int, float, int]  # whose statement, how uncertain, which of the account's names
    cells: tuple[NumberCell, ...]

    def of(self, period: str) -> list[NumberCell]:
        """Its numbers of a year, or of a part of one ("q2 2031"): no other part, and no change."""
        named = set(period.split())
        return [cell for cell in self.cells if needed(cell.column) == named]


class _StatementTable:
    """A table, and how certainly it is each kind of statement, where it is sure."""

    def __init__(self, read: ReadTable) -> None:
        self.read = read
        title = " ".join((*read.table.heading[-1:], read.table.caption))
        scores = kinds.of_grid(read.table.grid, title)
        self.sure = {kind: score for kind, score in scores.items() if score >= SURE_OF_STATEMENT}
        self.is_in_note = any(map(_NOTE.search, read.table.heading))


class StatementRows:
    """The rows of all statements among the tables of one document."""

    def __init__(self, tables: Iterable[ReadTable]) -> None:
        self._rows: dict[str, list[_Row]] = {}
        for table in _of_one_group(tables):
            for account, row in _rows(table):
                self._rows.setdefault(account, []).append(row)

    def cell(self, account: str, period: str) -> NumberCell:
        """The number of an account in a year, or in a part of one, of the best row that has one.

        Raises `NoRow`, and `Unclear` where rows that are as good have different ones.
        """
        rows = [row for row in self._rows.get(account, ()) if row.of(period)]
        if not rows:
            raise NoRow(account)
        best = min(row.rank for row in rows)
        found = [cell for row in rows if row.rank == best for cell in row.of(period)]
        if len({cell.value for cell in found}) > 1:
            found = _most_told(found, [cell for row in rows for cell in row.of(period)])
        if not found:
            raise Unclear(account)
        if account == "income_tax" and self._may_be_benefit(found[0], period):
            raise Unclear(account)
        return found[0]

    def _may_be_benefit(self, tax: NumberCell, period: str) -> bool:
        """Whether a tax may have been got back: parentheses are put about costs and about benefits.

        The result before taxes and that after them tell it.
        """
        accounts = load().accounts
        try:
            before, after = (
                magnitude(accounts[key], self.cell(key, period))
                for key in ("pretax_income", "net_income")
            )
        except (NoRow, Unclear):
            return tax.value < 0
        paid = abs(tax.value)
        return abs(before + paid - after) < abs(before - paid - after)

    def years(self) -> frozenset[str]:
        """The years of which there are numbers."""
        cells = (cell for rows in self._rows.values() for row in rows for cell in row.cells)
        return frozenset().union(*(terms(cell.column).years for cell in cells))


def _most_told(best: Sequence[NumberCell], told: Sequence[NumberCell]) -> list[NumberCell]:
    """Of cells that differ, those whose number more tables tell than any other; none in doubt.

    Statements of a part of a group, or of its parent alone, are told once; the group's, again and
    again.
    """
    tables: dict[Decimal, set[str]] = {}
    for cell in told:
        tables.setdefault(cell.value, set()).add(cell.table.grid.figure_id)
    counts = sorted((len(tables[value]) for value in {cell.value for cell in best}), reverse=True)
    if counts[0] == counts[1]:
        return []
    return [cell for cell in best if len(tables[cell.value]) == counts[0]]


def magnitude(account: Account, cell: NumberCell) -> Decimal:
    """What an account comes to: costs are written with and without a minus, results may be losses.

    A "net loss" is below nothing however it is written.
    """
    if not account.signed:
        return abs(cell.value)
    is_loss = _LOSS.search(_PARENTHESES.sub(" ", cell.row)) is not None
    return -abs(cell.value) if is_loss else cell.value


def _of_one_group(tables: Iterable[ReadTable]) -> Iterator[_StatementTable]:
    """The tables that are statements; those in notes only where no other is of their kind.

    A note tells of a part of the group, or of its guarantors: of two sources no ratio is made.
    """
    found = [table for read in tables if (table := _StatementTable(read)).sure]
    main = {kind for table in found if not table.is_in_note for kind in table.sure}
    return (table for table in found if not table.is_in_note or main.isdisjoint(table.sure))


def _place(name: Name, called: Sequence[Name]) -> int:
    """Which of an account's names a row has; else the first that it begins with, of three words."""
    if name in called:
        return called.index(name)
    begins = (
        at for at, other in enumerate(called) if name[: len(other)] == other and len(other) > 2
    )
    return next(begins, len(called))


def _rows(table: _StatementTable) -> Iterator[tuple[str, _Row]]:
    for line in table.read.rows:
        if _OF_OTHERS.search(line.name):
            continue
        name = names.of_label(line.name)
        cells = tuple(cell for cell in table.read.numbers(line) if cell.unit.name != "%")
        for key in names.longest_start(name, names.accounts()):
            account = load().accounts[key]
            called = [names.of_label(other) for other in account.names]
            place = _place(name, called)
            for at, kind in enumerate(account.statements):
                if kind in table.sure:
                    yield key, _Row((at, -table.sure[kind], place), cells)
                    break
