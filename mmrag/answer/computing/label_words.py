"""The words of a chart's labels in a question: in full, short, in parts, or as their people.

Labels of charts are short: `Rep/Lean Rep` is said by "Republicans", `All/Most` by "all or most",
`Germany` by "German respondents".
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mmrag.answer.computing.terms import plain_periods
from mmrag.text.stems import stem
from mmrag.text.words import is_content, plain, words

_UNITED_STATES = re.compile(
    r"\bU\.\s?S\.?(?:\s?A\.?)?(?![\w.])|\bUSA?\b|\b[Uu]nited [Ss]tates(?: of America)?\b"
    r"|\bAmericans?\b"
)
_SHORT = {
    "rep": "republican", "dem": "democrat", "ind": "independent", "cons": "conservative",
    "conserv": "conservative", "mod": "moderate", "lib": "liberal", "grad": "graduate",
}  # fmt: skip
"""Words as labels of surveys shorten them."""
FILLERS = frozenset(map(stem, ("age", "ages", "aged", "year", "years", "old", "and", "or", "the")))
"""Stems that a label may have without the question saying them."""
_BETWEEN = 2  # words of a question that may stand between those of a label; chosen by hand
_SAME_ROOT, _ENDING = 4, 3
"""Letters that two names of a people have in common, and those behind them: `China`, `Chinese`."""
_PARTS = re.compile(r"\s*/\s*")


def whole(label: str, asked: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Where a question says the words of a label."""
    wanted = [word for word in words_of(label) if stem(word) not in FILLERS]
    for start in range(len(asked)) if wanted else ():
        end = min(len(asked), start + len(wanted) + _BETWEEN)
        at = [
            next((n for n in range(start, end) if _is_said(word, asked[n])), None)
            for word in wanted
        ]
        places = tuple(dict.fromkeys(place for place in at if place is not None))
        if None not in at and min(places) == start and len(places) == len(set(wanted)):
            yield places


def in_parts(label: str, asked: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Where a question says a part of a label that means something by itself."""
    parts = [part for part in _PARTS.split(label) if part]
    if len(parts) > 1 and all(any(map(is_content, words(part))) for part in parts):
        for part in dict.fromkeys(parts):
            yield from whole(part, asked)


@lru_cache(maxsize=4096)
def _is_said(label: str, asked: str) -> bool:
    """Whether a word of a label is a word of a question, in full, short, or as its people."""
    one, other = (in_full(word) for word in (label, asked))
    if one == other:
        return True
    if not (label[0].isupper() and asked[0].isupper() and label.isalpha() and asked.isalpha()):
        return False
    one, other = plain(label), plain(asked)
    same = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return same >= _SAME_ROOT and max(len(one), len(other)) - same <= _ENDING


def in_full(word: str) -> str:
    """The stem of a word, as labels shorten it, too."""
    return stem(_SHORT.get(plain(word), word))


def words_of(text: str) -> list[str]:
    """The words of a text; all names of the United States are one."""
    return words(plain_periods(_UNITED_STATES.sub("Unitedstates", text)))
