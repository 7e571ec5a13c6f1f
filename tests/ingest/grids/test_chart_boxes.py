"""Box plots and error bars, drawn by the test and read back."""

from collections.abc import Sequence

import pymupdf
import pytest
from drawn_charts import AXIS, BLUE, NAMES, RED, Draw, bars, line, read, x_labels, x_of, y_of

from mmrag.ingest.grids import charts

FIVE = ((1, 2, 3.5, 5, 8), (2, 3, 4, 6, 7), (0.5, 1, 2, 4, 9.5))
PLACES = ("low whisker", "lower quartile", "median", "upper quartile", "high whisker")


def boxes(
    *values: Sequence[float], fill: tuple[float, ...] | None = None, has_median: bool = True
) -> Draw:
    """Boxes with their whiskers, caps and medians."""

    def draw(page: pymupdf.Page) -> None:
        for at, (low, lower, median, upper, high) in enumerate(values):
            x = x_of(at, len(values))
            page.draw_rect((x - 15, y_of(upper), x + 15, y_of(lower)), color=(0, 0, 0), fill=fill)
            page.draw_line((x, y_of(upper)), (x, y_of(high)))
            page.draw_line((x, y_of(lower)), (x, y_of(low)))
            for cap in (low, high):
                page.draw_line((x - 7, y_of(cap)), (x + 7, y_of(cap)))
            if has_median:
                page.draw_line((x - 15, y_of(median)), (x + 15, y_of(median)), color=RED)

    return draw


@pytest.mark.parametrize("fill", [None, BLUE])
def test_a_box_has_whiskers_quartiles_and_a_median(fill: tuple[float, ...] | None) -> None:
    chart, table, _ = read(AXIS, NAMES, boxes(*FIVE, fill=fill))
    assert chart.type == "box"
    assert set(chart.series) == set(PLACES)
    for name, values in zip(("Pier", "Quay", "Dock"), FIVE, strict=True):
        told = [float(table[name][place]) for place in PLACES]
        assert told == pytest.approx(values, abs=0.06)


@pytest.mark.promise(48)
def test_boxes_without_medians_are_no_bars() -> None:
    with pytest.raises(charts.NoChart, match="no common line"):
        read(AXIS, NAMES, boxes(*FIVE, fill=BLUE, has_median=False))


def errors(values: Sequence[float], reach: float, colour: tuple[float, ...] = BLUE) -> Draw:
    def draw(page: pymupdf.Page) -> None:
        for at, value in enumerate(values):
            x = x_of(at, len(values))
            page.draw_line((x, y_of(value - reach)), (x, y_of(value + reach)), color=colour)

    return draw


@pytest.mark.parametrize("mark", [bars, line])
def test_error_bars_are_series_of_their_own(mark) -> None:
    values = [4, 7.5, 5, 3]
    years = x_labels(["2015", "2016", "2017", "2018"])
    chart, table, _ = read(AXIS, years, mark(values), errors(values, 0.8))
    low, high = (name for name in chart.series if "error bar" in name)
    assert [float(table["2016"][name]) for name in (low, high)] == pytest.approx(
        [6.7, 8.3], abs=0.06
    )
    plain = next(name for name in chart.series if "error bar" not in name)
    assert float(table["2016"][plain]) == pytest.approx(7.5, abs=0.06)


def test_lines_of_a_grid_are_no_error_bars() -> None:
    def grid_lines(page: pymupdf.Page) -> None:
        for at in range(4):
            page.draw_line((x_of(at, 4), y_of(0)), (x_of(at, 4), y_of(10)), color=(0.8,) * 3)

    years = x_labels(["2015", "2016", "2017", "2018"])
    chart, _, _ = read(AXIS, years, line([4, 7.5, 5, 3]), grid_lines)
    assert not any("error bar" in name for name in chart.series)
