"""Charts that are pictures, drawn by the test, read back by their colours."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mmrag import boxes, grids
from mmrag.ingest.grids import chart_colours, charts
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox, Chart, Grid

SIZE = (600, 440)
BOX: BBox = (0.0, 0.0, 300.0, 220.0)  # points: two pixels are one
BLUE, RED, GREEN = (40, 90, 180), (200, 60, 40), (60, 150, 70)
LEFT, TOP, RIGHT, FOOT = 80, 40, 560, 360


class Drawing:
    """A picture, and what OCR would read in it."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", SIZE, "white")
        self.draw = ImageDraw.Draw(self.image)
        self.texts: list[Fragment] = []

    def text(self, x: float, y: float, words: str) -> None:
        """Words in the middle of a place, in pixels."""
        wide = self.draw.textlength(words)
        self.draw.text((x - wide / 2, y - 6), words, fill="black")
        box = ((x - wide / 2 - 3) / 2, (y - 8) / 2, (x + wide / 2 + 3) / 2, (y + 8) / 2)
        self.texts.append(Fragment(words, box, 6.0, bold=False))

    def axes(self, numbers: Sequence[str], names: Sequence[str]) -> None:
        for at, number in enumerate(numbers):
            wide = self.draw.textlength(number)
            self.text(LEFT - 12 - wide / 2, y_of(at / (len(numbers) - 1)), number)
        for at, name in enumerate(names):
            self.text(x_of(at, len(names)), FOOT + 16, name)
        self.draw.line((LEFT, TOP, LEFT, FOOT), fill="black")
        self.draw.line((LEFT, FOOT, RIGHT, FOOT), fill="black")

    def read(self, *, is_chart: bool = True) -> tuple[Chart, dict[str, dict[str, str]], Grid]:
        cells, chart = charts.read_pixels(self.image, self.texts, BOX, is_chart=is_chart)
        grid = Grid("f", cells, "chart picture", 1.0, chart)
        columns, rows = grids.columns(grid), grids.rows(grid)
        table: dict[str, dict[str, str]] = {}
        for cell in cells:
            if not cell.is_header:
                table.setdefault(rows[cell.row], {})[columns[cell.column]] = cell.text
        return chart, table, grid


def y_of(share: float) -> float:
    return FOOT - share * (FOOT - TOP)


def x_of(at: int, count: int) -> float:
    return LEFT + (RIGHT - LEFT) * (at + 0.5) / count


@pytest.fixture
def drawing() -> Drawing:
    return Drawing()


NAMES = ("Pier", "Quay", "Dock")
NUMBERS = ("0", "2", "4", "6", "8", "10")


def bars(drawing: Drawing, values: Sequence[float], colour: tuple[int, ...], shift: int) -> None:
    for at, value in enumerate(values):
        x = x_of(at, len(values)) + shift
        drawing.draw.rectangle((x - 20, y_of(value / 10), x + 20, FOOT), fill=colour)


def test_bars_of_two_colours_are_two_series_with_the_names_of_the_legend(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, NAMES)
    bars(drawing, (2.5, 7.25, 4), BLUE, -22)
    bars(drawing, (5, 3, 8), RED, 22)
    for at, (name, colour) in enumerate((("Tram", BLUE), ("Ferry", RED))):
        drawing.draw.rectangle((120 + 120 * at, 10, 136 + 120 * at, 20), fill=colour)
        drawing.text(165 + 120 * at, 15, name)
    chart, table, grid = drawing.read()
    assert (chart.type, set(chart.series)) == ("bar", {"Tram", "Ferry"})
    assert float(table["Quay"]["Tram"]) == pytest.approx(7.25, abs=0.1)
    assert float(table["Dock"]["Ferry"]) == pytest.approx(8, abs=0.1)
    values = [cell for cell in grid.cells if not cell.is_header]
    assert all(cell.uncertainty is not None and cell.uncertainty > 0.05 for cell in values)


def test_lines_of_a_grid_over_a_bar_do_not_part_it(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, NAMES)
    bars(drawing, (2.5, 7.25, 4), BLUE, 0)
    for share in (0.2, 0.4, 0.6):
        drawing.draw.line((LEFT, y_of(share), RIGHT, y_of(share)), fill=(220, 220, 220), width=2)
    _, table, _ = drawing.read()
    assert float(table["Quay"][""]) == pytest.approx(7.25, abs=0.1)


