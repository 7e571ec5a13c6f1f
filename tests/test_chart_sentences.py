"""Charts that were read as data, told in words."""

from mmrag import chart_sentences
from mmrag.describe.extracted import ExtractedDescriber
from mmrag.protocols import FigureView
from mmrag.types import Axis, Cell, Chart, Figure, Grid

BOX = (0.0, 0.0, 9.0, 9.0)


def grid(chart: Chart | None, *lines: tuple[str, ...]) -> Grid:
    cells = tuple(
        Cell(row, column, row, column, text, BOX, is_header=row == 0 or column == 0)
        for row, line in enumerate(lines)
        for column, text in enumerate(line)
        if text
    )
    return Grid("d-p0001-f01", cells, "chart drawing", 1.0, chart)


LINE = grid(
    Chart("line", Axis("Year", "linear"), Axis("Jars", "log"), ("Heath", "Linden")),
    ("Year", "Heath", "Linden"),
    ("2029", "12.1", "7"),
    ("2030", "8.4", ""),
    ("2031", "19.6", "9"),
)


def test_a_line_goes_from_one_value_to_another_between_its_smallest_and_largest() -> None:
    assert chart_sentences.of_grid(LINE) == (
        "Line chart of Year and Jars (logarithmic). "
        "Heath: from 12.1 (2029) to 19.6 (2031), smallest 8.4 (2030), largest 19.6 (2031). "
        "Linden: from 7 (2029) to 9 (2031), smallest 7 (2029), largest 9 (2031)."
    )


def test_bars_have_no_first_and_last() -> None:
    chart = Chart("bar", Axis("", "category"), Axis("", "linear"), ("",))
    told = chart_sentences.of_grid(grid(chart, ("", ""), ("Heath", "3"), ("Linden", "5")))
    assert told == "Bar chart. smallest 3 (Heath), largest 5 (Linden)."


def test_a_table_is_told_as_before() -> None:
    assert chart_sentences.of_grid(grid(None, ("", "2029"), ("Heath", "3"))) == ""


def test_a_chart_is_told_within_the_description_of_its_figure() -> None:
    figure = Figure("d-p0001-f01", "d-p0001", 1, BOX, "chart", "Honey by year")
    text = ExtractedDescriber().describe(FigureView(figure, "Annual Report", 4, None, LINE))
    assert text.startswith("Chart on page 4 of Annual Report. Honey by year. Line chart of Year")
