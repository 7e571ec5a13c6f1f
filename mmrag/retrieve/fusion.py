"""Several rankings into one: the weighted sum of min-max normalised scores.

Chosen over reciprocal ranks on labelled questions: scores say how far the first is ahead, ranks do
not (so also Bruch, Gai and Ingber, 2023, arXiv 2210.11934, section 4).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

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
    span = high - low
    shares = {unit: (score - low) / span for unit, score in scores.items()}
    if bounds is None:
        return shares
    return {unit: min(1.0, max(0.0, share)) for unit, share in shares.items()}


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
        weight = weights[channel]
        for unit, score in normalised(scores, bounds.get(channel) if bounds else None).items():
            fused[unit] = fused.get(unit, 0.0) + weight * score / total
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


class ChannelRanks:
    """What each channel says of a unit; ranks are counted when the first is asked for."""

    def __init__(self, channels: Mapping[ChannelName, Scores]) -> None:
        self._channels = channels

    def of(self, unit: str) -> dict[ChannelName, ChannelScore]:
        """Rank and raw score of a unit in the channels that found it."""
        return {
            channel: ChannelScore(self._ranks[channel][unit], scores[unit])
            for channel, scores in self._channels.items()
            if unit in scores
        }

    @cached_property
    def _ranks(self) -> Mapping[ChannelName, Mapping[str, int]]:
        return {
            channel: {unit: rank for rank, unit in enumerate(order(scores), start=1)}
            for channel, scores in self._channels.items()
        }


NOT_FOUND = ChannelRanks({})
"""What channels say of a unit that none of them found."""


def order(scores: Scores) -> Sequence[str]:
    """Units, best first; equal ones in the order of their IDs."""
    return [unit for _, unit in sorted((-score, unit) for unit, score in scores.items())]
