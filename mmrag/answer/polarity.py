"""What a sentence denies, and which way it says that something moved.

English: a list of negations and of words for rising and falling, and where in a sentence a negation
reaches. It is a check of form, which finds a "not" that one of two sentences lacks, and a "rose"
that the other calls "fell" or does not mention.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmrag.text import numbers
from mmrag.text.stems import stem
from mmrag.text.words import is_content, words

Direction = Literal["up", "down"]

NEGATION = re.compile(
    r"(?:\b(?:not|never|none|neither|nor|without|cannot|no(?![.\s]*\d))\b|n['’]t\b)(?!\s+only\b)",
    re.IGNORECASE,
)
_SCOPE_END = re.compile(r"[,;:.!?](?=\s|$)|\b(?:but|and|because|although|while)\b", re.IGNORECASE)
_UP_TEXT = """
rise rises rose risen rising increase grow grew grown growth climb surge soar jump improve
improvement higher upward
"""
_DOWN_TEXT = """
fall falls fell fallen falling decrease decline drop dropped reduce reduction shrink shrank
shrunk sink sank sunk plunge worsen lower downward
"""
_DIRECTIONS: dict[str, Direction] = {
    **{stem(word): "up" for word in _UP_TEXT.split()},
    **{stem(word): "down" for word in _DOWN_TEXT.split()},
}
_UP_OR_DOWN = re.compile(r"\b(up|down)(?=,?\s+(?:by|from|on|[$€£]?\d))", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+(?:about\s+|around\s+)?[$€£]?\s*(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Polarity:
    """A sentence by its negations and directions; words are stems."""

    negated: frozenset[str]  # the first word of meaning behind each negation
    reached: frozenset[str]  # all words behind a negation, to the end of its clause
    affirmed: frozenset[str]  # the words of meaning that no negation reaches
    directions: frozenset[Direction]

    @classmethod
    def of(cls, text: str) -> "Polarity":
        heads: set[str] = set()
        reached: set[str] = set()
        free, at = [], 0
        for found in NEGATION.finditer(text):
            if found.start() < at:
                continue
            ended = _SCOPE_END.search(text, found.end())
            until = ended.start() if ended else len(text)
            behind = _stems(text[found.end() : until])
            heads |= set(behind[:1])
            reached |= set(behind)
            free.append(text[at : found.start()])
            at = until
        free.append(text[at:])
        affirmed = frozenset(word for piece in free for word in _stems(piece))
        said = {_DIRECTIONS[word] for word in affirmed if word in _DIRECTIONS}
        for piece in free:
            said |= {
                "up" if word.lower() == "up" else "down" for word in _UP_OR_DOWN.findall(piece)
            }
        return cls(frozenset(heads), frozenset(reached), affirmed, frozenset(said))


def is_contradicted(sentence: str, source: Sequence[str]) -> bool:
    """Whether the sentences of `source` that are closest to `sentence` say the contrary of it.

    They do where one denies what the other affirms, where one rises and the other falls, and where
    `sentence` says that something moves and they and their neighbours do not: unless it gives two
    amounts, which then show which way.
    """
    said = Polarity.of(sentence)
    closest = _closest(said, source)
    if not closest:
        return False
    if all(_denies(said, Polarity.of(source[at])) for at in closest):
        return True
    if len(said.directions) != 1:
        return False
    shown = _shown_by_amounts(sentence)
    if shown:
        return said.directions.isdisjoint(shown)
    return not any(said.directions <= _directions_around(source, at) for at in closest)


def _denies(one: Polarity, other: Polarity) -> bool:
    """Whether what one negates stands in the other beyond the reach of any negation."""
    return any(
        a.negated & (b.affirmed - b.reached) - a.affirmed for a, b in ((one, other), (other, one))
    )


def _directions_around(source: Sequence[str], at: int) -> frozenset[Direction]:
    """The directions of a sentence; where it has none, those of the ones beside it."""
    own = Polarity.of(source[at]).directions
    if own:
        return own
    beside = source[max(0, at - 1) : at + 2]
    return frozenset[Direction]().union(*(Polarity.of(text).directions for text in beside))


def _closest(said: Polarity, source: Sequence[str]) -> list[int]:
    """Which sentences share most words with what is said, directions aside; all that share so."""
    wanted = (said.affirmed | said.reached) - _DIRECTIONS.keys()
    shared = [len(wanted & {stem(word) for word in words(text)}) for text in source]
    most = max(shared, default=0)
    return [at for at, count in enumerate(shared) if count == most] if most else []


def _shown_by_amounts(sentence: str) -> frozenset[Direction]:
    """Which way two amounts of a sentence move: both, where it does not say from which one."""
    amounts = [n for n in numbers.find(sentence, spelled=False) if not (n.is_year or n.percent)]
    if len(amounts) < 2:
        return frozenset()
    begins = _FROM.search(sentence)
    start = next((n for n in amounts if begins and n.start >= begins.end() - 1), None)
    if start is None:
        return frozenset(("up", "down"))
    end = next(n for n in amounts if n is not start)
    return frozenset(("up",) if end.value > start.value else ("down",))


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words(text) if is_content(word)]
