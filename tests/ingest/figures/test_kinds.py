"""Chart, table, diagram or picture."""

import pytest

from mmrag.ingest.figures import kinds
from mmrag.ingest.figures.graphics import Graphic
from mmrag.types import FigureKind

BITMAP = Graphic((0, 0, 100, 100), "image")
PATHS = Graphic((0, 0, 100, 100), "drawing", paths=12)


def kind(label: str = "", caption: str = "", *inside: str, part: Graphic = PATHS) -> FigureKind:
    return kinds.of(label, caption, [part], inside, is_table=False)


@pytest.mark.parametrize(
    ("label", "expected"),
    [("Table 2", "table"), ("Chart 1", "chart"), ("Scheme 3", "diagram"), ("Plate IV", "picture")],
)
def test_the_label_tells(label: str, expected: FigureKind) -> None:
    assert kind(label) == expected


def test_numbers_beside_paths_are_a_chart_and_words_a_diagram() -> None:
    assert kind("", "", "North", "12%", "South", "8%", "2019") == "chart"
    assert kind("", "", "Valley", "Tower", "Summit") == "diagram"


def test_numbered_parts_are_no_axis() -> None:
    assert kind("", "", "1 Hopper", "2 Dial", "3 Panel", "4 Lever") == "diagram"


def test_a_photograph_is_a_picture_even_with_some_numbers() -> None:
    assert kind("", "", part=BITMAP) == "picture"
    assert kind("", "", "Offices", "20", "Countries", "12", part=BITMAP) == "picture"


def test_the_caption_tells_what_a_bitmap_shows() -> None:
    assert kind("Figure 1", "Figure 1: Accuracy by epoch", part=BITMAP) == "chart"
    assert kind("Figure 1", "Figure 1: Overview of the framework", part=BITMAP) == "diagram"
    assert kind("Figure 1", "Figure 1: A screenshot of the results", part=BITMAP) == "picture"


def test_what_the_layout_model_takes_for_a_table_is_one_unless_it_is_captioned_a_figure() -> None:
    assert kinds.of("", "", [PATHS], ["Trips", "411"], is_table=True) == "table"
    assert kinds.of("Figure 1", "", [PATHS], ["Valley"], is_table=True) == "diagram"


def test_a_picture_whose_pixels_hold_the_numbers_of_axes_is_a_chart() -> None:
    assert kinds.once_read("picture", "Trips\n0\n10\n20\n30\n40\n50") == "chart"
    assert kinds.once_read("picture", "The first cabin of the railway") == "picture"
    assert kinds.once_read("diagram", "0 10 20 30 40 50") == "diagram"


def test_the_axes_that_are_read_in_a_bitmap_tell_a_chart() -> None:
    assert kinds.once_read("picture", "thousand\n2019: 418  2020: 167  2021: 236") == "chart"
    assert kinds.once_read("picture", "Platform 2\nTrains to the north") == "picture"


def test_values_beside_long_names_are_a_chart() -> None:
    names = (
        "Not enough people keep away",
        "It is not possible to do much",
        "The harbour is closed",
    )
    assert kind("", "", *names, "75", "58", "53") == "chart"
    assert kind("", "", *names, "75") == "diagram"
