"""Charts as data: series of values read from the paths that a page draws.

What cannot be told is refused with its reason, or left out with it; nothing is guessed. Values that
are printed at bars lead over measured ones, and the two are compared.
"""

from collections.abc import Sequence

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.grids import (
    chart_bars,
    chart_cells,
    chart_of_bars,
    chart_of_curves,
    chart_pies,
    chart_plot,
    chart_scales,
    chart_shapes,
)
from mmrag.ingest.grids.chart_plot import NoChart
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox, Cell, Chart

__all__ = ["NoChart", "read"]
# Chosen by hand.
_MAX_TEXTS = 2_000  # in one chart
_TEXT_GAP_POINTS = 12.0  # from a figure to sideways text that belongs to it


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
        raise NoChart("nothing of it is drawn as lines or areas")
    near = [text for text in texts if boxes.share(text.bbox, boxes.grow(box, 2)) > 0.5]
    inside = chart_scales.with_powers(near)
    beside = [text for text in sideways if boxes.touch(text.bbox, box, _TEXT_GAP_POINTS)]
    plot = chart_plot.find(shapes, inside, beside, box)
    if not is_chart and plot.xs is None and plot.ys is None:
        raise NoChart("no scale: it is no chart")
    pie = chart_pies.find(plot.marks) if plot.xs is None and plot.ys is None else None
    if pie is not None:
        return chart_cells.of_pie(pie, plot.legend, plot.texts)
    bars = chart_bars.find(chart_plot.rects(plot), plot.xs, plot.ys)
    if bars is not None:
        return chart_of_bars.read(plot, bars)
    if plot.ys is None:
        raise NoChart("no scale: its axis for values has no numbers that are evenly spaced")
    return chart_of_curves.read(plot, plot.ys)
