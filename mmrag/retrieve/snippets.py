"""The part of a text that a query is about."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from mmrag.text.scripts import PIECE, RUN
from mmrag.text.stems import stem, telling_stems
from mmrag.text.words import plain_words

LONGEST = 240
"""Characters of a snippet: three lines of a terminal."""
MOST_STEMS = 64
"""Stems of one question that are looked for; a page pasted as a question has more."""
SENTENCE_ENDS = (".", "!", "?", ":", ";", "。", "！", "？")
AT_START = 0.5
"""What a window counts more, in stems, that begins where a sentence does: it wins a tie."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def stems_of(question: str) -> tuple[str, ...]:
    """The stems of the words of a question that are worth a search, each once, in order."""
    return tuple(dict.fromkeys(telling_stems(question)))[:MOST_STEMS]


@lru_cache(maxsize=1 << 16)
def _plain_words_in(word: str) -> tuple[str, ...]:
    """The words in what stands between two spaces."""
    return tuple(plain_words(word))


@lru_cache(maxsize=1 << 16)
def _beginnings_in(word: str) -> frozenset[str]:
    return frozenset(part[:2] for part in _plain_words_in(word))


def snippet(text: str, wanted: frozenset[str], longest: int = LONGEST) -> str:
    """The window of whole words, at most `longest` characters, with most of the stems `wanted`.

    Each wanted stem counts once, and the window that begins where a sentence does wins a tie. What
    was cut off shows as an ellipsis.
    """
    room = longest - 2 * (len(ELLIPSIS) + 1)
    words = text.split()
    plain = " ".join(words)
    if len(plain) <= longest:
        return plain
    if RUN.search(plain):  # of a script without spaces
        spans = [match.span() for match in PIECE.finditer(plain)]
        words = [plain[start:end] for start, end in spans]
        first, last = _best(words, _hits(words, wanted), room)
        shown = plain[spans[first][0] : spans[last][1]][:room]
    else:
        first, last = _best(words, _hits(words, wanted), room)
        shown = " ".join(words[first : last + 1])[:room]
    before = f"{ELLIPSIS} " if first > 0 else ""
    after = f" {ELLIPSIS}" if last + 1 < len(words) else ""
    return f"{before}{shown}{after}"


def _hits(words: Sequence[str], wanted: frozenset[str]) -> list[frozenset[str]]:
    """The stems wanted in each word; one that begins as none of them is not stemmed."""
    beginnings = frozenset(root[:2] for root in wanted)
    nothing: frozenset[str] = frozenset()
    return [
        nothing
        if beginnings.isdisjoint(_beginnings_in(word))
        else wanted.intersection(map(stem, _plain_words_in(word)))
        for word in words
    ]


def _best(words: Sequence[str], hits: Sequence[frozenset[str]], room: int) -> tuple[int, int]:
    """First and last word of the best window that fits `room` characters with its spaces.

    What it holds changes only where it begins behind a hit, or one comes in at its end.
    """
    ends = list(accumulate(len(word) + 1 for word in words))  # with the space behind
    starts = [0, *ends]
    places = [at for at, found in enumerate(hits) if found]
    entering = (min(at, bisect_left(starts, ends[at] - 1 - room)) for at in places)
    firsts = sorted({0, *entering, *(at + 1 for at in places if at + 1 < len(words))})

    def last(first: int) -> int:
        return max(first, bisect_right(ends, starts[first] + room + 1) - 1)

    best, best_score = 0, -1.0
    for first, following in pairwise((*firsts, len(words))):
        held = places[bisect_left(places, first) : bisect_right(places, last(first))]
        count = len(frozenset[str]().union(*(hits[at] for at in held)))
        if count + AT_START > best_score:
            sentence = next((at for at in range(first, following) if _begins(words, at)), None)
            if sentence is not None:
                best, best_score = sentence, count + AT_START
            elif count > best_score:
                best, best_score = first, count
    return best, last(best)


def _begins(words: Sequence[str], at: int) -> bool:
    """Whether a sentence begins at a word."""
    return at == 0 or words[at - 1].endswith(SENTENCE_ENDS)
