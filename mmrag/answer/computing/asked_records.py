"""A question over the rows of a whole table: which rows, which column, and what to do.

"What is the average price of lamps in the north?" is the mean of `price` over the rows that say
`Lamp` and `North`. Every word of the question must be a column's, a value's, what the rows are
called, or one of the operation: a question that says more is not read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag.answer.computing import (
    filtered,
    instructions,
    languages,
    record_dates,
    record_words,
)
from mmrag.answer.computing.filtered import Limit
from mmrag.answer.computing.phrasing import FALLS, LEAST, MOST, RISES
from mmrag.answer.computing.record_rows import RecordRow, Records
from mmrag.answer.computing.record_words import QuestionWords
from mmrag.answer.computing.terms import OPTIONAL, years
from mmrag.answer.questions import FRAME
from mmrag.text import measures
from mmrag.text.function_words import ENGLISH
from mmrag.text.stems import stem
from mmrag.text.words import plain_words

_SIGNS = {
    "sum": re.compile(r"\b(?:total|sum|altogether|in\s+all|overall|combined)\b", re.IGNORECASE),
    "mean": re.compile(r"\b(?:average|mean)\b", re.IGNORECASE),
    "largest": re.compile(rf"\b(?:{MOST}|{measures.MOST_OF})\b", re.IGNORECASE),
    "smallest": re.compile(rf"\b(?:{LEAST}|{measures.LEAST_OF})\b", re.IGNORECASE),
    "count": re.compile(r"\bhow\s+(?:many|often)\b|\b(?:number|count)\s+of\b", re.IGNORECASE),
    "share": re.compile(
        r"\b(?:percentage|percent|per\s+cent|share|proportion)\s+of\b", re.IGNORECASE
    ),
    "rise": re.compile(rf"\b{RISES}\b", re.IGNORECASE),
    "fall": re.compile(rf"\b{FALLS}\b", re.IGNORECASE),
}
_WHICH = ("which", "what", "list", "name", "many", "show", "give", "me")
_BEFORE_A_NAME = ("the", "all", "different", "distinct", "unique", "is", "was", "are", "were")
_EACH = ("by", "per", "each", "every")
_DIFFERENT = re.compile(r"\b(?:different|distinct|unique)\b", re.IGNORECASE)
_ASKS = re.compile(
    rf"^\W*(?:(?:in|on|at|for|to|of)\s+)?(?:which|what|who|where|when|how\s+(?:many|much|often|{measures.ADJECTIVES})|list|name|give"
    rf"|show|(?:the\s+)?(?:total|sum|average|mean|number|count|{MOST}|{LEAST}))\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:why|not|no|except|excluding|without|other\s+than|respectively|than\s+in|share|ratio"
    r"|chang\w*|growth|differ|difference|compared?|versus|vs|median|if|before|after|since|until|between|second"
    r"|third|both|more|less|fewer)\b|\bfrom\b.*\bto\b|\bper\s?cent\w*|%",
    re.IGNORECASE,
)
"""Words of questions that ask for something else, or for more; limits are told before."""
_SPAN = re.compile(r"\bfrom\b(?=.*\bto\b)|\bto\b|\bbetween\b", re.IGNORECASE)
"""Words around the two columns between which something moves."""
_FILLING = frozenset(
    map(stem, ("who", "there", "data", "share", "proportion", "often", *_WHICH, *_BEFORE_A_NAME))
)
"""Words of such questions that say nothing of the rows."""
_PLACE_OF_LIMIT = "limit"
_WAYS = {"more": ">", "less": "<", "least": "≥", "most": "≤"}


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
    moved: tuple[int, int] | None = None  # the columns from and to which numbers rise or fall
    of_one: bool = False  # one row is the most, and no group of them: "the longest bridge"


def asks(question: str) -> bool:
    """Whether a question may be one over the rows of a table."""
    return _ASKS.search(question) is not None and not _is_otherwise(
        filtered.LIMIT.sub(" ", question)
    )


def _is_otherwise(text: str) -> bool:
    text = _SIGNS["share"].sub(" ", text)
    return _OTHERWISE.search(_SPAN.sub(" ", text) if _moves(text) else text) is not None


def _moves(text: str) -> bool:
    return any(_SIGNS[name].search(text) for name in ("rise", "fall"))


def sums_up(question: str) -> bool:
    """Whether a question is of several rows: their sum, mean, number, or the most of them."""
    return any(sign.search(question) for sign in _SIGNS.values())


def read(question: str, records: Records) -> AskedRecords | None:
    """A question that `asks`, read over a table; None where the table does not say all of it."""
    spoken = languages.read(question)
    if spoken.language != ENGLISH:
        return None
    text, limits = _without_limits(instructions.bare(spoken.text))
    words = plain_words(text)
    found = QuestionWords(words, list(map(stem, words)))
    for at, word in enumerate(words):
        if word.startswith(_PLACE_OF_LIMIT) and word[len(_PLACE_OF_LIMIT) :].isdigit():
            found.take(at)
    record_words.find_columns(found, records)
    if not record_words.find_values(found, records):
        return None
    dates = record_words.find_dates(found, records)
    record_words.find_rows(found, records)
    record_words.find_parts_of_columns(found, records)
    if not record_words.find_measures(found, records, _PLACE_OF_LIMIT):
        return None
    record_words.find_names(found, records)
    equal = list(record_words.find_numbers(found, records))
    if _unread(found) or _is_otherwise(text):
        return None
    limited = [
        (column, limit)
        for number, limit in enumerate(limits)
        if (column := _nearest(found, records, number)) is not None
    ]
    if len(limited) < len(limits):
        return None
    limited += equal
    return _asked(text, found, records, limited, dates)


def _asked(
    text: str,
    found: QuestionWords,
    records: Records,
    limits: Sequence[tuple[int, Limit]],
    dates: Sequence[str],
) -> AskedRecords | None:
    held = {column for column, _ in limits}
    most = None if found.most is None else found.most[0]
    free = {at: place for at, place in found.columns.items() if at not in held}
    each = [at for at, place in free.items() if found.follows(place, _EACH)]
    target = [
        at for at, place in free.items() if at not in (*each, most) and _is_target(found, place)
    ]
    said = set(found.values) | (set(records.days) if dates else set())  # "in region North"
    named = [at for at in free if at not in (*each, *target, most) and at not in said]
    amounts = [at for at in named if at in records.numbers]
    others = [at for at in named if at not in records.numbers]
    of_rows = bool(found.rows)
    is_key = 0 in others and not records.repeats(0)
    if is_key and (target or _SIGNS["share"].search(text)):  # its names stand for the rows
        others.remove(0)
        of_rows = True
    if most is not None:  # "the price of the longest"
        target, amounts = target or amounts, amounts if target else []
    if not target and found.words[:1] == ["who"]:
        target = [0]
    if not target and any(_is_target(found, place) for place in found.rows):
        target = [0]  # "which orders": as their first column calls them
    if not target:
        target, others = others[:1], others[1:]
    if most is not None:
        target, amounts, others = target or [0], [most], [*others, *amounts]
    elif not amounts:
        amounts = [at for at in target if at in records.numbers]
        target = [at for at in target if at not in amounts]
    moved = None
    if _moves(text):
        if len(amounts) != 2:  # a number that stands there moves nowhere
            return None
        moved, amounts = _from_to(amounts, found, records), []
    if max(map(len, (each, target, amounts))) > 1 or others:
        return None
    rows = [row for row in records.rows if _is_kept(row, found, records, limits, dates)]
    if target and target[0] in records.days and not amounts and most is None:
        target, of_rows = [], True  # "how many were hired" is of rows, and not of days
    operations = {name for name, sign in _SIGNS.items() if sign.search(text)}
    if found.most is not None:
        operations = operations - {"largest", "smallest"} | {found.most[1]}
    return AskedRecords(
        frozenset(operations),
        next(iter(amounts), None),
        next(iter(target), None),
        next(iter(each), None),
        tuple(rows),
        tuple(_said(found, records, limits, dates)),
        of_rows,
        bool(_DIFFERENT.search(text)),
        moved,
        most is not None,
    )


def _from_to(columns: Sequence[int], found: QuestionWords, records: Records) -> tuple[int, int]:
    """Two columns in the order of the years that their names say, else of the question."""
    one, other = sorted(columns, key=lambda at: (years(records.heads[at]), found.columns[at]))
    return one, other


def _is_target(found: QuestionWords, place: int) -> bool:
    """Whether "which" stands before a place, "what is the", or "how many different"."""
    while place and found.words[place - 1] in _BEFORE_A_NAME:
        place -= 1
    return found.follows(place, _WHICH)


def _without_limits(text: str) -> tuple[str, list[Limit]]:
    """A question with a word in place of each limit, behind what it measures, and the limits."""
    found = list(filtered.limits(text))
    for number, (start, limit) in reversed(list(enumerate(found))):
        word = text[start:].split()[0].lower()
        adjective = word if measures.nouns(word) else ""
        text = f"{text[:start]} {adjective} {_PLACE_OF_LIMIT}{number} {text[limit.number.end :]}"
    return text, [limit for _, limit in found]


def _unread(found: QuestionWords) -> list[str]:
    """The words of a question that have been taken for nothing, and do say something."""
    left = ((found.words[at], found.stems[at]) for at in found.left)
    return [
        word
        for word, root in left
        if root not in OPTIONAL | FRAME | _FILLING
        and not any(sign.fullmatch(word) for sign in _SIGNS.values())
    ]


def _nearest(found: QuestionWords, records: Records, number: int) -> int | None:
    """The column of numbers that is named nearest to a limit."""
    place = found.words.index(f"{_PLACE_OF_LIMIT}{number}")
    held = [at for at in found.columns if at in records.numbers]
    return min(held, key=lambda at: abs(found.columns[at] - place), default=None)


def _is_kept(
    row: RecordRow,
    found: QuestionWords,
    records: Records,
    limits: Sequence[tuple[int, Limit]],
    dates: Sequence[str],
) -> bool:
    if any(row.text(column) not in texts for column, texts in found.values.items()):
        return False
    if dates:
        ((column, read),) = records.days.items()
        text = row.text(column)
        if not text or not set(dates) <= set(record_dates.words(read[text])):
            return False
    for column, limit in limits:
        told = records.numbers[column].get(row.cells[column]) if row.text(column) else None
        scaled = (limit.number.scaled and told is not None and told[1].power) or 0
        if told is None or not limit.is_met(told[0].scaleb(scaled), limit.number.value):
            return False
    return True


def _said(
    found: QuestionWords,
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
