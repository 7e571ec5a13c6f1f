"""Pages that a text names: "page 12", "pp. 3-5", "page iv", "page two", "the last page".

And the labels that are printed on pages: "iv", "F-3", "213", or "16–17" on a page with two halves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mmrag.text import romans
from mmrag.text.words import is_content, words

FIRST_PAGE, LAST_PAGE = 1, -1
MAX_LABEL_CHARS = 40
"""Of a page's label, chosen by hand: "Appendix A, page 12" has 19."""
MOST_PAGES = 10**9  # where a range of pages is open; chosen by hand
_CACHED_LABELS = 4096  # by hand
_RANGE_LIMIT = 50
"""Pages of one range, chosen by hand: "pages 1 to 900" names a document, not a place."""
_UNITS_TEXT = "one two three four five six seven eight nine"
_TEENS_TEXT = """
ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS_TEXT = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_FIRST_TEXT = "erste ersten première primera primeira prima"
_LAST_TEXT = "letzte letzten dernière última ultima"
"""In German, French, Spanish, Portuguese and Italian."""
_SHOWING_TEXT = """
contain depict display give include list look mention name read say show state tell
"""
_UNITS, _TENS = _UNITS_TEXT.split(), _TENS_TEXT.split()
_UP_TO_TWENTY = [*_UNITS, *_TEENS_TEXT.split()]
_NUMBER_WORDS = {word: number for number, word in enumerate(_UP_TO_TWENTY, 1)} | {
    f"{ten} {unit}".strip(): 10 * tens + ones
    for tens, ten in enumerate(_TENS, 2)
    for ones, unit in enumerate(["", *_UNITS])
}
_ORDINALS = {
    **{word: number for number, word in enumerate(_ORDINALS_TEXT.split(), 1)},
    "last": LAST_PAGE,
    "final": LAST_PAGE,
    **dict.fromkeys(_FIRST_TEXT.split(), FIRST_PAGE),
    **dict.fromkeys(_LAST_TEXT.split(), LAST_PAGE),
}
_SHOWING = frozenset(_SHOWING_TEXT.split())
"""What a question says that a cover does: no word that "cover page" could qualify."""
_NOUN = r"(?:pages?|slides?|seiten?|folien?|páginas?|pagin[ae]|diapositivas?)"
_BEFORE = rf"\b(?:(?i:{_NOUN})|pp?\.)\s*(?:(?i:no\.|number|#)\s*)?\(?"
_DIGITS = r"(?:[A-Z]{1,2}\s?[-–]\s?)?\d{1,5}(?!\d|[.,]\d)"
_ROMAN = r"(?:(?!i\b)[ivxl]{1,8}|i(?=\W*$|[?.,;:)]|\s(?:and|in|is|of|or|to)\b)|[IVXL]{2,8})\b"
_WORD = (
    rf"(?i:(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS)}))?|{'|'.join(_UP_TO_TWENTY)})\b"
    r"(?!\s(?:hundred|thousand)))"
)
_AGAIN = rf"(?:(?i:{_NOUN})\s*)?"  # "page 3 to page 10"
_BETWEEN = rf"\s*(?:,|and|or|&|to|through|und|bis|et|à|y|e|[-–—])\s*{_AGAIN}"
PATTERN = (
    rf"{_BEFORE}(?:{_DIGITS}(?:{_BETWEEN}{_DIGITS}\b)*"
    rf"|{_ROMAN}(?:{_BETWEEN}{_ROMAN})*|{_WORD}(?:{_BETWEEN}{_WORD})*)"
    r"|第\s?\d{1,4}\s?(?:页|頁|ページ)"
)
"""Pattern for a page or slide with its number, or a list of them, for use within a larger one."""
_PAGE = re.compile(PATTERN)
_AFTER_PAGE = re.compile(_BEFORE)
_ITEM = re.compile(rf"{_DIGITS}|{_ROMAN}|{_WORD}")
_RANGE = re.compile(rf"(?<![-–\d])(\d+)\s*(?:to|through|bis|à|[-–—])\s*{_AGAIN}(\d+)")
_ORDINAL = re.compile(
    rf"(?<!second )(?<!inner )(?<!back )\b"
    rf"(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<number>\d{{1,4}})(?:st|nd|rd|th)) {_NOUN}\b",
    re.IGNORECASE,
)
_COVER = re.compile(
    r"(?<!second )(?<!inner )(?<!back )(?P<the>\b(?:the|this|its|that|a)\s)?"
    r"\b(?:cover|title|front) (?:page|slide)\b(?P<rest>[^?.,;:!()]*)",
    re.IGNORECASE,
)
_SPREAD = re.compile(r"(\d+)–(\d+)")


@dataclass(frozen=True, slots=True)
class NamedPages:
    """What a text calls pages. `labels` are numbers as `plain` writes them: "12", "iv", "f-3".

    `places` count pages from the start, 1 is the first, or from the end, -1 is the last.
    """

    labels: tuple[str, ...] = ()
    places: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.labels or self.places)

    def __iter__(self) -> Iterator[str]:
        """Each in words."""
        yield from (f"page {label}" for label in self.labels)
        for place in self.places:
            yield "the last page" if place == LAST_PAGE else f"page {place}"

    def means(self, number: int, label: str) -> bool:
        """Whether a page with that number and label is meant, as far as the page alone tells."""
        own = plain_labels(label) or (str(number),)
        return number in self.places or not set(self.labels).isdisjoint(own)


def find(text: str) -> NamedPages:
    """The pages that a text names, each once, in order."""
    labels = [label for match in _PAGE.finditer(text) for label in _labels(match[0])]
    places = [
        int(match["number"]) if match["number"] else _ORDINALS[match["word"].lower()]
        for match in _ORDINAL.finditer(text)
    ]
    places += [FIRST_PAGE for match in _COVER.finditer(text) if _is_place(match)]
    return NamedPages(tuple(dict.fromkeys(labels)), tuple(dict.fromkeys(places)))


def page_range(text: str) -> range:
    """Pages as `7`, `3-9`, `12-` or `-5`, counted from 1. Raises `ValueError` that says how."""
    first, dash, last = text.partition("-")
    try:
        start = int(first) if first else 1
        stop = int(last) if last else (MOST_PAGES if dash else start)
    except ValueError:
        raise ValueError(f"{text!r} is not a page range such as 7, 3-9 or 12-") from None
    if start < 1 or stop < start or not (first or last):
        raise ValueError(f"{text!r} is not a page range: pages count from 1")
    return range(min(start, MOST_PAGES), min(stop, MOST_PAGES) + 1)


def plain(label: str) -> str:
    """A label as it is compared: in small letters, with plain dashes and without spaces."""
    small = re.sub(r"\s", "", label.lower()).replace("–", "-")
    return small.lstrip("0") or small


@lru_cache(maxsize=_CACHED_LABELS)
def plain_labels(label: str) -> tuple[str, ...]:
    """The labels by which a page is named: none, its own, or those of both its halves."""
    if spread := _SPREAD.fullmatch(label):
        return plain(spread[1]), plain(spread[2])
    return (plain(label),) if label else ()


def shown(number: int, label: str) -> str:
    """A page in words: "page 5", or "page 5 (printed 2)" where another label stands on it."""
    return f"page {number} (printed {label})" if differs(number, label) else f"page {number}"


def differs(number: int, label: str) -> bool:
    """Whether a page has a label that is not its number."""
    return bool(label) and plain(label) != str(number)


def _labels(named: str) -> Iterator[str]:
    numbers = _AFTER_PAGE.sub("", named)
    for match in _RANGE.finditer(numbers):
        first, last = int(match[1]), int(match[2])
        if first < last <= first + _RANGE_LIMIT:
            yield from map(str, range(first, last + 1))
    for match in _ITEM.finditer(numbers):
        word = match[0].lower().replace("-", " ")
        if word in _NUMBER_WORDS:
            yield str(_NUMBER_WORDS[word])
        elif not match[0].isalpha() or romans.is_regular(match[0]):
            yield plain(match[0])


def _is_place(cover: re.Match[str]) -> bool:
    """Whether "cover page" is one: in "(the) cover page student model" it qualifies a word."""
    after = words(cover["rest"])
    longest = 1 if cover["the"] else 0
    qualified = after[: longest + 1]
    return len(qualified) <= longest or not all(
        is_content(word) and word.lower().rstrip("s") not in _SHOWING for word in qualified
    )
