"""Entries of lists of sources: "12. Doe, J. (2019). Honey. pp. 3-9. Retrieved May 1, 2020".

Signs are looked for in small letters, which is quicker than to ignore case.
"""

import re
from collections.abc import Iterable, Sequence

_TELLING = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bdoi\b|\barxiv\b|\bisbn\b|\bissn\b",
        r"\b(?:retrieved|accessed|archived|abgerufen|consulté|consultado|consultato)\b[^.]{0,40}\d",
        r"\bpp?\.\s?\d|\bvol\.\s?\d|\b\d+\s?\(\d+\)\s?[:,]\s?\d|\beds?\.\)",
        r"\bin\s+proceedings\s+of\b|\bin\s+proc\.",
        r"^\W*\d*\W*[^\W\d_][\w'’-]+,\s[^\W\d_]\.",
        r"^\W*\d*\W*[^\W\d_][\w'’-]+,\s[\w'’.\s-]{2,30}\([a-z]+\s\d{1,2},\s(?:19|20)\d\d\)",
    )
)
"""What hardly anything else has: numbers of books, the day it was read, pages, a name turned."""
_OTHER = tuple(
    re.compile(pattern)
    for pattern in (
        r"^\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}\.)\s",
        r"https?://|\bwww\.",
        r"\(\s*(?:[\w ,.]{0,20}\s)?(?:1[6-9]|20)\d\d[a-z]?\s*\)|\.\s(?:1[6-9]|20)\d\d[a-z]?\.?\s*$",
    )
)
"""What sentences and steps may have, too: a number before it, an address, a year by itself."""
_FEWEST_TELLING = 0.2
_FEWEST_SIGNS = 0.5
"""Of the lines of a list of sources, an entry going over one to five of them. By hand."""


def is_entry(text: str) -> bool:
    """Whether a text is an entry of a list of sources: two signs, one of them telling, or three."""
    small = text.lower()
    telling, other = (
        sum(bool(sign.search(small)) for sign in signs) for signs in (_TELLING, _OTHER)
    )
    return telling + other > 1 and (telling > 0 or other > 2)


def is_list(lines: Sequence[str]) -> bool:
    """Whether lines are entries of a list of sources, or parts of them."""
    if len(lines) < 2:
        return False
    small = [line.lower() for line in lines]
    telling = [_has_any(_TELLING, line) for line in small]
    if sum(telling) < _FEWEST_TELLING * len(lines):
        return False
    signs = sum(told or _has_any(_OTHER, line) for told, line in zip(telling, small, strict=True))
    return signs >= _FEWEST_SIGNS * len(lines)


def _has_any(signs: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(sign.search(text) for sign in signs)
