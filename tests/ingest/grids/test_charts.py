"""Charts drawn by the test, read back as data: bars, lines, and what is refused with its reason."""

from collections.abc import Sequence

import pymupdf
import pytest
from drawn_charts import (
    AXIS,
    BLUE,
    NAMES,
    PLOT,
    RED,
    Draw,
    bars,
    legend,
    line,
    read,
    x_labels,
    x_of,
    y_axis,
    y_of,
)

from mmrag.ingest.grids import charts


@pytest.mark.promise(48)
def test_bars_are_measured_and_named_by_the_labels_below_them() -> None:
    chart, table, grid = read(AXIS, NAMES, bars([2.5, 7.25, 4]))
    assert (chart.type, chart.x.scale, chart.y.scale) == ("bar", "category", "linear")
    assert {row: float(cells[""]) for row, cells in table.items()} == pytest.approx(
        {"Pier": 2.5, "Quay": 7.25, "Dock": 4}, abs=0.02
    )
    values = [cell for cell in grid.cells if not cell.is_header]
    assert all(cell.uncertainty is not None and cell.uncertainty < 0.05 for cell in values)


def test_a_value_stands_where_its_bar_stands() -> None:
    _, _, grid = read(AXIS, NAMES, bars([2.5, 7.25, 4]))
    quay = next(cell for cell in grid.cells if cell.row == 2 and not cell.is_header)
    x = x_of(1, 3)
    assert quay.bbox == pytest.approx((x - 8, y_of(7.25), x + 8, PLOT[3]), abs=0.01)


def test_colours_are_series_by_the_legend() -> None:
    key = legend(("Tram", BLUE), ("Ferry", RED))
    chart, table, _ = read(AXIS, NAMES, bars([2, 7, 4], BLUE, -9), bars([3, 6, 5], RED, 9), key)
    assert chart.series == ("Tram", "Ferry")
    assert float(table["Quay"]["Ferry"]) == pytest.approx(6, abs=0.05)


def test_bars_upon_bars_count_for_themselves() -> None:
    def upper(page: pymupdf.Page) -> None:
        for at, (low, high) in enumerate(((2, 5), (7, 8), (4, 9.5))):
            x = x_of(at, 3)
            page.draw_rect((x - 8, y_of(high), x + 8, y_of(low)), color=None, fill=RED)

    key = legend(("Tram", BLUE), ("Ferry", RED))
    chart, table, _ = read(AXIS, NAMES, bars([2, 7, 4]), upper, key)
    assert chart.type == "stacked bar"
    assert float(table["Dock"]["Ferry"]) == pytest.approx(5.5, abs=0.05)
    assert float(table["Dock"]["Tram"]) == pytest.approx(4, abs=0.05)


def test_printed_values_lead_and_are_compared_with_the_bars() -> None:
    def printed(page: pymupdf.Page) -> None:
        for at, (text, value) in enumerate((("2.5", 2.5), ("9.1", 7), ("4.0", 4))):
            page.insert_text((x_of(at, 3) - 5, y_of(value) - 2), text, fontsize=8)

    chart, table, grid = read(AXIS, NAMES, bars([2.5, 7, 4]), printed)
    assert [table[name][""] for name in ("Pier", "Quay", "Dock")] == ["2.5", "9.1", "4.0"]
    assert all(cell.uncertainty is None for cell in grid.cells)
    assert chart.left_out == ("1 of 3 printed values are not what their bars measure",)


@pytest.mark.promise(48)
def test_a_line_is_read_at_its_corners() -> None:
    years = x_labels(["2015", "2016", "2017", "2018"])
    chart, table, _ = read(AXIS, years, line([1, 8.5, 3, 6.2]))
    assert (chart.type, chart.x.scale) == ("line", "linear")
    assert {row: float(cells[""]) for row, cells in table.items()} == pytest.approx(
        {"2015": 1, "2016": 8.5, "2017": 3, "2018": 6.2}, abs=0.02
    )