def test_a_curve_is_measured_where_its_axis_has_labels(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, ("2015", "2016", "2017", "2018"))
    points = [(x_of(at, 4), y_of(value / 10)) for at, value in enumerate((1.5, 6, 4.2, 9))]
    drawing.draw.line(points, fill=RED, width=3)
    chart, table, _ = drawing.read()
    assert (chart.type, chart.x.scale) == ("line", "linear")
    assert float(table["2016"][""]) == pytest.approx(6, abs=0.15)
    assert float(table["2017"][""]) == pytest.approx(4.2, abs=0.15)


def test_slices_have_the_share_of_their_pixels(drawing: Drawing) -> None:
    parts = (("Tram", 0.5, BLUE), ("Ferry", 0.3, RED), ("Bus", 0.2, GREEN))
    start = 0.0
    for at, (name, share, colour) in enumerate(parts):
        drawing.draw.pieslice((100, 60, 380, 340), start, start + 360 * share, fill=colour)
        start += 360 * share
        drawing.draw.rectangle((440, 100 + 40 * at, 456, 110 + 40 * at), fill=colour)
        drawing.text(490, 105 + 40 * at, name)
    chart, table, _ = drawing.read()
    assert chart.type == "pie"
    shares = {name: float(cells["share"].rstrip("%")) for name, cells in table.items()}
    assert shares == pytest.approx({"Tram": 50, "Ferry": 30, "Bus": 20}, abs=1)


@pytest.mark.promise(48)
def test_numbers_that_may_be_powers_of_ten_are_not_read_flat(drawing: Drawing) -> None:
    drawing.axes(("101", "102", "103", "104"), NAMES)
    bars(drawing, (2.5, 7.25, 4), BLUE, 0)
    with pytest.raises(charts.NoChart, match="powers of ten"):
        drawing.read()


@pytest.mark.promise(48)
def test_a_picture_without_marks_of_a_colour_is_no_chart(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, NAMES)
    with pytest.raises(charts.NoChart):
        drawing.read()


def pie(drawing: Drawing, x: int, parts: Sequence[tuple[str, str, float, tuple[int, ...]]]) -> None:
    """A pie around a place, with the name and the value of each slice on it."""
    start = -90.0
    for name, value, share, colour in parts:
        drawing.draw.pieslice((x - 110, 80, x + 110, 300), start, start + 360 * share, fill=colour)
        middle = math.radians(start + 180 * share)
        across, down = x + 60 * math.cos(middle), 190 + 60 * math.sin(middle)
        drawing.text(across, down - 8, name)
        drawing.text(across, down + 8, value)
        start += 360 * share


TRAMS = (("Tram", "48%", 0.48, BLUE), ("Ferry", "32%", 0.32, RED), ("Bus", "20%", 0.2, GREEN))


def test_values_printed_on_slices_lead_where_the_slices_measure_them(drawing: Drawing) -> None:
    pie(drawing, 280, TRAMS)
    chart, table, _ = drawing.read()
    assert table == {"Tram": {"share": "48%"}, "Ferry": {"share": "32%"}, "Bus": {"share": "20%"}}
    assert not chart.left_out


def test_a_printed_value_that_no_slice_measures_is_told(drawing: Drawing) -> None:
    pie(drawing, 280, (TRAMS[0], ("Ferry", "70%", 0.32, RED), TRAMS[2]))
    chart, table, _ = drawing.read()
    assert table["Tram"] == {"share": "48%"}
    assert float(table["Ferry"]["share"].rstrip("%")) == pytest.approx(32, abs=1.5)
    assert chart.left_out == ("1 of 3 printed values are not what a slice measures",)


def test_pies_side_by_side_are_panels(drawing: Drawing) -> None:
    pie(drawing, 140, TRAMS)
    pie(drawing, 450, (("Old", "55%", 0.55, GREEN), ("New", "45%", 0.45, BLUE)))
    chart, table, _ = drawing.read()
    assert len(chart.series) == 2
    assert list(table["Tram"].values()) == ["48%"]
    assert list(table["New"].values()) == ["45%"]


