"""A scale told by the values that are printed at the points of lines, where no axis has numbers."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from mmrag import boxes
from mmrag.ingest.grids import chart_scales
from mmrag.ingest.grids.chart_curves import Curve
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_plot import Plot
from mmrag.ingest.grids.chart_scales import Scale, middle
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
_MAX_LABELS = 100  # that are looked at
_MAX_POINTS = 500  # of all lines: of more no value is printed at each
_MAX_NEAR = 3  # points that one value may stand at


@dataclass(frozen=True, slots=True)
class Printed:
    """A scale, and the values that are printed at points."""

    scale: Scale
    values: Mapping[Point, Fragment]


@dataclass(frozen=True, slots=True)
class _Label:
    value: float
    text: Fragment
    points: tuple[Point, ...]  # that it may stand at


def find(plot: Plot, curves: Sequence[Curve]) -> Printed | None:
    """The scale on which nearly all values at the points of lines are right; None for none.

    Where the axis tells a scale, the values that are right on it.
    """
    if sum(len(curve.points) for curve in curves) > _MAX_POINTS:
        return None
    told = (label for text in plot.texts for label in _labels(text, curves))
    labels = list(islice(told, _MAX_LABELS))
    if plot.ys is not None and labels and plot.ys.kind == "linear":
        fitting = _fitting(labels, 1 / plot.ys.slope, plot.ys.place(0))
        return Printed(plot.ys, {point: label.text for label, point in fitting})
    best: list[tuple[_Label, Point]] = []
    ordered = sorted(labels, key=lambda label: label.value)
    for low, high in product(ordered[:_TRIED], ordered[-_TRIED:]):
        if low.value < high.value:
            for one, other in product(low.points, high.points):
                slope = (other[1] - one[1]) / (high.value - low.value)
                base = one[1] - slope * low.value
                best = max(best, _fitting(labels, slope, base), key=len)
    if len(best) < max(_MIN_LABELS, _FITTING_SHARE * len(labels)):
        return None
    values = [label.value for label, _ in best]
    places = [y for _, (_, y) in best]
    slope, base = (float(x) for x in np.polyfit(places, values, 1))
    off = max(abs(y - (v - base) / slope) for y, v in zip(places, values, strict=True))
    scale = Scale("y", "linear", slope, base, off, tuple(label.text for label, _ in best))
    return Printed(scale, {point: label.text for label, point in best})


def _labels(text: Fragment, curves: Sequence[Curve]) -> Iterator[_Label]:
    for part in chart_scales.numbers_of(text):
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
            yield _Label(value, part, tuple(near[:_MAX_NEAR]))


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


def _fitting(labels: Sequence[_Label], slope: float, base: float) -> list[tuple[_Label, Point]]:
    """The values that are right on a scale (points to a unit), each with a point of its own."""
    reach = abs(slope) / 2 + _OFF
    values = [label.value for label in labels]
    if slope >= 0 or (max(values) - min(values)) * -slope < _MIN_RANGE * reach:
        return []
    found: list[tuple[_Label, Point]] = []
    taken: set[Point] = set()
    for label in labels:
        place = base + slope * label.value
        free = [point for point in label.points if point not in taken]
        point = min(free, key=lambda point: abs(point[1] - place), default=None)
        if point is not None and abs(point[1] - place) <= reach:
            taken.add(point)
            found.append((label, point))
    return found
