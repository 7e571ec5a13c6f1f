"""How far the evidence speaks of what a question asks, from 0 to 1.

Below a limit, the extracted answer abstains.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log
from typing import NamedTuple

from mmrag.answer.questions import AnalysedQuestion

_IN_TITLES = 0.3  # of its weight, by hand: a word in most titles tells no spans apart


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


class EvidenceFeatures(NamedTuple):
    """Features of all the evidence for one question, each from 0 to 1."""

    best: float  # part of the question's weight, by rarity, in the best span and around it
    page: float  # and in all of that piece of evidence
    names: float  # part of its names and numbers in the span or title that holds most of them
    lost: float  # n / (n + 1) for n names that stand nowhere: it may be another's question


COEFFICIENTS = EvidenceFeatures(best=0.55, page=0.50, names=1.16, lost=-1.63)
CONSTANT = -0.94
"""Learned by `eval/train_answers.py`, which says how well they tell."""


def answerability(features: EvidenceFeatures) -> float:
    """The probability, 0 to 1, that evidence with these features holds the answer.

    As if half of all questions had one: how many have, the evidence does not tell.
    """
    weighted = sum(
        coefficient * value for coefficient, value in zip(COEFFICIENTS, features, strict=True)
    )
    return 1 / (1 + exp(-weighted - CONSTANT))
