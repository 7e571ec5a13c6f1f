"""Box plots: boxes with a line for the median and whiskers, standing or lying."""

from collections.abc import Sequence
from dataclasses import dataclass

from mmrag.ingest.grids.chart_bars import Bar, Bars
from mmrag.ingest.grids.chart_scales import Side
from mmrag.ingest.grids.chart_shapes import Shape
from mmrag.types import BBox

# Chosen by hand on charts of Matplotlib and Vega, in points where no share.
_JOINED = 0.8  # between a whisker and the edge of its box
_MAX_OFF_MIDDLE = 0.15  # of the box's breadth: from its middle to a whisker
_MEDIAN_SHARE = 0.6  # of the box's breadth, that the line of its median goes over at least
_MIN_TOLD_SHARE = 0.8  # of the boxes: with median and whiskers in so many, it is a box plot


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
    medians = [line for line in lines if (line.is_level if side == "y" else line.is_upright)]
    whiskers = [line for line in lines if (line.is_upright if side == "y" else line.is_level)]
    marks = [mark for shape in around if (mark := _mark(shape, medians, whiskers, side))]
    return BoxMarks(side, tuple(marks), len(around) - len(marks))


def _mark(
    shape: Shape, medians: Sequence[Shape], whiskers: Sequence[Shape], side: Side
) -> BoxMark | None:
    """A box with its lines; None where it has no median or no whisker.

    Along the values places rise to the right, or down the page.
    """
    first, last = _along(shape.bbox, side)
    start, end = _across(shape.bbox, side)
    breadth, middle = end - start, (start + end) / 2
    inside = [
        place
        for line in medians
        if first - _JOINED <= (place := _along(line.bbox, side)[0]) <= last + _JOINED
        and (ends := _across(line.bbox, side))
        and start - 1 <= ends[0]
        and ends[1] <= end + 1
        and ends[1] - ends[0] >= _MEDIAN_SHARE * breadth
        and min(place - first, last - place) > 0.05
    ]
    own = [
        _along(line.bbox, side)
        for line in whiskers
        if abs(sum(_across(line.bbox, side)) / 2 - middle) <= _MAX_OFF_MIDDLE * breadth
    ]
    before = [low for low, high in own if abs(high - first) <= _JOINED and low < first]
    after = [high for low, high in own if abs(low - last) <= _JOINED and high > last]
    if len({round(place, 1) for place in inside}) != 1 or not (before or after):
        return None
    low, high = min(before, default=first), max(after, default=last)
    box = (start, low, end, high) if side == "y" else (low, start, high, end)
    bar = Bar(shape.colour, middle, first, last, breadth, box)
    places = (low, first, inside[0], last, high)
    return BoxMark(bar, places if side == "x" else places[::-1])


def _along(box: BBox, side: Side) -> tuple[float, float]:
    return (box[1], box[3]) if side == "y" else (box[0], box[2])


def _across(box: BBox, side: Side) -> tuple[float, float]:
    return (box[0], box[2]) if side == "y" else (box[1], box[3])
