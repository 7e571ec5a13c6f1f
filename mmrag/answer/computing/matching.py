"""The cell that a question means: every word of the question is said by the cell's names, and every
word of its row's and column's names is in the question.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from mmrag.answer.computing.cells import NumberCell, ReadTable
from mmrag.answer.computing.terms import OPTIONAL, Phrase, Terms, needed, terms
from mmrag.text.stems import stem
from mmrag.text.words import plain, plain_words
from mmrag.types import Table

MIN_RATIO = 85
"""Of rapidfuzz, in percent, from which two words of names are one: one letter in six may differ. By
hand."""
_FEWEST_LETTERS = 5  # shorter words are near too many others; chosen by hand
_TOTAL = stem("total")

Tables = Mapping[str, ReadTable]
"""Tables by their figure's ID."""


def look_up(asked: Terms, tables: Tables, *, measured: bool = False) -> list[NumberCell]:
    """The cells that a question means, of all tables those whose names fit best.

    More than one where tables say the same thing again, or contradict each other. With `measured`,
    those that were measured in a chart are among them.
    """
    told = [
        (table, cell)
        for table in tables.values()
        for cell in table.numbers_of(asked, measured=measured)
        if asked.says(needed(cell.row, asked.language))
        and asked.says(needed(cell.column, asked.language))
    ]
    named = [cell for _, cell in told]
    ranked = [(rank, cell) for table, cell in told if (rank := _rank(asked, cell, table))]
    best = max((rank for rank, _ in ranked), default=None)
    chosen = [cell for rank, cell in ranked if rank == best]
    return [
        cell for cell in chosen if not any(_rivals(cell, other, asked.language) for other in named)
    ]


def _rivals(cell: NumberCell, other: NumberCell, language: str) -> bool:
    """Whether a question names another row or column of the kind of a cell's beside it.

    "Wave I and Wave II" means neither alone; "operating profit" means no row "Profit" beside it.
    """
    if cell.table is not other.table:
        return False
    names = ((cell.row, other.row), (cell.column, other.column))
    pairs = ((needed(own, language), needed(name, language)) for own, name in names)
    return any(own & name and not name <= own for own, name in pairs)


def is_covered(asked: Terms, labels: Collection[frozenset[str]], table: Table) -> int | None:
    """How many phrases of a question the labels of a cell say; None where one is said nowhere.

    What the labels do not say, the caption of the table may, the heading above it, or the names of
    its document.
    """
    said = 0
    caption = terms(" ; ".join((table.caption, *table.heading[-1:])), asked.language)
    for phrase in asked.phrases:
        wanted = phrase.stems - OPTIONAL
        if not wanted:
            continue
        if any(wanted <= label for label in labels):
            said += 1
        elif not wanted <= caption.stems and not is_name_of(phrase, table):
            return None
    return said


def agree(cells: Sequence[NumberCell]) -> bool:
    """Whether cells say the same number, rounded to the coarsest of them."""
    first, *others = cells
    return all(_same(first, other) for other in others)


def _same(one: NumberCell, other: NumberCell) -> bool:
    a, b = abs(one.value), abs(other.value)
    if one.unit.power is not None and other.unit.power is not None:
        if one.unit.name and other.unit.name and one.unit.name != other.unit.name:
            return False
        a, b = a.scaleb(one.unit.power), b.scaleb(other.unit.power)
    exponents = [number.as_tuple().exponent for number in (a, b)]
    coarsest = max(part for part in exponents if isinstance(part, int))
    return abs(a - b) * 2 <= (a * 0 + 1).scaleb(coarsest)


def _rank(asked: Terms, cell: NumberCell, read: ReadTable) -> tuple[int, int] | None:
    """How much of a question the names of a cell say; None where they do not say all of it."""
    table = cell.table
    names = (cell.row, cell.column, cell.group, cell.corner)
    row, column, group, corner = (terms(name, asked.language) for name in names)
    stated = row.years | column.years or group.years or terms(table.caption).years
    if asked.years and stated and not asked.years <= stated:
        return None
    if asked.years and cell.dated and not (row.years | column.years):
        return None
    labels = [name.stems | corner.stems for name in (row, column, group)]
    said = is_covered(asked, labels, table)
    if said is None and (whole := read.whole_of(cell)):  # "sales of cheese": a part of the sales
        said = is_covered(asked, [*labels, terms(whole, asked.language).stems], table)
    if not said:
        return None
    extra = (needed(cell.group, asked.language) | row.stems | column.stems) - asked.stems
    return said, -len(extra) - ((_TOTAL in asked.stems) != (_TOTAL in row.stems | column.stems))


def names_document(word: str, names: str) -> bool:
    """Whether a word with a capital, or a number, stands in the `names` of a document."""
    is_name = word[0].isupper() or word[0].isdigit()
    return is_name and any(_alike(plain(word), other) for other in plain_words(names))


def joined_names(words: Sequence[str], names: str) -> frozenset[str]:
    """Words with capitals that name a document together: "Best Buy" is `BESTBUY_2019`."""
    held = set(plain_words(names))
    pairs = (
        (one, other) for one, other in pairwise(words) if one[0].isupper() and other[0].isupper()
    )
    return frozenset(word for pair in pairs if plain("".join(pair)) in held for word in pair)


def is_name_of(phrase: Phrase, table: Table) -> bool:
    """Whether a phrase names the document of a table."""
    joined = joined_names(phrase.told, table.names)
    told = (word for word in phrase.told if word not in joined)
    return phrase.is_name and all(names_document(word, table.names) for word in told)


def _alike(word: str, other: str) -> bool:
    if word == other:
        return True
    if len(word) < _FEWEST_LETTERS or not word.isalpha():
        return False
    return word in other or fuzz.ratio(word, other) >= MIN_RATIO