def test_swatches_part_a_legend_that_is_read_as_one_text(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, NAMES)
    bars(drawing, (2.5, 7.25, 4), BLUE, -22)
    bars(drawing, (5, 3, 8), RED, 22)
    for x, name, colour in ((120, "Tram", BLUE), (180, "Ferry", RED)):
        drawing.draw.rectangle((x, 10, x + 10, 20), fill=colour)
        drawing.draw.text((x + 16, 9), name, fill="black")
    box = (118 / 2, 8 / 2, 240 / 2, 23 / 2)
    drawing.texts.append(Fragment("Tram Ferry", box, 6.0, bold=False))
    chart, table, _ = drawing.read()
    assert set(chart.series) == {"Tram", "Ferry"}
    assert float(table["Quay"]["Tram"]) == pytest.approx(7.25, abs=0.1)


def test_shares_side_by_side_that_are_read_as_one_text_are_each_of_their_bar(
    drawing: Drawing,
) -> None:
    drawing.axes((), NAMES)
    bars(drawing, (2.5, 7, 4), BLUE, -22)
    bars(drawing, (2.5, 7, 4), RED, 22)
    for at, value in enumerate((2.5, 7, 4)):
        x, y = x_of(at, 3), y_of(value / 10) - 10
        both = f"{value * 10:.0f}%{value * 10 + 1:.0f}%"
        for shift, text in ((-22, both[:3]), (22, both[3:])):
            drawing.draw.text((x + shift - 10, y - 6), text, fill="black")
        box = ((x - 33) / 2, (y - 8) / 2, (x + 33) / 2, (y + 8) / 2)
        drawing.texts.append(Fragment(both, box, 6.0, bold=False))
    _, table, _ = drawing.read()
    assert sorted(table["Quay"].values()) == ["70%", "71%"]


def test_two_values_on_stacked_bars_are_no_axis(drawing: Drawing) -> None:
    for at, (name, left) in enumerate((("Pier", 24), ("Quay", 31), ("Dock", 11))):
        y = 100 + 80 * at
        drawing.text(60, y, name)
        drawing.draw.rectangle((100, y - 20, 100 + 4 * left, y + 20), fill=BLUE)
        drawing.draw.rectangle((101 + 4 * left, y - 20, 500, y + 20), fill=RED)
        drawing.text(100 + 2 * left, y, str(left))
        drawing.text(300 + 2 * left, y, str(100 - left))
    _, table, grid = drawing.read()
    assert [sorted(table[name].values()) for name in NAMES] == [
        ["24", "76"],
        ["31", "69"],
        ["11", "89"],
    ]
    assert all(cell.uncertainty is None for cell in grid.cells)


def test_a_thin_line_is_one_curve_where_its_pixels_mix_it_with_the_ground(drawing: Drawing) -> None:
    """As programs draw it: at four times the size, then made smaller."""
    large = Image.new("RGB", (SIZE[0] * 4, SIZE[1] * 4), "white")
    draw = ImageDraw.Draw(large)
    for values, colour, at in (((2, 9, 3), BLUE, 0), ((8, 1, 6), RED, 1)):
        places = [(4 * x_of(i, 3), 4 * y_of(value / 10)) for i, value in enumerate(values)]
        draw.line(places, fill=colour, width=5)
        draw.line((480, 41 + 81 * at, 600, 41 + 81 * at), fill=colour, width=5)
    drawing.image.paste(large.resize(SIZE, Image.Resampling.LANCZOS))
    drawing.axes(NUMBERS, NAMES)
    drawing.text(175, 11, "Tram")
    drawing.text(177, 31, "Ferry")
    chart, table, _ = drawing.read()
    assert (chart.type, set(chart.series)) == ("line", {"Tram", "Ferry"})
    assert float(table["Quay"]["Tram"]) == pytest.approx(9, abs=0.3)
    assert float(table["Pier"]["Ferry"]) == pytest.approx(8, abs=0.3)


def test_names_in_a_row_that_are_read_as_one_text_are_each_at_its_place(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, NAMES)
    names = [text for text in drawing.texts if text.text in NAMES]
    one = Fragment(" ".join(NAMES), boxes.union(x.bbox for x in names), 6.0, bold=False)
    drawing.texts = [text for text in drawing.texts if text not in names] + [one]
    places = [(x_of(at, 3), y_of(value / 10)) for at, value in enumerate((2, 9, 3))]
    drawing.draw.line(places, fill=BLUE, width=3)
    _, table, _ = drawing.read()
    assert [float(next(iter(table[name].values()))) for name in NAMES] == pytest.approx(
        [2, 9, 3], abs=0.3
    )


