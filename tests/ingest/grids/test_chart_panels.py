"""Several charts in one figure, drawn by the test: read panel by panel, or refused."""

from collections.abc import Sequence

import pymupdf
import pytest
from drawn_charts import AXIS, BLUE, NAMES, RED, Draw, bars, read, y_axis

from mmrag.ingest.grids import charts
from mmrag.types import BBox

LEFT: BBox = (60.0, 80.0, 220.0, 180.0)
RIGHT: BBox = (300.0, 80.0, 460.0, 180.0)
BELOW: BBox = (60.0, 250.0, 220.0, 350.0)
YEARS = ("2014", "2015", "2016")


def panel(
    box: BBox,
    values: Sequence[float],
    top: float,
    *,
    title: str = "",
    has_numbers: bool = True,
    colour: tuple[float, ...] = BLUE,
) -> Draw:
    """A line over three years between axes, with five numbers up to `top`."""
    x0, y0, x1, y1 = box

    def draw(page: pymupdf.Page) -> None:
        page.draw_line((x0, y1), (x1, y1))
        page.draw_line((x0, y0), (x0, y1))
        for at in range(5):
            text, y = f"{top * at / 4:g}", y1 - (y1 - y0) * at / 4
            width = pymupdf.get_text_length(text, fontsize=7)
            page.draw_line((x0 - 3, y), (x0, y))
            if has_numbers:
                page.insert_text((x0 - 5 - width, y + 2.3), text, fontsize=7)
        points = []
        for at, (year, value) in enumerate(zip(YEARS, values, strict=True)):
            x = x0 + (x1 - x0) * (at + 0.5) / 3
            width = pymupdf.get_text_length(year, fontsize=7)
            page.insert_text((x - width / 2, y1 + 12), year, fontsize=7)
            points.append((x, y1 - (y1 - y0) * value / top))
        page.draw_polyline(points, color=colour, width=1)
        width = pymupdf.get_text_length(title, fontsize=8)
        page.insert_text(((x0 + x1 - width) / 2, y0 - 8), title, fontsize=8)

    return draw


def numbers(table: dict[str, dict[str, str]], column: str) -> list[float]:
    return [float(table[year][column]) for year in YEARS]


def test_panels_side_by_side_and_below_have_columns_under_their_names() -> None:
    chart, table, grid = read(
        panel(LEFT, (10, 30, 20), 40, title="Tram"),
        panel(RIGHT, (1, 2, 3), 4, title="Ferry"),
        panel(BELOW, (700, 300, 500), 800, title="Bus"),
    )
    assert (chart.type, chart.x.scale, chart.y.scale) == ("line", "linear", "linear")
    assert chart.series == ("Tram", "Ferry", "Bus")
    assert numbers(table, "Tram") == pytest.approx([10, 30, 20], abs=0.3)
    assert numbers(table, "Ferry") == pytest.approx([1, 2, 3], abs=0.03)
    assert numbers(table, "Bus") == pytest.approx([700, 300, 500], abs=6)
    ferry = next(cell for cell in grid.cells if cell.column == 2 and not cell.is_header)
    assert ferry.bbox[0] > RIGHT[0], "a value is framed in its own panel"


def test_a_panel_without_numbers_goes_by_the_axis_of_the_one_at_its_left() -> None:
    _, table, _ = read(
        panel(LEFT, (10, 30, 20), 40, title="Tram"),
        panel(RIGHT, (20, 5, 15), 40, title="Ferry", has_numbers=False, colour=RED),
    )
    assert numbers(table, "Ferry") == pytest.approx([20, 5, 15], abs=0.3)


def test_the_legend_of_all_panels_names_none_of_them() -> None:
    def samples(page: pymupdf.Page) -> None:
        for x, name, colour in ((70, "Summer", BLUE), (310, "Winter", RED)):
            page.draw_rect((x, 60, x + 10, 66), color=None, fill=colour)
            page.insert_text((x + 14, 66), name, fontsize=8)

    chart, _, _ = read(
        panel(LEFT, (10, 30, 20), 40),
        panel(LEFT, (35, 5, 30), 40, colour=RED),
        panel(RIGHT, (1, 2, 3), 4),
        samples,
    )
    assert set(chart.series) == {"panel 1 Summer", "panel 1 Winter", "panel 2 Summer"}


def test_a_panel_on_another_floor_has_no_axis_from_the_one_at_its_left() -> None:
    lower = (RIGHT[0], RIGHT[1] + 30, RIGHT[2], RIGHT[3] + 30)
    try:
        chart, _, _ = read(
            panel(LEFT, (10, 30, 20), 40, title="Tram"),
            panel(lower, (20, 5, 15), 40, title="Ferry", has_numbers=False, colour=RED),
        )
    except charts.NoChart:
        return
    assert not any("Ferry" in name for name in chart.series)


def test_panels_of_one_name_are_counted() -> None:
    chart, _, _ = read(panel(LEFT, (10, 30, 20), 40), panel(RIGHT, (1, 2, 3), 4))
    assert chart.series == ("panel 1", "panel 2")


def test_a_panel_that_cannot_be_read_is_left_out_with_its_reason() -> None:
    def broken(page: pymupdf.Page) -> None:
        panel(RIGHT, (1, 2, 3), 4, title="Ferry")(page)
        panel(RIGHT, (3, 1, 2), 4)(page)  # a second line of the same colour

    chart, _, _ = read(panel(LEFT, (10, 30, 20), 40, title="Tram"), broken)
    assert chart.series == ("Tram",)
    assert chart.left_out[0].startswith("Ferry: several of its lines have one colour")


@pytest.mark.promise(48)
def test_an_axis_at_the_right_of_a_plot_begins_no_panel() -> None:
    with pytest.raises(charts.NoChart, match="two axes"):
        read(AXIS, y_axis(["0", "50", "100"], x=430), NAMES, bars([2, 7, 4]))


def test_a_panel_is_named_by_the_text_behind_a_letter_below_it() -> None:
    def below(box: BBox, text: str) -> Draw:
        return lambda page: page.insert_text((box[0] + 20, box[3] + 28), text, fontsize=8)

    chart, _, _ = read(
        panel(LEFT, (10, 30, 20), 40),
        panel(RIGHT, (1, 2, 3), 4),
        below(LEFT, "(a) Training data"),
        below(RIGHT, "(b) Test data"),
    )
    assert chart.series == ("(a) Training data", "(b) Test data")
    assert chart.x.title == "", "it is no title of an axis"


def test_texts_of_a_legend_over_panels_name_no_panel() -> None:
    def legend(page: pymupdf.Page) -> None:
        for x, text in ((120, "finetune"), (200, "aux. loss"), (340, "zeroshot"), (410, "few")):
            page.insert_text((x, LEFT[1] - 8), text, fontsize=7)

    chart, _, _ = read(panel(LEFT, (10, 30, 20), 40), panel(RIGHT, (1, 2, 3), 4), legend)
    assert chart.series == ("panel 1", "panel 2")


def test_a_letter_left_of_the_axis_of_a_panel_is_no_name_of_the_one_before() -> None:
    def letters(page: pymupdf.Page) -> None:
        page.insert_text((LEFT[0] - 26, LEFT[1] - 2), "(a)", fontsize=7)
        page.insert_text((RIGHT[0] - 26, RIGHT[1] - 2), "(b)", fontsize=7)

    chart, _, _ = read(panel(LEFT, (10, 30, 20), 40), panel(RIGHT, (1, 2, 3), 4), letters)
    assert chart.series == ("(a)", "(b)")
