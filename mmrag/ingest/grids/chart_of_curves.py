"""Charts of lines, areas and dots as cells."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import compress, pairwise

import numpy as np

from mmrag import boxes
from mmrag.ingest.grids import (
    chart_bars,
    chart_cells,
    chart_curves,
    chart_errors,
    chart_legend,
    chart_plot,
    chart_rows,
    chart_scale,
    chart_words,
)
from mmrag.ingest.grids.chart_cells import Mark, Series
from mmrag.ingest.grids.chart_curves import Area, Curve
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_plot import NoChart, NoMarks, Plot
from mmrag.ingest.grids.chart_rows import RowName
from mmrag.ingest.grids.chart_scale import Scale, middle
from mmrag.ingest.grids.chart_shapes import Colour
from mmrag.ingest.grids.polygons import Point
from mmrag.ingest.layout.order import Fragment
from mmrag.types import Axis, Cell, Chart, ChartType

# Chosen by hand.
_MAX_ROWS = 2_000  # of a chart as data: more points are a cloud
_ROW_POINTS = 4.0  # between the tops of the labels of one row, as OCR sees them
_UPRIGHT_SHARE = 0.25  # of its height, the same for a label that stands upright
_EVEN = 1.3  # widest distance of two names in a row, over the narrowest
_MAX_MARK, _MIN_MARKS = 10.0, 6  # points across, and of one colour: small marks of a series
_GREY = 24  # of 255, between the channels of a grey: ticks and grids have no colour
_MIN_DOTS = 3  # of a scatter plot
_MAX_NEAR = 4.0  # heights of a text, from the curve that it names
_NEARER = 0.6  # of its distance to the next curve
_MAX_END_GAP, _MAX_END_OFFSET = 2.5, 0.8  # heights of a text, from the end of a curve to it


def read(
    plot: Plot,
    ys: Scale,
    curves: list[Curve],
    printed: Mapping[Point, Fragment] | None = None,
) -> tuple[tuple[Cell, ...], Chart]:
    """A chart of lines, areas or dots; `curves` are its lines; values `printed` at points lead."""
    told = printed or {}
    plot = replace(plot, texts=tuple(text for text in plot.texts if not _is_held(text, told)))
    kind: ChartType = "line"
    left_out: list[str] = []
    if (at := _sampled_at(plot, curves)) is not None:
        curves = [sampled for curve in curves if (sampled := chart_curves.sampled(curve, at))]
    own = [curve for curve in curves if len(curve.points) > 2 or plot.xs is None]
    dots = chart_curves.dots(plot.marks, curves)
    if sum(len(cloud.points) for cloud in dots) >= _MIN_DOTS and not own:
        kind, curves = "scatter", dots
    elif own and dots:
        count = sum(len(cloud.points) for cloud in dots)
        left_out.append(f"{count} dots stand on no line")
    elif not curves or chart_curves.are_edges(curves, chart_curves.areas(plot.marks)):
        return _area_chart(plot, ys)
    if not curves:
        raise NoMarks("no bars, lines, areas or dots were found between its axes")
    pens = Counter((curve.colour, curve.dashes) for curve in curves)
    if max(pens.values()) > 1:
        raise NoChart("several of its lines have one colour and cannot be told apart")
    places = _merged(sorted({x for curve in curves for x, _ in curve.points}))
    if len(places) > _MAX_ROWS or (kind == "scatter" and len(places) * len(curves) > 20_000):
        raise NoChart(f"{len(places)} points are more than can be told apart")
    low = max(y for curve in curves for _, y in curve.points)
    rows = _rows_of_places(plot, places, low)
    left_out += _unnamed(places, rows)
    left_out += _unread(plot, curves)
    placed = [_points_at(curve, rows) for curve in curves]
    series = [
        Series(name, {row: _mark(point, ys, told) for row, point in points.items()})
        for points, name in zip(placed, _curve_names(curves, plot), strict=True)
    ]
    is_one_each = all(len(x) == len(curve.points) for x, curve in zip(placed, curves, strict=True))
    count = len(series)
    if not plot.is_sampled and (kind == "line" or is_one_each):
        colours = [curve.colour for curve in curves]
        series = chart_errors.with_ends(plot, series, colours, placed, ys)
    if kind == "scatter" and len(series) == count:
        rows, series = chart_cells.one_row_a_point(curves, series, plot.xs, ys, plot.box)
    return _with_axes(kind, plot, ys, rows, series, left_out)


def _unread(plot: Plot, curves: Sequence[Curve]) -> list[str]:
    """How many small marks have a colour of no series: crosses and squares are not read."""
    own = [curve.colour for curve in curves]
    small = Counter(
        shape.colour
        for shape in plot.marks
        if max(boxes.width(shape.bbox), boxes.height(shape.bbox)) <= _MAX_MARK
        and (shape.kind == "frame" or max(shape.colour) - min(shape.colour) > _GREY)
    )
    lost = sum(n for one, n in small.items() if n >= _MIN_MARKS and not _is_in(one, own))
    return [f"{lost} small marks of other colours"] if lost and not plot.is_sampled else []


def _is_in(colour: Colour, colours: Sequence[Colour]) -> bool:
    return any(chart_legend.alike(colour, other) for other in colours)


def _is_held(text: Fragment, printed: Mapping[Point, Fragment]) -> bool:
    """Whether a text is made of values that are printed at points."""
    return any(boxes.holds(boxes.grow(text.bbox, 0.1), x.bbox) for x in printed.values())


def _mark(point: Point, ys: Scale, printed: Mapping[Point, Fragment]) -> Mark:
    label = printed.get(point)
    if label is None:
        return chart_cells.of_point(point, ys)
    return Mark(label.bbox, None, None, " ".join(label.text.split()))


def _labelled_places(plot: Plot) -> list[float]:
    """Where labels stand along the axis below a plot: of its scale, or of the highest row."""
    if plot.xs is not None:
        return sorted(middle(label, "x") for label in plot.xs.labels)
    foot = plot.box[3] if plot.ys is None else max(x.bbox[1] for x in plot.ys.labels)
    below = [text for text in (*plot.texts, *plot.sideways) if text.bbox[1] >= foot]
    first = min((text.bbox[1] for text in below), default=0.0)
    return sorted(middle(x, "x") for x in below if x.bbox[1] - first < _row_reach(x))


def _row_reach(text: Fragment) -> float:
    """How far labels of one row begin below each other; more for those that stand upright."""
    return max(_ROW_POINTS, _UPRIGHT_SHARE * boxes.height(text.bbox))


def _sampled_at(plot: Plot, drawn: Sequence[Curve | Area]) -> list[float] | None:
    """Where lines are looked up that have no corner at each value: of pixels, or rounded ones.

    None where their corners are their values. Rounded lines have more than there are names, which
    stand at even distances below them.
    """
    if plot.is_sampled:
        return _labelled_places(plot)
    if plot.xs is not None or plot.ys is None:
        return None
    corners = max((len(item.points) for item in drawn), default=0)
    low = max(middle(label, "y") for label in plot.ys.labels)
    for pieces in (plot.texts, [word for text in plot.texts for word in chart_words.words(text)]):
        below = [text for text in pieces if text.bbox[3] > low + text.height / 2]
        first = min((text.bbox[1] for text in below), default=0.0)
        places = sorted(middle(x, "x") for x in below if x.bbox[1] - first < _ROW_POINTS)
        gaps = [b - a for a, b in pairwise(places)]
        if len(gaps) > 1 and max(gaps) < _EVEN * min(gaps):
            slope, base = np.polyfit(range(len(places)), places, 1)
            even = [float(base + slope * at) for at in range(len(places))]
            return even if corners > len(places) else None
    return None


def _area_chart(plot: Plot, ys: Scale) -> tuple[tuple[Cell, ...], Chart]:
    found = chart_curves.areas(plot.marks)
    feet = chart_curves.feet(found)
    if (at := _sampled_at(plot, found)) is not None:
        found = [sampled for area in found if (sampled := chart_curves.sampled_area(area, at))]
    if feet is None:
        raise NoMarks("no bars, lines, areas or dots were found between its axes")
    foot, stacked = feet
    ys = chart_bars.snapped(ys, foot)
    places = _merged(sorted({x for area in found for x, _, _ in area.points}))
    if len(places) > _MAX_ROWS:
        raise NoChart(f"{len(places)} points are more than can be told apart")
    rows = _rows_of_places(plot, places, foot)
    names = chart_plot.names([area.colour for area in found], plot)
    series = []
    for area in found:
        marks = {}
        for x, upper, lower in area.points:
            row = chart_rows.nearest(rows, x)
            if row is not None:
                value = ys.value(upper) - (ys.value(lower) if stacked else 0)
                box = (x - 1.5, upper, x + 1.5, lower)
                marks[row] = Mark(box, value, ys.uncertainty(upper), "", chart_cells.suffix(ys))
        series.append(Series(names[area.colour], marks))
    return _with_axes("area", plot, ys, rows, series, _unnamed(places, rows))


def _with_axes(
    kind: ChartType,
    plot: Plot,
    ys: Scale,
    rows: Sequence[RowName],
    series: Sequence[Series],
    left_out: Sequence[str],
) -> tuple[tuple[Cell, ...], Chart]:
    xs = plot.xs
    x = Axis(
        chart_cells.title_of_scale(plot.texts, plot.sideways, xs)
        if xs
        else chart_cells.title(plot.texts, plot.sideways, "x", rows),
        xs.kind if xs else "category",
    )
    y = Axis(chart_cells.title_of_scale(plot.texts, plot.sideways, ys), ys.kind)
    return chart_cells.make(kind, x, y, rows, series, tuple(left_out))


def _merged(places: Sequence[float]) -> list[float]:
    """Places that are the same to the eye, once."""
    kept: list[float] = []
    for place in places:
        if not kept or place - kept[-1] > chart_rows.SAME_PLACE_POINTS:
            kept.append(place)
    return kept


def _rows_of_places(plot: Plot, places: Sequence[float], low: float) -> list[RowName]:
    """What the places of a line are called: by the scale of `x`, or by the labels below."""
    if plot.xs is not None:
        return chart_rows.measured(places, chart_scale.settled(plot.xs, places), plot.box)
    rows = chart_rows.categories([*plot.texts, *plot.sideways], places, low, "x")
    if not rows:
        raise NoChart("its points have no names or numbers below them")
    return rows


def _unnamed(places: Sequence[float], rows: Sequence[RowName]) -> list[str]:
    lost = sum(chart_rows.nearest(rows, place) is None for place in places)
    return [f"{lost} of {len(places)} places have no name below them"] if lost else []


def _points_at(curve: Curve, rows: Sequence[RowName]) -> dict[int, Point]:
    """The points of a curve by the rows that they belong to."""
    at = {chart_rows.nearest(rows, point[0]): point for point in curve.points}
    return {row: point for row, point in at.items() if row is not None}


def _curve_names(curves: Sequence[Curve], plot: Plot) -> list[str]:
    """The names by the legend; by the texts in their colours, or at their ends; or numbers.

    Where some have none, a text may stand at the end of a line by chance.
    """
    if named := plot.legend.by_colour([curve.colour for curve in curves]):
        return named
    names = _by_legend(curves, plot)
    ends = ["" if name else _at_end(curve, plot) for curve, name in zip(curves, names, strict=True)]
    others = [end for end, name in zip(ends, names, strict=True) if not name]
    if "" not in others and len(set(others)) == len(others):
        names = [name or end for name, end in zip(names, ends, strict=True)]
    if not any(names) and not plot.legend.entries:
        names = _beside(curves, plot)
    numbered = [f"series {at}" if len(curves) > 1 else "" for at in range(1, len(curves) + 1)]
    return [name or number for name, number in zip(names, numbered, strict=True)]


def _by_legend(curves: Sequence[Curve], plot: Plot) -> list[str]:
    """What the legend calls each curve; of several with one name, the one with its dashes alone."""
    names = [plot.legend.name(curve.colour, curve.dashes) for curve in curves]
    exact = [plot.legend.has(curve.colour, curve.dashes) for curve in curves]
    times, sure = Counter(names), Counter(compress(names, exact))
    return [
        name if times[name] == 1 or (is_exact and sure[name] == 1) else ""
        for name, is_exact in zip(names, exact, strict=True)
    ]


def _beside(curves: Sequence[Curve], plot: Plot) -> list[str]:
    """The text near each of several curves, nearer to it than to any other; none for a doubt."""
    none = [""] * len(curves)
    found: dict[int, list[str]] = {}
    for text in plot.texts:
        x, y = boxes.middle(text.bbox)
        over = [curve for curve in curves if curve.points[0][0] <= x <= curve.points[-1][0]]
        if not any(map(str.isalnum, text.text)) or number(text.text) is not None:
            continue
        if len(over) != len(curves) or len(curves) < 2:
            continue
        off = [abs(_height_at(curve, x) - y) for curve in curves]
        first, second = sorted(off)[:2]
        if first <= _MAX_NEAR * text.height and first <= _NEARER * second:
            found.setdefault(off.index(first), []).append(" ".join(text.text.split()))
    if len(found) < len(curves) or any(len(texts) > 1 for texts in found.values()):
        return none
    return [found[at][0] for at in range(len(curves))]


def _height_at(curve: Curve, x: float) -> float:
    xs, ys = (np.array(values) for values in zip(*curve.points, strict=True))
    return float(np.interp(x, xs, ys))


def _at_end(curve: Curve, plot: Plot) -> str:
    """The text right of the last point of a curve."""
    x, y = curve.points[-1]
    ends = [
        (abs(boxes.middle(text.bbox)[1] - y), text.text.strip())
        for text in plot.texts
        if -2 <= text.bbox[0] - x <= _MAX_END_GAP * text.height
        and abs(boxes.middle(text.bbox)[1] - y) < _MAX_END_OFFSET * text.height
    ]
    return min(ends)[1] if ends else ""
