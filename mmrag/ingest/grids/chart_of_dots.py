"""Dots in rows as cells: a row a name, a column a series, values as printed or as measured."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from mmrag import boxes
from mmrag.ingest.grids import (
    chart_cells,
    chart_of_panels,
    chart_printed,
    chart_scale,
    chart_words,
)
from mmrag.ingest.grids.chart_cells import Mark, Series
from mmrag.ingest.grids.chart_dots import Dot, DotRows
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_of_panels import PanelData
from mmrag.ingest.grids.chart_plot import NoChart, Plot
from mmrag.ingest.grids.chart_printed import Printed, PrintedValue
from mmrag.ingest.grids.chart_scale import Scale, middle
from mmrag.ingest.grids.chart_shapes import Colour
from mmrag.ingest.layout.order import Fragment
from mmrag.types import Axis, BBox, Cell, Chart

# Chosen by hand on charts of survey reports, in heights of a text where no share.
_MAX_BESIDE = 1.6  # from a value to the dot that it stands beside, over or below
_MIN_BESIDE = -0.8
_MAX_OFF_LINE = 0.7  # from the middle of a value to that of a dot beside it
_MAX_NEAR = 3  # dots that one value may stand at
_MAX_HEAD_GAP = 1.6  # rows, from the first one of a panel to the name over it
_LEVEL_FEET = 3.0  # points, between the feet of heads that stand beside each other
_LINE_GAP = 0.6  # between the lines of one name
_BESIDE = 0.5  # that two texts on one line have of their height in common
_NUMBERED = re.compile(r"(?:series \d+)?")

_Key = tuple[Colour, bool]
"""What tells the series of dots apart: colour, and whether filled."""


def read(plot: Plot, panels: Sequence[DotRows]) -> tuple[tuple[Cell, ...], Chart]:
    """The panels as one grid. Raises `NoChart` where none has a scale, nor values at its dots."""
    found: list[PanelData] = []
    refused: list[str] = []
    names = _shared_names(plot, panels)
    for panel in panels:
        name = _name(plot, panel) if len(panels) > 1 else ""
        try:
            found.append(PanelData(name, *_panel(plot, panel, [names[x] for x in panel.keys])))
        except NoChart as refusal:
            refused.append(f"{name or 'a panel'}: {refusal}")
    if not found:
        raise NoChart(refused[0].partition(": ")[2])
    if len(panels) == 1:
        return found[0].cells, found[0].chart
    return chart_of_panels.joined(found, refused)


def _shared_names(plot: Plot, panels: Sequence[DotRows]) -> dict[_Key, str]:
    """The names of the series; one that has its name in a panel alone has it in all."""
    found: dict[_Key, str] = {}
    for panel in panels:
        for key, name in zip(panel.keys, _names(plot, panel), strict=True):
            if not found.get(key) or _NUMBERED.fullmatch(found[key]):
                found[key] = name
    return found


def _panel(plot: Plot, panel: DotRows, names: Sequence[str]) -> tuple[tuple[Cell, ...], Chart]:
    labels = list(islice(_labels(plot, panel), chart_printed.MAX_LABELS))
    scale, printed = plot.xs, None
    if scale is None:
        printed = chart_printed.fitted(labels, "x")
        scale = printed.scale if printed is not None else None
    else:
        printed = chart_printed.right_on(labels, scale)
    if scale is None:
        raise NoChart("no scale: neither its axis nor its dots have numbers")
    series = []
    for key, name in zip(panel.keys, names, strict=True):
        marks = {dot.row: _mark(dot, scale, printed) for dot in panel.dots if dot.key == key}
        series.append(Series(name, marks))
    named = Axis(chart_cells.title(plot.texts, plot.sideways, "y", panel.rows), "category")
    title = "" if printed else chart_cells.title_of_scale(plot.texts, plot.sideways, scale)
    return chart_cells.make("dot", Axis(title, scale.kind), named, panel.rows, series, ())


def _mark(dot: Dot, scale: Scale, printed: Printed | None) -> Mark:
    label = printed.values.get(dot.place) if printed is not None else None
    if label is not None:
        return Mark(label.bbox, None, None, " ".join(label.text.split()))
    return chart_cells.measured(dot.bbox, dot.place[0], scale)


def _labels(plot: Plot, panel: DotRows) -> Iterator[PrintedValue]:
    """The numbers at dots: beside, over or below them; as many as a row has dots, one each."""
    by_row: defaultdict[int, list[Dot]] = defaultdict(list)
    for dot in sorted(panel.dots, key=lambda dot: dot.place[0]):
        by_row[dot.row].append(dot)
    heights = [dots[0].place[1] for dots in by_row.values()]
    for dots, y in zip(by_row.values(), heights, strict=True):
        values = _values_of_row(plot.texts, y, heights, panel.bbox)
        told = sorted(values, key=lambda item: item[1].bbox[0])
        if len(told) == len(dots) > 1:
            for (value, text), dot in zip(told, dots, strict=True):
                yield PrintedValue(value, text, (dot.place,))
            continue
        for value, text in told:
            near = [dot for dot in dots if _stands_at(text, dot)]
            near.sort(key=lambda dot: abs(dot.place[0] - middle(text, "x")))
            if near:
                yield PrintedValue(value, text, tuple(dot.place for dot in near[:_MAX_NEAR]))


def _values_of_row(
    texts: Sequence[Fragment], y: float, heights: Sequence[float], area: BBox
) -> Iterator[tuple[float, Fragment]]:
    """The numbers in reach of a row, nearer to it than to others, within the edges of the panel."""
    for text in texts:
        for part in chart_words.numbers_of(text):
            value = number(part.text)
            reach = _MAX_BESIDE * part.height
            off = max(part.bbox[1] - y, y - part.bbox[3], 0.0)
            inside = area[0] - reach <= part.bbox[2] and part.bbox[0] <= area[2] + reach
            is_own = min(heights, key=lambda at: abs(at - middle(part, "y"))) == y
            if value is not None and inside and off <= reach and is_own:
                yield value, part


def _stands_at(text: Fragment, dot: Dot) -> bool:
    """Whether a number stands beside a dot, on its line, or over or below it."""
    x, y = dot.place
    height = text.height
    if abs(middle(text, "y") - y) <= _MAX_OFF_LINE * height:
        gap = max(text.bbox[0] - dot.bbox[2], dot.bbox[0] - text.bbox[2])
        return gap <= _MAX_BESIDE * height
    gap = max(text.bbox[1] - dot.bbox[3], dot.bbox[1] - text.bbox[3])
    return text.bbox[0] - 1 <= x <= text.bbox[2] + 1 and _MIN_BESIDE * height <= gap


def _names(plot: Plot, panel: DotRows) -> list[str]:
    """The series by the legend or colour; by as many texts over the first row; or numbered."""
    keys = panel.keys
    if by_colour := plot.legend.by_colour([colour for colour, _ in keys]):
        return by_colour
    named = [plot.legend.name(colour) for colour, _ in keys]
    told = list(filter(None, named))
    if len(keys) == 1 or (told and len(set(told)) == len(told)):
        return [name or f"series {at}" * (len(keys) > 1) for at, name in enumerate(named, 1)]
    first = [dot for dot in panel.dots if dot.row == min(x.row for x in panel.dots)]
    over = _heads(plot.texts, boxes.union(dot.bbox for dot in first), len(keys))
    if over and len(first) == len(keys):
        return over
    return [f"series {at}" for at in range(1, len(keys) + 1)]


def _heads(texts: Sequence[Fragment], row: BBox, count: int) -> list[str]:
    """As many blocks of text right over a row of dots, from left to right, that end level."""
    levels: list[list[chart_words.TextBlock]] = []
    for block in chart_words.blocks([text for text in texts if _is_word(text)]):
        x0, _, x1, foot = block.bbox
        reach = _MAX_BESIDE * block.lines[-1].height
        if not (-1 <= row[1] - foot <= 2 * reach and row[0] - reach <= x1 and x0 <= row[2] + reach):
            continue
        level = next((own for own in levels if abs(own[0].bbox[3] - foot) <= _LEVEL_FEET), None)
        if level is None:
            levels.append([block])
        else:
            level.append(block)
    fitting = [level for level in levels if len(level) == count]
    if len(fitting) != 1:
        return []
    return [block.text for block in sorted(fitting[0], key=lambda block: block.bbox[0])]


def _is_word(text: Fragment) -> bool:
    return any(map(str.isalnum, text.text)) and not chart_words.numbers_of(text)


def _name(plot: Plot, panel: DotRows) -> str:
    """The lines of text over a panel; those that stand beside each other name its series."""
    x0, y0, x1, _ = panel.bbox
    heights = sorted({panel.rows[dot.row].place for dot in panel.dots})
    pitch = heights[1] - heights[0] if len(heights) > 1 else 0.0
    over = [
        text
        for text in plot.texts
        if text.bbox[3] <= y0 + 1 and text.bbox[0] <= x1 and x0 <= text.bbox[2] and _is_word(text)
    ]
    edge = y0
    for lines in _stacked(over):
        if edge - lines[-1].bbox[3] > _MAX_HEAD_GAP * pitch:
            break
        levels = [chart_scale.span(line.bbox, "y") for line in lines]
        if all(
            upper[1] - lower[0] < _BESIDE * lines[0].height for upper, lower in pairwise(levels)
        ):
            return " ".join(" ".join(line.text.split()) for line in lines)
        edge = lines[0].bbox[1]
    return ""


def _stacked(texts: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """Texts right over each other, or beside each other, the lowest first, each from the top."""
    lines: list[Fragment] = []
    for text in sorted(texts, key=lambda text: -text.bbox[3]):
        if lines and lines[0].bbox[1] - text.bbox[3] > _LINE_GAP * text.height:
            yield lines
            lines = []
        lines.insert(0, text)
    yield from [lines] if lines else []
