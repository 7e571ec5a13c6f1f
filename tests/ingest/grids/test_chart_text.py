"""Values of a chart beside the labels of its axis, where there is no doubt whose they are."""

from mmrag.ingest.grids.chart_text import labelled
from mmrag.ingest.layout.order import Fragment

AXIS = 200.0  # height of the labels on the page


def piece(text: str, middle: float, top: float) -> Fragment:
    return Fragment(text, (middle - 10, top, middle + 10, top + 8), 8.0, False)


def axis(*labels: str, first: float = 100, step: float = 50) -> list[Fragment]:
    return [piece(text, first + step * i, AXIS) for i, text in enumerate(labels)]


def texts(fragments: list[Fragment]) -> list[str]:
    return [fragment.text for fragment in fragments]


def test_each_bar_tells_its_value() -> None:
    values = [piece("14.2", 102, 120), piece("€9.5", 149, 150), piece("(3%)", 200, 180)]
    assert texts(labelled([*values, *axis("Q1", "Q2", "Q3")])) == [
        "Q1: 14.2",
        "Q2: €9.5",
        "Q3: (3%)",
    ]


def test_a_pair_stands_where_its_label_stands() -> None:
    labels = axis("Q1", "Q2", "Q3")
    values = [piece("1", 100, 120), piece("2", 150, 110), piece("3", 200, 100)]
    assert [pair.bbox for pair in labelled([*values, *labels])] == [x.bbox for x in labels]


def test_the_other_axis_and_the_title_stay() -> None:
    around = [piece("Orders", 150, 50), piece("20", 40, 100), piece("0", 40, 190)]
    values = [piece("1", 100, 120), piece("2", 150, 110), piece("3", 200, 100)]
    found = texts(labelled([*around, *values, *axis("Q1", "Q2", "Q3")]))
    assert found == ["Orders", "20", "0", "Q1: 1", "Q2: 2", "Q3: 3"]


def test_two_series_stay_as_they_are() -> None:
    first = [piece("1", 100, 120), piece("2", 150, 110), piece("3", 200, 100)]
    second = [piece("4", 100, 90), piece("5", 150, 80), piece("6", 200, 70)]
    fragments = [*first, *second, *axis("Q1", "Q2", "Q3")]
    assert labelled(fragments) == fragments


def test_with_a_value_missing_all_stays() -> None:
    fragments = [piece("1", 100, 120), piece("3", 200, 100), *axis("Q1", "Q2", "Q3")]
    assert labelled(fragments) == fragments


def test_a_value_between_two_labels_belongs_to_neither() -> None:
    values = [piece("1", 125, 120), piece("2", 175, 110), piece("3", 225, 100)]
    fragments = [*values, *axis("Q1", "Q2", "Q3")]
    assert labelled(fragments) == fragments


def test_labels_that_were_read_as_one_give_their_neighbours_no_value() -> None:
    labels = [piece(text, 125 + 100 * i, AXIS) for i, text in enumerate(["Q1 Q2", "Q3 Q4", "Q5"])]
    values = [piece(str(i), 105 + 50 * i, 100 + 10 * i) for i in range(5)]
    assert labelled([*values, *labels]) == [*values, *labels]


def test_labels_at_uneven_distances_are_no_axis() -> None:
    row = [piece("Q1", 100, AXIS), piece("Q2", 140, AXIS), piece("Q3", 300, AXIS)]
    values = [piece("1", 100, 120), piece("2", 140, 110), piece("3", 300, 100)]
    assert labelled([*values, *row]) == [*values, *row]


def test_words_over_the_labels_are_no_values() -> None:
    words = [piece("North", 100, 120), piece("South", 150, 110), piece("West", 200, 100)]
    fragments = [*words, *axis("Q1", "Q2", "Q3")]
    assert labelled(fragments) == fragments


def test_the_axis_of_a_panel_above_gives_no_values() -> None:
    fragments = [*(piece(str(i), 100 + 50 * i, 90) for i in range(3)), *axis("0", "1", "2")]
    assert labelled(fragments) == fragments


def test_nothing_of_nothing() -> None:
    assert labelled([]) == []
