"""Words of questions and of rows and columns, in the form in which they are compared.

Years are years however they are written, and quarters and halves are one word: `2Q24`, `Q2 2024`
and "the second quarter of 2024" are `q2` and `2024`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from mmrag.answer.computing.languages import root
from mmrag.text import function_words
from mmrag.text.characters import fold
from mmrag.text.function_words import ENGLISH
from mmrag.text.numbers import is_year
from mmrag.text.stems import stem
from mmrag.text.words import MONTHS, is_content, words

_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_MONTH_COUNTS = {"three": 3, "six": 6, "nine": 9, "twelve": 12}
_QUARTER = re.compile(rf"\b({'|'.join(_ORDINALS)})[\s-]+(quarter|half)\b", re.IGNORECASE)
_SHORT_QUARTER = re.compile(
    r"\b(?:(?P<a>[qh])\s?(?P<n>[1-4])|(?P<m>[1-4])(?P<b>[qh]))"
    r"(?:[\s'’/-]*(?:fy)?[\s'’]?(?P<year>\d{4}|\d\d)\b|(?![\w%]))",
    re.IGNORECASE,
)
_FISCAL_YEAR = re.compile(
    r"\b(?:FY\s?['’]?(?=\d\d)|F(?=\d{4}))(\d{4}|\d\d)(?=\b|[QH])", re.IGNORECASE
)
_DATE = re.compile(
    r"\b(?P<one>\d{1,2})(?P<mark>[./])(?P<other>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d)\b"
)
_ACCOUNTING_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)\s?[-–/]\s?(\d\d)(?![\d.,]\d|\d|[-–/])")
"""A year of accounts that goes over the end of one: `1999-00`."""
_MONTHS_ENDED = re.compile(rf"\b({'|'.join(_MONTH_COUNTS)}|3|6|9|12)[\s-]+months\b", re.IGNORECASE)
_WEEK_COUNTS = {
    "thirteen": 13,
    "fourteen": 14,
    "twenty-six": 26,
    "thirty-nine": 39,
    "fifty-two": 52,
    "fifty-three": 53,
}
_WEEKS_ENDED = re.compile(rf"\b({'|'.join(_WEEK_COUNTS)}|[1-5]?\d)[\s-]+weeks\b", re.IGNORECASE)
_MONTHS_OF_WEEKS = {13: 3, 14: 3, 26: 6, 27: 6, 39: 9, 40: 9, 52: 12, 53: 12}
"""Retailers end quarters and years on the same day of the week: some have a week more."""
_BREAK = re.compile(r"[;:?!()“”\"\n]|,(?!\d)|\.(?=\s|$)|\s[-–—]\s|/")
_PARENTHESIS = re.compile(r"\([^()]*\)")
_OPTIONAL_TEXT = """
answer give tell find show report state provide include calculate compute mention please
score accuracy performance result obtain
have pay hold record generate earn spend amount reach stand achieve post incur receive make get
company group firm year period end much many value figure total number level count year-end worth
work document filing page table statement consolidated accord respective overall
usd us eur gbp inr euro dollar pound rupee yen crown
million thousand billion lakh lac integer decimal place round nearest digit unit
"""
OPTIONAL = frozenset(stem(word) for word in _OPTIONAL_TEXT.split())
"""Stems that say how something is asked or reported rather than what it is."""
_GENERIC_TEXT = """
year month day end ended period fiscal total value amount number note notes unaudited audited
restated loss
million thousand billion lakh lac crore usd us eur gbp inr euro dollar pound rupee yen crown
"""
GENERIC = frozenset(
    stem(word) for word in (*_GENERIC_TEXT.split(), *MONTHS, *(name[:3] for name in MONTHS))
)
"""Stems that may stand in the name of a row or column without being asked for."""
_TELLING = frozenset(map(stem, ("before", "after", "without", "not")))
"""Stems of words of grammar that make another matter of a name: profit before and after tax."""
_BETWEEN = 2
"""Words of meaning that may stand between those of a row's or column's name in a question: "sales
in the north of honey". By hand."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A text's stems, and the same by phrases: words that no stop word or mark sets apart.

    What they are compared with is read in the same language.
    """

    stems: frozenset[str]
    phrases: tuple["Phrase", ...]
    language: str = ENGLISH

    def says(self, name: frozenset[str]) -> bool:
        """Whether the stems of a name stand together, `_BETWEEN` other words between them."""
        order = [item for phrase in self.phrases for item in phrase.stems_in_order]
        size = len(name) + _BETWEEN
        starts = range(max(1, len(order) - size + 1))
        return any(name <= set(order[start : start + size]) for start in starts)

    @property
    def years(self) -> frozenset[str]:
        """The years among them."""
        return frozenset(item for item in self.stems if is_year(item))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Neighbouring words that say something; `is_name`: those of the matter have a capital."""

    words: tuple[str, ...]  # as written
    stems_in_order: tuple[str, ...]
    stems: frozenset[str]
    is_name: bool

    @property
    def told(self) -> tuple[str, ...]:
        """Its words without those that say how something is asked or reported."""
        pairs = zip(self.words, self.stems_in_order, strict=True)
        return tuple(word for word, item in pairs if item not in OPTIONAL)


