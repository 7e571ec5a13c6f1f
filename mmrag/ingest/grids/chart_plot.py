"""A chart with its axes and legend told apart from its marks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmrag import boxes
from mmrag.ingest.grids import chart_scale, chart_scales, chart_words
from mmrag.ingest.grids.chart_legend import Legend
from mmrag.ingest.grids.chart_panels import Panel
from mmrag.ingest.grids.chart_scale import Scale
from mmrag.ingest.grids.chart_shapes import Colour, Shape
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

# Chosen by hand on charts of Matplotlib, Vega and office programs.
_WHOLE_SHARE = 0.68  # of the plot, each way, that a background covers
_GROUND_SHARE = 0.3  # of the plot, each way, of a background that has all other marks on it
_HELD_SHARE = 0.9  # of the other marks, that stand on such a background
_BAND_SHARE = 0.95  # of the plot, one way, that a band behind the marks covers
_ON_SHARE = 0.9  # of a text that lies on a mark, whose value it is
_MAX_MARK_SHARE = 0.2  # of the figure, that one mark covers: more is a background
_MAX_BAR_SHARE = 0.2  # of the plot, across, of a bar that is as high as the plot


class NoChart(Exception):
    """A drawing that cannot be read as a chart, and why."""


class NoMarks(NoChart):
    """Axes without marks: these may be shades or a bitmap, which are no paths."""


@dataclass(frozen=True, slots=True)
class Plot:
    """What a chart draws, once its axes and legend are known."""

    marks: tuple[Shape, ...]
    texts: tuple[Fragment, ...]  # that are neither of an axis nor of the legend
    sideways: tuple[Fragment, ...]
    xs: Scale | None
    ys: Scale | None
    legend: Legend
    box: BBox  # of the plot
    is_sampled: bool = False  # of pixels: its curves have a point in each column


@dataclass(frozen=True, slots=True)
class Scales:
    """All rows and columns of numbers that tell a scale."""

    uprights: Sequence[Scale]
    levels: Sequence[Scale]

    @property
    def labels(self) -> set[Fragment]:
        return {label for scale in (*self.uprights, *self.levels) for label in scale.labels}


def scales(drawn: Panel) -> Scales:
    """The scales of a drawing, whether it is one chart or several."""
    beside = _off_marks(drawn.texts, drawn.shapes, drawn.box)
    uprights = chart_scales.find([*beside, *drawn.sideways], drawn.shapes, "y")
    levels = chart_scales.find([*beside, *drawn.sideways], drawn.shapes, "x")
    return Scales(
        [scale.beside(levels) for scale in uprights], [scale.beside(uprights) for scale in levels]
    )


def find(drawn: Panel, found: Scales, legend: Legend) -> Plot:
    """The parts of a chart. Raises `NoChart` where scales of one direction differ."""
    ys, xs = _only(found.uprights), _only(found.levels)
    if ys is not None and chart_scales.has_rival(ys, drawn.texts):
        raise NoChart("it has two axes of one direction")
    area = _area(drawn.box, xs, ys)
    taken = found.labels | legend.texts
    free = tuple(
        text
        for text in drawn.texts
        if text not in taken and taken.isdisjoint(chart_words.words(text))
    )
    marks = [
        shape
        for shape in legend.without(drawn.shapes)
        if boxes.holds_middle(boxes.grow(area, 1), shape.bbox)
        or (boxes.touch(shape.seen, area) and len(shape.points) > 2)
    ]
    return Plot(tuple(marks), free, drawn.sideways, xs, ys, legend, area)


def _off_marks(texts: Sequence[Fragment], shapes: Sequence[Shape], box: BBox) -> list[Fragment]:
    """The texts that do not stand on a mark, where they are its values and no axis."""
    marks = [
        shape.bbox
        for shape in shapes
        if shape.is_filled and boxes.area(shape.bbox) < _MAX_MARK_SHARE * boxes.area(box)
    ]
    if not marks:
        return list(texts)
    low, high = np.split(np.array(marks), 2, axis=1)

    def is_on_one(box: BBox) -> bool:
        both = np.minimum(high, box[2:]) - np.maximum(low, box[:2])
        within = np.maximum(both, 0).prod(axis=1)
        return bool((within > _ON_SHARE * boxes.area(box)).any())

    return [text for text in texts if not is_on_one(text.bbox)]


def _only(scales: Sequence[Scale]) -> Scale | None:
    """The one scale of a side. Raises `NoChart` where several tell different values."""
    others = [scale for scale in scales[1:] if not chart_scale.same(scales[0], scale)]
    if others:
        along = 0 if scales[0].side == "x" else 1
        one, other = scales[0].box, others[0].box
        apart = one[along + 2] < other[along] or other[along + 2] < one[along]
        raise NoChart("it holds several charts" if apart else "it has two axes of one direction")
    if scales and scales[0].strays:
        raise NoChart("numbers of its axis do not fit one scale: the axis may be broken")
    return scales[0] if scales else None


def _area(box: BBox, xs: Scale | None, ys: Scale | None) -> BBox:
    """Where marks can stand: what the numbers of the axes leave of the figure."""
    x0, y0, x1, y1 = box
    if ys is not None:
        left, _, right, _ = ys.box
        if left + right < x0 + x1:
            x0 = right
        else:
            x1 = left
    if xs is not None:
        _, top, _, bottom = xs.box
        if top + bottom > y0 + y1:
            y1 = top
        else:
            y0 = bottom
    return x0, y0, x1, y1


def rects(plot: Plot, *, framed: bool = False) -> list[Shape]:
    """The filled boxes that may be bars: no background, and no band behind the marks.

    With `framed`, those that are only drawn around, too.
    """
    wide, high = boxes.width(plot.box), boxes.height(plot.box)
    inner = [s for s in plot.marks if s.kind != "frame" and not (s.is_level or s.is_upright)]
    found = []
    for shape in plot.marks:
        if shape.kind != "rect" and not (framed and shape.kind == "frame"):
            continue
        across, down = boxes.width(shape.bbox) / wide, boxes.height(shape.bbox) / high
        whole = across > _WHOLE_SHARE and down > _WHOLE_SHARE
        if min(across, down) > _GROUND_SHARE and _holds_all(shape, inner):
            continue
        if not whole and across < _BAND_SHARE and (down < _BAND_SHARE or across < _MAX_BAR_SHARE):
            found.append(shape)
    return found


def _holds_all(ground: Shape, marks: Sequence[Shape]) -> bool:
    """Whether a box is what nearly all other marks stand on."""
    held = sum(boxes.holds_middle(ground.bbox, mark.bbox) for mark in marks) - 1
    return held > 0 and held >= _HELD_SHARE * (len(marks) - 1)


def names(colours: Sequence[Colour], plot: Plot) -> dict[Colour, str]:
    """What the legend calls each colour; numbered where it names none of several."""
    unique = list(dict.fromkeys(colours))
    names = {}
    for number, colour in enumerate(unique, 1):
        told = plot.legend.name(colour)
        names[colour] = told or ("" if len(unique) == 1 else f"series {number}")
    return names
