from dataclasses import replace

from vision_pages import BOX, cell, line, reading

from mmrag.answer.computed import computed_text
from mmrag.protocols import Turn
from mmrag.readings import PageReading
from mmrag.types import Axis, Chart, Figure, Grid
from mmrag.vision.ask import MAX_HISTORY, bounded, by_rules

PAGE = reading(
    line(("Ticket No: 4471", 20, 20)),
    line(("The boat leaves Orsa at noon on weekdays.", 20, 40)),
    line(("Fare: 12.00", 20, 60)),
)


def test_a_field_that_the_question_names_is_read() -> None:
    found = by_rules(PAGE, "What is the ticket no?")
    assert found.text == "4471"
    assert found.places[0].bbox[1] == 20


def test_a_total_of_a_part_is_not_the_total() -> None:
    page = reading(
        line(("Quay Tools", 20, 20)),
        line(("Compass", 20, 40), ("50.90", 200, 40)),
        line(("Punch", 20, 60), ("50.00", 200, 60)),
        line(("Total payable: 100.90", 20, 80)),
        line(("Summary of taxes", 20, 100)),
        line(("Total: 95.17", 20, 120)),
        line(("Total tax: 5.73", 20, 140)),
    )
    assert by_rules(page, "What is the total?").text == "100.90"
    assert by_rules(page, "What is the total tax?").text == "5.73"


def test_a_line_with_the_words_of_the_question_is_quoted() -> None:
    found = by_rules(PAGE, "When does the boat leave Orsa?")
    assert found.text == "The boat leaves Orsa at noon on weekdays."


def test_a_cell_that_row_and_column_name_is_read() -> None:
    name = "3fa9c1d2-p0001-f01"
    cells = (
        cell(0, 1, "2030", is_header=True), cell(0, 2, "2031", is_header=True),
        cell(1, 0, "Honey", is_header=True), cell(1, 1, "4.1"), cell(1, 2, "5.2"),
        cell(2, 0, "Wax", is_header=True), cell(2, 1, "0.3"), cell(2, 2, "0.4"),
    )  # fmt: skip
    figure = Figure(name, "3fa9c1d2-p0001", 1, BOX, "table")
    page = replace(PAGE, figures=(figure,), grids=(Grid(name, cells, "layout model"),))
    assert by_rules(page, "How much honey in 2031?").text == "5.2"
    assert by_rules(page, "How much honey?").text == ""


def test_what_the_picture_does_not_say_is_not_answered() -> None:
    found = by_rules(PAGE, "Who painted the ceiling?")
    assert (found.text, found.places, found.is_nothing) == ("", (), True)


def test_a_long_talk_keeps_its_picture_and_its_last_turns() -> None:
    turns = [
        Turn("system", "s"),
        *(Turn("user" if at % 2 == 0 else "assistant", str(at)) for at in range(40)),
    ]
    kept = bounded(turns)
    assert len(kept) <= MAX_HISTORY
    assert kept[:3] == turns[:3]
    assert kept[-1] == turns[-1]
    assert [turn.role for turn in kept[1:]] == ["user", "assistant"] * ((len(kept) - 1) // 2)


def chart_page() -> PageReading:
    """A page with a chart of two lines, one value of it measured."""
    name = "3fa9c1d2-p0001-f01"
    cells = (
        cell(0, 1, "Honey", is_header=True), cell(0, 2, "Wax", is_header=True),
        cell(1, 0, "2030", is_header=True), replace(cell(1, 1, "4.1"), uncertainty=0.2),
        cell(1, 2, "0.3"),
        cell(2, 0, "2031", is_header=True), cell(2, 1, "5.2"), cell(2, 2, "0.4"),
    )  # fmt: skip
    chart = Chart("line", Axis("Year", "linear"), Axis("Tonnes", "linear"), ("Honey", "Wax"))
    figure = Figure(name, "3fa9c1d2-p0001", 1, BOX, "chart", caption="Harvest of honey and wax")
    return replace(
        reading(line(("Harvest of honey and wax, in tonnes", 20, 20))),
        figures=(figure,),
        grids=(Grid(name, cells, "chart drawing", 1.0, chart),),
    )


def test_a_question_over_a_chart_is_computed_with_its_uncertainty() -> None:
    found = by_rules(chart_page(), "How much honey was harvested in 2030?", computed_text)
    assert "4.1" in found.text
    assert "± 0.2" in found.text
    assert [place.bbox for place in found.places] == [BOX]
    assert "[" not in found.text


def test_the_title_of_a_chart_is_no_answer() -> None:
    found = by_rules(chart_page(), "Why did the harvest of honey and wax fall?", computed_text)
    assert found.is_nothing


def test_a_heading_is_no_answer_and_a_sentence_with_names_is_one() -> None:
    page = reading(
        line(("Top 10 Metropolitan Areas by Hispanic Population,", 20, 20)),
        line(
            ("Los Angeles has the largest Hispanic population of the metropolitan areas.", 20, 40)
        ),
    )
    asked = "How is the Hispanic population distributed in the metropolitan areas?"
    assert by_rules(page, asked).text.startswith("Los Angeles")
    assert by_rules(replace(page, lines=page.lines[:1]), asked).is_nothing


def test_a_line_that_begins_within_a_sentence_is_no_answer() -> None:
    page = reading(line(("trade creates jobs, raises wages", 20, 20)))
    assert by_rules(page, "What is the effect of trade on jobs and wages?").is_nothing