def test_the_ground_of_a_plot_is_no_bar(drawing: Drawing) -> None:
    drawing.draw.rectangle((LEFT, TOP, RIGHT, FOOT), fill=(222, 230, 245))
    for share in (0.2, 0.4, 0.6, 0.8):
        drawing.draw.line((LEFT, y_of(share), RIGHT, y_of(share)), fill="white", width=2)
    drawing.axes(NUMBERS, NAMES)
    bars(drawing, (2.5, 7.25, 4), BLUE, 0)
    chart, table, _ = drawing.read()
    assert chart.type == "bar" and not chart.left_out
    assert float(next(iter(table["Quay"].values()))) == pytest.approx(7.25, abs=0.1)


def test_a_letter_of_the_text_before_is_no_text_of_a_legend(drawing: Drawing) -> None:
    """OCR boxes the end of a text with the swatch and the name that stand beside it."""
    drawing.axes(NUMBERS, NAMES)
    bars(drawing, (2.5, 7.25, 4), BLUE, -22)
    bars(drawing, (5, 3, 8), RED, 22)
    drawing.draw.rectangle((120, 10, 132, 20), fill=BLUE)
    drawing.text(160, 15, "Tram")
    drawing.draw.line((238, 10, 238, 20), fill="black", width=2)
    drawing.draw.rectangle((250, 10, 260, 20), fill=RED)
    drawing.text(297, 15, "Ferry %")
    *rest, (text, x0) = [*drawing.texts[:-1], (drawing.texts[-1], 119.0)]
    wide = Fragment(text.text, (x0, *text.bbox[1:]), 6.0, bold=False)
    drawing.texts = [*rest, wide]
    chart, _, _ = drawing.read()
    assert set(chart.series) == {"Tram", "Ferry %"}


def test_a_picture_is_a_chart_only_with_a_scale(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, NAMES)
    bars(drawing, (2.5, 7.25, 4), BLUE, 0)
    _, chart = charts.read_pixels(drawing.image, drawing.texts, BOX, is_chart=False)
    assert chart.type == "bar"
    words = [text for text in drawing.texts if text.text in NAMES]
    with pytest.raises(charts.NoChart, match="it is no chart"):
        charts.read_pixels(drawing.image, words, BOX, is_chart=False)


def disc(drawing: Drawing, x: float, y: float, colour: tuple[int, ...]) -> None:
    drawing.draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill=colour)


def test_dots_that_were_read_as_letters_are_dots_and_digits_are_not(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, ("0", "10", "20", "30"))
    values = (1.5, 6, 4.2, 9, 3.1, 7.7)
    for at, value in enumerate(values):
        x, y = LEFT + 60 + 70 * at, y_of(value / 10)
        disc(drawing, x, y, BLUE)
        if at in (1, 4):
            box = ((x - 7) / 2, (y - 7) / 2, (x + 7) / 2, (y + 7) / 2)
            drawing.texts.append(Fragment("o", box, 6.0, bold=False))
    chart, table, _ = drawing.read()
    assert (chart.type, chart.y.scale) == ("scatter", "linear")
    read = sorted(float(text) for cells in table.values() for text in cells.values())
    assert read == pytest.approx(sorted(values), abs=0.2)


def test_lines_of_a_grid_that_cross_the_axis_make_no_panels_of_one_chart(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, ("0", "10", "20", "30"))
    for at in range(4):
        x = x_of(at, 4)
        drawing.draw.rectangle((x - 1, TOP, x, FOOT + 1), fill=(200, 200, 200))
    for at, value in enumerate((1.5, 6, 4.2, 9, 3.1, 7.7)):
        disc(drawing, LEFT + 40 + 80 * at, y_of(value / 10), BLUE if at % 2 else RED)
    chart, table, _ = drawing.read()
    assert len(table) == 6
    assert not any("panel" in name for name in chart.series)


def test_bars_with_outlines_and_no_axis_below_them_are_one_chart(drawing: Drawing) -> None:
    for at, number in enumerate(NUMBERS):
        drawing.text(LEFT - 20, y_of(at / 5), number)
    for at, (name, value) in enumerate(zip(NAMES, (2.5, 7.25, 4), strict=True)):
        x = x_of(at, 3)
        drawing.text(x, FOOT + 16, name)
        box = (x - 55, y_of(value / 10), x + 55, FOOT)
        drawing.draw.rectangle(box, fill=BLUE, outline="black")
    _, table, _ = drawing.read()
    assert float(table["Quay"][""]) == pytest.approx(7.25, abs=0.1)


