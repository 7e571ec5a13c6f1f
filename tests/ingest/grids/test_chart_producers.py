"""What programs draw around the marks of a chart: grounds, transparent boxes, their own labels."""

import pymupdf
import pytest
from drawn_charts import (
    AXIS,
    BLUE,
    NAMES,
    PLOT,
    RED,
    bars,
    legend,
    line,
    read,
    x_labels,
    x_of,
    y_axis,
    y_of,
)

from mmrag.ingest.grids.chart_ink import without_strokes
from mmrag.ingest.grids.chart_plot import NoChart
from mmrag.ingest.layout.order import Fragment


def test_a_box_that_is_not_seen_is_no_bar() -> None:
    def unseen(page: pymupdf.Page) -> None:
        page.draw_rect((110, 150, 390, 300), color=None, fill=(0, 0, 0), fill_opacity=0)

    chart, table, _ = read(AXIS, NAMES, unseen, bars([4, 6, 8]))
    assert chart.left_out == ()
    assert float(table["Quay"][""]) == pytest.approx(6, abs=0.1)


def test_the_ground_of_all_marks_is_no_bar_however_small_it_is_in_the_figure() -> None:
    def ground(page: pymupdf.Page) -> None:
        page.draw_rect((100, 100, 280, 300), color=None, fill=(0.9, 0.9, 0.9))

    def lines(page: pymupdf.Page) -> None:
        for values, colour in (([2, 5, 3], BLUE), ([6, 4, 8], RED)):
            points = [(120 + 70 * at, y_of(value)) for at, value in enumerate(values)]
            page.draw_polyline(points, color=colour, width=1.5)

    def names(page: pymupdf.Page) -> None:
        for at, name in enumerate(("Pier", "Quay", "Dock")):
            wide = pymupdf.get_text_length(name, fontsize=8)
            page.insert_text((120 + 70 * at - wide / 2, 314), name, fontsize=8)

    chart, table, _ = read(ground, AXIS, names, lines, legend(("Oak", BLUE), ("Elm", RED)))
    assert chart.type == "line"
    assert float(table["Dock"]["Elm"]) == pytest.approx(8, abs=0.1)


def test_numbers_that_stand_sideways_tell_the_scale() -> None:
    def axis(page: pymupdf.Page) -> None:
        for at, label in enumerate(("0", "20", "40")):
            y = y_of(5.0 * at)
            wide = pymupdf.get_text_length(label, fontsize=8)
            page.insert_text((88, y + wide / 2), label, fontsize=8, rotate=90)
            page.draw_line((94, y), (100, y))

    _, table, _ = read(axis, NAMES, bars([4, 6, 8]))
    assert float(table["Dock"][""]) == pytest.approx(32, abs=0.4)


def test_a_label_that_was_left_out_leaves_its_bar_without_a_name_and_that_is_told() -> None:
    def names(page: pymupdf.Page) -> None:
        for at, name in enumerate(("Pier", "", "Dock", "Mole")):
            wide = pymupdf.get_text_length(name, fontsize=8)
            if name:
                page.insert_text((x_of(at, 4) - wide / 2, PLOT[3] + 14), name, fontsize=8)

    chart, table, _ = read(AXIS, names, bars([4, 6, 8, 5]))
    assert set(table) == {"Pier", "Dock", "Mole"}
    assert "1 of 4 bars cannot be tied to a name" in chart.left_out


@pytest.mark.parametrize(
    ("labels", "top"),
    [(["0", "500", "1.000", "1.500"], 1500.0), (["0.000", "0.500", "1.000", "1.500"], 1.5)],
)
def test_points_are_before_thousands_where_other_numbers_have_no_decimals(
    labels: list[str], top: float
) -> None:
    def axis(page: pymupdf.Page) -> None:
        for at, label in enumerate(labels):
            wide = pymupdf.get_text_length(label, fontsize=8)
            page.insert_text((90 - wide, y_of(10 * at / 3) + 2.5), label, fontsize=8)

    _, table, _ = read(axis, NAMES, bars([10, 6, 8]))
    assert float(table["Pier"][""]) == pytest.approx(top, rel=0.02)


def test_two_numbers_and_the_foot_of_bars_tell_a_scale() -> None:
    def axis(page: pymupdf.Page) -> None:
        for value in (5, 10):
            wide = pymupdf.get_text_length(str(value), fontsize=8)
            page.insert_text((90 - wide, y_of(value) + 2.5), str(value), fontsize=8)

    _, table, _ = read(axis, NAMES, bars([4, 6, 8]))
    assert float(table["Quay"][""]) == pytest.approx(6, abs=0.2)


def test_a_line_that_goes_along_a_filled_stretch_is_its_edge() -> None:
    def area(page: pymupdf.Page) -> None:
        upper = [(x_of(at, 3), y_of(value)) for at, value in enumerate((4, 8, 6))]
        foot = [(x_of(2, 3), PLOT[3]), (x_of(0, 3), PLOT[3])]
        page.draw_polyline([*upper, *foot, upper[0]], color=None, fill=BLUE, fill_opacity=0.4)

    chart, table, _ = read(AXIS, x_labels(["Pier", "Quay", "Dock"]), area, line([4, 8, 6]))
    assert chart.type == "area"
    assert float(table["Quay"][""]) == pytest.approx(8, abs=0.1)


@pytest.mark.parametrize(
    ("text", "told"),
    [("60-", "60"), ("Summit –", "Summit"), ("— North", "North"), ("-20", "-20"), ("A-B", "A-B")],
)
def test_ticks_and_samples_that_ocr_read_as_dashes_are_taken_off(text: str, told: str) -> None:
    found = without_strokes(Fragment(text, (10.0, 0.0, 50.0, 10.0), 8.0, bold=False))
    assert found.text == told
    assert found.bbox[0] >= 10.0
    assert found.bbox[2] <= 50.0


@pytest.mark.parametrize(("upper", "is_read"), [("600", True), ("700", False)])
def test_two_numbers_at_ticks_tell_a_scale_where_the_ticks_between_are_round(
    upper: str, is_read: bool
) -> None:
    def axis(page: pymupdf.Page) -> None:
        for at, label in enumerate(("0", "", "", upper)):
            y = y_of(3.0 * at)
            wide = pymupdf.get_text_length(label, fontsize=8)
            page.draw_line((92, y), (98, y))
            if label:
                page.insert_text((90 - wide, y + 2.5), label, fontsize=8)

    if is_read:
        _, table, _ = read(axis, NAMES, line([3, 6, 9]))
        assert float(table["Quay"][""]) == pytest.approx(400, abs=8)
    else:
        with pytest.raises(NoChart, match="no scale"):
            read(axis, NAMES, line([3, 6, 9]))


def test_a_second_axis_whose_numbers_grow_downwards_is_one() -> None:
    second = y_axis(["0", "(20)", "(40)", "(60)", "(80)", "(100)"], x=430)
    with pytest.raises(NoChart, match="two axes"):
        read(AXIS, second, NAMES, bars([4, 6, 8]), line([2, 5, 3], RED))
