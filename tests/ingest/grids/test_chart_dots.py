"""Dots in rows, drawn by the test: measured on an axis, or by the values printed at them."""

from collections.abc import Sequence

import pymupdf
import pytest
from drawn_charts import BLUE, RED, Draw, read

from mmrag.ingest.grids.chart_plot import NoChart

NAMES = ("Under 30", "30-49", "50-64", "65 and older")
UPPER, LOWER = (82, 73, 66, 41), (30, 44, 57, 12)
LEFT, WIDE, TOP, PITCH = 150.0, 200.0, 120.0, 24.0


def place(value: float, left: float = LEFT, wide: float = WIDE) -> float:
    return left + wide * value / 100


def names(told: Sequence[str] = NAMES, top: float = TOP) -> Draw:
    def draw(page: pymupdf.Page) -> None:
        for at, name in enumerate(told):
            width = pymupdf.get_text_length(name, fontsize=8)
            page.insert_text((LEFT - 12 - width, top + PITCH * at + 2.6), name, fontsize=8)

    return draw


def dots(
    values: Sequence[float],
    colour: tuple[float, ...] = BLUE,
    *,
    printed: str = "",
    left: float = LEFT,
    wide: float = WIDE,
    top: float = TOP,
) -> Draw:
    """Dots, with their values printed `before`, `behind` or `below` them."""

    def draw(page: pymupdf.Page) -> None:
        for at, value in enumerate(values):
            x, y = place(value, left, wide), top + PITCH * at
            page.draw_circle((x, y), 3, color=None, fill=colour)
            width = pymupdf.get_text_length(f"{value}", fontsize=7)
            start = {"before": x - 5 - width, "behind": x + 5, "below": x - width / 2}
            if printed:
                down = 10 if printed == "below" else 2.3
                page.insert_text((start[printed], y + down), f"{value}", fontsize=7)

    return draw


def axis(page: pymupdf.Page) -> None:
    for value in (0, 25, 50, 75, 100):
        width = pymupdf.get_text_length(f"{value}", fontsize=8)
        page.draw_line((place(value), 210), (place(value), 214))
        page.insert_text((place(value) - width / 2, 224), f"{value}", fontsize=8)


def legend(page: pymupdf.Page) -> None:
    for at, (name, colour) in enumerate((("Hives", BLUE), ("Swarms", RED))):
        page.draw_circle((LEFT + 60 * at, 60), 3, color=None, fill=colour)
        page.insert_text((LEFT + 60 * at + 6, 62.6), name, fontsize=8)


def texts(table: dict[str, dict[str, str]], column: str) -> list[str]:
    return [table[name][column] for name in NAMES]


def test_dots_are_measured_on_the_axis_below_them() -> None:
    chart, table, grid = read(names(), dots(UPPER), axis)
    assert (chart.type, chart.x.scale, chart.y.scale) == ("dot", "linear", "category")
    assert [float(text) for text in texts(table, "")] == pytest.approx(UPPER, abs=0.5)
    assert all(cell.uncertainty for cell in grid.cells if not cell.is_header)


def test_values_beside_dots_tell_a_scale_and_the_dots_without_one_are_measured() -> None:
    middle = (56, 58, 60, 26)
    chart, table, grid = read(
        names(),
        legend,
        dots(UPPER, BLUE, printed="behind"),
        dots(LOWER, RED, printed="before"),
        dots(middle, (0.6, 0.6, 0.6)),
    )
    assert texts(table, "Hives") == ["82", "73", "66", "41"]
    assert texts(table, "Swarms") == ["30", "44", "57", "12"]
    (other,) = set(chart.series) - {"Hives", "Swarms"}
    assert [float(text) for text in texts(table, other)] == pytest.approx(middle, abs=0.7)
    measured = [cell for cell in grid.cells if cell.uncertainty is not None]
    assert len(measured) == len(middle)


def test_as_many_values_below_a_row_as_it_has_dots_are_theirs_in_order() -> None:
    _, table, _ = read(
        names(), legend, dots(UPPER, printed="below"), dots(LOWER, RED, printed="below")
    )
    assert texts(table, "Hives") == ["82", "73", "66", "41"]
    assert texts(table, "Swarms") == ["30", "44", "57", "12"]


def test_series_are_named_by_texts_in_their_colours() -> None:
    def told(page: pymupdf.Page) -> None:
        page.insert_text((place(70), 100), "Hives", fontsize=8, color=BLUE)
        page.insert_text((place(20), 100), "Swarms", fontsize=8, color=RED)

    chart, table, _ = read(
        names(), told, dots(UPPER, printed="behind"), dots(LOWER, RED, printed="before")
    )
    assert set(chart.series) == {"Hives", "Swarms"}
    assert table["Under 30"] == {"Hives": "82", "Swarms": "30"}


