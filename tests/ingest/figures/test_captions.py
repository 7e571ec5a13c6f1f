"""Which lines are captions, and how far each goes."""

import pytest

from mmrag.ingest.figures import captions
from mmrag.ingest.figures.captions import Caption
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox


def lines(*texts: str, x: float = 50, y: float = 100, gap: float = 2, bold: bool = False) -> list:
    """Lines of 10-point type under one another, 5 points a character wide."""
    return [
        Fragment(
            text, (x, y + (10 + gap) * at, x + 5 * len(text), y + 10 + (10 + gap) * at), 9, bold
        )
        for at, text in enumerate(texts)
    ]


def found(*fragments: list, marked: list[BBox] | None = None) -> list[Caption]:
    return captions.find([line for group in fragments for line in group], marked or [])


@pytest.mark.parametrize(
    ("text", "label", "of"),
    [
        ("Figure 3: Net revenue by region", "Figure 3", "figure"),
        ("Fig. 3. Net revenue by region", "Figure 3", "figure"),
        ("FIGURE 3 – Net revenue", "Figure 3", "figure"),
        ("Table 2. Trips and riders", "Table 2", "table"),
        ("TABLE IV", "Table IV", "table"),
        ("Tab. 2: Trips", "Table 2", "table"),
        ("Chart 1.2: Trips by month", "Chart 1.2", "figure"),
        ("Figure A.1: Proof sketch", "Figure A.1", "figure"),
        ("Table IV.2: Trips", "Table IV.2", "table"),
        ("Graph 2. Trips", "Graph 2", "figure"),
        ("Algorithm 1: Sorting", "Algorithm 1", "figure"),
        ("Fig. 3a: Trips", "Figure 3a", "figure"),
        ("Figure A1: Proof sketch", "Figure A1", "figure"),
        ("Abb. 3: Fahrten je Monat", "Figure 3", "figure"),
        ("Tabelle 2. Fahrten", "Table 2", "table"),
        ("Tableau 2 : Trajets par mois", "Table 2", "table"),
        ("Figura 3. Viajes por mes", "Figure 3", "figure"),
        ("Cuadro 1. Viajes por mes", "Table 1", "table"),
        ("Tabella 4: Viaggi", "Table 4", "table"),
        ("Quadro 2 – Viagens", "Table 2", "table"),
        ("图3：各月乘客", "Figure 3", "figure"),
        ("表 2-1 各月乘客", "Table 2-1", "table"),
        ("図３ 月別の乗客", "Figure 3", "figure"),
    ],
)
def test_a_caption_begins_with_its_label(text: str, label: str, of: str) -> None:
    captions_found = found(lines(text))
    assert [(c.label, c.of, c.text) for c in captions_found] == ([(label, of, text)] if of else [])


@pytest.mark.parametrize(
    "text",
    [
        "Figure 3 shows that trips rose",
        "Table 2 lists all of them",
        "Figures 3 and 4",
        "Figure 3%",
        "Section 3: Trips",
        "Abbildung 3 zeigt die Fahrten",
        "La figura 3 muestra los viajes",
        "图3显示各月乘客",
        "图 3 显示各月乘客。",
        "表 2 の乗客は増えた",
    ],
)
def test_a_sentence_that_speaks_of_a_figure_is_no_caption(text: str) -> None:
    assert found(lines(text)) == []


def test_a_line_within_a_paragraph_is_no_caption() -> None:
    paragraph = lines(
        "The towers stand on granite, see", "Figure 3. The cable runs over valleys and"
    )
    assert found(paragraph) == []


def test_a_layout_model_may_mark_a_caption_without_punctuation() -> None:
    text = lines("Figure 3 Trips in the first year")
    assert found(text) == []
    assert [c.label for c in found(text, marked=[(40, 90, 300, 120)])] == ["Figure 3"]


def test_a_bold_label_needs_no_punctuation() -> None:
    assert [c.label for c in found(lines("Table 1 Trips", bold=True))] == ["Table 1"]


def test_a_caption_goes_on_until_the_gap_and_joins_hyphenated_words() -> None:
    caption = lines("Figure 1: Trips of the cable rail-", "way in its first year.")
    body = lines("The station was opened in spring.", y=140)
    (one,) = found(caption, body)
    assert one.text == "Figure 1: Trips of the cable railway in its first year."
    assert one.bbox == (50, 100, 50 + 5 * 34, 122)
    assert one.lines == (0, 1)


def test_captions_side_by_side_are_two() -> None:
    left = lines("Figure 1: Trips per month", "by cabin")
    right = lines("Figure 2: Riders per month", "by station", x=320)
    interleaved = [line for pair in zip(left, right, strict=True) for line in pair]
    texts = [c.text for c in captions.find(interleaved)]
    assert texts == ["Figure 1: Trips per month by cabin", "Figure 2: Riders per month by station"]


def test_captions_under_one_another_are_two() -> None:
    assert [c.label for c in found(lines("Table 1: Trips", "Table 2: Riders", gap=8))] == [
        "Table 1",
        "Table 2",
    ]


def test_a_caption_ends_where_the_rows_of_its_table_begin() -> None:
    caption = lines("Table 1: Trips and riders")
    row = [*lines("Spring", y=112), *lines("411", x=200, y=112), *lines("508", x=260, y=112)]
    assert [c.text for c in found(caption, row)] == ["Table 1: Trips and riders"]


def test_a_label_alone_goes_with_the_wider_line_below() -> None:
    label, title = lines("TABLE IV", x=150), lines("TRIPS AND RIDERS BY SEASON", x=105, y=112)
    assert [c.text for c in found(label, title)] == ["TABLE IV TRIPS AND RIDERS BY SEASON"]


def test_lines_of_a_chinese_caption_are_joined_without_a_space() -> None:
    (caption,) = found(lines("图 3 电车各月的乘客和", "行驶里程"))
    assert caption.text == "图 3 电车各月的乘客和行驶里程"
