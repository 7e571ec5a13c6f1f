"""Charts drawn on a page by a test, and what is read of them."""

from collections.abc import Callable, Sequence

import pymupdf

from mmrag import grids
from mmrag.ingest.figures import graphics
from mmrag.ingest.grids import charts
from mmrag.ingest.layout import fragments
from mmrag.types import Chart, Grid

BLUE, RED = (0.1, 0.3, 0.7), (0.8, 0.2, 0.1)
PLOT = (100.0, 100.0, 400.0, 300.0)
Draw = Callable[[pymupdf.Page], None]


def read(*draw: Draw, is_chart: bool = True) -> tuple[Chart, dict[str, dict[str, str]], Grid]:
    """What a page that is drawn so is read as: the chart, its texts by row and series, its grid."""
    with pymupdf.open() as document:
        page = document.new_page(width=500, height=400)
        for one in draw:
            one(page)
        drawn = graphics.drawings(page).seen
        text = fragments.read(page)
        box = (0.0, 0.0, 500.0, 400.0)
        cells, chart = charts.read(drawn, text.fragments, text.sideways, box, is_chart=is_chart)
    grid = Grid("f", cells, "chart drawing", 1.0, chart)
    columns, rows = grids.columns(grid), grids.rows(grid)
    table: dict[str, dict[str, str]] = {}
    for cell in cells:
        if not cell.is_header:
            table.setdefault(rows[cell.row], {})[columns[cell.column]] = cell.text
    return chart, table, grid


def y_of(value: float, top: float = 10.0) -> float:
    return PLOT[3] - (PLOT[3] - PLOT[1]) * value / top


def y_axis(labels: Sequence[str], x: float = 90.0) -> Draw:
    """Numbers from the bottom of the plot to its top, each with a tick."""

    def draw(page: pymupdf.Page) -> None:
        for at, label in enumerate(labels):
            y = PLOT[3] - (PLOT[3] - PLOT[1]) * at / (len(labels) - 1)
            width = pymupdf.get_text_length(label, fontsize=8)
            page.insert_text((x - width, y + 2.5), label, fontsize=8)
            page.draw_line((x + 4, y), (x + 10, y))

    return draw


def x_labels(labels: Sequence[str]) -> Draw:
    def draw(page: pymupdf.Page) -> None:
        for at, label in enumerate(labels):
            width = pymupdf.get_text_length(label, fontsize=8)
            page.insert_text((x_of(at, len(labels)) - width / 2, PLOT[3] + 14), label, fontsize=8)

    return draw


def x_of(at: int, count: int) -> float:
    return PLOT[0] + (PLOT[2] - PLOT[0]) * (at + 0.5) / count


def bars(values: Sequence[float], colour: tuple[float, ...] = BLUE, shift: float = 0) -> Draw:
    def draw(page: pymupdf.Page) -> None:
        for at, value in enumerate(values):
            x = x_of(at, len(values)) + shift
            page.draw_rect((x - 8, y_of(value), x + 8, PLOT[3]), color=None, fill=colour)

    return draw


def line(values: Sequence[float], colour: tuple[float, ...] = BLUE) -> Draw:
    def draw(page: pymupdf.Page) -> None:
        points = [(x_of(at, len(values)), y_of(value)) for at, value in enumerate(values)]
        page.draw_polyline(points, color=colour, width=1.5)

    return draw


def legend(*entries: tuple[str, tuple[float, ...]]) -> Draw:
    def draw(page: pymupdf.Page) -> None:
        for at, (name, colour) in enumerate(entries):
            y = 40 + 14 * at
            page.draw_rect((420, y, 432, y + 6), color=None, fill=colour)
            page.insert_text((437, y + 6), name, fontsize=8)

    return draw


AXIS = y_axis(["0", "2", "4", "6", "8", "10"])
NAMES = x_labels(["Pier", "Quay", "Dock"])
