"""Bar charts as cells: bars tied to the names beside them, measured or as printed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mmrag import boxes
from mmrag.ingest.grids import (
    chart_bars,
    chart_cells,
    chart_curves,
    chart_errors,
    chart_plot,
    chart_rows,
)
from mmrag.ingest.grids.chart_bars import Bar, Bars
from mmrag.ingest.grids.chart_cells import Mark, Series
from mmrag.ingest.grids.chart_legend import Legend
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_plot import NoChart, Plot
from mmrag.ingest.grids.chart_rows import RowName
from mmrag.ingest.grids.chart_scale import Scale, Side, middle, other
from mmrag.ingest.grids.chart_shapes import Colour
from mmrag.ingest.grids.polygons import Point
from mmrag.ingest.layout.order import Fragment
from mmrag.types import Axis, BBox, Cell, Chart, ChartType

_MAX_HEAD_GAP, _MAX_HEAD_OVER = 1.2, 0.3
"""Heights of a line, from it to the bar or line below, and that it may reach into it; by hand."""


def read(plot: Plot, bars: Bars) -> tuple[tuple[Cell, ...], Chart]:
    plot = _with_names_of_rows(plot, bars)
    scale = plot.ys if bars.side == "y" else plot.xs
    if scale is not None:
        scale = chart_bars.snapped(scale, bars.foot)
    printed = chart_bars.values(bars.bars, plot.texts, bars.side, bars.is_stacked)
    if scale is None and not printed:
        raise NoChart("no scale: neither its axis nor its bars have numbers")
    if len(bars.bars) == 1 and not printed:
        raise NoChart("one bar alone has no value printed on it")
    rows, at = rows_of(plot, bars, printed)
    names = [row.bbox for row in rows]
    coloured = tuple(
        text
        for text in plot.legend.coloured
        if not any(boxes.holds(box, text.bbox) for box in names)
    )
    plot = replace(plot, legend=replace(plot.legend, coloured=coloured))
    told = _series(plot, bars, scale, printed, at)
    kind: ChartType = "stacked bar" if bars.is_stacked else "bar"
    x, y = axes_of(plot, bars.side, rows, scale)
    found = told.series
    if bars.side == "y" and scale is not None:
        if not bars.is_stacked and not plot.is_sampled:
            found = chart_errors.with_ends(plot, found, told.colours, told.tops, scale)
        found = [*found, *_lines_over_bars(plot, rows, scale)]
    left_out = [*told.left_out, *_disagreements(bars, scale, printed)]
    return chart_cells.make(kind, x, y, rows, found, tuple(left_out))


def _with_names_of_rows(plot: Plot, bars: Bars) -> Plot:
    """The plot without a legend whose texts are the names of lying bars, with signs beside them."""
    if bars.side == "y" or not plot.legend.entries:
        return plot
    texts = (*plot.texts, *plot.legend.texts)
    if len(bars.bars) > len(texts):
        return plot
    places = [bar.across for bar in bars.bars]
    edge = min(bar.bbox[0] for bar in bars.bars)
    named = [row.bbox for row in chart_rows.categories(texts, places, edge, "y")]
    if not any(boxes.holds(box, text.bbox) for box in named for text in plot.legend.texts):
        return plot
    return replace(plot, legend=Legend(), texts=texts)


@dataclass(frozen=True, slots=True)
class _BarSeries:
    """The series of bars, each with its colour and where its bars end, by row."""

    series: list[Series]
    colours: list[Colour]
    tops: list[dict[int, Point]]
    left_out: list[str]


def _series(
    plot: Plot,
    bars: Bars,
    scale: Scale | None,
    printed: dict[Bar, Fragment],
    at: dict[Bar, int],
) -> _BarSeries:
    """The bars by the series that their colours name, and how many are left out."""
    series: dict[str, Series] = {}
    tops: dict[str, dict[int, Point]] = {}
    colours: dict[str, Colour] = {}
    lost = unlabelled = 0
    free = [text for text in plot.texts if text not in printed.values()]
    told = [at[bar] for bar in bars.bars if bar in at and (bar in printed or scale is not None)]
    names = _names(plot, bars, free, is_one_each=len(set(told)) == len(told))
    for bar in bars.bars:
        row, name = at.get(bar), names[_key(bar)]
        mark = _bar_mark(bar, bars, scale, printed)
        if row is None:
            lost += 1
        elif mark is None:
            unlabelled += 1
        elif row in series.setdefault(name, Series(name, {})).marks:
            lost += 1
        else:
            series[name].marks[row] = mark
            tops.setdefault(name, {})[row] = (bar.across, bar.end)
            colours[name] = bar.colour
    left_out = []
    if bars.floating:
        left_out.append(f"{bars.floating} bars begin on no common line")
    if lost:
        left_out.append(f"{lost} of {len(bars.bars)} bars cannot be tied to a name")
    if unlabelled:
        left_out.append(f"{unlabelled} of {len(bars.bars)} bars have no value, nor a scale")
    return _BarSeries(list(series.values()), list(colours.values()), list(tops.values()), left_out)


_Key = tuple[int, Colour]
"""The column and the colour of a bar: what tells the series of bars apart."""


def _key(bar: Bar) -> _Key:
    return bar.column, bar.colour


def _names(
    plot: Plot, bars: Bars, texts: Sequence[Fragment], *, is_one_each: bool
) -> dict[_Key, str]:
    """The series of bars: by the legend, by texts in their colours or over lying ones, or numbered.

    Bars with a name each, whose colours no legend explains, are one series.
    """
    keys = list(dict.fromkeys(map(_key, bars.bars)))
    if plot.legend.entries:
        named = chart_plot.names([bar.colour for bar in bars.bars], plot)
        return {key: named[key[1]] for key in keys}
    colours = [] if is_one_each else [colour for _, colour in keys]
    if told := plot.legend.by_colour(colours if len(set(colours)) == len(keys) else []):
        return dict(zip(keys, told, strict=True))
    heads = _heads(bars, texts) if bars.side == "x" else {}
    if heads or len(keys) == 1 or is_one_each:
        return {key: heads.get(key, "") for key in keys}
    return {key: f"series {at}" for at, key in enumerate(keys, 1)}


def _heads(bars: Bars, texts: Sequence[Fragment]) -> dict[_Key, str]:
    """What stands over the bars of the highest row; nothing where one of them has no head.

    Heads that do not stand over their bars, as over short ones, go by their order.
    """
    across = min(bar.across for bar in bars.bars)
    row = sorted(
        (bar for bar in bars.bars if bar.across - across < 1.0), key=lambda bar: bar.bbox[0]
    )
    if len(row) < 2:
        return {}
    blocks = _blocks_over(min(bar.bbox[1] for bar in row), texts)
    over = [[block for block in blocks if boxes.overlap_x(block.box, bar.bbox) > 0] for bar in row]
    own = [found[0] for found in over if len(found) == 1]
    if len({block.box for block in own}) == len(row):
        return {_key(bar): block.text for bar, block in zip(row, own, strict=True)}
    if len(blocks) == len(row):
        return {_key(bar): block.text for bar, block in zip(row, blocks, strict=True)}
    return {}


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines right below each other."""

    box: BBox
    text: str


