"""Charts as data: series of values read from the paths that a page draws, or from a picture.

What cannot be told is refused with its reason, or left out with it; nothing is guessed. Values that
are printed at bars lead over measured ones, and the two are compared.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from PIL import Image

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.grids import (
    chart_bars,
    chart_boxes,
    chart_curves,
    chart_dots,
    chart_floors,
    chart_ink,
    chart_legend,
    chart_of_bars,
    chart_of_boxes,
    chart_of_curves,
    chart_of_dots,
    chart_of_panels,
    chart_of_pies,
    chart_panels,
    chart_pie_pixels,
    chart_pies,
    chart_pixels,
    chart_plot,
    chart_printed,
    chart_scales,
    chart_shapes,
    chart_words,
)
from mmrag.ingest.grids.chart_bars import Bars
from mmrag.ingest.grids.chart_of_panels import PanelData
from mmrag.ingest.grids.chart_panels import Panel
from mmrag.ingest.grids.chart_pies import Pie
from mmrag.ingest.grids.chart_plot import NoChart, NoMarks, Plot
from mmrag.ingest.grids.chart_scale import Side
from mmrag.ingest.grids.chart_shapes import Shape
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox, Cell, Chart

__all__ = ["NoChart", "NoMarks", "read", "read_pixels"]
# Chosen by hand.
_MAX_TEXTS = 1_000  # in one chart
_MAX_PIXELS = 1_200_000  # in which a picture is looked through: half of A4 at 150 dpi; more shrinks
_MAX_FLOATING = 1.0  # of the bars of a drawing: so many others that may be bars and float
_MAX_FLOATING_SEEN = 0.25  # the same in a picture, where any patch may look like one
_PIXEL_REACH = 1.0  # points more, that a place in a picture may be off
_INK_REACH = 1.5  # points around the ink of a value, where it is shaded: beyond may be its bar
_FLAT_POWER = re.compile(r"10[-−]?\d")
_TEXT_GAP_POINTS = 12.0  # from a figure to sideways text that belongs to it

_MIN_NAMES = 3  # of the slices of a pie that nothing calls a chart
_TOO_MANY_SEEN = "its picture has more marks than are looked at"
_UNSCALED = frozenset(("none", "category"))
_SIDES: tuple[Side, ...] = ("x", "y")

_Read = tuple[tuple[Cell, ...], Chart]


def read(
    drawn: Sequence[tuple[Path, BBox]],
    texts: Sequence[Fragment],
    sideways: Sequence[Fragment],
    box: BBox,
    *,
    is_chart: bool = True,
) -> tuple[tuple[Cell, ...], Chart]:
    """The cells of the chart in `box`, and what it is. Raises `NoChart` with the reason.

    Where it is not known to be one (`is_chart`), only a drawing with a scale is read.
    """
    shapes = chart_shapes.of_paths(drawn)
    if shapes is None or len(texts) > _MAX_TEXTS:
        raise NoChart("it is drawn in more strokes than are looked at")
    if not shapes:
        raise NoMarks("nothing of it is drawn as lines or areas")

    def read_plot(plot: Plot) -> _Read:
        if plot.xs is not None or plot.ys is not None:
            return _read(plot, [])
        if not is_chart:
            raise NoChart("no scale: it is no chart")
        return _read(plot, chart_pies.find(plot.marks))

    return _of_panels(_whole(shapes, texts, sideways, box), read_plot)


def read_pixels(
    image: Image.Image, texts: Sequence[Fragment], box: BBox, *, is_chart: bool = True
) -> tuple[tuple[Cell, ...], Chart]:
    """The same of a picture that shows `box`, with the `texts` that OCR read in it.

    Its curves are measured where its axis has labels. Raises `NoChart` with the reason.
    """
    too_large = (image.width * image.height / _MAX_PIXELS) ** 0.5
    if too_large > 1:
        image = image.resize((int(image.width / too_large), int(image.height / too_large)))
    if len(texts) > _MAX_TEXTS:
        raise NoChart(_TOO_MANY_SEEN)
    texts = [text for text in texts if not chart_ink.is_mark(image, box, text)]
    texts = [chart_ink.without_strokes(text) for text in texts]
    has_scale = any(chart_scales.may_be(texts, side) for side in _SIDES)
    if not is_chart and not has_scale and not _may_be_pie(image, texts, box):
        raise NoChart("no scale: it is no chart")
    parts = [(text, chart_ink.tight(image, box, text)) for text in texts]
    covered = [_covered(own, text) for text, owns in parts for own in owns]
    texts = [own for _, owns in parts for own in owns]
    pies = chart_pie_pixels.find(image, box, covered)
    shapes = pies.keys if pies else chart_pixels.find(image, box, covered)
    if shapes is None:
        raise NoChart(_TOO_MANY_SEEN)
    level = [text for text in texts if not chart_words.is_turned(text)]
    turned = [text for text in texts if chart_words.is_turned(text)]

    def read_plot(plot: Plot) -> _Read:
        plot = _seen(plot)
        has_marks = any(shape.kind != "line" or len(shape.points) > 2 for shape in plot.marks)
        if pies is None and not has_marks:
            raise NoChart("no marks of a colour of their own are seen in its picture")
        cells, chart = _read(plot, pies.pies if pies else ())
        if not is_chart and not _tells_itself(cells, chart):
            raise NoChart("no scale: it is no chart")
        return cells, chart

    return _of_panels(_whole(shapes, level, turned, box), read_plot)


def _may_be_pie(image: Image.Image, texts: Sequence[Fragment], box: BBox) -> bool:
    """Whether a picture shows a pie, and has texts that may name its slices."""
    if len(texts) < _MIN_NAMES:
        return False
    return chart_pie_pixels.find(image, box, [text.bbox for text in texts]) is not None


def _tells_itself(cells: Sequence[Cell], chart: Chart) -> bool:
    """Whether a picture that nothing calls a chart is one: it has a scale, or is a pie of names."""
    if chart.type != "pie":
        return not _UNSCALED.issuperset((chart.x.scale, chart.y.scale))
    names = sum(cell.is_header and cell.column == 0 for cell in cells)
    return names >= _MIN_NAMES and not chart.left_out


def _covered(own: Fragment, text: Fragment) -> BBox:
    """Where a text, or a part of one, hides what is drawn: a value no more than its ink."""
    ink = boxes.grow(own.bbox, _INK_REACH)
    if chart_words.numbers_of(own):
        return boxes.clip(ink, text.bbox)
    x0, y0, _, y1 = text.bbox
    is_whole = own.text == text.text and own.bbox[0] - x0 < own.height / 2
    return text.bbox if is_whole else (ink[0], y0, ink[2], y1)


def _with_zero(plot: Plot, bars: Bars) -> Plot:
    """A plot whose axis has but two numbers, with the scale that these and its bars' foot tell."""
    if (plot.ys if bars.side == "y" else plot.xs) is not None:
        return plot
    held = [bar.bbox for bar in bars.bars]  # what stands on a bar is its value
    texts = [
        text
        for text in (*plot.texts, *plot.sideways)
        if not any(boxes.holds_middle(box, text.bbox) for box in held)
    ]
    scale = chart_scales.from_zero(texts, plot.marks, bars.side, bars.foot)
    if scale is None:
        return plot
    free = tuple(text for text in plot.texts if text not in scale.labels)
    if bars.side == "y":
        return replace(plot, texts=free, ys=scale)
    return replace(plot, texts=free, xs=scale)


