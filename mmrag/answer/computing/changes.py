"""How an account changed between two years: "revenue" by whatever name its statement has for it."""

from collections.abc import Iterator

from mmrag.answer.computing import asked
from mmrag.answer.computing.asked import AskedOperation
from mmrag.answer.computing.matching import Tables
from mmrag.answer.computing.operations import Found, combined
from mmrag.answer.computing.ratios import by_document, says_no_more
from mmrag.answer.computing.statement_rows import NoRow, StatementRows, Unclear
from mmrag.statements import questions
from mmrag.text.stems import stem

_CHANGE_TEXT = (
    "change changes growth grow grew increase decrease difference year over much per cent"
)
_CHANGE = frozenset(map(stem, _CHANGE_TEXT.split()))
"""Stems of words that ask for a change."""


def results(operation: AskedOperation, question: str, held: Tables) -> Iterator[Found]:
    """The change that a question asks for, of each document of which it may be asked.

    `operation` is what was read of the question.
    """
    if operation.operation not in ("difference", "percent change"):
        return
    text = asked.bare(question)
    named = questions.find(text)
    years = [part.years for part in operation.parts]
    if named.ratio or not named.account or any(len(found) != 1 for found in years):
        return
    for tables in by_document(held):
        if not says_no_more(text, named.said | _CHANGE, tables[0].table):
            continue
        rows = StatementRows(tables)
        try:
            cells = tuple(rows.cell(named.account, next(iter(found))) for found in years)
        except (NoRow, Unclear):
            continue
        if len({cell.unit for cell in cells}) == 1 and (found := combined(operation, cells)):
            yield found
