"""Several rankings into one: the weighted sum of min-max normalised scores.

Chosen over reciprocal ranks on labelled questions: scores say how far the first is ahead, ranks do
not (so also Bruch, Gai and Ingber, 2023, arXiv 2210.11934, section 4).
"""

from collections.abc import Mapping, Sequence

from mmrag.types import ChannelName, ChannelScore

Scores = Mapping[str, float]
"""Raw scores of one channel by unit, rising with quality."""


def normalised(scores: Scores) -> dict[str, float]:
    """Scores from 0, the worst of them, to 1, the best; all 1 where they are equal."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high <= low:
        return dict.fromkeys(scores, 1.0)
    return {unit: (score - low) / (high - low) for unit, score in scores.items()}


def fuse(
    channels: Mapping[ChannelName, Scores], weights: Mapping[ChannelName, float]
) -> dict[str, float]:
    """The weighted mean of the channels for each unit, from 0 to 1.

    A channel that did not find a unit counts 0 for it: what it found is at least as good.
    """
    total = sum(weights[channel] for channel in channels)
    fused: dict[str, float] = {}
    for channel, scores in channels.items():
        for unit, score in normalised(scores).items():
            fused[unit] = fused.get(unit, 0.0) + weights[channel] * score / total
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