def powers(drawing: Drawing, *, is_raised: bool) -> None:
    """An axis of powers of ten, each read flat: `10` and a digit that may stand higher."""
    for at, digit in enumerate("0123"):
        y = y_of(at / 3)
        drawing.draw.text((40, y - 6), "10", fill="black")
        drawing.draw.text((53, y - (11 if is_raised else 6)), digit, fill="black")
        box = (38 / 2, (y - 12) / 2, 62 / 2, (y + 8) / 2)
        drawing.texts.append(Fragment(f"10{digit}", box, 6.0, bold=False))
    for at, name in enumerate(("2015", "2016", "2017", "2018")):
        drawing.text(x_of(at, 4), FOOT + 16, name)
    drawing.draw.line((LEFT, TOP, LEFT, FOOT), fill="black")
    drawing.draw.line((LEFT, FOOT, RIGHT, FOOT), fill="black")
    for at in range(4):
        drawing.draw.line((LEFT - 5, y_of(at / 3), LEFT, y_of(at / 3)), fill="black")
    logarithms = (0.5, 2, 1.4, 2.8)
    points = [(x_of(at, 4), y_of(value / 3)) for at, value in enumerate(logarithms)]
    drawing.draw.line(points, fill=RED, width=3)


def test_exponents_that_were_read_flat_are_raised_as_their_ink_is(drawing: Drawing) -> None:
    powers(drawing, is_raised=True)
    chart, table, _ = drawing.read()
    assert chart.y.scale == "log"
    assert float(table["2016"][""]) == pytest.approx(100, rel=0.15)


@pytest.mark.promise(48)
def test_powers_of_ten_whose_ink_is_not_raised_are_refused(drawing: Drawing) -> None:
    powers(drawing, is_raised=False)
    with pytest.raises(charts.NoChart, match="powers of ten"):
        drawing.read()


def test_a_frame_around_all_is_no_ground(drawing: Drawing) -> None:
    drawing.draw.rectangle((1, 1, SIZE[0] - 2, SIZE[1] - 2), outline=(217, 217, 217), width=2)
    drawing.axes(NUMBERS, NAMES)
    bars(drawing, (2.5, 7.25, 4), BLUE, -22)
    ground, *colours = chart_colours.flat(np.asarray(drawing.image))
    assert ground == (255, 255, 255)
    assert not any(chart_colours.is_ground(np.asarray(drawing.image), x) for x in colours)


def test_noise_has_no_colour_and_is_no_chart(drawing: Drawing) -> None:
    shades = np.random.default_rng(1).integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    drawing.axes(NUMBERS, NAMES)
    drawing.image = Image.fromarray(shades)
    with pytest.raises(charts.NoChart):
        drawing.read()


def test_a_picture_with_more_pixels_than_are_looked_at_is_read_smaller(drawing: Drawing) -> None:
    drawing.axes(["0", "20", "40"], ["North", "South"])
    bars(drawing, [10, 30], BLUE, 0)
    _, small, _ = drawing.read()
    drawing.image = drawing.image.resize((3600, 2640), Image.Resampling.NEAREST)
    assert drawing.image.width * drawing.image.height > 5 * charts._MAX_PIXELS
    _, large, _ = drawing.read()
    assert large.keys() == small.keys()
    for name, row in small.items():
        for column, value in row.items():
            assert float(large[name][column]) == pytest.approx(float(value), abs=0.4)


