"""Rows and columns as a whole: of the things that they name, one is the largest.

Things are of a kind by what their table calls them, or where their numbers add up to a row below:
regions that make up the sales are parts of them, whatever stands in the corner.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from mmrag import grids
from mmrag.answer.computing import languages
from mmrag.answer.computing.cells import NumberCell, ReadTable, sums
from mmrag.answer.computing.matching import Tables, is_covered
from mmrag.answer.computing.terms import Terms, terms
from mmrag.text.function_words import ENGLISH
from mmrag.text.stems import stem
from mmrag.types import Table

_YEARS = frozenset({stem("year")})
_WHOLE = re.compile(r"^\W*$|\b(?:total|average|mean|all|overall|sum|other|others)\b", re.IGNORECASE)
"""Names of rows that stand for several, or for none."""

Line = tuple[NumberCell, ...]


def lines_of(asked: Terms, noun: Terms, tables: Tables, of_group: bool = False) -> list[Line]:
    """The columns that a question means, each with a number for every thing of the kind `noun`.

    Of years these are rows. Totals are left out, and tables whose rows are of several groups; with
    `of_group` those are meant whose group has the name of the kind. Where no table calls its rows
    so, those that add up to another.
    """
    found = [
        told
        for table in tables.values()
        for told in _of_table(asked, noun, table, of_group=of_group)
    ]
    if not found and not of_group:
        found = [told for table in tables.values() for told in _of_parts(asked, noun, table)]
    best = max((said for said, _ in found), default=None)
    return [line for said, line in found if said == best]


def kind(table: Table, language: str = ENGLISH) -> frozenset[str]:
    """The stems of what a table may call the things of its rows."""
    corner = grids.corner(table.grid)
    return terms(table.caption, language).stems | terms(corner, language).stems


def _of_table(
    asked: Terms, noun: Terms, table: ReadTable, *, of_group: bool
) -> Iterator[tuple[int, Line]]:
    """The lines of a table that calls its rows so, each with how much of a question it says."""
    of_years = bool(noun.stems & _YEARS)
    if not (of_years or of_group) and not noun.stems <= kind(table.table, noun.language):
        return
    lines: defaultdict[int, list[NumberCell]] = defaultdict(list)
    for cell in table.numbers_of(asked, any_row=not of_years, any_column=of_years):
        if of_group and not noun.stems <= terms(cell.group, noun.language).stems:
            continue
        row = languages.in_english(cell.row, asked.language)
        if terms(cell.column).years if of_years else not _WHOLE.search(row):
            lines[cell.cell.row if of_years else cell.cell.column].append(cell)
    for line in lines.values():
        said = _said_by_line(asked, line, of_years=of_years)
        if len(line) > 1 and said is not None:
            yield said, tuple(line)


def _of_parts(asked: Terms, noun: Terms, table: ReadTable) -> Iterator[tuple[int, Line]]:
    """The rows that add up to another, where a heading or one of them names their kind."""
    for total, parts in sums(table.numbers_of(asked, any_row=True)):
        whole = terms(total.row, asked.language).stems
        is_whole = _WHOLE.search(languages.in_english(total.row, asked.language))
        if len({cell.name for cell in parts}) < len(parts) or not (is_whole or whole & asked.stems):
            continue  # of many numbers some add up to another by chance
        headings = (table.table.caption, *table.table.heading, *(cell.row for cell in parts))
        if not noun.stems <= frozenset().union(*(terms(text).stems for text in headings)):
            continue
        stems = [terms(name).stems for name in (total.column, total.corner, total.row)]
        said = is_covered(asked, [frozenset().union(*stems)], table.table)
        years = terms(total.column).years or terms(table.table.caption).years
        if said is not None and (not years or asked.years <= years):
            yield said, parts


def _said_by_line(asked: Terms, line: Sequence[NumberCell], *, of_years: bool) -> int | None:
    """How much of a question the name of a row or column says; None where some is said nowhere."""
    first = line[0]
    if len({cell.group for cell in line}) > 1 or len({cell.name for cell in line}) < len(line):
        return None
    shared = first.row if of_years else first.column
    stems = terms(shared, asked.language).stems | terms(first.corner, asked.language).stems
    years = terms(first.column).years or terms(first.table.caption).years
    if not of_years and asked.years and years and not asked.years <= years:
        return None
    return is_covered(asked, [stems], first.table)
