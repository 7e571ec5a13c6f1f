"""Small panels of lines with printed values and no axis of numbers, drawn by the test."""

from collections.abc import Sequence

import pymupdf
import pytest
from drawn_charts import BLUE, RED, Draw, read

from mmrag.ingest.grids.chart_plot import NoChart

WIDE, HIGH = 70.0, 80.0
BOXES = {
    "Honey": (60.0, 100.0),
    "Wax": (200.0, 100.0),
    "Pollen": (340.0, 100.0),
    "Mead": (60.0, 240.0),
}
VALUES = {
    "Honey": ((43, 66), (52, 42)),
    "Wax": ((18, 57), (44, 39)),
    "Pollen": ((91, 53), (24, 68)),
    "Mead": ((62, 73), (55, 60)),
}


def panel(
    name: str,
    values: Sequence[Sequence[float]],
    *,
    has_floor: bool = True,
    told: bool = True,
    title: str | None = None,
) -> Draw:
    """Two lines over two years on a floor, their values at both ends."""
    left, top = BOXES[name]
    foot = top + HIGH

    def draw(page: pymupdf.Page) -> None:
        if has_floor:
            page.draw_line((left - 4, foot), (left + WIDE + 4, foot))
        for at, year in enumerate(("2020", "2021")):
            page.insert_text((left + WIDE * at - 8, foot + 9), year, fontsize=7)
        for own, colour in zip(values, (BLUE, RED), strict=True):
            points = [(left + WIDE * at, foot - HIGH * value / 100) for at, value in enumerate(own)]
            page.draw_line(*points, color=colour, width=1)
            for (x, y), value in zip(points, own, strict=True):
                page.draw_circle((x, y), 2, color=None, fill=colour)
                start = x - 13 if x == left else x + 4
                if told:
                    page.insert_text((start, y + 2.3), f"{value}", fontsize=7)
        page.insert_text((left, top - 16), name if title is None else title, fontsize=8)

    return draw


def legend(page: pymupdf.Page) -> None:
    for at, (name, colour) in enumerate((("Hives", BLUE), ("Swarms", RED))):
        page.draw_line((60 + 80 * at, 50), (72 + 80 * at, 50), color=colour)
        page.insert_text((76 + 80 * at, 52.6), name, fontsize=8)


def test_panels_on_floors_are_read_by_the_values_at_their_lines() -> None:
    chart, table, grid = read(legend, *(panel(name, values) for name, values in VALUES.items()))
    assert chart.type == "line"
    assert not chart.left_out
    for name, (hives, swarms) in VALUES.items():
        assert [table[year][f"{name} Hives"] for year in ("2020", "2021")] == list(map(str, hives))
        assert [table[year][f"{name} Swarms"] for year in ("2020", "2021")] == list(
            map(str, swarms)
        )
    assert all(cell.uncertainty is None for cell in grid.cells)


def test_texts_in_the_colours_of_lines_name_those_of_all_panels() -> None:
    def told(page: pymupdf.Page) -> None:
        page.insert_text((70, 112), "Hives", fontsize=7, color=BLUE)
        page.insert_text((70, 168), "Swarms", fontsize=7, color=RED)

    _, table, _ = read(told, panel("Honey", VALUES["Honey"]), panel("Wax", VALUES["Wax"]))
    assert table["2021"]["Wax Hives"] == "57"
    assert table["2021"]["Wax Swarms"] == "39"


def test_a_level_line_between_two_markers_is_a_line_of_the_chart() -> None:
    level = ((43, 43), (52, 71))
    _, table, _ = read(legend, panel("Honey", level), panel("Wax", VALUES["Wax"]))
    assert [table[year]["Honey Hives"] for year in ("2020", "2021")] == ["43", "43"]


def test_a_panel_without_values_is_told_and_the_others_are_read() -> None:
    chart, table, _ = read(
        legend, panel("Honey", VALUES["Honey"]), panel("Wax", VALUES["Wax"], told=False)
    )
    assert table["2020"]["Honey Hives"] == "43"
    assert any("Wax" in told and "no scale" in told for told in chart.left_out)


def test_panels_without_floors_are_refused() -> None:
    drawn = [panel(name, values, has_floor=False) for name, values in VALUES.items()]
    with pytest.raises(NoChart):
        read(legend, *drawn)
