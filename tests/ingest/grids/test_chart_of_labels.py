"""Charts whose marks cannot be read, by values over names."""

from collections.abc import Sequence

import pytest

from mmrag import grids
from mmrag.ingest.grids import chart_of_labels
from mmrag.ingest.grids.charts import NoChart
from mmrag.ingest.layout.order import Fragment
from mmrag.types import Chart, Grid

BOX = (0.0, 0.0, 400.0, 200.0)


def text(words: str, x: float, y: float) -> Fragment:
    """A text of 10 points whose middle is at `x`."""
    half = 3.0 * len(words)
    return Fragment(words, (x - half, y, x + half, y + 10), 10.0, False)


def row(names: Sequence[str], values: Sequence[str], start: float = 50) -> list[Fragment]:
    """Names at even distances, and a value over each at a height of its own."""
    return [
        fragment
        for at, (name, value) in enumerate(zip(names, values, strict=True))
        for fragment in (
            text(name, start + 40 * at, 180),
            text(value, start + 40 * at, 140 - 20 * at),
        )
    ]


def read(texts: Sequence[Fragment]) -> tuple[Chart, list[list[str]]]:
    cells, chart = chart_of_labels.read(texts, BOX)
    return chart, grids.lines(Grid("f", cells, "chart picture", 1.0, chart))


def test_values_over_names_are_theirs_under_what_stands_below() -> None:
    chart, lines = read(
        [*row(["Pier", "Quay", "Dock"], ["$25", "$72", "$40"]), text("Fee", 90, 196)]
    )
    assert chart.series == ("Fee",)
    assert lines[1:] == [["Pier", "$25"], ["Quay", "$72"], ["Dock", "$40"]]
    assert "marks are not seen" in chart.left_out[0]


def test_rows_of_names_side_by_side_are_panels() -> None:
    left = row(["2010", "2011", "2012"], ["9%", "24%", "35%"])
    right = row(["2011", "2012", "2013"], ["47", "55", "68"], start=230)
    chart, lines = read([*left, *right, text("Boats", 90, 196), text("Trams", 270, 196)])
    assert chart.series == ("Boats", "Trams")
    assert ["2012", "35%", "55"] in lines


def test_names_that_ocr_read_as_one_text_are_told_apart() -> None:
    together = Fragment("2010 2011 2012", (38, 180, 142, 190), 10.0, False)
    values = [text("9%", 50, 140), text("24%", 90, 120), text("35%", 130, 100)]
    _, lines = read([together, *values])
    assert [line[0] for line in lines[1:] if line[0]] == ["2010", "2011", "2012"]


@pytest.mark.parametrize(
    "more",
    [text("88", 70, 120), text("88", 90, 60)],
    ids=["a number between", "a second number over a name"],
)
def test_values_in_doubt_are_not_read(more: Fragment) -> None:
    with pytest.raises(NoChart, match="no values stand over names"):
        read([*row(["Pier", "Quay", "Dock"], ["25", "72", "40"]), more])