def test_panels_beside_and_below_each_other_share_the_names_of_rows() -> None:
    def heads(page: pymupdf.Page) -> None:
        page.insert_text((160, TOP - 16), "Honey", fontsize=8)
        page.insert_text((310, TOP - 16), "Wax", fontsize=8)
        page.insert_text((160, TOP + 4 * PITCH + 10), "Pollen", fontsize=8)

    below = TOP + 4 * PITCH + 30
    chart, table, _ = read(
        heads,
        legend,
        names(),
        names(top=below),
        dots(UPPER, BLUE, printed="behind", wide=100),
        dots(LOWER, RED, printed="before", wide=100),
        dots(LOWER, BLUE, printed="before", left=300, wide=100),
        dots(UPPER, RED, printed="behind", left=300, wide=100),
        dots(UPPER, BLUE, printed="behind", wide=100, top=below),
        dots(LOWER, RED, printed="before", wide=100, top=below),
    )
    assert table["Under 30"] == {
        "Honey Hives": "82", "Honey Swarms": "30", "Wax Hives": "30", "Wax Swarms": "82",
        "Pollen Hives": "82", "Pollen Swarms": "30",
    }  # fmt: skip
    assert not chart.left_out


def test_dots_without_an_axis_or_values_are_refused() -> None:
    with pytest.raises(NoChart, match="no scale"):
        read(names(), dots(UPPER), dots(LOWER, RED))


def test_values_that_fit_no_scale_are_not_taken_for_the_dots() -> None:
    def wrong(page: pymupdf.Page) -> None:
        for at, value in enumerate((7, 91, 15, 88)):
            page.insert_text((place(UPPER[at]) + 5, TOP + PITCH * at + 2.3), f"{value}", fontsize=7)

    with pytest.raises(NoChart, match="no scale"):
        read(names(), dots(UPPER), wrong)


def test_dots_that_lines_join_are_no_rows() -> None:
    def joined(page: pymupdf.Page) -> None:
        points = [(place(20 + 20 * at), TOP + PITCH * at) for at in range(4)]
        page.draw_polyline(points, color=BLUE, width=1)
        for point in points:
            page.draw_circle(point, 3, color=None, fill=BLUE)

    with pytest.raises(NoChart):
        read(names(), joined)


def test_dots_of_a_dotted_line_and_ends_of_arrows_are_no_marks() -> None:
    def dotted(page: pymupdf.Page) -> None:
        for x in range(60, 400, 2):
            page.draw_circle((x, TOP + PITCH / 2), 0.4, color=None, fill=(0.4, 0.4, 0.4))
        page.draw_circle((place(UPPER[0]), TOP - 6), 1.2, color=None, fill=(0, 0, 0))

    _, table, _ = read(names(), dots(UPPER, printed="behind"), dotted)
    assert [next(iter(table[name].values())) for name in NAMES] == list(map(str, UPPER))


def test_heads_of_several_lines_that_end_level_name_the_dots_below_them() -> None:
    def heads(page: pymupdf.Page) -> None:
        for x, colour_name in ((place(30), "Swarms"), (place(82), "Hives")):
            page.insert_text((x - 12, TOP - 24), "New", fontsize=8)
            page.insert_text((x - 12, TOP - 14), colour_name, fontsize=8)
        page.insert_text((place(100) - 4, TOP - 8), "Total", fontsize=8)

    both = (dots(UPPER, printed="behind"), dots(LOWER, RED, printed="before"))
    chart, table, _ = read(names(), *both, heads)
    assert chart.series == ("New Swarms", "New Hives")
    assert texts(table, "New Swarms") == list(map(str, LOWER))


def test_a_digit_0_whose_outline_is_drawn_is_no_dot() -> None:
    def zero(page: pymupdf.Page) -> None:
        page.draw_oval((LEFT - 2.1, 209, LEFT + 2.1, 214.4), color=None, fill=(0.4, 0.4, 0.4))

    chart, table, _ = read(
        names(), dots(UPPER, printed="behind"), dots(LOWER, RED, printed="before"), zero
    )
    assert chart.type == "dot" and list(table) == list(NAMES)


def test_heads_beside_each_other_name_series_and_what_stands_over_them_the_panel() -> None:
    def heads(page: pymupdf.Page) -> None:
        for x, text in ((150, "Prefer the federal government"), (330, "Prefer the states")):
            page.insert_text((x, 62), text, fontsize=8)
        for x, text in ((165, "Low"), (225, "High"), (340, "Low"), (385, "High")):
            page.insert_text((x, 102), text, fontsize=8)

    _, _, grid = read(
        names(),
        dots(UPPER, printed="behind", wide=100), dots(LOWER, RED, printed="before", wide=100),
        dots(UPPER, printed="behind", left=320, wide=80),
        dots(LOWER, RED, printed="before", left=320, wide=80),
        heads,
    )  # fmt: skip
    told = [cell.text for cell in grid.cells if cell.row == 0]
    assert told == ["Prefer the federal government", "Prefer the states"]
