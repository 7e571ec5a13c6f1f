"""What goes on over the end of a page: sentences, and tables without their head."""

from collections.abc import Sequence

import pytest

from mmrag.ingest import continuations
from mmrag.ingest.layout import headings
from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.segments import page_text
from mmrag.ingest.raw import RawFigure, RawPage

PROSE = "Every tram is inspected in the depot before it leaves for its first trip of the day."
HEAD = "Line  Stops  Length in km"


def page(
    number: int, *texts: str, size: float = 10, figures: tuple[RawFigure, ...] = ()
) -> RawPage:
    """A page of 800 points; lines from the top of its body, 5 points a character wide."""
    lines = [
        TextLine(text, (50, 100 + 20 * at, 50 + 5 * len(text), 112 + 20 * at), size, False, at)
        for at, text in enumerate(texts)
    ]
    text, segments = page_text(lines)
    return RawPage(number, 600, 800, text, segments, "pdf", figures)


def with_margins(page: RawPage, head: str, foot: str) -> RawPage:
    """The page with a running head and a foot."""
    body = [
        TextLine(page.text[s.start : s.end], s.bbox, s.size, s.bold, at)
        for at, s in enumerate(page.segments, 1)
    ]
    top = TextLine(head, (50, 30, 300, 42), 10, False, 0)
    bottom = TextLine(foot, (50, 770, 300, 782), 10, False, 900)
    text, segments = page_text([top, *body, bottom])
    return RawPage(page.number, 600, 800, text, segments, "pdf")


def found(*pages: RawPage) -> list[tuple[str, str, str]]:
    """Kind, what stands before the end of the page, and what after it."""
    outline = headings.find([(p.text, p.segments) for p in pages])
    told = continuations.find("abababab", pages, outline)
    texts = {f"abababab-p{p.number:04d}": p.text for p in pages}
    return [
        (
            item.kind,
            texts[item.before_id][item.before_start : item.before_end],
            texts[item.page_id][item.start : item.end],
        )
        for item in told
    ]


BEGINS = "The driver who opens the doors too early pays for each"
ENDS = "door a fine of 40 francs. The fine is kept for a year."
WHOLE = [("sentence", BEGINS, "door a fine of 40 francs.")]


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    assert found(page(1, PROSE, f"{PROSE} {BEGINS}"), page(2, ENDS, PROSE)) == WHOLE


def test_heads_and_feet_do_not_part_a_sentence() -> None:
    pages = (page(1, PROSE, BEGINS), page(2, ENDS, PROSE))
    assert found(*(with_margins(p, "Tram rules", f"{p.number + 13}") for p in pages)) == WHOLE


def test_a_figure_between_does_not_part_a_sentence() -> None:
    drawn = RawFigure((40, 95, 400, 115), "chart", "", "", "", -1, "", None)
    pages = (page(1, PROSE, BEGINS), page(2, "Axis of trips", ENDS, PROSE, figures=(drawn,)))
    assert found(*pages) == WHOLE


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("The driver pays a fine.", "door by door it is said."),
        ("Fines", "door a fine of 40 francs."),
        (BEGINS, "• door a fine of 40 francs."),
        ("Lines and stops of the network", "The fine is kept for a year."),
        (BEGINS, "Line  Stops  12"),
    ],
)
def test_what_ends_or_begins_anew_does_not_go_on(last: str, first: str) -> None:
    assert found(page(1, PROSE, last), page(2, first, PROSE)) == []


def test_smaller_type_is_another_text() -> None:
    assert found(page(1, PROSE, BEGINS), page(2, ENDS, PROSE, size=8)) == []


def test_a_noun_with_a_capital_may_go_on_after_a_full_line() -> None:
    full = "Wer die Türen des Wagens zu früh öffnet, der zahlt für jede einzelne offene der drei"
    assert found(page(1, PROSE, full), page(2, "Türen eine Buße von 40 Franken.", PROSE)) == [
        ("sentence", full, "Türen eine Buße von 40 Franken.")
    ]


def rows(*numbers: int) -> Sequence[str]:
    return [f"Line {n}  {10 + n}  {n}.4" for n in numbers]


def test_rows_without_a_head_have_that_of_the_page_before() -> None:
    pages = (
        page(1, PROSE, "Table 3: Lines of the network", HEAD, *rows(1, 2, 3)),
        page(2, *rows(4, 5), PROSE),
    )
    assert found(*pages) == [
        ("table", f"Table 3: Lines of the network\n{HEAD}", "\n".join(rows(4, 5)))
    ]


def test_the_head_serves_a_table_of_many_pages() -> None:
    pages = (page(1, PROSE, HEAD, *rows(1, 2)), page(2, *rows(3, 4)), page(3, *rows(5), PROSE))
    assert [(before, after) for _, before, after in found(*pages)] == [
        (HEAD, "\n".join(rows(3, 4))),
        (HEAD, rows(5)[0]),
    ]


def test_a_caption_that_says_continued_is_passed_over() -> None:
    pages = (
        page(1, PROSE, "Table 3: Lines of the network", HEAD, *rows(1, 2)),
        page(2, "Table 3: continued", *rows(3)),
        page(3, *rows(4), PROSE),
    )
    assert [after for _, _, after in found(*pages)] == [rows(3)[0], rows(4)[0]]


@pytest.mark.parametrize(
    "first",
    [
        [HEAD, *rows(3)],
        ["Year  Trips  Riders", *rows(3)],
        ["Line 3  13  4  5  6"],
        ["Table 4: Depots", *rows(3)],
        [PROSE, *rows(3)],
    ],
)
def test_rows_with_a_head_or_of_another_table_get_none(first: list[str]) -> None:
    pages = (page(1, PROSE, "Table 3: Lines", HEAD, *rows(1, 2)), page(2, *first, PROSE))
    assert [item for item in found(*pages) if item[0] == "table"] == []
