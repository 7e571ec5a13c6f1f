"""Rows of a table that meet what a question says: "which hives gave more than 20 kg?".

The number may be limited, and a cell of words, or the name of a group, may say what kind a row is
of: "who are the honorary members?". All of a question must be said by the table, and every row must
have a number where one is limited; what was measured in a chart counts where it is clear of the
limit. Where tables say different things, nothing is told.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag import grids, ids
from mmrag.answer.computing.cells import NumberCell, ReadTable, Row
from mmrag.answer.computing.lines import kind
from mmrag.answer.computing.matching import Tables, names_document
from mmrag.answer.computing.terms import OPTIONAL, needed, terms
from mmrag.answer.questions import FRAME
from mmrag.text import measures, numbers
from mmrag.text.numbers import Number, is_year
from mmrag.text.prompting import one_line
from mmrag.text.stems import stem
from mmrag.text.units import SCALE_NAMES
from mmrag.text.words import content_words
from mmrag.types import Cell, Table

_ASKS = re.compile(
    r"(?:^|,\s)\W*(?:(?:in|on|for|during|of)\s+)?"
    r"(?:(?P<count>how\s+many)|which|what|who|list|name|enumerate)\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:why|how\s+much|when|where|not|except|excluding|other\s+than|both|respectively|if"
    r"|most|least(?!\s+\$?\d)|fewest|average|mean|percentage|share|\w{3,}est)\b|\bper\s?cent\s+of\b",
    re.IGNORECASE,
)
"""Words of questions that ask for something else, or for more."""
LIMIT = re.compile(
    rf"\b(?:(?P<more>more|greater|over|above|exceed(?:s|ed|ing)?|{measures.MORE_OF})"
    rf"|(?P<less>less|fewer|under|below|{measures.LESS_OF})"
    r"|(?P<least>at\s+least)|(?P<most>at\s+most)|(?P<same>exactly))\s+(?:than\s+)?(?=[$€£¥₹]?\w)",
    re.IGNORECASE,
)
"""How a limit is said, before its number; the name of the group that matched is its way."""
_FILLING = frozenset(map(stem, ("time", "times", "there", "people", "person", "one", "all")))
_LONGEST = 120  # characters of a name in an answer; chosen by hand
_MOST = 20  # rows that are named in an answer; chosen by hand
_YEARS = stem("year")


@dataclass(frozen=True, slots=True)
class FilteredRows:
    """The rows that a question means, by name, and the table with their cells."""

    counts: bool
    names: tuple[str, ...]
    said: tuple[str, ...]  # each name with what makes it one of them
    item: int
    table: Table
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that others are to be more or less than; `way` is the name of a group of `LIMIT`."""

    way: str
    number: Number

    def is_met(self, value: Decimal, limit: Decimal) -> bool:
        """Whether a value is within the limit, both in one scale."""
        match self.way:
            case "more":
                return value > limit
            case "less":
                return value < limit
            case "least":
                return value >= limit
            case "most":
                return value <= limit
        return value == limit

    def holds(self, cell: NumberCell, question: str) -> bool | None:
        """Whether a number is within the limit; None where that cannot be told."""
        value, limit = cell.value, self.number.digits
        if self.number.percent != (cell.unit.name == "%"):
            return None
        power = cell.unit.power or 0
        off = Decimal(str(cell.cell.uncertainty or 0))
        if self.number.scaled or (power and not _says_scale(question, power)):
            value, limit, off = value.scaleb(power), self.number.value, off.scaleb(power)
        if off and abs(limit - value) <= off:
            return None
        return self.is_met(value, limit)


def result(question: str, held: Tables) -> FilteredRows | None:
    """The rows that a question asks for; None where it asks otherwise, or they cannot be told."""
    asks = _ASKS.search(question)
    if asks is None or _OTHERWISE.search(question):
        return None
    limit = next((limit for _, limit in limits(question)), None)
    by_columns: defaultdict[tuple[str, ...], list[ReadTable]] = defaultdict(list)
    for name, read in held.items():
        columns = grids.columns(read.table.grid)
        by_columns[ids.document_of(name), *columns].append(read)
    found = [
        rows
        for tables in by_columns.values()
        if len(tables) == 1
        if (rows := _of_table(question, limit, tables[0], counts=bool(asks["count"])))
    ]
    return found[0] if len({rows.names for rows in found}) == 1 else None


def limits(question: str) -> Iterator[tuple[int, Limit]]:
    """The limits that a question names, each with where it begins."""
    for match in LIMIT.finditer(question):
        for number in numbers.find(question):
            if 0 <= number.start - match.end() <= 1:
                yield match.start(), Limit(str(match.lastgroup), number)
                break


