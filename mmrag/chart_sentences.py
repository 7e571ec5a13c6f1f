"""A chart that was read as data, in words: its type, axes and series, and the ends of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mmrag import grids
from mmrag.types import Axis, Chart, Grid

_MAX_SERIES = 6
"""Whose values are told; chosen by hand: a description is read with its first 200 words."""
_ALONG = frozenset({"linear", "log", "date"})
"""Scales whose order counts: along them a series goes from one value to another."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A value as it is written, and the name of its row."""

    value: Decimal
    text: str
    row: str

    def __str__(self) -> str:
        return f"{self.text} ({self.row})" if self.row else self.text


def of_grid(grid: Grid) -> str:
    """What the chart of a grid shows; empty for a table."""
    if grid.chart is None:
        return ""
    chart = grid.chart
    told = [_axes(chart), *_series(grid, chart)]
    return " ".join(f"{text}." for text in told if text)


def _axes(chart: Chart) -> str:
    named = [name for axis in (chart.x, chart.y) if (name := _axis(axis))]
    kind = f"{chart.type.capitalize()} chart"
    return f"{kind} of {' and '.join(named)}" if named else kind


def _axis(axis: Axis) -> str:
    if not axis.title:
        return ""
    return f"{axis.title} (logarithmic)" if axis.scale == "log" else axis.title


def _series(grid: Grid, chart: Chart) -> Iterator[str]:
    rows = grids.rows(grid)
    is_along = chart.x.scale in _ALONG and chart.type in ("line", "area")
    for column, name in enumerate(chart.series[:_MAX_SERIES], 1):
        values = [
            _Told(value, cell.text, rows[cell.row])
            for cell in grid.cells
            if cell.column == column
            and not cell.is_header
            and (value := grids.value(cell)) is not None
        ]
        if values:
            yield f"{name}: {_ends(values, is_along)}" if name else _ends(values, is_along)


def _ends(values: Sequence[_Told], is_along: bool) -> str:
    low = min(values, key=lambda item: item.value)
    high = max(values, key=lambda item: item.value)
    told = f"smallest {low}, largest {high}" if low.value != high.value else str(low)
    return f"from {values[0]} to {values[-1]}, {told}" if is_along else told