def _seen(plot: Plot) -> Plot:
    """A plot of pixels: its scales are less certain. Raises `NoChart` where powers may be flat."""
    xs, ys = (
        None if scale is None else replace(scale, reach=scale.reach + _PIXEL_REACH)
        for scale in (plot.xs, plot.ys)
    )
    for scale in (xs, ys):
        if scale is not None and all(_FLAT_POWER.fullmatch(x.text) for x in scale.labels):
            raise NoChart("its numbers may be powers of ten whose exponents OCR read flat")
    return replace(plot, xs=xs, ys=ys, is_sampled=True)


def _whole(
    shapes: Sequence[Shape], texts: Sequence[Fragment], sideways: Sequence[Fragment], box: BBox
) -> Panel:
    """All of a figure as if it were one chart."""
    near = [
        part
        for text in texts
        if boxes.share(text.bbox, boxes.grow(box, 2)) > 0.5
        for part in chart_words.shares_of(text)
    ]
    beside = [text for text in sideways if boxes.touch(text.bbox, box, _TEXT_GAP_POINTS)]
    return Panel(box, tuple(shapes), tuple(chart_words.with_powers(near)), tuple(beside), name="")


def _of_panels(whole: Panel, read_plot: Callable[[Plot], _Read]) -> _Read:
    """The chart of a figure, or those of its panels as one; a panel has the legend of all."""
    scales = chart_plot.scales(whole)
    legend = chart_legend.find(whole.shapes, whole.texts, scales.labels)
    legend = replace(legend, coloured=chart_legend.words_in_colour(whole.texts))
    inner = replace(
        whole,
        shapes=tuple(legend.without(whole.shapes)),
        texts=tuple(text for text in whole.texts if text not in legend.texts),
    )
    panels = chart_panels.split(inner, scales.uprights)
    if not scales.uprights:
        panels = chart_floors.split(inner)
    if len(panels) < 2:
        return read_plot(chart_plot.find(whole, scales, legend))
    found: list[PanelData] = []
    refused: list[str] = []
    for at, panel in enumerate(panels, 1):
        panel = replace(panel, name=panel.name or f"panel {at}")
        try:
            own = chart_plot.scales(panel)
            named = chart_legend.find(panel.shapes, panel.texts, own.labels)
            plot = chart_plot.find(panel, own, named if named.entries else legend)
            found.append(PanelData(panel.name, *read_plot(plot)))
        except NoChart as refusal:
            refused.append(f"{panel.name}: {refusal}")
    if not found:
        raise NoChart(f"it holds several charts: {refused[0]}")
    return chart_of_panels.joined(found, refused)


