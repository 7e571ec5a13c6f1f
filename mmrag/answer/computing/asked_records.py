"""A question over the rows of a table of a file: which rows, which column, and what to do.

"What is the average price of lamps in the north?" is the mean of `price` over the rows that say
`Lamp` and `North`. Every word of the question must be a column's, a value's, what the rows are
called, or one of the operation: a question that says more is not read.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mmrag.answer.computing import filtered, instructions, languages
from mmrag.answer.computing.filtered import Limit
from mmrag.answer.computing.phrasing import LEAST, MOST
from mmrag.answer.computing.record_rows import RecordRow, Records
from mmrag.answer.computing.terms import OPTIONAL
from mmrag.answer.questions import FRAME
from mmrag.text.function_words import ENGLISH
from mmrag.text.numbers import is_year
from mmrag.text.stems import stem
from mmrag.text.words import MONTHS, is_content, plain_words

_SIGNS = {
    "sum": re.compile(r"\b(?:total|sum|altogether|in\s+all|overall|combined)\b", re.IGNORECASE),
    "mean": re.compile(r"\b(?:average|mean)\b", re.IGNORECASE),
    "largest": re.compile(rf"\b{MOST}\b", re.IGNORECASE),
    "smallest": re.compile(rf"\b{LEAST}\b", re.IGNORECASE),
    "count": re.compile(r"\bhow\s+many\b|\b(?:number|count)\s+of\b", re.IGNORECASE),
}
_WHICH = ("which", "what", "list", "name", "many")
_BEFORE_A_NAME = ("the", "all", "different", "distinct", "unique", "is", "was", "are", "were")
_EACH = ("by", "per", "each", "every")
_DIFFERENT = re.compile(r"\b(?:different|distinct|unique)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"^\W*(?:(?:in|on|at|for|to|of)\s+)?(?:which|what|who|where|when|how\s+(?:many|much)|list|name|give)\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:why|not|no|except|excluding|without|other\s+than|respectively|than\s+in|share|ratio"
    r"|chang\w*|increase\w*|decrease\w*|grow\w*|grew|growth|shr[aiu]nk\w*|differ|difference|compared?|versus|vs"
    r"|median|if|before|after|since|until|between|second|third|both|more|less|fewer)\b"
    r"|\bfrom\b.*\bto\b|\bper\s?cent\w*|%",
    re.IGNORECASE,
)
"""Words of questions that ask for something else, or for more; limits are told before."""
_ROWS = frozenset(map(stem, ("row", "record", "entry", "item")))
_FILLING = frozenset(
    map(stem, ("who", "there", "dataset", "data", "for", *_WHICH, *_BEFORE_A_NAME))
)
_PLACE_OF_LIMIT = "limit"
_WAYS = {"more": ">", "less": "<", "least": "≥", "most": "≤"}
_MOST_WORDS = 8  # of a value that a question can name; chosen by hand
_BEGINNING = 3  # letters by which values are found that a question may name


@dataclass(frozen=True, slots=True)
class AskedRecords:
    """What is asked of the rows of a table: columns by their number."""

    operations: frozenset[str]  # of `_SIGNS`
    measure: int | None  # the column of numbers
    target: int | None  # the column that is to be told: "which region"
    each: int | None  # a result for each of its values
    rows: tuple[RecordRow, ...]  # that meet what is said
    kept: tuple[str, ...]  # what is said of them
    of_rows: bool  # whether the rows are meant as such: "orders"
    different: bool


@dataclass(slots=True)
class _Words:
    """The words of a question, and what each has been taken for."""

    words: list[str]
    stems: list[str]
    used: set[int] = field(default_factory=set)
    columns: dict[int, int] = field(default_factory=dict)  # the place of each that is named
    values: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    rows: list[int] = field(default_factory=list)  # the places of words for the rows

    def places(self, stems: Sequence[str]) -> Iterator[int]:
        """Where words with these stems stand one after the other, none of them taken yet."""
        size = len(stems)
        for at in range(len(self.stems) - size + 1):
            if self.stems[at : at + size] == list(stems) and self.used.isdisjoint(
                range(at, at + size)
            ):
                yield at

    def take(self, at: int, size: int = 1) -> None:
        """Take words for something."""
        self.used.update(range(at, at + size))

    @property
    def left(self) -> list[int]:
        """The places of words of meaning that nothing has taken."""
        every = enumerate(self.words)
        return [at for at, word in every if at not in self.used and is_content(word)]

    def follows(self, at: int, words: Sequence[str]) -> bool:
        """Whether one of some words stands right before a place."""
        return at > 0 and self.words[at - 1] in words


def asks(question: str) -> bool:
    """Whether a question may be one over the rows of a table."""
    return _ASKS.search(question) is not None and not _OTHERWISE.search(
        filtered.LIMIT.sub(" ", question)
    )


def sums_up(question: str) -> bool:
    """Whether a question is of several rows: their sum, mean, number, or the most of them."""
    return any(sign.search(question) for sign in _SIGNS.values())


def read(question: str, records: Records) -> AskedRecords | None:
    """A question read over a table; None where some of it is said by nothing in the table."""
    spoken = languages.read(question)
    if spoken.language != ENGLISH or not asks(question):
        return None
    text, limits = _without_limits(instructions.bare(spoken.text))
    words = plain_words(text)
    found = _Words(words, list(map(stem, words)))
    for at, word in enumerate(words):
        if word.startswith(_PLACE_OF_LIMIT) and word[len(_PLACE_OF_LIMIT) :].isdigit():
            found.take(at)
    _find_columns(found, records)
    if not _find_values(found, records):
        return None
    dates = _find_dates(found, records)
    _find_rows(found, records)
    _find_parts_of_columns(found, records)
    if _unread(found) or _OTHERWISE.search(text):
        return None
    limited = [
        (column, limit)
        for number, limit in enumerate(limits)
        if (column := _nearest(found, records, number)) is not None
    ]
    if len(limited) < len(limits):
        return None
    return _asked(text, found, records, limited, dates)


def _asked(
    text: str,
    found: _Words,
    records: Records,
    limits: Sequence[tuple[int, Limit]],
    dates: Sequence[str],
) -> AskedRecords | None:
    held = {column for column, _ in limits}
    free = {at: place for at, place in found.columns.items() if at not in held}
    each = [at for at, place in free.items() if found.follows(place, _EACH)]
    target = [at for at, place in free.items() if at not in each and _is_target(found, place)]
    said = {
        *found.values,
        *(records.dates if dates else ()),
    }  # "in region North", "started in 2021"
    named = [at for at in free if at not in (*each, *target) and at not in said]
    measures = [at for at in named if at in records.numbers]
    others = [at for at in named if at not in records.numbers]
    if not target and found.words[:1] == ["who"]:
        target = [0]
    if not target and any(_is_target(found, place) for place in found.rows):
        target = [0]  # "which orders": as their first column calls them
    if not target:
        target, others = others[:1], others[1:]
    if not measures:
        measures = [at for at in target if at in records.numbers]
        target = [at for at in target if at not in measures]
    if max(map(len, (each, target, measures))) > 1 or others:
        return None
    rows = [row for row in records.rows if _is_kept(row, found, records, limits, dates)]
    return AskedRecords(
        frozenset(name for name, sign in _SIGNS.items() if sign.search(text)),
        next(iter(measures), None),
        next(iter(target), None),
        next(iter(each), None),
        tuple(rows),
        tuple(_said(found, records, limits, dates)),
        bool(found.rows),
        bool(_DIFFERENT.search(text)),
    )


def _is_target(found: _Words, place: int) -> bool:
    """Whether "which" stands before a place, "what is the", or "how many different"."""
    while place and found.words[place - 1] in _BEFORE_A_NAME:
        place -= 1
    return found.follows(place, _WHICH)


def _without_limits(text: str) -> tuple[str, list[Limit]]:
    """A question with a word in place of each limit, and the limits."""
    found = list(filtered.limits(text))
    for number, (start, limit) in reversed(list(enumerate(found))):
        text = f"{text[:start]} {_PLACE_OF_LIMIT}{number} {text[limit.number.end :]}"
    return text, [limit for _, limit in found]


def _find_columns(found: _Words, records: Records) -> None:
    """The columns whose whole name a question says, those with the longest name first."""
    named = sorted(enumerate(records.stems), key=lambda item: -len(item[1]))
    for column, stems in named:
        for at in found.places(stems) if stems else ():
            found.columns.setdefault(column, at)
            found.take(at, len(stems))


def _find_parts_of_columns(found: _Words, records: Records) -> None:
    """The columns that a word of theirs names, which no other column has: "price"."""
    for at in found.left:
        having = [n for n, stems in enumerate(records.stems) if found.stems[at] in stems]
        if len(having) == 1:
            found.columns.setdefault(having[0], at)
            found.take(at)


def _find_values(found: _Words, records: Records) -> bool:
    """The values that a question names, the longest first; False where one is of two columns."""
    begins = {word[:_BEGINNING] for word in found.words}
    named: defaultdict[tuple[str, ...], dict[int, set[str]]] = defaultdict(dict)
    for column in records.words:
        for text in records.values(column):
            words = plain_words(text) if len(text) < 20 * _MOST_WORDS else []
            may_be = 0 < len(words) <= _MOST_WORDS and words[0][:_BEGINNING] in begins
            if may_be and any(map(is_content, words)):
                named[tuple(map(stem, words))].setdefault(column, set()).add(text)
    for stems in sorted(named, key=len, reverse=True):
        having = {column: named[stems][column] for column in named[stems]}
        if len(having) > 1:  # "with Ray as manager": in that column
            having = {column: texts for column, texts in having.items() if column in found.columns}
        for at in list(found.places(stems)):
            if len(having) != 1:
                return False
            ((column, texts),) = having.items()
            found.values[column] |= texts
            if _counts(found, at):  # "how many engineers"
                found.rows.append(at)
            found.take(at, len(stems))
    return True


def _counts(found: _Words, at: int) -> bool:
    """Whether rows are meant by a value: "how many engineers", "the most errors"."""
    return found.follows(at, ("many", "most", "fewest")) or found.words[:at][-2:] == [
        "number",
        "of",
    ]


def _find_dates(found: _Words, records: Records) -> tuple[str, ...]:
    """The years and months that a question names, where one column alone has dates."""
    if len(records.dates) != 1:
        return ()
    places = [at for at in found.left if is_year(found.words[at]) or found.words[at] in MONTHS]
    for at in places:
        found.take(at)
    return tuple(found.words[at] for at in places)


def _find_rows(found: _Words, records: Records) -> None:
    """The words for the rows: what they are called, or that they are rows."""
    for at in found.left:
        if found.stems[at] in records.nouns | _ROWS:
            found.rows.append(at)
            found.take(at)


def _unread(found: _Words) -> list[str]:
    """The words of a question that have been taken for nothing, and do say something."""
    left = ((found.words[at], found.stems[at]) for at in found.left)
    return [
        word
        for word, root in left
        if root not in OPTIONAL | FRAME | _FILLING
        and not any(sign.fullmatch(word) for sign in _SIGNS.values())
    ]


def _nearest(found: _Words, records: Records, number: int) -> int | None:
    """The column of numbers that is named nearest to a limit."""
    place = found.words.index(f"{_PLACE_OF_LIMIT}{number}")
    held = [at for at in found.columns if at in records.numbers]
    return min(held, key=lambda at: abs(found.columns[at] - place), default=None)


def _is_kept(
    row: RecordRow,
    found: _Words,
    records: Records,
    limits: Sequence[tuple[int, Limit]],
    dates: Sequence[str],
) -> bool:
    if any(row.text(column) not in texts for column, texts in found.values.items()):
        return False
    if dates:
        ((column, read),) = records.dates.items()
        if not row.text(column) or not set(dates) <= set(read[row.text(column)]):
            return False
    for column, limit in limits:
        told = records.numbers[column].get(row.cells[column]) if row.text(column) else None
        if told is None or not limit.is_met(told[0], limit.number.value):
            return False
    return True


def _said(
    found: _Words,
    records: Records,
    limits: Sequence[tuple[int, Limit]],
    dates: Sequence[str],
) -> Iterator[str]:
    """What is said of the rows, in words: `region North`, `quantity more than 10`."""
    for column, texts in found.values.items():
        yield f"{records.heads[column]} {' or '.join(sorted(texts))}"
    if dates:
        yield " ".join(dates).title()
    for column, limit in limits:
        yield f"{records.heads[column]} {_WAYS.get(limit.way, '=')} {limit.number.text}"
