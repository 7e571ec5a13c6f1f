"""The results of several indexes as one: by scores where they compare, else by reciprocal ranks.

Scores compare where the same channels were searched with the same weights, and their vectors lie in
the same space: then each channel is normalised between the lowest and the highest score of all
indexes together, as if they were one. BM25 counts how rare a word is in each index by itself, as
the shards of Elasticsearch do (`query_then_fetch`). Where they do not compare, the first of each
index is as good as the first of any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mmrag.config import Settings
from mmrag.retrieve import fusion
from mmrag.retrieve.fusion import Bounds
from mmrag.types import ChannelName, Hit, SearchResult, Space


@dataclass(frozen=True, slots=True)
class ScoreBasis:
    """What the scores of a search mean: weights and spaces of its channels, and their bounds."""

    weights: Mapping[ChannelName, float]
    spaces: Mapping[ChannelName, Space]
    bounds: Bounds


def may_compare(settings: Settings) -> bool:
    """Whether scores may compare: those of a re-ranker are of one search alone."""
    return settings.rerank.backend == settings.late.backend == "none"


def shared_bounds(bases: Sequence[ScoreBasis]) -> Bounds | None:
    """The bounds of all indexes together; None where their scores do not compare."""
    first, *others = bases
    if any((each.weights, each.spaces) != (first.weights, first.spaces) for each in others):
        return None
    return {
        name: fusion.extremes(score for each in bases for score in each.bounds.get(name, ()))
        for name in first.weights
        if any(name in each.bounds for each in bases)
    }


def merged(
    results: Sequence[tuple[Path, SearchResult]], k: int, *, by_scores: bool
) -> SearchResult:
    """The best `k` hits of all indexes, each with the folder of the index that it is from.

    Of a document that several indexes hold, the best hit of each page and figure is kept.
    """
    hits = [replace(hit, index=str(root)) for root, result in results for hit in result.hits]
    best: dict[str, Hit] = {}
    for hit in hits:
        held = best.get(hit.image_id)
        if held is None or hit.score > held.score:
            best[hit.image_id] = hit
    scores = {name: hit.score for name, hit in best.items()}
    if not by_scores:
        scores = fusion.reciprocal([[hit.image_id for hit in own.hits] for _, own in results])
    ranked = sorted(best.values(), key=lambda hit: (-scores[hit.image_id], hit.image_id))
    way = "by scores: same space and settings" if by_scores else "by reciprocal ranks"
    notes = [f"{len(results)} indexes, merged {way}"]
    notes += [f"{root}: {note}" for root, result in results for note in result.notes]
    steps = dict.fromkeys(step for _, result in results for step in result.timings)
    return SearchResult(
        results[0][1].query,
        tuple(
            replace(hit, rank=rank, score=scores[hit.image_id])
            for rank, hit in enumerate(ranked[:k], start=1)
        ),
        {step: sum(result.timings.get(step, 0.0) for _, result in results) for step in steps},
        tuple(notes),
    )
