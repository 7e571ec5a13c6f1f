"""Charts that are pictures, drawn by the test, read back by their colours."""

from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw

from mmrag import grids
from mmrag.ingest.grids import charts
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

    def read(self) -> tuple[Chart, dict[str, dict[str, str]], Grid]:
        cells, chart = charts.read_pixels(self.image, self.texts, BOX)
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
