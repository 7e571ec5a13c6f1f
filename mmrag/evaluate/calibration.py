"""What a confidence is worth: how often it is right, and what is gained by keeping silent.

Expected calibration error and the reliability diagram are those of Guo et al. 2017 (arXiv
1706.04599, equation 3 and figure 1), over ten bins of equal width. The risk-coverage curve is that
of El-Yaniv and Wiener 2010 (JMLR 11, section 2): answered first is what is most confident.
"""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10  # Guo et al. use 15 on sets of thousands; here a bin would be nearly empty


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies from `low` up to `high`, and the mean over them."""

    low: float
    high: float
    answers: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Risk:
    """Where what is at least so confident is answered: the part answered, and wrong of it."""

    confidence: float
    coverage: float
    risk: float


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    """The bins that hold answers, in order. 1 belongs to the last."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for confidence, is_right in zip(confidences, right, strict=True):
        groups.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, is_right))
    return tuple(
        Bin(
            at / BINS,
            (at + 1) / BINS,
            len(found),
            sum(confidence for confidence, _ in found) / len(found),
            sum(is_right for _, is_right in found) / len(found),
        )
        for at, found in sorted(groups.items())
    )


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """How far confidence is from accuracy, on average over the answers; 0 without any."""
    bins = reliability(confidences, right)
    total = sum(found.answers for found in bins)
    return sum(found.answers * abs(found.accuracy - found.confidence) for found in bins) / max(
        1, total
    )


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Risk, ...]:
    """The curve, from the most confident answer on; equal confidences are answered together."""
    ranked = sorted(zip(confidences, right, strict=True), key=lambda item: -item[0])
    curve, wrong = [], 0
    for number, (confidence, is_right) in enumerate(ranked, start=1):
        wrong += not is_right
        if number == len(ranked) or ranked[number][0] < confidence:
            curve.append(Risk(confidence, number / len(ranked), wrong / number))
    return tuple(curve)


def coverage_at(curve: Sequence[Risk], most: float) -> Risk | None:
    """The point of the widest coverage whose risk is at most so high; None where there is none."""
    held = (point for point in curve if point.risk <= most)
    return max(held, key=lambda point: point.coverage, default=None)


def area(curve: Sequence[Risk]) -> float:
    """The area under a risk-coverage curve (AURC, Geifman et al. 2019, arXiv 1805.08206): less is
    better. Each stretch of coverage has the risk at its end.
    """
    before, total = 0.0, 0.0
    for point in curve:
        total += (point.coverage - before) * point.risk
        before = point.coverage
    return total
