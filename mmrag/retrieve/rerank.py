"""An optional last stage: a cross-encoder reads question and text together, and reorders."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mmrag.errors import ModelError
from mmrag.protocols import Reranker
from mmrag.retrieve import fusion
from mmrag.retrieve.aggregation import RankedUnit
from mmrag.retrieve.hit_builder import Candidate


def reranked(
    reranker: Reranker, question: str, best: Sequence[Candidate], scored: Sequence[RankedUnit]
) -> list[RankedUnit]:
    """`best`, the first of `scored`, in the reranker's order, and the rest behind them."""
    if not best:
        return list(scored)
    scores = reranker.score(question, [candidate.text for candidate in best])
    if scores.shape != (len(best),):
        raise ModelError(
            f"{reranker.name} gave an array of shape {scores.shape} for {len(best)} texts"
        )
    own = {
        candidate.scored.unit: float(score) for candidate, score in zip(best, scores, strict=True)
    }
    return reordered(own, scored)


def reordered(own: Mapping[str, float], scored: Sequence[RankedUnit]) -> list[RankedUnit]:
    """The units that have a score of their own by it, the best first, and the rest behind them.

    Equal ones stay in their order. The score becomes that of the best of the rest, and from 0 to 1
    more by the unit's own.
    """
    rest = [item for item in scored if item.unit not in own]
    floor = max((item.score for item in rest), default=0.0)
    above = fusion.normalised(own)
    first = [replace(item, score=floor + above[item.unit]) for item in scored if item.unit in own]
    return sorted(first, key=lambda item: item.score, reverse=True) + rest