def _of_table(
    question: str, limit: Limit | None, read: ReadTable, *, counts: bool
) -> FilteredRows | None:
    rows = [row for row in read.rows if len(row.cells) > 1]
    if len(rows) < 2 or not _is_kind(question, rows, read.table):
        return None
    wanted = _wanted(question, limit, read.table)
    column = None
    if limit is not None:
        column = _column(terms(question).stems, rows, read)
        if column is None:
            return None
        name = grids.columns(read.table.grid)[column]
        wanted -= terms(name).stems
    elif not wanted:
        return None
    chosen = (
        _of_kind(wanted, terms(question).stems, rows) if wanted else [(row, "") for row in rows]
    )
    if limit is not None and column is not None:
        return _limited(question, limit, column, chosen, read, counts=counts)
    if not chosen or len(chosen) == len(rows):
        return None
    return _told(read, [(row, why, _cells_of(row, why)) for row, why in chosen], counts=counts)


def _limited(
    question: str,
    limit: Limit,
    column: int,
    chosen: Sequence[tuple[Row, str]],
    read: ReadTable,
    *,
    counts: bool,
) -> FilteredRows | None:
    """The rows whose number is within the limit; None where one has none, or it is in doubt."""
    kept: list[tuple[Row, str, list[Cell]]] = []
    for row, why in chosen:
        cell = _number(read, row, column)
        within = limit.holds(cell, question) if cell is not None else None
        if cell is None or within is None:
            return None
        if within:
            told = ", ".join(filter(None, (why, cell.cell.text)))
            kept.append((row, told, [*_cells_of(row, why), cell.cell]))
    return _told(read, kept, counts=counts) if kept else None


def _told(
    read: ReadTable, chosen: Sequence[tuple[Row, str, list[Cell]]], *, counts: bool
) -> FilteredRows | None:
    if not 0 < len(chosen) <= _MOST:
        return None
    names = tuple(one_line(row.cells[0].text, _LONGEST) for row, _, _ in chosen)
    said = tuple(
        f"{name} ({one_line(why, _LONGEST)})"
        for name, (_, why, _) in zip(names, chosen, strict=True)
    )
    cells = tuple(cell for row, _, own in chosen for cell in (row.cells[0], *own))
    return FilteredRows(counts, names, said, read.item, read.table, cells)


def _wanted(question: str, limit: Limit | None, table: Table) -> frozenset[str]:
    """The stems of a question that a column or the kind of a row has to say."""
    if limit is not None:
        number = limit.number
        question = f"{question[: number.start]} {question[number.end :]}"
        question = LIMIT.sub(" ", question)
    told = {stem(word) for word in content_words(question) if not names_document(word, table.names)}
    return frozenset(told) - OPTIONAL - FRAME - _FILLING - kind(table)


def _is_kind(question: str, rows: Sequence[Row], table: Table) -> bool:
    """Whether the rows are what a question asks for: years, or what the table calls them."""
    asked = terms(question).stems
    if all(is_year(row.cells[0].text.strip()) for row in rows):
        return _YEARS in asked
    return bool((terms(grids.corner(table.grid)).stems - OPTIONAL) & asked)


def _column(asked: frozenset[str], rows: Sequence[Row], read: ReadTable) -> int | None:
    """The one column of numbers that a question names, or the only one there is."""
    held: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        for cell in read.numbers(row, measured=True):
            held[cell.cell.column] += 1
    full = [column for column, count in held.items() if 2 * count > len(rows)]
    names = grids.columns(read.table.grid)
    said = {
        column: len(needed(names[column]))
        for column in full
        if needed(names[column]) and needed(names[column]) <= asked
    }
    best = [column for column, count in said.items() if count == max(said.values())]
    if len(best) == 1:
        return best[0]
    return full[0] if not said and len(full) == 1 else None


def _number(read: ReadTable, row: Row, column: int) -> NumberCell | None:
    found = [cell for cell in read.numbers(row, measured=True) if cell.cell.column == column]
    return found[0] if len(found) == 1 else None


def _of_kind(
    wanted: frozenset[str], asked: frozenset[str], rows: Sequence[Row]
) -> list[tuple[Row, str]]:
    """The rows of which one cell of words, in one column, says all that is wanted and no more."""
    by_column: defaultdict[int, list[tuple[Row, str]]] = defaultdict(list)
    for row in rows:
        for column, text in _words_of(row):
            stems = terms(text).stems
            if wanted <= stems and stems - OPTIONAL <= asked:
                by_column[column].append((row, text))
    return next(iter(by_column.values())) if len(by_column) == 1 else []


def _words_of(row: Row) -> Iterator[tuple[int, str]]:
    if row.group:
        yield -1, row.group
    for cell in row.cells[1:]:
        if any(map(str.isalpha, cell.text)) and grids.value(cell) is None:
            yield cell.column, cell.text


def _cells_of(row: Row, text: str) -> list[Cell]:
    return [cell for cell in row.cells[1:] if text and cell.text == text]


def _says_scale(question: str, power: int) -> bool:
    word = SCALE_NAMES.get(power)
    return word is not None and word in question.lower()
