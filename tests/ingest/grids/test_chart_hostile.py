"""Drawings that are hard to read as charts: refused with a reason, or read right, within bounds."""

import math
import time
import tracemalloc
from collections.abc import Iterator, Sequence

import pymupdf
import pytest
from drawn_charts import AXIS, BLUE, NAMES, PLOT, RED, bars, read, x_labels, x_of, y_of

from mmrag.ingest.drawing import Path
from mmrag.ingest.grids import charts
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

YEARS = x_labels(["2015", "2016", "2017", "2018"])
BOX = (0.0, 0.0, 500.0, 400.0)


def polyline(count: int) -> Path:
    """A line of many corners, as MuPDF tells one."""
    points = [(100 + 300 * at / count, 200 + 50 * math.sin(at / 99)) for at in range(count + 1)]
    items = [("l", points[at], points[at + 1]) for at in range(count)]
    return {"type": "s", "color": BLUE, "fill": None, "items": items, "dashes": ""}


@pytest.fixture
def bounded() -> Iterator[None]:
    """What a figure may cost: two seconds of the processor and 200 MB."""
    tracemalloc.start()
    start = time.process_time()
    yield
    spent, (_, most) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 2
    assert most < 200e6


@pytest.mark.promise(48)
@pytest.mark.parametrize("kind", ["one line", "many lines"])
def test_a_chart_of_a_hundred_thousand_points_is_refused_at_once(kind: str, bounded: None) -> None:
    parts = [polyline(100_000)] if kind == "one line" else [polyline(20) for _ in range(5_000)]
    with pytest.raises(charts.NoChart, match="more strokes"):
        charts.read([(path, (100.0, 150.0, 400.0, 250.0)) for path in parts], [], [], BOX)


def test_thousands_of_bars_and_lines_are_looked_at_within_bounds(bounded: None) -> None:
    def box(at: int) -> tuple[Path, BBox]:
        place = (130 + at / 5, 120 + at * 37 % 270, 132 + at / 5, 399.0)
        return {"type": "f", "fill": BLUE, "color": None, "items": [("re", place)]}, place

    def level(at: int) -> tuple[Path, BBox]:
        y = 110 + at / 5
        ends = ((125.0, y), (425.0, y))
        return {"type": "s", "fill": None, "color": RED, "items": [("l", *ends)]}, sum(ends, ())

    numbers = [
        Fragment(str(at), (100.0, 394 - 54 * at, 110.0, 404 - 54 * at), 10.0, bold=False)
        for at in range(6)
    ]
    drawn = [box(at) for at in range(1_200)] + [level(at) for at in range(1_200)]
    with pytest.raises(charts.NoChart, match="no names"):
        charts.read(drawn, numbers, [], (90.0, 90.0, 440.0, 420.0))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_corner_that_is_no_place_costs_its_shape_alone(value: float) -> None:
    path = polyline(3)
    path["items"] = [*path["items"], ("l", (400.0, 200.0), (value, value))]
    with pytest.raises(charts.NoChart):
        charts.read([(path, (100.0, 150.0, 400.0, 250.0))], [], [], BOX)


def test_bars_without_width_are_no_bars() -> None:
    def hairlines(page: pymupdf.Page) -> None:
        for at in range(3):
            x = x_of(at, 3) + 20
            page.draw_rect((x, y_of(9), x + 0.1, PLOT[3]), color=None, fill=RED)

    chart, table, _ = read(AXIS, NAMES, bars([2.5, 7.25, 4]), hairlines)
    assert chart.series == ("",)
    assert float(table["Quay"][""]) == pytest.approx(7.25, abs=0.02)


def test_points_that_a_clip_hides_are_not_read() -> None:
    def clipped(page: pymupdf.Page) -> None:
        points = [(x_of(at, 4), y_of(value)) for at, value in enumerate((1, 8.5, 30, 6.2))]
        with pymupdf.open() as other:
            drawn = other.new_page(width=500, height=400)
            drawn.draw_polyline(points, color=BLUE, width=1.5)
            page.show_pdf_page(pymupdf.Rect(PLOT), other, 0, clip=pymupdf.Rect(PLOT))

    try:
        _, table, _ = read(AXIS, YEARS, clipped)
    except charts.NoChart:
        return
    values = [float(text) for cells in table.values() for text in cells.values()]
    assert max(values) <= 10.5


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_chart_that_lies_on_its_side_is_read_right_or_not_at_all(turn: int) -> None:
    def turned(page: pymupdf.Page) -> None:
        with pymupdf.open() as other:
            drawn = other.new_page(width=500, height=400)
            for one in (AXIS, NAMES, bars([2.5, 7.25, 4])):
                one(drawn)
            page.show_pdf_page(page.rect, other, 0, rotate=turn)

    try:
        _, table, _ = read(turned)
    except charts.NoChart as refused:
        assert str(refused)
        return
    values = sorted(float(text) for cells in table.values() for text in cells.values())
    assert values == pytest.approx([2.5, 4, 7.25], abs=0.05)


def face(points: Sequence[tuple[float, float]], shade: float) -> tuple[Sequence, tuple[float, ...]]:
    return points, tuple(shade * part for part in BLUE)


def test_bars_in_three_dimensions_are_read_at_their_fronts_or_not_at_all() -> None:
    def solid(page: pymupdf.Page) -> None:
        for at, value in enumerate((2.5, 7.25, 4)):
            x, top = x_of(at, 3), y_of(value)
            side = [(x + 8, top), (x + 14, top - 6), (x + 14, PLOT[3] - 6), (x + 8, PLOT[3])]
            roof = [(x - 8, top), (x - 2, top - 6), (x + 14, top - 6), (x + 8, top)]
            for points, colour in (face(side, 0.6), face(roof, 0.8)):
                page.draw_polyline([*points, points[0]], color=None, fill=colour)
            page.draw_rect((x - 8, top, x + 8, PLOT[3]), color=None, fill=BLUE)

    _, table, _ = read(AXIS, NAMES, solid)
    assert [float(table[name][""]) for name in ("Pier", "Quay", "Dock")] == pytest.approx(
        [2.5, 7.25, 4], abs=0.05
    )


def test_a_map_is_no_chart() -> None:
    def land(page: pymupdf.Page) -> None:
        for at in range(6):
            x, y = 120 + 45 * at, 150 + 20 * (at % 3)
            points = [
                (x + 25 * math.cos(a / 2) * (1 + 0.2 * math.sin(3 * a)), y + 25 * math.sin(a / 2))
                for a in range(13)
            ]
            page.draw_polyline([*points, points[0]], color=(1, 1, 1), fill=BLUE)
            page.insert_text((x - 6, y), f"{at * 7 % 5}.{at}", fontsize=7)

    with pytest.raises(charts.NoChart):
        read(land)
