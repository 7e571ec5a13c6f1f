"""How labels are read, wherever they stand."""

import pytest

from mmrag.text import labels
from mmrag.text.labels import Label


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("as Figure 3 shows", "figure 3"),
        ("Fig. 3a of", "figure 3a"),
        ("Fig. 3(b), (c)", "figure 3b"),
        ("FIG 12.", "figure 12"),
        ("Fig3", "figure 3"),
        ("according to table II and table ii", "table 2"),
        ("Table IV.2", "table 4.2"),
        ("Table A.2 and Fig. S1", "table A.2, figure S1"),
        ("Graph 2, Algorithm 1, Scheme 4", "graph 2, algorithm 1, scheme 4"),
        ("Exhibit P-10 and Exhibit 4-1", "exhibit P-10, exhibit 4-1"),
        ("Tables 2 and 3", "table 2, table 3"),
        ("Tables 2 to 4", "table 2, table 3, table 4"),
        ("Figs. 1–3 and 5", "figure 1, figure 2, figure 3, figure 5"),
        ("Figs. 1-3", "figure 1-3, figure 1, figure 2, figure 3"),
        ("Figs. 3a and 3b", "figure 3a, figure 3b"),
        ("Tables I–III", "table 1, table 2, table 3"),
        ("Figure 5 and Table 6", "figure 5, table 6"),
        ("Section 3.1 and Item 7", "section 3.1, item 7"),
        ("Table 2 and 2019 sales", "table 2"),
        ("siehe Abb. 4 und Tabelle 2", "figure 4, table 2"),
        ("Abbildungen 2 bis 4", "figure 2, figure 3, figure 4"),
        ("dans les tableaux 2 et 3, graphique 5", "table 2, table 3, graph 5"),
        ("la figura 3 y el cuadro 1", "figure 3, table 1"),
        ("la Tabella 2 e la tavola 4", "table 2, table 4"),
        ("o quadro 3 e a Figura 2", "table 3, figure 2"),
        ("如图3所示，参见表 2", "figure 3, table 2"),
        ("图3-1和图4，圖５", "figure 3-1, figure 4, figure 5"),
        ("図３および表２～４", "figure 3, table 2, table 3, table 4"),
        ("代表3名，地图4", "map 4"),
        ("Unabbildung 3, subtabla 2", ""),
        ("Table 2, 30 % of it", "table 2"),
        ("Table 2, I think", "table 2"),
        ("Exhibits 10-200", "exhibit 10-200"),
        ("the chart 50% of them", ""),
        ("Figure 3.5% of it", ""),
        ("tablets 3", ""),
        ("Table In the Hall", ""),
        ("the table i made", ""),
        ("a figure of speech", ""),
        ("Table 1,234", ""),
    ],
)
def test_labels_lists_and_ranges_are_read(text: str, found: str) -> None:
    read = [label for reference in labels.find(text) for label in reference.labels]
    assert ", ".join(map(str, dict.fromkeys(read))) == found


def test_a_reference_tells_where_it_stands() -> None:
    text = "See Tables 2 and 3. Then Fig. 4."
    assert [text[r.start : r.end] for r in labels.find(text)] == ["Tables 2 and 3", "Fig. 4"]
    assert [r.start for r in labels.find(text, 20)] == [25]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Figure 3", Label("figure", "3")),
        ("FIG. 4", Label("figure", "4")),
        ("FIG 3a", Label("figure", "3", "a")),
        ("Table IX", Label("table", "9")),
        ("Abb. 3a", Label("figure", "3", "a")),
        ("図３－１", Label("figure", "3-1")),
        ("Figure A.2", Label("figure", "A.2")),
        ("Exhibit 4-1", Label("exhibit", "4-1")),
        (" Table II: Trips", Label("table", "2")),
        ("Overview", None),
        ("Source: survey", None),
        ("", None),
    ],
)
def test_the_label_that_a_text_begins_with_has_one_form(text: str, label: Label | None) -> None:
    assert labels.read(text) == label


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Fig. 3. Net revenue", "Figure 3"),
        ("TABLE IV.2 TRIPS", "Table IV.2"),
        ("tab. 2: Trips", "Table 2"),
        ("Graph 2", "Graph 2"),
        ("Algorithm 1 Sorting", "Algorithm 1"),
        ("Figure 3a", "Figure 3a"),
        ("Figures 3 and 4", ""),
        ("Section 3", ""),
        ("see Figure 3", ""),
    ],
)
def test_a_caption_begins_with_the_label_of_a_figure(text: str, name: str) -> None:
    start = labels.caption_start(text)
    assert (start.name if start else "") == name


@pytest.mark.parametrize(
    ("named", "available", "meant"),
    [
        ("Fig. 3a", ["Figure 3", "Figure 3a"], ["Figure 3a"]),
        ("Fig. 3a", ["Figure 3", "Figure 3b"], ["Figure 3"]),
        ("Fig. 3a", ["Figure 3b"], []),
        ("Figure 3", ["Figure 3", "Figure 3a"], ["Figure 3"]),
        ("Figure 3", ["Figure 3a", "Figure 3b", "Figure 4a"], ["Figure 3a", "Figure 3b"]),
        ("Table 2", ["Table II"], ["Table 2"]),
        ("Table 3", ["Figure 3"], []),
    ],
)
def test_a_reference_means_a_part_or_the_whole_of_what_there_is(named, available, meant) -> None:
    there = [labels.read(name) for name in available]
    assert labels.meant(labels.read(named), there) == tuple(labels.read(name) for name in meant)


def test_labels_at_the_starts_of_lines_are_those_of_captions_and_not_of_mentions() -> None:
    text = "As Figure 2 shows,\n  Table 3. Costs\nFig. 4a: Losses\nand Table 5\n"
    found = labels.at_line_starts(text)
    assert {str(label) for label in found} == {"table 3", "figure 4a"}
