"""An optional last stage: a cross-encoder reads question and text together, and reorders."""

from collections.abc import Sequence
from dataclasses import replace

from mmrag.errors import ModelError
from mmrag.protocols import Reranker
from mmrag.retrieve import fusion
from mmrag.retrieve.aggregation import RankedUnit
from mmrag.retrieve.hit_builder import Candidate


def reranked(
    reranker: Reranker, question: str, best: Sequence[Candidate], scored: Sequence[RankedUnit]
) -> list[RankedUnit]:
    """`best`, the first of `scored`, in the reranker's order, and the rest behind them.

    Their score becomes that of the best of the rest, and from 0 to 1 more by the reranker's.
    """
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
    rest = [item for item in scored if item.unit not in own]
    floor = max((item.score for item in rest), default=0.0)
    above = fusion.normalised(own)
    by_unit = {candidate.scored.unit: candidate.scored for candidate in best}
    first = [replace(by_unit[unit], score=floor + above[unit]) for unit in fusion.order(own)]
    return first + rest
