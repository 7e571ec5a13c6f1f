"""An optional last stage: a cross-encoder reads question and text together, and reorders."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mmrag.errors import ModelError, UsageError
from mmrag.protocols import PictureReranker, Reranker
from mmrag.retrieve import fusion
from mmrag.retrieve.aggregation import RankedUnit
from mmrag.retrieve.hit_builder import Candidate
from mmrag.types import Float32

if TYPE_CHECKING:
    from mmrag.store.item_pictures import OpenPictures


def reranked(
    reranker: Reranker,
    question: str,
    best: Sequence[Candidate],
    scored: Sequence[RankedUnit],
    pictures: "OpenPictures",
) -> list[RankedUnit]:
    """`best`, the first of `scored`, in the reranker's order, and the rest behind them.

    One that sees judges pages and figures by their pictures, those that have none by their text.
    """
    if not best:
        return list(scored)
    own: dict[str, float] = {}
    texts = list(best)
    if isinstance(reranker, PictureReranker) and reranker.sees:
        found = pictures([candidate.scored.unit for candidate in best])
        images = {name: image for name, image in found.items() if not isinstance(image, UsageError)}
        shown = [candidate for candidate in best if candidate.scored.unit in images]
        texts = [candidate for candidate in best if candidate.scored.unit not in images]
        seen = [images[candidate.scored.unit] for candidate in shown]
        own.update(_of(shown, reranker.score_pictures(question, seen), reranker.name))
    if texts:
        scores = reranker.score(question, [candidate.text for candidate in texts])
        own.update(_of(texts, scores, reranker.name))
    return reordered(own, scored)


def _of(candidates: Sequence[Candidate], scores: Float32, name: str) -> dict[str, float]:
    """Scores by unit. Raises `ModelError` where there are more or fewer."""
    if scores.shape != (len(candidates),):
        raise ModelError(
            f"{name} gave an array of shape {scores.shape} for {len(candidates)} candidates"
        )
    values = np.asarray(scores, np.float64).tolist()
    return {item.scored.unit: value for item, value in zip(candidates, values, strict=True)}


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
