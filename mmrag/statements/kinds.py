"""Which statement a table is, by its rows: `of_grid` for cells, `of_text` for the lines of a page.

A row tells by its label: it is an account of the statement, or one of its other rows. As many
different ones as a whole statement has at least make it certain; a title makes up for some that are
missing. Nothing but names is compared, so that unusual wording costs certainty, and no more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from itertools import islice

from mmrag.statements import names
from mmrag.statements.definitions import Statement, load
from mmrag.statements.names import Name
from mmrag.types import Grid

RULES = "2"
"""The version of these rules and of the definitions: a new one lets indexes be read anew."""
MOST_ROWS = 400
"""Rows of a grid, and lines of a page, that are read: statements have some 60. By hand."""
LEAST_SCORE = 0.4
"""What is less certain is no statement: a title alone, or three rows. By hand."""
_TITLE = 0.2  # of the score: chosen by hand
_UNSIGNED = 0.5  # of it where neither a title nor a sure row is there: chosen by hand
_TITLE_CHARACTERS = 600  # from the top of a page: below running heads, before the rows
_YEARS_OF_SUMMARY = 4  # columns: statements have three at most (US SEC, Regulation S-X, 3-02)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SUMMARY = "summary"


def of_grid(grid: Grid, title: str) -> dict[str, float]:
    """How certainly a grid under a title is each kind of statement, `LEAST_SCORE` to 1."""
    labels = {cell.row: cell.text for cell in reversed(grid.cells) if cell.column == 0}
    filled = {
        cell.row for cell in grid.cells if cell.column > 0 and any(map(str.isdigit, cell.text))
    }
    rows = (names.of_label(labels[row]) for row in sorted(filled & labels.keys()))
    heads = islice(grid.cells, MOST_ROWS)
    years = {year for cell in heads if cell.is_header for year in _YEAR.findall(cell.text)}
    return _scores(rows, title, len(years))


def of_text(text: str) -> dict[str, float]:
    """How certainly a page shows each kind of statement, `LEAST_SCORE` to 1."""
    lines = text.split("\n", MOST_ROWS)[:MOST_ROWS]
    years = max((len(set(_YEAR.findall(line))) for line in lines), default=0)
    return _scores(map(names.of_line, lines), text[:_TITLE_CHARACTERS], years)


def _scores(rows: Iterable[Name], title: str, years: int) -> dict[str, float]:
    found: dict[str, set[str]] = {}
    for row in islice(rows, MOST_ROWS):
        for statement, key in names.longest_start(row, _rows()):
            found.setdefault(statement, set()).add(key)
    if not found:
        return {}
    words = names.of_text(title)
    titled = {key for match in names.matches(words, _titles()) for key in _titles()[match.name]}
    scores = {
        key: _score(load().statements[key], held, key in titled)
        for key, held in found.items()
        if key != _SUMMARY or years >= _YEARS_OF_SUMMARY
    }
    return {key: score for key, score in scores.items() if score >= LEAST_SCORE}


def _score(statement: Statement, held: Set[str], titled: bool) -> float:
    score = min(1.0, len(held) / statement.full + _TITLE * titled)
    return score if titled or not held.isdisjoint(statement.signs) else score * _UNSIGNED


@cache
def _rows() -> Mapping[Name, tuple[tuple[str, str], ...]]:
    """By its name, the statements that a row is of, each with what counts once in it."""
    return names.grouped(
        (name, (statement, key)) for statement, key, held in _entries() for name in held
    )


def _entries() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    definitions = load()
    for account in definitions.accounts.values():
        yield from ((statement, account.key, account.names) for statement in account.statements)
    for statement in definitions.statements.values():
        yield from ((statement.key, row, (row,)) for row in statement.rows)


@cache
def _titles() -> Mapping[Name, tuple[str, ...]]:
    statements = load().statements.values()
    return names.grouped((name, item.key) for item in statements for name in item.titles)
