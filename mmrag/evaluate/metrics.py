"""Measures of rankings as trec_eval computes them, and what to expect of their mean.

A ranking is a sequence of names, best first; the truths of its question are names too. Relevance
counts as yes or no. recall@k is the part of the truths among the first k (MMDocIR, section 5.1,
arXiv 2501.08828), mrr is 1 / rank of the first truth, ndcg@k discounts by log2(rank + 1).
"""

from collections.abc import Collection, Sequence

import numpy as np

from mmrag.errors import UsageError
from mmrag.types import Float32

try:
    import pytrec_eval
except ImportError as error:
    raise UsageError(
        f"measuring needs the package pytrec-eval-terrier ({error}): pip install 'mmrag[eval]'"
    ) from error

Ranking = Sequence[str]
Row = tuple[float, ...]
CUTOFFS = (1, 3, 5, 10)
DEPTH = 20
"""Hits looked at for each question: beyond them the reciprocal rank counts as 0."""
RESAMPLES = 1000
LEVEL = 0.95
_BY_NAME = {
    **{f"recall@{k}": f"recall_{k}" for k in CUTOFFS},
    "mrr": "recip_rank",
    "ndcg@5": "ndcg_cut_5",
    "ndcg@10": "ndcg_cut_10",
}
NAMES = tuple(_BY_NAME)


def all_of(rankings: Sequence[Ranking], truths: Sequence[Collection[str]]) -> list[Row]:
    """Every measure of every question, in the order of `NAMES`; each from 0 to 1."""
    return _measured(rankings, truths, tuple(_BY_NAME.values()))


def recall_curve(
    rankings: Sequence[Ranking], truths: Sequence[Collection[str]]
) -> tuple[float, ...]:
    """The mean recall@k for k from 1 to `DEPTH`."""
    rows = _measured(rankings, truths, tuple(f"recall_{k}" for k in range(1, DEPTH + 1)))
    return tuple(np.mean(rows, axis=0).tolist())


def _measured(
    rankings: Sequence[Ranking], truths: Sequence[Collection[str]], names: Sequence[str]
) -> list[Row]:
    """The measures that trec_eval calls `names`; 0 where nothing was found."""
    relevant = {
        str(number): dict.fromkeys(wanted, 1) for number, wanted in enumerate(truths) if wanted
    }
    if len(relevant) < len(truths):
        raise ValueError("a question without truth cannot be measured")
    run = {
        str(number): {name: float(len(ranking) - at) for at, name in enumerate(ranking)}
        for number, ranking in enumerate(rankings)
    }
    # "recall_5" as a name, "recall.5" as an order
    evaluator = pytrec_eval.RelevanceEvaluator(relevant, {_order(name) for name in names})
    found = evaluator.evaluate(run)
    return [
        tuple(float(found.get(str(number), {}).get(name, 0.0)) for name in names)
        for number in range(len(truths))
    ]


def _order(name: str) -> str:
    measure, _, cutoff = name.rpartition("_")
    return f"{measure}.{cutoff}" if cutoff.isdecimal() else name


def mean(rows: Sequence[Row]) -> dict[str, float]:
    """The mean over questions, each counting the same, by name; empty without questions."""
    if not rows:
        return {}
    return dict(zip(NAMES, np.mean(rows, axis=0).tolist(), strict=True))


def confidence(rows: Sequence[Row], seed: int = 0) -> dict[str, tuple[float, float]]:
    """Between which values the mean lies, by name: the percentile bootstrap over questions.

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    if not rows:
        return {}
    values = np.asarray(rows, dtype=np.float32)
    random = np.random.default_rng(seed)
    means = np.stack([_resampled(values, random) for _ in range(RESAMPLES)])
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return dict(zip(NAMES, zip(low.tolist(), high.tolist(), strict=True), strict=True))


def interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """Between which values the mean of one measure lies; see `confidence`."""
    found = np.asarray(values, dtype=np.float64)
    random = np.random.default_rng(seed)
    drawn = random.integers(len(found), size=(RESAMPLES, len(found)))
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(found[drawn].mean(axis=1), [tail, 1 - tail])
    return float(low), float(high)


def _resampled(values: Float32, random: np.random.Generator) -> Float32:
    """The mean of as many questions, drawn with replacement."""
    drawn = random.integers(len(values), size=len(values))
    return np.asarray(values[drawn].mean(axis=0), np.float32)
