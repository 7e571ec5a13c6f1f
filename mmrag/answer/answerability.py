"""How far the evidence speaks of what a question asks, and how likely a quotation answers it.

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


class AnswerFeatures(NamedTuple):
    """Features of the best span, of all the evidence and of the question, from 0 to 1."""

    best: float  # part of the question's weight, by rarity, in the best span and around it
    shown: float  # and in what a quotation of it shows
    page: float  # and in all of its piece of evidence
    names: float  # part of the question's names and numbers in the text or title that holds most
    lost: float  # n / (n + 1) for n names that stand nowhere: it may be another's question
    wanted: float  # these twelve as in SpanFeatures, of the best span
    lacks: float
    counted: float
    asked: float
    numbers: float
    pairs: float
    row: float
    cell: float
    listing: float
    caption: float
    above: float
    length: float
    mass: float  # probability of the best span among all, by the model that ranks them
    score: float  # its score, as part of the highest that there can be
    retrieved: float  # score of the best piece of evidence
    many: float  # how many spans share a word with the question
    named: float  # 1: the question names a figure, a page or words of the text
    computed: float  # 1: the question asks for what must be worked out
    compared: float  # 1: for what is the most of several, or common to them
    polar: float  # 1: for yes or no
    listed: float  # 1: for a list
    amount: float  # 1: for a number


COEFFICIENTS = AnswerFeatures(
    best=0.75,
    shown=0.45,
    page=1.17,
    names=1.02,
    lost=-0.09,
    wanted=0.00,
    lacks=0.00,
    counted=0.00,
    asked=0.63,
    numbers=0.00,
    pairs=1.31,
    row=-0.09,
    cell=-0.29,
    listing=-0.20,
    caption=0.01,
    above=0.17,
    length=-0.92,
    mass=2.48,
    score=0.15,
    retrieved=0.43,
    many=-0.97,
    named=-0.15,
    computed=-0.63,
    compared=-0.42,
    polar=-1.24,
    listed=-0.55,
    amount=-0.15,
)
CONSTANT = -6.86
"""Learned by `eval/train_answers.py`, which says how well they tell."""


def confidence(features: AnswerFeatures) -> float:
    """The probability, 0 to 1, that the best span with these features answers the question."""
    weighted = sum(
        coefficient * value for coefficient, value in zip(COEFFICIENTS, features, strict=True)
    )
    return 1 / (1 + exp(-weighted - CONSTANT))
