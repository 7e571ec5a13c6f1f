"""Words without their endings, so that "policy" and "policies" are one.

The stemmer is the one of SQLite's FTS5 (`tokenize = 'porter unicode61 remove_diacritics 2'`), so
that what the keyword channel finds is what every other stage takes for the same word.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from snowballstemmer import stemmer

from mmrag.text.words import content_words, plain, plain_words, words

HELD_WORDS = 1 << 17
"""Words whose stems stay at hand, some 150 bytes each; a new one takes 5 us, a word at hand 0.1 us
(measured: 10,800 words of English documentation, one core)."""
_SHORTEST = 3
"""Letters: FTS5 leaves shorter words as they are, "is" and "as" among them."""
_LONGEST = 64
"""Bytes of UTF-8: FTS5 leaves longer words as they are (FTS5_PORTER_MAX_TOKEN)."""
_MEASURED = re.compile(r"[aeiouy][^aeiouy]")
_RARE_DOUBLE = re.compile(r"(cc|hh|jj|kk|qq|vv|ww|xx)$")
_PORTER = stemmer("porter")


@lru_cache(maxsize=HELD_WORDS)
def stem(word: str) -> str:
    """A word without case, accents and endings, by Porter's algorithm (1980).

    With the two rules that Porter added later, -bli to -ble and -logi to -log, which FTS5 has and
    Snowball's "porter" has not. Of rare doublings ("trekking") FTS5 takes one letter, too.
    """
    word = plain(word)
    if len(word) < _SHORTEST or len(word.encode()) > _LONGEST:
        return word
    root = _porter(word)
    if root.endswith("bli") and _MEASURED.search(root[:-3]):
        return _porter(f"{root[:-1]}e")
    if root.endswith("logi") and _MEASURED.search(root[:-4]):
        return root[:-1]
    if _RARE_DOUBLE.search(root) and word in (f"{root}ed", f"{root}ing"):
        return root[:-1]
    return root


def content_stems(text: str) -> list[str]:
    """The stems of the words of `text` that carry meaning, in order."""
    return [stem(word) for word in content_words(text)]


def telling_stems(text: str) -> list[str]:
    """`content_stems`, or those of all words where none carries meaning."""
    return content_stems(text) or [stem(word) for word in words(text)]


def stems_among(found: Iterable[str], wanted: frozenset[str]) -> list[str]:
    """Plain words in order, stemmed where the stem may be one of those `wanted`, else as they are.

    Porter's algorithm takes and changes endings only, so a word that begins with other letters than
    every stem wanted has none of them. On a long text that spares most of the work.
    """
    beginnings = _beginnings(wanted)
    return [stem(word) if word[:2] in beginnings else word for word in found]


def held(text: str, wanted: frozenset[str]) -> frozenset[str]:
    """Those of the stems `wanted` that a text holds."""
    return wanted.intersection(stems_among(plain_words(text), wanted))


def _porter(word: str) -> str:
    """The stem by Snowball's "porter", which counts the bytes of UTF-8 as letters, as FTS5 does."""
    if word.isascii():
        return str(_PORTER.stemWord(word))
    letters = word.encode().decode("latin-1")
    return str(_PORTER.stemWord(letters)).encode("latin-1").decode(errors="ignore")


@lru_cache(maxsize=1024)
def _beginnings(stems: frozenset[str]) -> frozenset[str]:
    return frozenset(root[:2] for root in stems)