def _read(plot: Plot, pies: Sequence[Pie]) -> _Read:
    if pies:
        read = [chart_of_pies.read(pie, plot, is_one_of_several=len(pies) > 1) for pie in pies]
        several = [PanelData("", *one) for one in read]
        return read[0] if len(read) == 1 else chart_of_panels.joined(several, ())
    found = None
    if not plot.is_sampled:
        found = chart_boxes.find(chart_plot.rects(plot, framed=True), plot.marks)
    if found is not None:
        return chart_of_boxes.read(plot, found)
    reach = chart_pixels.EDGE if plot.is_sampled else chart_bars.EDGE
    bars = chart_bars.find(chart_plot.rects(plot), plot.xs, plot.ys, reach)
    panels = [] if plot.is_sampled else chart_dots.find(plot)
    dots = sum(len(panel.dots) for panel in panels)
    if panels and (bars is None or 2 * len(bars.bars) <= dots):
        return chart_of_dots.read(plot, panels)
    most = _MAX_FLOATING_SEEN if plot.is_sampled else _MAX_FLOATING
    if bars is not None and bars.floating > most * len(bars.bars):
        raise NoChart("most of what may be its bars begin on no common line")
    if bars is not None:
        return chart_of_bars.read(_with_zero(plot, bars), bars)
    curves = chart_curves.lines(plot.marks)
    printed = None if plot.is_sampled else chart_printed.find(plot, curves)
    if printed is not None:
        return chart_of_curves.read(plot, printed.scale, curves, printed.values)
    if plot.ys is None:
        raise NoChart("no scale: its axis for values has no numbers that are evenly spaced")
    return chart_of_curves.read(plot, plot.ys, curves)
