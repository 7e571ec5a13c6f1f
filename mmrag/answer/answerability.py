"""How far the evidence speaks of what a question asks, from 0 to 1.

Below a limit, the extracted answer abstains.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from mmrag.answer.questions import AnalysedQuestion

_NAME_LOST = 0.75
_VISUAL = 0.5
_IN_TITLES = 0.3  # of its weight: a word in most titles tells documents apart, not their spans


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much each stem of a question tells, by how few of `count` texts hold it."""

    weights: Mapping[str, float]

    @classmethod
    def of(
        cls,
        question: AnalysedQuestion,
        texts: Iterable[frozenset[str]],
        titles: Iterable[frozenset[str]],
    ) -> "Rarity":
        """Weights from the inverse document frequency as in BM25 (Robertson and Zaragoza 2009)."""
        held = list(texts)
        titled = list(titles)
        found = {}
        for root, weight in question.weights.items():
            containing = sum(root in stems for stems in held)
            found[root] = weight * log(1 + (len(held) - containing + 0.5) / (containing + 0.5))
            if 2 * sum(root in title for title in titled) > len(titled):
                found[root] *= _IN_TITLES
        return cls(found)

    @property
    def total(self) -> float:
        return sum(self.weights.values()) or 1.0

    def share(self, stems: Iterable[str]) -> float:
        """The part of the question's weight, 0 to 1, that these stems hold."""
        return sum(self.weights.get(root, 0.0) for root in set(stems)) / self.total


def answerability(
    question: AnalysedQuestion,
    rarity: Rarity,
    best: frozenset[str],
    page: frozenset[str],
    texts: Sequence[frozenset[str]],
) -> float:
    """How far the evidence speaks of what the question asks, 0 to 1.

    The mean of three shares: of the question's weight in `best` (the best span with the lines
    around it), of its weight in `page` (all of that item of evidence), and of its names and
    numbers in that one of `texts` (the spans and the titles) which holds most of them. Each
    name that stands nowhere takes a quarter off: a question about something that no page names
    has no answer here, however well its other words match. So does a question about what is to
    be seen or counted on the page.
    """
    everything: frozenset[str] = frozenset().union(*texts)
    names = question.names
    held = max((len(names & stems) / len(names) for stems in texts), default=0.0) if names else 1.0
    lost = len(names - everything)
    visual = _VISUAL if question.visual else 1.0
    return (rarity.share(best) + rarity.share(page) + held) / 3 * _NAME_LOST**lost * visual
