from dataclasses import replace

import pytest
from vision_pages import BOX, cell, line, reading

from mmrag.types import Axis, Chart, Figure, Grid
from mmrag.vision.caption import ALT_CHARACTERS, by_rules, cut


@pytest.fixture
def line_chart():
    page = reading(
        line(("Passengers of the ferry", 40, 20), size=14),
        line(("2029", 40, 280), ("2030", 140, 280), ("2031", 240, 280)),
    )
    name = "3fa9c1d2-p0001-f01"
    cells = [cell(0, 1, "Trips", is_header=True)]
    for at, (year, value) in enumerate((("2029", "3"), ("2030", "5"), ("2031", "9")), 1):
        cells += [cell(at, 0, year, is_header=True), cell(at, 1, value)]
    chart = Chart("line", Axis("Year", "date"), Axis("Trips", "linear"), ("Trips",))
    figure = Figure(name, page.page.id, 1, BOX, "chart", text=page.text)
    return replace(page, figures=(figure,), grids=(Grid(name, tuple(cells), "drawn", 1, chart),))


def test_a_chart_is_told_by_its_data_and_trend(line_chart) -> None:
    text = by_rules(line_chart, "detailed").text
    assert text.startswith("Line chart: Passengers of the ferry.")
    assert "from 3 (2029) to 9 (2031)" in text
    assert "Trips rises throughout." in text


@pytest.mark.parametrize("style", ["brief", "alt", "retrieval", "narrative"])
def test_each_style_names_the_subject_within_its_length(line_chart, style) -> None:
    text = by_rules(line_chart, style).text
    assert "ferry" in text
    assert len(text) <= {"alt": ALT_CHARACTERS}.get(style, 600)
    assert "\n" not in text


def test_a_picture_without_text_has_nothing_to_be_said_of() -> None:
    found = by_rules(reading(), "detailed")
    assert found.is_nothing
    assert found.text == ""


def test_a_long_text_is_cut_after_a_word() -> None:
    assert cut("one two three", 9) == "one two…"
    assert cut("short", 9) == "short"


def test_a_word_that_goes_on_and_a_line_that_runs_up_are_no_titles() -> None:
    page = reading(
        line(("Youngest-", 300, 20), size=14),
        replace(line(("Business value", 10, 60), size=90), bbox=(10, 60, 30, 200)),
        line(("Germany", 40, 90)),
        line(("France", 40, 120)),
        line(("Spain", 40, 150)),
    )
    assert by_rules(page, "brief").text == "Picture."
    told = by_rules(page, "alt").text
    assert told == "Picture: Youngest-; Business value; Germany; France; Spain"


@pytest.mark.parametrize("size", [10, 14])
def test_the_largest_line_is_a_title_where_it_is_larger_than_most(size) -> None:
    page = reading(
        line(("2019", 40, 10)),
        line(("Ferries", 40, 40), size=size),
        *(line((f"row {number} of it", 40, 40 + 30 * number)) for number in range(1, 6)),
    )
    told = by_rules(page, "alt").text
    assert told.startswith("Picture: Ferries. 2019; row 1" if size > 10 else "Picture: 2019; Fer")


def test_an_alternative_text_tells_the_data_of_a_chart(line_chart) -> None:
    assert "from 3 (2029) to 9 (2031)" in by_rules(line_chart, "alt").text
