"""Box plots as cells: whiskers, quartiles and median of each box."""

from mmrag.ingest.grids import chart_cells, chart_of_bars, chart_plot
from mmrag.ingest.grids.chart_bars import Bar
from mmrag.ingest.grids.chart_boxes import BoxMarks
from mmrag.ingest.grids.chart_cells import Mark, Series
from mmrag.ingest.grids.chart_plot import NoChart, Plot
from mmrag.ingest.grids.chart_scale import Scale, Side
from mmrag.types import BBox, Cell, Chart

_PLACES = ("low whisker", "lower quartile", "median", "upper quartile", "high whisker")
"""What the places of a box are, as programs draw them unless they are told otherwise."""
_HALF_LINE = 1.0
"""Points around the line that a value is read at, to frame it; chosen by hand."""


def read(plot: Plot, found: BoxMarks) -> tuple[tuple[Cell, ...], Chart]:
    """A box plot: five series, or as many for each colour. Raises `NoChart` without a scale."""
    scale = plot.ys if found.side == "y" else plot.xs
    if scale is None:
        raise NoChart("no scale: the axis of its boxes has no numbers that are evenly spaced")
    rows, at = chart_of_bars.rows_of(plot, found.bars, {})
    names = chart_plot.names([mark.bar.colour for mark in found.marks], plot)
    series: dict[str, Series] = {}
    lost = found.without
    for mark in found.marks:
        row = at.get(mark.bar)
        colour = names[mark.bar.colour]
        told = [f"{colour} {name}".strip() for name in _PLACES]
        if row is None or row in series.setdefault(told[0], Series(told[0], {})).marks:
            lost += 1
            continue
        for name, place in zip(told, mark.places, strict=True):
            own = series.setdefault(name, Series(name, {}))
            own.marks[row] = _mark(mark.bar, place, found.side, scale)
    count = len(found.marks) + found.without
    left_out = (f"{lost} of {count} boxes cannot be read or tied to a name",) if lost else ()
    x, y = chart_of_bars.axes_of(plot, found.side, rows, scale)
    return chart_cells.make("box", x, y, rows, list(series.values()), left_out)


def _mark(bar: Bar, place: float, side: Side, scale: Scale) -> Mark:
    """The value at a place of a box, and the line that it is read at."""
    x0, y0, x1, y1 = bar.bbox
    low, high = place - _HALF_LINE, place + _HALF_LINE
    box: BBox = (x0, low, x1, high) if side == "y" else (low, y0, high, y1)
    return chart_cells.measured(box, place, scale)
