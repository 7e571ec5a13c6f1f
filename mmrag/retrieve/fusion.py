"""Several rankings into one: the weighted sum of min-max normalised scores.

Chosen over reciprocal ranks on labelled questions: scores say how far the first is ahead, ranks do
not (so also Bruch, Gai and Ingber, 2023, arXiv 2210.11934, section 4).
"""

from collections.abc import Iterable, Mapping, Sequence

from mmrag.types import ChannelName, ChannelScore

Scores = Mapping[str, float]
"""Raw scores of one channel by unit, rising with quality."""
Bounds = Mapping[ChannelName, tuple[float, float]]
"""The lowest and the highest raw score of each channel, where several indexes are one."""
RECIPROCAL_K = 60
"""Added to each rank: Cormack, Clarke and Buettcher, SIGIR 2009, section 2."""


def normalised(scores: Scores, bounds: tuple[float, float] | None = None) -> dict[str, float]:
    """Scores from 0, the worst of them, to 1, the best; all 1 where they are equal.

    `bounds` are the worst and the best, where those of other indexes count, too.
    """
    if not scores:
        return {}
    low, high = bounds or (min(scores.values()), max(scores.values()))
    if high <= low:
        return dict.fromkeys(scores, 1.0)
    return {
        unit: min(1.0, max(0.0, (score - low) / (high - low))) for unit, score in scores.items()
    }


def fuse(
    channels: Mapping[ChannelName, Scores],
    weights: Mapping[ChannelName, float],
    bounds: Bounds | None = None,
) -> dict[str, float]:
    """The weighted mean of the channels for each unit, from 0 to 1.

    A channel that did not find a unit counts 0 for it: what it found is at least as good.
    """
    total = sum(weights[channel] for channel in channels)
    fused: dict[str, float] = {}
    for channel, scores in channels.items():
        for unit, score in normalised(scores, bounds.get(channel) if bounds else None).items():
            fused[unit] = fused.get(unit, 0.0) + weights[channel] * score / total
    return fused


def extremes(scores: Iterable[float]) -> tuple[float, float]:
    """The lowest and the highest of some scores; (0, 0) of none."""
    found = sorted(scores)
    return (found[0], found[-1]) if found else (0.0, 0.0)


def reciprocal(rankings: Sequence[Sequence[str]]) -> dict[str, float]:
    """Reciprocal rank fusion: the sum of 1 / (60 + rank) over the rankings that have a unit."""
    fused: dict[str, float] = {}
    for ranking in rankings:
        for rank, unit in enumerate(ranking, start=1):
            fused[unit] = fused.get(unit, 0.0) + 1 / (RECIPROCAL_K + rank)
    return fused


def parts(channels: Mapping[ChannelName, Scores]) -> dict[str, dict[ChannelName, ChannelScore]]:
    """Rank and raw score of each unit in the channels that found it."""
    found: dict[str, dict[ChannelName, ChannelScore]] = {}
    for channel, scores in channels.items():
        for rank, unit in enumerate(order(scores), start=1):
            found.setdefault(unit, {})[channel] = ChannelScore(rank, scores[unit])
    return found


def order(scores: Scores) -> Sequence[str]:
    """Units, best first; equal ones in the order of their IDs."""
    return sorted(scores, key=lambda unit: (-scores[unit], unit))
