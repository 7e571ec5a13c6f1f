"""Words of questions and of rows and columns, in the form in which they are compared.

Years are years however they are written, and quarters and halves are one word: `2Q24`, `Q2 2024`
and "the second quarter of 2024" are `q2` and `2024`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mmrag.text.characters import fold
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
_DATE = re.compile(r"\b\d{1,2}[./]\d{1,2}[./]((?:19|20)\d\d)\b")
_MONTHS_ENDED = re.compile(rf"\b({'|'.join(_MONTH_COUNTS)}|3|6|9|12)[\s-]+months\b", re.IGNORECASE)
_BREAK = re.compile(r"[;:?!()“”\"\n]|,(?!\d)|\.(?=\s|$)|\s[-–—]\s|/")
_PARENTHESIS = re.compile(r"\([^()]*\)")
_OPTIONAL_TEXT = """
answer give tell find show report state provide include calculate compute mention please
score accuracy performance result obtain
have pay hold record generate earn spend amount reach stand achieve post incur receive make get
company group firm year period end much many value figure total number level count year-end worth
work document filing page table statement consolidated accord respective overall
usd us eur gbp inr euro dollar pound rupee yen crown
million thousand billion lakh integer decimal place round nearest digit unit
"""
OPTIONAL = frozenset(stem(word) for word in _OPTIONAL_TEXT.split())
"""Stems that say how something is asked or reported rather than what it is."""
_GENERIC_TEXT = """
year month day end ended period fiscal total value amount number note notes unaudited audited
restated loss
million thousand billion usd us eur gbp inr euro dollar pound rupee yen crown
"""
GENERIC = frozenset(
    stem(word) for word in (*_GENERIC_TEXT.split(), *MONTHS, *(name[:3] for name in MONTHS))
)
"""Stems that may stand in the name of a row or column without being asked for."""
_BETWEEN = 2
"""Words of meaning that may stand between those of a row's or column's name in a question: "sales
in the north of honey". By hand."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A text's stems, and the same by phrases: words that no stop word or mark sets apart."""

    stems: frozenset[str]
    phrases: tuple["Phrase", ...]

    def says(self, name: frozenset[str]) -> bool:
        """Whether the stems of a name stand together, `_BETWEEN` other words between them."""
        order = [stem(word) for phrase in self.phrases for word in phrase.words]
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
    stems: frozenset[str]
    is_name: bool


def years(text: str) -> list[str]:
    """The years that a text names, in order, each once."""
    return list(dict.fromkeys(word for word in words(plain_periods(text)) if is_year(word)))


def plain_periods(text: str) -> str:
    """A text with its quarters, halves, years of dates and numbers of months as one word each."""
    text = _FISCAL_YEAR.sub(lambda m: m[1] if len(m[1]) == 4 else f"20{m[1]}", fold(text))
    text = _DATE.sub(r" \1 ", text)
    text = _QUARTER.sub(lambda m: f" {m[2][0].lower()}{_ORDINALS[m[1].lower()]} ", text)
    text = _SHORT_QUARTER.sub(_plain_quarter, text)
    return _MONTHS_ENDED.sub(
        lambda m: f" {_MONTH_COUNTS.get(m[1].lower(), m[1])}months ", text
    ).replace(" 12months ", " ")


@lru_cache(maxsize=4096)
def terms(text: str) -> Terms:
    """The terms of a question, or of a name."""
    phrases = tuple(_phrases(text))
    return Terms(frozenset().union(*(phrase.stems for phrase in phrases)), phrases)


@lru_cache(maxsize=4096)
def needed(name: str) -> frozenset[str]:
    """The stems of the name of a row or column that a question has to say to mean it."""
    bare = _PARENTHESIS.sub(" ", name)
    found = terms(bare if any(map(str.isalnum, bare)) else name).stems - GENERIC
    return frozenset(item for item in found if not item.isdigit() or is_year(item))


def _phrases(text: str) -> Iterator[Phrase]:
    first = True
    for segment in _BREAK.split(plain_periods(text)):
        held: list[str] = []
        for word in [*words(segment), ""]:
            if word and (is_content(word) or (word == "I" and held)):  # the numeral of "Wave I"
                held.append(word)
                continue
            if held:
                yield _phrase(held, is_first=first)
                first = False
            held = []


def _phrase(held: list[str], *, is_first: bool) -> Phrase:
    told = [word for word in held if stem(word) not in OPTIONAL]
    told = told[1:] if is_first and len(told) > 1 else told
    is_name = all(word[0].isupper() or word[0].isdigit() for word in told)
    return Phrase(tuple(held), frozenset(map(stem, held)), is_name)


def _plain_quarter(match: re.Match[str]) -> str:
    part = f"{(match['a'] or match['b']).lower()}{match['n'] or match['m']}"
    year = match["year"] or ""
    return f" {part} {'20' if len(year) == 2 else ''}{year} "