def test_lines_without_a_legend_are_named_at_their_ends() -> None:
    def ends(page: pymupdf.Page) -> None:
        page.insert_text((x_of(3, 4) + 4, y_of(6.2) + 3), "Tram", fontsize=8)
        page.insert_text((x_of(3, 4) + 4, y_of(1.5) + 3), "Ferry", fontsize=8)

    years = x_labels(["2015", "2016", "2017", "2018"])
    drawn = (line([1, 8.5, 3, 6.2]), line([2, 5, 4, 1.5], RED), ends)
    chart, table, _ = read(AXIS, years, *drawn)
    assert set(chart.series) == {"Tram", "Ferry"}
    assert float(table["2018"]["Ferry"]) == pytest.approx(1.5, abs=0.05)


def test_powers_of_ten_make_a_logarithmic_scale() -> None:
    years = x_labels(["2015", "2016", "2017", "2018"])
    chart, table, _ = read(y_axis(["1", "10", "100", "1,000"]), years, line([0, 10, 5, 2]))
    assert chart.y.scale == "log"
    assert float(table["2017"][""]) == pytest.approx(10**1.5, rel=0.01)


def without_scale(page: pymupdf.Page) -> None:
    y_axis(["low", "middle", "high"])(page)


@pytest.mark.promise(48)
@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        ((without_scale, NAMES, bars([2, 7, 4])), "no scale"),
        ((y_axis(["0", "2", "4", "80", "90"]), NAMES, line([2, 7, 4])), "may be broken"),
        ((AXIS, y_axis(["0", "50", "100"], x=430), NAMES, bars([2, 7, 4])), "two axes"),
        ((AXIS, bars([2, 7, 4])), "no names"),
        ((AXIS, NAMES), "no bars"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_reason(draw: Sequence[Draw], reason: str) -> None:
    with pytest.raises(charts.NoChart, match=reason):
        read(*draw)


@pytest.mark.promise(48)
def test_thousands_of_strokes_are_refused_before_they_are_looked_at() -> None:
    def strokes(page: pymupdf.Page) -> None:
        shape = page.new_shape()
        for at in range(7_000):
            shape.draw_line((100 + at % 300, 100), (100 + at % 300, 101))
            shape.finish()
        shape.commit()

    with pytest.raises(charts.NoChart, match="more strokes"):
        read(AXIS, NAMES, strokes)


def test_a_diagram_without_a_scale_is_no_chart() -> None:
    def printed(page: pymupdf.Page) -> None:
        for at, value in enumerate((2.5, 7, 4)):
            page.insert_text((x_of(at, 3) - 5, y_of(value) - 2), str(value), fontsize=8)

    drawn = (NAMES, bars([2.5, 7, 4]), printed)
    assert read(*drawn)[0].type == "bar"
    with pytest.raises(charts.NoChart, match="no scale"):
        read(*drawn, is_chart=False)


def lying(*rows: tuple[str, Sequence[float]]) -> Draw:
    """Bars that lie in rows, each with lines of its name left of them and values on them."""

    def draw(page: pymupdf.Page) -> None:
        for at, (name, values) in enumerate(rows):
            y, x = 100 + 60 * at, 200.0
            words = name.split("|")
            for number, text in enumerate(words):
                down = y + 3 + 11 * (number - (len(words) - 1) / 2)
                width = pymupdf.get_text_length(text, fontsize=9)
                page.insert_text((190 - width, down), text, fontsize=9)
            for value, colour in zip(values, (BLUE, RED), strict=False):
                page.draw_rect((x, y - 9, x + 2 * value, y + 9), color=None, fill=colour)
                page.insert_text((x + value - 4, y + 3), f"{value:g}", fontsize=8)
                x += 2 * value

    return draw


ROWS = (("Trams and|trolleys of the|old town", [40.0, 25.0]), ("Ferries", [30.0, 50.0]))


def test_lying_bars_have_names_of_several_lines() -> None:
    chart, table, _ = read(lying(*ROWS))
    assert chart.type == "stacked bar"
    assert list(table) == ["Trams and trolleys of the old town", "Ferries"]
    assert table["Ferries"] == {"series 1": "30", "series 2": "50"}


def test_what_stands_over_lying_bars_names_their_series() -> None:
    def heads(page: pymupdf.Page) -> None:
        page.insert_text((205, 74), "By", fontsize=9)
        page.insert_text((205, 85), "night", fontsize=9)
        page.insert_text((300, 85), "By day", fontsize=9)

    chart, _, _ = read(lying(*ROWS), heads)
    assert chart.series == ("By night", "By day")


def test_values_on_bars_are_no_axis() -> None:
    chart, table, _ = read(lying(("Tram", [40.0]), ("Ferry", [38.0]), ("Bus", [36.0])))
    assert (chart.type, chart.y.scale) == ("bar", "category")
    assert table["Bus"] == {"": "36"}


def columns(*rows: tuple[str, Sequence[float]], head: str = "") -> Draw:
    """Bars that lie in two columns, each with a foot of its own, in `rows` with a name each."""

    def draw(page: pymupdf.Page) -> None:
        for at, (name, values) in enumerate(rows):
            y = 100 + 30 * at
            page.insert_text((120, y + 3), name, fontsize=9)
            for x, value, colour in zip((200.0, 320.0), values, (BLUE, RED), strict=True):
                page.draw_rect((x, y - 9, x + 2 * value, y + 9), color=None, fill=colour)
                page.insert_text((x + 2, y + 3), f"{value:g}", fontsize=8)
        for x, text in zip((202, 322), head.split("|"), strict=False):
            page.insert_text((x, 85), text, fontsize=9)

    return draw


AGES = (("18-29", (41.0, 12.0)), ("30-49", (35.0, 22.0)), ("50+", (23.0, 31.0)))


def test_lying_bars_in_columns_are_a_series_each_in_rows_of_all() -> None:
    chart, table, _ = read(columns(*AGES, head="Tram|Ferry"))
    assert (chart.type, chart.series) == ("bar", ("Tram", "Ferry"))
    assert table == {
        "18-29": {"Tram": "41", "Ferry": "12"},
        "30-49": {"Tram": "35", "Ferry": "22"},
        "50+": {"Tram": "23", "Ferry": "31"},
    }


def test_bars_to_both_sides_are_named_by_the_order_of_what_stands_over_them() -> None:
    def bars_both_ways(page: pymupdf.Page) -> None:
        for at, (name, (left, right)) in enumerate((("Old", (60, 3)), ("New", (20, 40)))):
            y = 100 + 30 * at
            page.insert_text((100, y + 3), name, fontsize=9)
            page.draw_rect((300 - 2 * left, y - 9, 300, y + 9), color=None, fill=BLUE)
            page.draw_rect((300, y - 9, 300 + 2 * right, y + 9), color=None, fill=RED)
            page.insert_text((285, y + 3), f"{left}", fontsize=8)
            page.insert_text((308 if right < 9 else 302, y + 3), f"{right}", fontsize=8)
        page.insert_text((270, 88), "Tram", fontsize=9)
        page.insert_text((310, 88), "No tram", fontsize=9)

    _, table, _ = read(bars_both_ways)
    assert table == {
        "Old": {"Tram": "60", "No tram": "3"},
        "New": {"Tram": "20", "No tram": "40"},
    }


SHARES = (("Good", 64), ("Bad", 31), ("Much", 78), ("Less", 20))


def test_bars_in_turning_colours_with_a_name_each_are_one_series() -> None:
    def turning(page: pymupdf.Page) -> None:
        for at, (name, value) in enumerate(SHARES):
            y = 100 + 30 * at
            page.insert_text((150, y + 3), name, fontsize=9)
            fill = RED if at % 2 else BLUE
            page.draw_rect((200, y - 9, 200 + 2 * value, y + 9), color=None, fill=fill)
            page.insert_text((204, y + 3), f"{value}", fontsize=8)

    chart, table, _ = read(turning)
    assert chart.series == ("",)
    assert [cells[""] for cells in table.values()] == ["64", "31", "78", "20"]


def test_signs_beside_the_names_of_lying_bars_are_no_legend() -> None:
    def with_signs(page: pymupdf.Page) -> None:
        for at, (name, value) in enumerate(SHARES):
            y = 100 + 30 * at
            page.draw_rect((138, y - 3, 145, y + 3), color=None, fill=(0.1 * at, 0.5, 0.5))
            page.insert_text((150, y + 3), name, fontsize=9)
            page.draw_rect((200, y - 9, 200 + 2 * value, y + 9), color=None, fill=BLUE)
            page.insert_text((204, y + 3), f"{value}", fontsize=8)

    chart, table, _ = read(with_signs)
    assert chart.series == ("",)
    assert {name: cells[""] for name, cells in table.items()} == {
        name: str(value) for name, value in SHARES
    }


def test_values_with_decimal_commas_stand_on_their_bars() -> None:
    def printed(page: pymupdf.Page) -> None:
        for at, value in enumerate((2.5, 7.25, 4)):
            text = f"{value:g}".replace(".", ",")
            page.insert_text((x_of(at, 3) - 5, y_of(value) - 2), text, fontsize=8)

    _, table, _ = read(NAMES, bars([2.5, 7.25, 4]), printed)
    assert [table[name][""] for name in ("Pier", "Quay", "Dock")] == ["2,5", "7,25", "4"]


def test_values_that_grow_evenly_by_chance_are_no_logarithmic_axis() -> None:
    chart, _, _ = read(lying(("Tram", [27.0]), ("Ferry", [46.0]), ("Bus", [78.0])))
    assert (chart.x.scale, chart.y.scale) == ("none", "category")


@pytest.mark.promise(48)
def test_a_bar_without_a_value_and_without_a_scale_is_left_out_and_told() -> None:
    def more(page: pymupdf.Page) -> None:
        page.draw_rect((330, 91, 340, 109), color=None, fill=(0.2, 0.6, 0.2))

    chart, table, _ = read(lying(*ROWS, ("Bus", [30.0, 20.0])), more)
    assert chart.left_out == ("1 of 7 bars have no value, nor a scale",)
    assert table["Bus"] == {"series 1": "30", "series 2": "20"}


def test_discs_drawn_in_halves_are_dots() -> None:
    def discs(page: pymupdf.Page) -> None:
        for at, value in enumerate((1, 8.5, 3, 6.2)):
            x, y = x_of(at, 4), y_of(value)
            shape = page.new_shape()
            shape.draw_bezier((x + 2, y), (x + 2, y + 2.7), (x - 2, y + 2.7), (x - 2, y))
            shape.draw_bezier((x - 2, y), (x - 2, y - 2.7), (x + 2, y - 2.7), (x + 2, y))
            shape.finish(color=BLUE, fill=BLUE)
            shape.commit()

    years = x_labels(["2015", "2016", "2017", "2018"])
    chart, table, _ = read(AXIS, years, discs)
    assert chart.type == "scatter"
    assert sorted(float(cells[""]) for cells in table.values()) == pytest.approx(
        [1, 3, 6.2, 8.5], abs=0.05
    )


def test_an_area_is_read_at_the_corners_of_its_upper_edge_alone() -> None:
    values = (1, 8.5, 3, 6.2)

    def area(page: pymupdf.Page) -> None:
        upper = [(x_of(at, 4), y_of(value)) for at, value in enumerate(values)]
        foot = [(x_of(3, 4), PLOT[3]), (x_of(0, 4), PLOT[3])]
        page.draw_polyline([*upper, *foot, upper[0]], color=None, fill=BLUE)

    years = x_labels(["2015", "2016", "2017", "2018"])
    chart, table, _ = read(AXIS, years, area)
    assert chart.type == "area"
    assert [float(table[year][""]) for year in table] == pytest.approx(values, abs=0.05)


def test_samples_at_the_right_of_names_may_be_lines_with_and_without_markers() -> None:
    def samples(page: pymupdf.Page) -> None:
        for at, (name, colour) in enumerate((("Tram", BLUE), ("Ferry", RED))):
            y = 60 + 14 * at
            width = pymupdf.get_text_length(name, fontsize=8)
            page.insert_text((380 - width, y), name, fontsize=8)
            page.draw_line((388, y - 3), (410, y - 3), color=colour)
        page.draw_circle((399, 57), 1.5, color=BLUE, fill=BLUE)

    years = x_labels(["2015", "2016", "2017", "2018"])
    drawn = (line([1, 8.5, 3, 6.2]), line([2, 5, 4, 1.5], RED), samples)
    chart, table, _ = read(AXIS, years, *drawn)
    assert set(chart.series) == {"Tram", "Ferry"}
    assert float(table["2018"]["Tram"]) == pytest.approx(6.2, abs=0.05)


@pytest.mark.promise(48)
def test_the_last_marker_of_a_line_names_no_series_by_a_text_beside_it() -> None:
    def beside(page: pymupdf.Page) -> None:
        page.draw_circle((x_of(3, 4), y_of(6.2)), 2, color=BLUE, fill=BLUE)
        page.insert_text((x_of(3, 4) + 14, y_of(6.2) + 5), "Ferry", fontsize=8)

    years = x_labels(["2015", "2016", "2017", "2018"])
    drawn = (line([1, 8.5, 3, 6.2]), line([2, 5, 4, 1.5], RED), beside)
    assert "Ferry" not in read(AXIS, years, *drawn)[0].series


def test_points_under_slanted_labels_stand_at_what_the_labels_say() -> None:
    def slanted(page: pymupdf.Page) -> None:
        for at, year in enumerate(("2015", "2016", "2017", "2018")):
            x = x_of(at, 4) - 12  # the end of a slanted label is below its point
            page.insert_text((x, PLOT[3] + 14), year, fontsize=8)

    _, table, _ = read(AXIS, slanted, line([1, 8.5, 3, 6.2]))
    assert list(table) == ["2015", "2016", "2017", "2018"]


@pytest.mark.promise(48)
def test_dots_beside_the_lines_of_a_chart_are_told_as_left_out() -> None:
    def cloud(page: pymupdf.Page) -> None:
        for at, value in enumerate((3, 2, 7, 9)):
            page.draw_circle((x_of(at, 4) + 9, y_of(value)), 2, color=RED, fill=RED)

    years = x_labels(["2015", "2016", "2017", "2018"])
    chart, _, _ = read(AXIS, years, line([1, 8.5, 3, 6.2]), cloud)
    assert chart.left_out == ("4 dots stand on no line",)


def test_names_in_capitals_within_a_run_are_the_names_of_their_bars() -> None:
    def touching(page: pymupdf.Page) -> None:
        left, right = x_of(0, 3), x_of(2, 3)
        text = "PontoonJettyyyBollard"
        size = 8 * (right - left) * 1.5 / pymupdf.get_text_length(text, fontsize=8)
        width = pymupdf.get_text_length(text, fontsize=size)
        page.insert_text(((left + right - width) / 2, PLOT[3] + 2 * size), text, fontsize=size)

    _, table, _ = read(AXIS, touching, bars([2.5, 7.25, 4]))
    assert list(table) == ["Pontoon", "Jettyyy", "Bollard"]


def test_texts_in_the_colours_of_bars_name_their_series() -> None:
    def heads(page: pymupdf.Page) -> None:
        page.insert_text((330, 74), "Trams run", fontsize=9, color=BLUE)
        page.insert_text((330, 85), "by night", fontsize=9, color=BLUE)
        page.insert_text((390, 85), "by day", fontsize=9, color=RED)
        page.insert_text((205, 40), "When they run", fontsize=9)

    chart, table, _ = read(lying(*ROWS), heads)
    assert chart.series == ("Trams run by night", "by day")
    assert table["Ferries"] == {"Trams run by night": "30", "by day": "50"}


def test_a_colour_that_two_texts_have_names_no_series() -> None:
    def heads(page: pymupdf.Page) -> None:
        page.insert_text((330, 60), "Night", fontsize=9, color=BLUE)
        page.insert_text((390, 40), "Darkness", fontsize=9, color=BLUE)
        page.insert_text((390, 60), "Day", fontsize=9, color=RED)

    chart, _, _ = read(lying(*ROWS), heads)
    assert chart.series == ("series 1", "series 2")


def test_a_name_of_two_lines_in_a_legend_is_one_name() -> None:
    def legend(page: pymupdf.Page) -> None:
        for x, colour, lines in (
            (110, BLUE, ("no generative", "finetuning")),
            (240, RED, ("with generative", "finetuning")),
        ):
            page.draw_line((x, 52), (x + 14, 52), color=colour, width=1.5)
            for at, text in enumerate(lines):
                width = pymupdf.get_text_length(text, fontsize=8)
                page.insert_text((x + 50 - width / 2, 50 + 8 * at), text, fontsize=8)

    chart, _, _ = read(AXIS, NAMES, line((2, 9, 3)), line((8, 1, 6), RED), legend)
    assert set(chart.series) == {"no generative finetuning", "with generative finetuning"}


def test_crosses_at_the_corners_of_a_line_are_no_line_of_their_own() -> None:
    def crosses(page: pymupdf.Page) -> None:
        for at, value in enumerate((2, 9, 3)):
            x, y = x_of(at, 3), y_of(value)
            page.draw_line((x - 0.1, y - 0.1), (x + 0.1, y + 0.1), color=BLUE, dashes="[1 0] 0")

    chart, _, _ = read(AXIS, NAMES, line((2, 9, 3)), crosses)
    assert len(chart.series) == 1


def test_small_marks_in_a_colour_of_no_series_are_told() -> None:
    def crosses(page: pymupdf.Page) -> None:
        for at in range(8):
            page.draw_line((120 + 30 * at, 180), (123 + 30 * at, 183), color=RED)

    chart, _, _ = read(AXIS, NAMES, line((2, 9, 3)), crosses)
    assert any("small marks of other colours" in what for what in chart.left_out)


def test_words_of_a_title_are_no_second_lines_of_labels_that_touch() -> None:
    def labels(page: pymupdf.Page) -> None:
        x = [x_of(at, 3) for at in range(3)]
        page.insert_text((x[0] - 8, PLOT[3] + 14), "Pier", fontsize=8)
        page.insert_text((x[1] - 9, PLOT[3] + 14), "Quay", fontsize=8)
        page.insert_text((x[2] - 9, PLOT[3] + 14), "Dock", fontsize=8)
        width = pymupdf.get_text_length("of", fontsize=8)
        page.insert_text((x[1] - width / 2, PLOT[3] + 23), "of the ports", fontsize=8)

    _, table, _ = read(AXIS, labels, line((2, 9, 3)))
    assert set(table) == {"Pier", "Quay", "Dock"}


def test_upright_strokes_of_crosses_are_no_error_bars() -> None:
    def crosses(page: pymupdf.Page) -> None:
        for at, value in enumerate((2, 9, 3)):
            x, y = x_of(at, 3), y_of(value)
            page.draw_line((x, y - 2), (x, y + 2), color=BLUE)
            page.draw_line((x - 2, y), (x + 2, y), color=BLUE)

    chart, _, _ = read(AXIS, NAMES, line((2, 9, 3)), crosses)
    assert len(chart.series) == 1