def years(text: str) -> list[str]:
    """The years that a text names, in order, each once."""
    return list(dict.fromkeys(word for word in words(plain_periods(text)) if is_year(word)))


def plain_periods(text: str) -> str:
    """A text with its quarters, halves and numbers of months as one word each.

    Dates of digits are in words, as far as they say which is the day: `31.3.2031` is "31
    March 2031".
    """
    text = _FISCAL_YEAR.sub(lambda m: m[1] if len(m[1]) == 4 else f"20{m[1]}", fold(text))
    text = _DATE.sub(_plain_date, text)
    text = _ACCOUNTING_YEAR.sub(_both_years, text)
    text = _QUARTER.sub(lambda m: f" {m[2][0].lower()}{_ORDINALS[m[1].lower()]} ", text)
    text = _SHORT_QUARTER.sub(_plain_quarter, text)
    text = _WEEKS_ENDED.sub(_plain_weeks, text)
    return _MONTHS_ENDED.sub(
        lambda m: f" {_MONTH_COUNTS.get(m[1].lower(), m[1])}months ", text
    ).replace(" 12months ", " ")


@lru_cache(maxsize=4096)
def terms(text: str, language: str = ENGLISH) -> Terms:
    """The terms of a question, or of a name."""
    phrases = tuple(_phrases(text, language))
    return Terms(frozenset().union(*(phrase.stems for phrase in phrases)), phrases, language)


@lru_cache(maxsize=4096)
def needed(name: str, language: str = ENGLISH) -> frozenset[str]:
    """The stems of the name of a row or column that a question has to say to mean it."""
    bare = _PARENTHESIS.sub(" ", name)
    found = terms(bare if any(map(str.isalnum, bare)) else name, language).stems - GENERIC
    return frozenset(item for item in found if not item.isdigit() or is_year(item))


def _phrases(text: str, language: str) -> Iterator[Phrase]:
    grammar = frozenset() if language == ENGLISH else function_words.of((language,))
    first = True
    for segment in _BREAK.split(plain_periods(text)):
        held: list[str] = []
        for word in [*words(segment), ""]:
            is_plain = bool(word) and is_content(word) and word.lower() not in grammar
            is_told = is_plain or root(word, language) in _TELLING
            is_alone = language != ENGLISH and is_year(word)  # "Umsatz 2023" has no "in" between
            if not is_alone and (is_told or (word == "I" and held)):  # the numeral of "Wave I"
                held.append(word)
                continue
            if held:
                yield _phrase(held, language, is_first=first)
                first = False
            held = []
            if is_alone:
                yield _phrase([word], language, is_first=False)


def _phrase(held: list[str], language: str, *, is_first: bool) -> Phrase:
    stems = tuple(root(word, language) for word in held)
    phrase = Phrase(tuple(held), stems, frozenset(stems), is_name=False)
    told = phrase.told[1:] if is_first and len(phrase.told) > 1 else phrase.told
    is_name = all(word[0].isupper() or word[0].isdigit() for word in told)
    return replace(phrase, is_name=is_name)


def _plain_date(match: re.Match[str]) -> str:
    """A date in words, or its year alone where day and month cannot be told apart."""
    one, other = int(match["one"]), int(match["other"])
    day, month = (other, one) if other > len(MONTHS) else (one, other)
    is_clear = match["mark"] == "." or max(one, other) > len(MONTHS) or one == other
    if not is_clear or not 1 <= month <= len(MONTHS):
        return f" {match['year']} "
    return f" {day} {MONTHS[month - 1]} {match['year']} "


def _both_years(match: re.Match[str]) -> str:
    """The two years of one of accounts; any other two numbers as they are."""
    first = int(match[1])
    is_one = int(match[2]) == (first + 1) % 100
    return f" {first} {first + 1} " if is_one else match[0]


def _plain_weeks(found: re.Match[str]) -> str:
    """The months that so many weeks are; other numbers of weeks as one word."""
    told = found[1].lower()
    count = _WEEK_COUNTS.get(told) or int(told)
    months = _MONTHS_OF_WEEKS.get(count)
    return f"weeks{count}" if months is None else f"{months} months"


def _plain_quarter(match: re.Match[str]) -> str:
    part = f"{(match['a'] or match['b']).lower()}{match['n'] or match['m']}"
    year = match["year"] or ""
    return f" {part} {'20' if len(year) == 2 else ''}{year} "