def test_a_picture_with_more_texts_than_are_looked_at_is_refused(drawing: Drawing) -> None:
    for at in range(1_200):
        drawing.text(100 + at % 40 * 11, 50 + at // 40 * 10, "7")
    with pytest.raises(charts.NoChart, match="more marks than are looked at"):
        drawing.read()


def named_pie(drawing: Drawing, parts: Sequence[tuple[str, float, tuple[int, ...]]]) -> None:
    """A pie whose names stand around it, with white lines between its slices."""
    start = 0.0
    for name, share, colour in parts:
        box = (180, 80, 420, 320)
        drawing.draw.pieslice(box, start, start + 360 * share, fill=colour, outline="white")
        middle = math.radians(start + 180 * share)
        drawing.text(300 + 155 * math.cos(middle), 200 + 140 * math.sin(middle), name)
        start += 360 * share


def shares(table: dict[str, dict[str, str]]) -> dict[str, float]:
    return {name: float(cells["share"].rstrip("%")) for name, cells in table.items()}


MODES = (("Tram", 0.42, (34, 68, 102)), ("Ferry", 0.35, (55, 84, 107)), ("Bus", 0.23, GREEN))
"""Two of the colours are nearly one."""


def test_a_pie_is_told_by_its_slices_where_nothing_calls_its_picture_a_chart(
    drawing: Drawing,
) -> None:
    named_pie(drawing, MODES)
    chart, table, grid = drawing.read(is_chart=False)
    assert chart.type == "pie"
    assert shares(table) == pytest.approx({"Tram": 42, "Ferry": 35, "Bus": 23}, abs=0.6)
    told = [cell.uncertainty for cell in grid.cells if not cell.is_header]
    assert all(uncertainty is not None and 0.3 < uncertainty < 1 for uncertainty in told)


def test_a_ring_is_a_pie_and_letters_that_nothing_read_cost_no_slice_its_share(
    drawing: Drawing,
) -> None:
    named_pie(drawing, MODES)
    drawing.draw.ellipse((240, 140, 360, 260), fill="white")
    drawing.draw.text((295, 285), "35 %", fill="white")
    _, table, _ = drawing.read(is_chart=False)
    assert shares(table) == pytest.approx({"Tram": 42, "Ferry": 35, "Bus": 23}, abs=0.6)


def test_words_that_touch_a_pie_leave_it_one(drawing: Drawing) -> None:
    named_pie(drawing, MODES)
    drawing.draw.rectangle((410, 190, 470, 204), fill="black")
    _, table, _ = drawing.read(is_chart=False)
    assert shares(table) == pytest.approx({"Tram": 42, "Ferry": 35, "Bus": 23}, abs=0.6)


def test_round_keys_name_slices_and_the_title_over_them_none(drawing: Drawing) -> None:
    start = 0.0
    drawing.text(440, 80, "mode")
    for at, (name, share, colour) in enumerate(MODES):
        drawing.draw.pieslice((100, 60, 380, 340), start, start + 360 * share, fill=colour)
        start += 360 * share
        drawing.draw.ellipse((440, 100 + 40 * at, 452, 112 + 40 * at), fill=colour)
        drawing.text(490, 106 + 40 * at, name)
    _, table, _ = drawing.read()
    assert shares(table) == pytest.approx({"Tram": 42, "Ferry": 35, "Bus": 23}, abs=0.6)


@pytest.mark.promise(48)
def test_slices_without_a_name_are_left_out_and_told(drawing: Drawing) -> None:
    named_pie(drawing, MODES)
    drawing.texts.pop()
    chart, table, _ = drawing.read()
    assert set(table) == {"Tram", "Ferry"}
    assert chart.left_out == ("1 of 3 slices have no name of their own",)
    drawing.texts.clear()
    with pytest.raises(charts.NoChart):
        drawing.read()


@pytest.mark.promise(48)
def test_a_disc_whose_colour_changes_along_its_radius_is_no_pie(drawing: Drawing) -> None:
    named_pie(drawing, MODES)
    drawing.draw.ellipse((240, 140, 360, 260), fill=RED)
    with pytest.raises(charts.NoChart):
        drawing.read(is_chart=False)


@pytest.mark.promise(48)
def test_a_round_photograph_with_words_around_it_is_no_pie(drawing: Drawing) -> None:
    named_pie(drawing, MODES)
    noise = np.random.default_rng(5).integers(0, 200, (440, 600, 3), dtype=np.uint8)
    mask = Image.new("L", SIZE)
    ImageDraw.Draw(mask).ellipse((180, 80, 420, 320), fill=255)
    drawing.image.paste(Image.fromarray(noise), mask=mask)
    with pytest.raises(charts.NoChart):
        drawing.read(is_chart=False)


def test_a_scale_whose_ticks_ocr_took_for_dashes_makes_a_picture_a_chart(drawing: Drawing) -> None:
    drawing.axes(NUMBERS, NAMES)
    bars(drawing, (2.5, 7.25, 4), BLUE, 0)
    drawing.texts = [
        replace(text, text=f"{text.text}-") if text.text in NUMBERS else text
        for text in drawing.texts
    ]
    chart, table, _ = drawing.read(is_chart=False)
    assert chart.type == "bar"
    assert float(table["Quay"][""]) == pytest.approx(7.25, abs=0.2)
