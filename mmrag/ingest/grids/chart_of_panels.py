"""Several charts of one figure as one grid: the columns of each panel under its name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmrag import boxes
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_plot import NoChart
from mmrag.ingest.raw import MAX_CELLS, MAX_SERIES
from mmrag.types import Axis, AxisScale, Cell, Chart

_RowKey = tuple[str, int, int]
"""The name of a row; then its panel and number, from 1, of one of that panel alone, or zeros."""


@dataclass(frozen=True, slots=True)
class PanelData:
    """A panel that was read: what it is called, its cells, and what it is."""

    name: str
    cells: tuple[Cell, ...]
    chart: Chart

    @property
    def form(self) -> tuple[str, bool]:
        """What the panels of one grid have in common: their type, and whether their bars lie."""
        return self.chart.type, self.chart.y.scale == "category"


def joined(panels: Sequence[PanelData], left_out: Sequence[str]) -> tuple[tuple[Cell, ...], Chart]:
    """The panels of the most frequent form side by side; rows of one name are one row.

    The others are told as left out. Raises `NoChart` where they hold more than a grid may.
    """
    form, _ = Counter(panel.form for panel in panels).most_common(1)[0]
    kept = _named([panel for panel in panels if panel.form == form])
    others = [panel for panel in panels if panel.form != form]
    told = [
        *left_out,
        *(f"{panel.name or 'a panel'} is of another type: {panel.chart.type}" for panel in others),
        *(f"{panel.name}: {what}" for panel in kept for what in panel.chart.left_out),
    ]
    series = tuple(f"{panel.name} {name}".strip() for panel in kept for name in panel.chart.series)
    if len(series) > MAX_SERIES or sum(len(panel.cells) for panel in kept) > MAX_CELLS:
        raise NoChart("its panels hold more values than are looked at")
    x, y = _shared([p.chart.x for p in kept]), _shared([p.chart.y for p in kept])
    return _cells(kept), Chart(kept[0].chart.type, x, y, series, tuple(told))


def _named(panels: Sequence[PanelData]) -> list[PanelData]:
    """The panels, each with a name of its own."""
    times = Counter(panel.name for panel in panels)
    return [
        panel
        if panel.name and times[panel.name] == 1
        else replace(panel, name=f"{panel.name} panel {at}".strip())
        for at, panel in enumerate(panels, 1)
    ]


def _shared(axes: Sequence[Axis]) -> Axis:
    """What all panels have in common of an axis."""
    titles = {axis.title for axis in axes}
    scales: set[AxisScale] = {axis.scale for axis in axes}
    title = titles.pop() if len(titles) == 1 else ""
    return Axis(title, scales.pop() if len(scales) == 1 else "none")


def _cells(panels: Sequence[PanelData]) -> tuple[Cell, ...]:
    """The names of panels over those of their series, and the rows of all."""
    heads = 1 + any(name for panel in panels for name in panel.chart.series)
    keys = [_keys(at, panel) for at, panel in enumerate(panels, 1)]
    rows = {key: heads + place for place, key in enumerate(_in_order(keys))}
    corners = {cell.text for panel in panels for cell in panel.cells if _is_corner(cell)}
    found: dict[tuple[int, int], Cell] = {}
    start = 1
    for panel, own in zip(panels, keys, strict=True):
        end = start + len(panel.chart.series) - 1
        box = boxes.union(cell.bbox for cell in panel.cells)
        for cell in panel.cells:
            row = rows[own[cell.row]] if cell.row else heads - 1
            column = start + cell.column - 1 if cell.column else 0
            if not _is_corner(cell) or len(corners) == 1:
                placed = replace(cell, row=row, row_end=row, column=column, column_end=column)
                found.setdefault((row, column), placed)
        found[0, start] = Cell(0, start, 0, end, panel.name, box, is_header=True)
        start = end + 1
    return tuple(found[place] for place in sorted(found))


def _is_corner(cell: Cell) -> bool:
    return cell.row == 0 and cell.column == 0


def _keys(at: int, panel: PanelData) -> dict[int, _RowKey]:
    """What each row of a panel is in the grid of all; rows of dots are of their panel alone."""
    names = {cell.row: cell.text for cell in panel.cells if cell.column == 0}
    times = Counter(names.values())
    is_own = panel.chart.type == "scatter"
    return {
        row: (name, at, row) if is_own or not name or times[name] > 1 else (_same(name), 0, 0)
        for row in sorted({cell.row for cell in panel.cells if cell.row})
        for name in (names.get(row, ""),)
    }


def _same(name: str) -> str:
    """What names of one row have in common: `10` and `10.0` are one place on an axis."""
    value = number(name)
    return name if value is None else repr(value)


def _in_order(keys: Sequence[dict[int, _RowKey]]) -> list[_RowKey]:
    """The rows of all panels as they come first; by their numbers where all are numbers."""
    every = list(dict.fromkeys(key for own in keys for key in own.values()))
    values = {key: value for key in every if (value := number(key[0])) is not None}
    return sorted(every, key=values.__getitem__) if len(values) == len(every) else every
