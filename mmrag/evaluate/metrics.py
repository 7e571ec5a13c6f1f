"""Measures of one ranking, and what to expect of their mean.

A ranking is a sequence of hits, best first; each is the set of those truths it shows, often empty.
`truths` is how many there are. Relevance counts as yes or no.
"""

from collections.abc import Sequence
from math import log2

import numpy as np

from mmrag.types import Float32

Ranking = Sequence[frozenset[str]]
CUTOFFS = (1, 3, 5, 10)
NAMES = (*(f"recall@{k}" for k in CUTOFFS), "mrr", "ndcg@5")
RESAMPLES = 1000


def recall(ranking: Ranking, truths: int, k: int) -> float:
    """The part of the truths that the first `k` hits show.

    MMDocIR, section 5.1 (arXiv 2501.08828): |relevant in the top k| / |relevant|.
    """
    return len(frozenset().union(*ranking[:k])) / truths


def reciprocal_rank(ranking: Ranking) -> float:
    """1 / rank of the first relevant hit, 0 without one (TREC-8 question answering track, 1999)."""
    return next((1 / rank for rank, shown in enumerate(ranking, start=1) if shown), 0.0)


def ndcg(ranking: Ranking, truths: int, k: int) -> float:
    """Discounted gain of the first `k` hits over that of an ideal ranking.

    Gain 1 for each hit that shows a truth not shown before it, discount log2(rank + 1)
    (Järvelin and Kekäläinen, 2002, with the discount that TREC uses).
    """
    seen: set[str] = set()
    gained = 0.0
    for rank, shown in enumerate(ranking[:k], start=1):
        if shown - seen:
            gained += 1 / log2(rank + 1)
        seen |= shown
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(truths, k) + 1))
    return gained / ideal


def all_of(ranking: Ranking, truths: int) -> tuple[float, ...]:
    """Every measure of one question, in the order of `NAMES`; each from 0 to 1."""
    return (
        *(recall(ranking, truths, k) for k in CUTOFFS),
        reciprocal_rank(ranking),
        ndcg(ranking, truths, 5),
    )


def mean(rows: Sequence[Sequence[float]]) -> dict[str, float]:
    """The mean over questions, each counting the same, by name; empty without questions."""
    if not rows:
        return {}
    return dict(zip(NAMES, np.mean(rows, axis=0).tolist(), strict=True))


def confidence(
    rows: Sequence[Sequence[float]], level: float = 0.95, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """Between which values the mean lies, by name: the percentile bootstrap over questions.

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    if not rows:
        return {}
    values = np.asarray(rows, dtype=np.float32)
    random = np.random.default_rng(seed)
    means = np.stack([_resampled(values, random) for _ in range(RESAMPLES)])
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return dict(zip(NAMES, zip(low.tolist(), high.tolist(), strict=True), strict=True))


def _resampled(values: Float32, random: np.random.Generator) -> Float32:
    """The mean of as many questions, drawn with replacement."""
    drawn = random.integers(len(values), size=len(values))
    return np.asarray(values[drawn].mean(axis=0), np.float32)
