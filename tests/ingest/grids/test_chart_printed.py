"""Lines without numbers at their axis, whose points have printed values."""

from collections.abc import Sequence

import pymupdf
import pytest
from drawn_charts import BLUE, RED, Draw, line, read, x_labels, x_of, y_axis, y_of

from mmrag.ingest.grids import chart_printed
from mmrag.ingest.grids.chart_curves import Curve
from mmrag.ingest.grids.chart_legend import Legend
from mmrag.ingest.grids.chart_plot import NoChart, Plot
from mmrag.ingest.layout.order import Fragment

YEARS = x_labels(["2015", "2016", "2017", "2018", "2019"])
UPPER, LOWER = (6.1, 8.5, 7, 7.6, 9), (1.2, 2.6, 4, 2.2, 1)


def printed(values: Sequence[float], told: Sequence[str], over: float = -3) -> Draw:
    """Texts over the points of a line, or below them."""

    def draw(page: pymupdf.Page) -> None:
        for at, (value, text) in enumerate(zip(values, told, strict=True)):
            width = pymupdf.get_text_length(text, fontsize=8)
            x = x_of(at, len(values)) - width / 2
            page.insert_text((x, y_of(value) + over), text, fontsize=8)

    return draw


def in_tens(values: Sequence[float]) -> list[str]:
    return [f"{10 * value:.0f}" for value in values]


def test_printed_values_tell_the_scale_of_what_has_none() -> None:
    told = [text if at != 2 else "" for at, text in enumerate(in_tens(UPPER))]
    chart, table, grid = read(YEARS, line(UPPER), printed(UPPER, told))
    assert (chart.type, chart.x.scale, chart.y.scale) == ("line", "linear", "linear")
    assert [table[year][""] for year in ("2015", "2016", "2018", "2019")] == [
        "61",
        "85",
        "76",
        "90",
    ]
    assert float(table["2017"][""]) == pytest.approx(70, abs=0.5)
    assert [cell.uncertainty is not None for cell in grid.cells if not cell.is_header] == [
        False, False, True, False, False,
    ]  # fmt: skip


def test_lines_are_named_by_the_texts_that_are_nearest_to_them() -> None:
    def names(page: pymupdf.Page) -> None:
        page.insert_text((x_of(1, 5), y_of(9.4)), "Trams", fontsize=8)
        page.insert_text((x_of(2, 5) - 10, y_of(4) + 25), "Ferries", fontsize=8)

    values = printed(UPPER, in_tens(UPPER)), printed(LOWER, in_tens(LOWER), over=10)
    chart, table, _ = read(YEARS, line(UPPER), line(LOWER, RED), *values, names)
    assert chart.series == ("Trams", "Ferries")
    assert table["2019"] == {"Trams": "90", "Ferries": "10"}


def test_a_value_at_the_end_of_a_line_is_not_its_name() -> None:
    def ends(page: pymupdf.Page) -> None:
        for values in (UPPER, LOWER):
            text = f"{10 * values[-1]:.0f}"
            page.insert_text((x_of(4, 5) + 4, y_of(values[-1]) + 3), text, fontsize=8)

    told = [*in_tens(UPPER[:4]), ""], [*in_tens(LOWER[:4]), ""]
    values = printed(UPPER, told[0]), printed(LOWER, told[1])
    chart, table, _ = read(YEARS, line(UPPER), line(LOWER, RED), ends, *values)
    assert chart.series == ("series 1", "series 2")
    assert table["2019"] == {"series 1": "90", "series 2": "10"}


def test_printed_values_lead_where_the_axis_has_numbers() -> None:
    axis = y_axis(["0", "20", "40", "60", "80", "100"])
    chart, table, _ = read(YEARS, axis, line(UPPER, BLUE), printed(UPPER, in_tens(UPPER)))
    assert chart.y.scale == "linear"
    assert table["2016"][""] == "85"


def test_numbers_that_fit_no_scale_are_none() -> None:
    told = ["12", "3", "77", "40", "5"]
    with pytest.raises(NoChart, match="no scale"):
        read(YEARS, line(UPPER), printed(UPPER, told))


def test_values_beside_thousands_of_points_tell_no_scale() -> None:
    curve = Curve((0, 0, 0), "", tuple((x / 10, 200 - x / 30) for x in range(3_000)))
    texts = tuple(
        Fragment(f"{x}", (x, 190.0 - x / 3, x + 8.0, 200.0 - x / 3), 8.0, False)
        for x in range(20, 280, 5)
    )
    plot = Plot((), texts, (), None, None, Legend(), (0.0, 0.0, 300.0, 210.0))
    assert chart_printed.find(plot, [curve]) is None
    fewer = Curve((0, 0, 0), "", curve.points[::7])
    assert chart_printed.find(plot, [fewer]) is not None