def _blocks_over(foot: float, texts: Sequence[Fragment]) -> list[_Block]:
    """The blocks of lines that end right over a height, from left to right."""
    found: list[_Block] = []
    for text in sorted(texts, key=lambda text: -text.bbox[3]):
        words = " ".join(text.text.split())
        below = next((x for x in found if boxes.overlap_x(x.box, text.bbox) > 0), None)
        end = foot if below is None else below.box[1]
        if not -_MAX_HEAD_OVER <= (end - text.bbox[3]) / text.height <= _MAX_HEAD_GAP:
            continue
        if below is None:
            found.append(_Block(text.bbox, words))
        else:
            found.remove(below)
            box = boxes.union([text.bbox, below.box])
            found.append(_Block(box, f"{words} {below.text}"))
    return sorted(found, key=lambda block: block.box[0])


def _bar_mark(
    bar: Bar, bars: Bars, scale: Scale | None, printed: dict[Bar, Fragment]
) -> Mark | None:
    label = printed.get(bar)
    if label is not None:
        return Mark(bar.bbox, None, None, " ".join(label.text.split()))
    if scale is None:
        return None
    value = scale.value(bar.end)
    if bars.is_stacked:
        value -= scale.value(bar.start)
    return Mark(bar.bbox, value, scale.uncertainty(bar.end), "", chart_cells.suffix(scale))


