"""The words of a question found in a whole table: as columns, values, dates, or its rows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mmrag.answer.computing.filtered import Limit
from mmrag.answer.computing.record_rows import Records
from mmrag.text import measures, numbers
from mmrag.text.measures import Way
from mmrag.text.numbers import is_year
from mmrag.text.stems import stem
from mmrag.text.words import MONTHS, is_content, plain_words

_ROWS = frozenset(map(stem, ("row", "record", "entry", "item")))
_IS = ("of", "is", "was", "equals", "equal")
_MOST_WORDS = 8  # of a value that a question can name; chosen by hand
_BEGINNING = 3  # letters by which values are found that a question may name


@dataclass(slots=True)
class QuestionWords:
    """The words of a question, and what each has been taken for: places count from 0."""

    words: list[str]
    stems: list[str]
    used: set[int] = field(default_factory=set)
    columns: dict[int, int] = field(default_factory=dict)  # the place of each that is named
    values: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    rows: list[int] = field(default_factory=list)  # the places of words for the rows
    most: tuple[int, Way] | None = None  # the column that a superlative measures, and which end

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

    def neighbours(self, at: int) -> tuple[str, str]:
        """The words before and behind a place; empty for none."""
        before, behind = self.words[max(0, at - 1) : at], self.words[at + 1 : at + 2]
        return "".join(before), "".join(behind)

    def follows(self, at: int, words: Sequence[str]) -> bool:
        """Whether one of some words stands right before a place."""
        return at > 0 and self.words[at - 1] in words


def find_columns(found: QuestionWords, records: Records) -> None:
    """The columns whose whole name a question says, those with the longest name first."""
    named = sorted(enumerate(records.stems), key=lambda item: -len(item[1]))
    for column, stems in named:
        for at in found.places(stems) if stems else ():
            found.columns.setdefault(column, at)
            found.take(at, len(stems))


def find_numbers(found: QuestionWords, records: Records) -> Iterator[tuple[int, Limit]]:
    """The numbers that a question says columns are to have: "with a quantity of 20"."""
    for column, place in found.columns.items():
        behind = next(at for at in range(place, len(found.words) + 1) if at not in found.used)
        at = behind + any(word in _IS for word in found.words[behind : behind + 1])
        is_number = at < len(found.words) and found.words[at].isdigit() and at not in found.used
        if column in records.numbers and is_number:
            found.take(at)
            yield column, Limit("same", numbers.find(found.words[at])[0])


def find_measures(found: QuestionWords, records: Records, limit: str) -> bool:
    """The columns of what adjectives measure: "the longest bridge" is of its length.

    "How long", "longer than" before the word for a limit, and superlatives, which may be of days,
    too: "the oldest". False where one measures no column, or several.
    """
    for at, word in enumerate(found.words):
        before, behind = found.neighbours(at)
        is_limit = behind.startswith(limit)
        wanted, way = measures.nouns(word), measures.way(word, before)
        having = [n for n in records.numbers if not wanted.isdisjoint(records.stems[n])]
        if not having and not is_limit and (time := measures.way_in_time(word)):
            having, way = _of_days(word, found, records), time
            wanted = wanted or frozenset((word,))
        if at in found.used or not wanted or not (is_limit or way or before == "how"):
            continue
        is_named = any(column in records.numbers for column in found.columns)
        if measures.is_of_any(word) and (is_named or not having):
            if is_limit:
                found.take(at)
            continue
        if len(having) != 1:
            return False
        found.take(at)
        if way:
            found.most = (having[0], way)
            found.columns.setdefault(having[0], at)
        else:
            found.columns[having[0]] = at
    return True


def _of_days(word: str, found: QuestionWords, records: Records) -> list[int]:
    """The columns of days of which a word means an end: of those that are named, where some are."""
    named = [column for column in records.moments if column in found.columns]
    return [
        column
        for column in named or records.moments
        if measures.is_of_days(
            word, records.stems[column], is_asked=bool(named), are_people=records.are_people
        )
    ]


def find_parts_of_columns(found: QuestionWords, records: Records) -> None:
    """The columns that a word of theirs names, which no other column has: "price"."""
    for at in found.left:
        having = [n for n, stems in enumerate(records.stems) if found.stems[at] in stems]
        if len(having) == 1:
            found.columns.setdefault(having[0], at)
            found.take(at)


def find_values(found: QuestionWords, records: Records) -> bool:
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


def _counts(found: QuestionWords, at: int) -> bool:
    """Whether rows are meant by a value: "how many engineers", "the most errors"."""
    return found.follows(at, ("many", "most", "fewest")) or found.words[:at][-2:] == [
        "number",
        "of",
    ]


def find_dates(found: QuestionWords, records: Records) -> tuple[str, ...]:
    """The years and months that a question names, where one column alone has dates."""
    if len(records.days) != 1:
        return ()
    places = [at for at in found.left if is_year(found.words[at]) or found.words[at] in MONTHS]
    for at in places:
        found.take(at)
    return tuple(found.words[at] for at in places)


def find_rows(found: QuestionWords, records: Records) -> None:
    """The words for the rows: what they are called, or that they are rows."""
    for at in found.left:
        if found.stems[at] in records.nouns | _ROWS:
            found.rows.append(at)
            found.take(at)


def find_names(found: QuestionWords, records: Records) -> None:
    """The words for the table, which say nothing of its rows: "in the register"."""
    for at in found.left:
        if found.stems[at] in records.called:
            found.take(at)
