"""A scale told by the values that are printed at points of a chart, where no axis has numbers."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from mmrag import boxes
from mmrag.ingest.grids import chart_words
from mmrag.ingest.grids.chart_curves import Curve
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_plot import Plot
from mmrag.ingest.grids.chart_scale import Scale, Side, middle
from mmrag.ingest.grids.polygons import Point
from mmrag.ingest.layout.order import Fragment

# Chosen by hand on charts of survey reports, in points where no share.
_MIN_LABELS = 4  # that fit one scale
_FITTING_SHARE = 0.8  # of the values that stand at a point
_MAX_BESIDE = 6.0  # between the middles of a value and its point
_MIN_GAP, _MAX_GAP = -0.8, 1.6  # heights of a value, from it to its point
_OFF = 0.8  # that a point may lie off its place, besides what rounding hides
_MIN_RANGE = 8  # times that: what all values go over
_TRIED = 6  # lowest and highest values of which each pair is tried as a scale
MAX_LABELS = 100  # that are looked at
_MAX_POINTS = 500  # of all lines: of more no value is printed at each
_MAX_NEAR = 3  # points that one value may stand at


@dataclass(frozen=True, slots=True)
class Printed:
    """A scale, and the values that are printed at points."""

    scale: Scale
    values: Mapping[Point, Fragment]


@dataclass(frozen=True, slots=True)
class PrintedValue:
    """A printed value, and the points that it may stand at."""

    value: float
    text: Fragment
    points: tuple[Point, ...]


def find(plot: Plot, curves: Sequence[Curve]) -> Printed | None:
    """The scale on which nearly all values at the points of lines are right; None for none.

    Where the axis tells a scale, the values that are right on it.
    """
    if sum(len(curve.points) for curve in curves) > _MAX_POINTS:
        return None
    told = (label for text in plot.texts for label in _labels(text, curves))
    labels = list(islice(told, MAX_LABELS))
    return right_on(labels, plot.ys) if plot.ys is not None else fitted(labels, "y")


def right_on(labels: Sequence[PrintedValue], scale: Scale) -> Printed | None:
    """The values that are right on the scale of an axis; None where it is not one of numbers."""
    if not labels or scale.kind != "linear":
        return None
    fitting = _fitting(labels, 1 / scale.slope, scale.place(0), scale.side)
    return Printed(scale, {point: label.text for label, point in fitting})


def fitted(labels: Sequence[PrintedValue], side: Side) -> Printed | None:
    """The scale of a side on which nearly all values are right; None for none."""
    best: list[tuple[PrintedValue, Point]] = []
    at = _axis(side)
    ordered = sorted(labels, key=lambda label: label.value)
    for low, high in product(ordered[:_TRIED], ordered[-_TRIED:]):
        if low.value < high.value:
            for one, other in product(low.points, high.points):
                slope = (other[at] - one[at]) / (high.value - low.value)
                base = one[at] - slope * low.value
                best = max(best, _fitting(labels, slope, base, side), key=len)
    if len(best) < max(_MIN_LABELS, _FITTING_SHARE * len(labels)):
        return None
    values = [label.value for label, _ in best]
    places = [point[at] for _, point in best]
    slope, base = (float(x) for x in np.polyfit(places, values, 1))
    off = max(abs(x - (v - base) / slope) for x, v in zip(places, values, strict=True))
    scale = Scale(side, "linear", slope, base, off, tuple(label.text for label, _ in best))
    return Printed(scale, {point: label.text for label, point in best})


def _axis(side: Side) -> int:
    return 0 if side == "x" else 1


def _labels(text: Fragment, curves: Sequence[Curve]) -> Iterator[PrintedValue]:
    for part in chart_words.numbers_of(text):
        value = number(part.text)
        if value is None:
            continue
        near = [
            point
            for curve in curves
            for point in curve.points
            if _stands_at(part, point) or _ends(part, curve, point)
        ]
        if near:
            place = boxes.middle(part.bbox)
            near.sort(key=lambda point: math.dist(point, place))
            yield PrintedValue(value, part, tuple(near[:_MAX_NEAR]))


def _stands_at(text: Fragment, point: Point) -> bool:
    """Whether a text stands over or below a point; a part of a text is as high as all of it."""
    if abs(middle(text, "x") - point[0]) > _MAX_BESIDE:
        return False
    height = text.size or text.height
    gap = max(text.bbox[1] - point[1], point[1] - text.bbox[3])
    return _MIN_GAP * height <= gap <= _MAX_GAP * height


def _ends(text: Fragment, curve: Curve, point: Point) -> bool:
    """Whether a text stands before the first point of a line, or behind its last."""
    first, last = point == curve.points[0], point == curve.points[-1]
    if not (first or last) or abs(middle(text, "y") - point[1]) > _MAX_GAP * text.height / 2:
        return False
    before, behind = point[0] - text.bbox[2], text.bbox[0] - point[0]
    most = _MAX_GAP * text.height
    return (first and -1 <= before <= most) or (last and -1 <= behind <= most)


def _fitting(
    labels: Sequence[PrintedValue], slope: float, base: float, side: Side
) -> list[tuple[PrintedValue, Point]]:
    """The values that are right on a scale (points to a unit), each with a point of its own.

    Values rise to the right, and up the page.
    """
    reach = abs(slope) / 2 + _OFF
    values = [label.value for label in labels]
    rises = slope > 0 if side == "x" else slope < 0
    if not rises or (max(values) - min(values)) * abs(slope) < _MIN_RANGE * reach:
        return []
    found: list[tuple[PrintedValue, Point]] = []
    taken: set[Point] = set()
    at = _axis(side)
    for label in labels:
        place = base + slope * label.value
        free = [point for point in label.points if point not in taken]
        point = min(free, key=lambda point: abs(point[at] - place), default=None)
        if point is not None and abs(point[at] - place) <= reach:
            taken.add(point)
            found.append((label, point))
    return found
