"""The part of a text that a query is about."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from mmrag.store import keywords

LONGEST = 240
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"\w+")
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|ly)$")


def stems(text: str) -> list[str]:
    """The words of a text in lower case without common endings: to compare, not to show."""
    return [_stem(word) for word in _LETTERS.findall(text.lower())]


def stems_of(question: str) -> tuple[str, ...]:
    """The stems of the words of a question that are worth a search, each once, in order."""
    terms = keywords.terms(question)
    return tuple(dict.fromkeys(stem for term in terms for stem in stems(term)))


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return _ENDING.sub("", word)


@lru_cache(maxsize=1 << 16)
def _stems_in(word: str) -> frozenset[str]:
    """The stems of what stands between two spaces."""
    return frozenset(stems(word))


def words_of(text: str, common: Iterable[str] = ()) -> frozenset[str]:
    """The different words of a text but for `common` ones and single letters."""
    left_out = set(common)
    return frozenset(
        word for word in stems(text) if word not in left_out and (len(word) > 1 or word.isdigit())
    )


def snippet(text: str, wanted: frozenset[str], longest: int = LONGEST) -> str:
    """The window of whole words, at most `longest` characters, with most of the words `wanted`.

    Each wanted word counts once, and the window that begins where a sentence does wins a tie. What
    was cut off shows as an ellipsis.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    room = longest - 2 * (len(ELLIPSIS) + 1)
    if not spans:
        return ""
    plain = " ".join(text.split())
    if len(plain) <= longest:
        return plain
    words = [text[start:end] for start, end in spans]
    hits = [wanted & _stems_in(word) for word in words]
    first, last = _best(words, hits, room)
    shown = " ".join(words[first : last + 1])[:room]
    before = f"{ELLIPSIS} " if first > 0 else ""
    after = f" {ELLIPSIS}" if last + 1 < len(words) else ""
    return f"{before}{shown}{after}"


def _best(words: Sequence[str], hits: Sequence[frozenset[str]], room: int) -> tuple[int, int]:
    """First and last word of the best window that fits `room` characters with its spaces."""
    best, best_score = (0, 0), -1.0
    inside: Counter[str] = Counter()  # wanted words in the window
    last, length = -1, -1
    for first in range(len(words)):
        while last + 1 < len(words) and (last < first or length + 1 + len(words[last + 1]) <= room):
            last += 1
            length += 1 + len(words[last])
            if hits[last]:
                inside.update(hits[last])
        starts = first == 0 or words[first - 1].endswith((".", "!", "?", ":", ";"))
        score = len(inside) + (0.5 if starts else 0.0)
        if score > best_score:
            best, best_score = (first, last), score
        length -= 1 + len(words[first])
        for word in hits[first]:
            inside[word] -= 1
            if not inside[word]:
                del inside[word]
    return best
