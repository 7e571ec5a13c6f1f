"""Box plots: boxes with a line for the median and whiskers, standing or lying."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from mmrag.ingest.grids.chart_bars import Bar, Bars
from mmrag.ingest.grids.chart_scale import Side, other, span
from mmrag.ingest.grids.chart_shapes import Shape

# Chosen by hand on charts of Matplotlib and Vega, in points where no share.
_JOINED = 0.8  # between a whisker and the edge of its box
_MAX_OFF_MIDDLE = 0.15  # of the box's breadth: from its middle to a whisker
_MEDIAN_SHARE = 0.6  # of the box's breadth, that the line of its median goes over at least
_MAX_OVER = 1.0  # beyond the sides of its box, that the line of its median reaches
_MIN_OFF_EDGE = 0.05  # from the line of its median to an edge of its box: else it is that edge
_MIN_TOLD_SHARE = 0.8  # of the boxes: with median and whiskers in so many, it is a box plot

_Line = tuple[float, float, float]
"""Where a line stands across its direction, and from where to where it goes along it."""


@dataclass(frozen=True, slots=True)
class BoxMark:
    """A box with its whiskers as a bar, and five places on the axis of values, by rising value.

    These are the ends of whiskers, the quartiles, and the median between them.
    """

    bar: Bar
    places: tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class BoxMarks:
    """The boxes of a chart. `side` is the axis of their values: those of `y` stand."""

    side: Side
    marks: tuple[BoxMark, ...]
    without: int  # boxes without a median or without whiskers

    @property
    def bars(self) -> Bars:
        return Bars(self.side, tuple(mark.bar for mark in self.marks), 0.0, is_stacked=False)


def find(around: Sequence[Shape], shapes: Sequence[Shape]) -> BoxMarks | None:
    """The boxes of a box plot among closed ones; None where most have no median and whiskers."""
    lines = [shape for shape in shapes if shape.is_level or shape.is_upright]
    sides: tuple[Side, Side] = ("y", "x")
    tried = [_of_side(around, lines, side) for side in sides] if around and lines else []
    told = [item for item in tried if len(item.marks) >= _MIN_TOLD_SHARE * len(around)]
    return max(told, key=lambda item: len(item.marks), default=None)


def _of_side(around: Sequence[Shape], lines: Sequence[Shape], side: Side) -> BoxMarks:
    level = [line.bbox for line in lines if line.is_level]
    upright = [line.bbox for line in lines if line.is_upright]
    across = other(side)
    medians = [
        (span(box, side)[0], *span(box, across)) for box in (level if side == "y" else upright)
    ]
    whiskers = sorted(
        (sum(span(box, across)) / 2, *span(box, side))
        for box in (upright if side == "y" else level)
    )
    marks = [mark for shape in around if (mark := _mark(shape, medians, whiskers, side))]
    return BoxMarks(side, tuple(marks), len(around) - len(marks))


def _mark(
    shape: Shape, medians: Sequence[_Line], whiskers: Sequence[_Line], side: Side
) -> BoxMark | None:
    """A box with its lines; None where it has no median or no whisker. `whiskers` are sorted.

    Along the values places rise to the right, or down the page.
    """
    first, last = span(shape.bbox, side)
    start, end = span(shape.bbox, other(side))
    breadth, middle = end - start, (start + end) / 2
    off = _MAX_OFF_MIDDLE * breadth
    least, most = (middle - off,), (middle + off, math.inf)
    own = whiskers[bisect_left(whiskers, least) : bisect_right(whiskers, most)]
    before = [low for _, low, high in own if abs(high - first) <= _JOINED and low < first]
    after = [high for _, low, high in own if abs(low - last) <= _JOINED and high > last]
    if not (before or after):
        return None
    inside = [
        place
        for place, left, right in medians
        if min(place - first, last - place) > _MIN_OFF_EDGE
        and start - _MAX_OVER <= left
        and right <= end + _MAX_OVER
        and right - left >= _MEDIAN_SHARE * breadth
    ]
    if len({round(place, 1) for place in inside}) != 1:
        return None
    low, high = min(before, default=first), max(after, default=last)
    box = (start, low, end, high) if side == "y" else (low, start, high, end)
    bar = Bar(shape.colour, middle, first, last, breadth, box)
    places = (low, first, inside[0], last, high)
    return BoxMark(bar, places if side == "x" else places[::-1])
