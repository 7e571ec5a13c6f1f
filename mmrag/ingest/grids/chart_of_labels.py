"""Charts whose marks cannot be read, by their labels alone: a value over each name.

Bars with shades or patterns are no marks of one colour, but where names stand in a row at even
distances, each with one number over its middle and no number between, there is no doubt.
"""

from collections.abc import Sequence

from mmrag import boxes
from mmrag.ingest.grids import chart_cells, chart_of_panels, chart_text, chart_words
from mmrag.ingest.grids.chart_cells import Mark, Series
from mmrag.ingest.grids.chart_of_panels import PanelData
from mmrag.ingest.grids.chart_plot import NoChart
from mmrag.ingest.grids.chart_rows import RowName
from mmrag.ingest.layout.order import Fragment
from mmrag.types import Axis, BBox, Cell, Chart

_UNSEEN = "its marks are not seen, its values stand by their places alone"


def read(texts: Sequence[Fragment], box: BBox) -> tuple[tuple[Cell, ...], Chart]:
    """The values in `box` by the names below them; several rows side by side are panels.

    What a panel shows stands below its names, which may be below the box. Raises `NoChart` where
    no values stand over names without a doubt.
    """
    inside = [
        part
        for text in texts
        if boxes.holds_middle(box, text.bbox)
        for part in chart_words.numbers_of(text) or [text]
    ]
    found = [_panel(labels, values, texts) for labels, values in chart_text.rows_of_values(inside)]
    if not found:
        raise NoChart("no values stand over names in a row")
    return chart_of_panels.joined(found, ())


def _panel(
    labels: Sequence[Fragment], values: Sequence[Fragment], texts: Sequence[Fragment]
) -> PanelData:
    rows = [
        RowName((label.bbox[0] + label.bbox[2]) / 2, " ".join(label.text.split()), label.bbox)
        for label in labels
    ]
    words = [text for text in texts if not chart_words.numbers_of(text)]
    name = chart_cells.title(words, (), "x", rows)
    marks = {
        at: Mark(value.bbox, None, None, " ".join(value.text.split()))
        for at, value in enumerate(values)
    }
    x, y = Axis("", "category"), Axis("", "none")
    cells, chart = chart_cells.make("bar", x, y, rows, [Series("", marks)], (_UNSEEN,))
    return PanelData(name, cells, chart)