def rows_of(
    plot: Plot, bars: Bars, printed: dict[Bar, Fragment]
) -> tuple[list[RowName], dict[Bar, int]]:
    """The rows of a bar chart, and the row of each bar."""
    side = other(bars.side)
    scale = plot.xs if side == "x" else plot.ys
    taken = set(printed.values())
    texts = [text for text in (*plot.texts, *plot.sideways) if text not in taken]
    texts += scale.labels if scale else []
    edge = (
        max(bar.bbox[3] for bar in bars.bars)
        if side == "x"
        else min(bar.bbox[0] for bar in bars.bars)
    )
    together = _groups(bars)
    may_be_each = scale is None and len(bars.bars) <= len(texts)
    each = [[bar] for bar in bars.bars] if may_be_each else together
    for groups in (each, together):
        middles = [sum(bar.across for bar in group) / len(group) for group in groups]
        rows = chart_rows.categories(texts, middles, edge, side)
        if rows:
            at = {
                bar: row
                for group, place in zip(groups, middles, strict=True)
                for bar in group
                if (row := chart_rows.nearest(rows, place)) is not None
            }
            return rows, at
    if scale is None:
        raise NoChart("its bars have no names beside them")
    rows = chart_rows.measured(middles, scale, plot.box)
    return rows, {bar: at for at, group in enumerate(together) for bar in group}


def axes_of(
    plot: Plot, side: Side, rows: Sequence[RowName], scale: Scale | None
) -> tuple[Axis, Axis]:
    """The axes `x` and `y` of a chart whose values are on one `side`, and its names across it."""
    named = Axis(chart_cells.title(plot.texts, plot.sideways, other(side), rows), "category")
    title = chart_cells.title_of_scale(plot.texts, plot.sideways, scale)
    values = Axis(title, scale.kind if scale else "none")
    return (named, values) if side == "y" else (values, named)


def _groups(bars: Bars) -> list[list[Bar]]:
    """Bars that stand together: at one place, or else until a colour comes again."""
    ordered = sorted(bars.bars, key=lambda bar: (bar.across, bar.start))
    if bars.is_stacked or any(b.across - a.across <= 1.0 for a, b in pairwise(ordered)):
        stacks: list[list[Bar]] = []
        for bar in ordered:
            if stacks and abs(bar.across - stacks[-1][0].across) <= 1.0:
                stacks[-1].append(bar)
            else:
                stacks.append([bar])
        return stacks
    by_colour = {bar.colour for bar in ordered}
    one_each = max(sum(bar.colour == colour for bar in ordered) for colour in by_colour) == 1
    groups: list[list[Bar]] = []
    for bar in ordered:
        again = groups and any(bar.colour == other.colour for other in groups[-1])
        if not groups or again or (one_each and _is_apart(groups[-1][-1], bar)):
            groups.append([bar])
        else:
            groups[-1].append(bar)
    return groups


def _is_apart(one: Bar, other: Bar) -> bool:
    gap = other.across - other.breadth / 2 - one.across - one.breadth / 2
    return gap > 0.1 * one.breadth


def _disagreements(bars: Bars, scale: Scale | None, printed: dict[Bar, Fragment]) -> list[str]:
    """Where the printed value of a bar is not what its length says."""
    if scale is None:
        return []
    off = 0
    whole = abs(
        scale.value(middle(scale.labels[0], scale.side))
        - scale.value(middle(scale.labels[-1], scale.side))
    )
    for bar, label in printed.items():
        told = [v for d in ".," if (v := number(label.text, d)) is not None]
        value = scale.value(bar.end) - (scale.value(bar.start) if bars.is_stacked else 0)
        if min(abs(abs(v) - abs(value)) for v in told) > max(0.03 * whole, 0.02 * abs(value)):
            off += 1
    return (
        [f"{off} of {len(printed)} printed values are not what their bars measure"] if off else []
    )


def _lines_over_bars(plot: Plot, rows: Sequence[RowName], scale: Scale) -> list[Series]:
    """Lines that go from bar to bar, on the same scale."""
    curves = chart_curves.lines(plot.marks)
    found = []
    for curve in curves:
        at = [chart_rows.nearest(rows, x) for x, _ in curve.points]
        name = plot.legend.name(curve.colour, curve.dashes)
        if name and None not in at and len(set(at)) == len(at):
            marks = {
                row: chart_cells.of_point(point, scale)
                for row, point in zip(at, curve.points, strict=True)
                if row is not None
            }
            found.append(Series(name, marks))
    return found
