"""Citations at the lines, rows and cells that hold what is cited."""

from dataclasses import replace

import pytest
from marked_evidence import answer_to
from tiny_tables import cell_box, piece, table

from mmrag.answer.citations import resolve
from mmrag.answer.extracted import ExtractedAnswerer
from mmrag.answer.placing import CitedPlace, place_of, placed
from mmrag.types import Citation, MarkedEvidence, PlacedLine

LINES = (
    "The Mill",
    "Grinding",
    "The mill grinds 40 sacks a day. It stands still in August.",
    "Sacks  2030  2031",
    "Wheat  12  15",
    "Rye  12  9",
    "Baking",
    "Twelve loaves fit the oven.",
)


def line_box(number: int) -> tuple[float, float, float, float]:
    return (50.0, 20.0 * number, 300.0, 20.0 * number + 12)


@pytest.fixture
def mill(make_marked) -> MarkedEvidence:
    """A page whose lines have places."""
    lines = tuple(PlacedLine(text, line_box(at)) for at, text in enumerate(LINES))
    return make_marked("K7Q", "3fa9c1d2-p0012", "\n".join(LINES), lines=lines)


def cited(text: str, *evidence: MarkedEvidence) -> Citation:
    resolved = resolve(text, evidence)
    [found] = placed(resolved.citations, resolved.text, evidence)
    return found


def test_a_quotation_is_cited_at_its_line(mill: MarkedEvidence) -> None:
    found = cited("Quoted:\n“Grinding”: “It stands still in August.” [K7Q]", mill)
    assert (found.bbox, found.region) == (line_box(2), line_box(2))


def test_a_short_quotation_is_cited_beside_the_name_of_its_row(mill: MarkedEvidence) -> None:
    assert cited("“Wheat”: “2030”: “12” [K7Q]", mill).bbox == line_box(4)
    assert cited("“Rye”: “2030”: “12” [K7Q]", mill).bbox == line_box(5)


def test_a_quoted_list_is_cited_around_its_items(mill: MarkedEvidence) -> None:
    found = cited("“The Mill”: “Grinding | Baking” [K7Q]", mill)
    assert found.bbox == (50.0, 20.0, 300.0, 132.0)


def test_what_is_quoted_at_two_places_is_cited_around_both(mill: MarkedEvidence) -> None:
    found = cited("“Wheat | 12 | 15” [K7Q]\n“Rye | 12 | 9” [K7Q]", mill)
    assert found.bbox == (50.0, 80.0, 300.0, 112.0)


def test_what_is_said_in_other_words_is_cited_at_the_line_that_bears_it_out(
    mill: MarkedEvidence,
) -> None:
    assert cited("The oven fits twelve loaves [K7Q].", mill).bbox == line_box(7)


def test_what_does_not_stand_there_is_cited_with_the_page(mill: MarkedEvidence) -> None:
    found = cited("“Oats”: “77” [K7Q]", mill)
    assert (found.bbox, found.region) == (None, None)
    assert cited("The moon is made of cheese [K7Q].", mill).bbox is None


def test_without_places_of_lines_the_page_is_cited(make_marked) -> None:
    page = make_marked("K7Q", "3fa9c1d2-p0012", "The mill grinds 40 sacks a day.")
    assert cited("“The mill grinds 40 sacks a day.” [K7Q]", page).bbox is None


def test_a_quoted_cell_is_cited_at_its_row_and_column_and_its_table_is_the_region() -> None:
    sold = replace(table(), bbox=(0.0, 0.0, 400.0, 300.0))
    found = cited("“Staff, persons”: “2030”: “284” [K7Q]", piece("K7Q", sold))
    assert (found.bbox, found.region) == (cell_box(4, 2), (0.0, 0.0, 400.0, 300.0))


def test_a_quoted_row_of_a_table_is_cited_as_a_row() -> None:
    found = cited("“Table 1”: “Operating profit | 9.1 | (2.3)” [K7Q]", piece("K7Q", table()))
    assert found.bbox == (0.0, 60.0, 260.0, 72.0)
    other = cited("“Operating profit | 9.9” [K7Q]", piece("K7Q", table()))
    assert other.bbox == (0.0, 0.0, 400.0, 300.0)  # the figure, as it does not stand there


def test_of_two_like_cells_of_a_row_that_of_the_quoted_column_is_cited() -> None:
    rows = (("Sacks", "2030", "2031"), ("Wheat", "12", "12"))
    assert cited("“Wheat”: “2031”: “12” [K7Q]", piece("K7Q", table(rows))).bbox == cell_box(1, 2)


def test_lines_within_a_table_have_it_as_their_region(mill: MarkedEvidence) -> None:
    frame = (40.0, 55.0, 310.0, 115.0)
    sacks = replace(table([("Sacks", "2030")]), bbox=frame)
    evidence = replace(mill.evidence, tables=(sacks,))
    assert place_of(["Wheat | 12 | 15"], evidence) == CitedPlace(line_box(4), frame)


def test_an_extracted_answer_is_cited_at_its_line(mill: MarkedEvidence) -> None:
    answer = answer_to("How many sacks does the mill grind a day?", [mill], ExtractedAnswerer())
    assert answer.status == "answered"
    assert answer.citations[0].bbox == line_box(2)
    assert answer.evidence[0].evidence.lines == ()


@pytest.mark.parametrize(
    ("question", "line"),
    [("How many steps are there to milling?", 1), ("What is the date on page 12?", 4)],
)
def test_what_is_found_in_text_by_rule_is_cited_at_its_line(make_marked, question, line) -> None:
    told = ("Milling", "1. Fill the hopper.", "2. Turn the wheel.", "Harvest", "4 May 2031")
    lines = tuple(PlacedLine(text, line_box(at)) for at, text in enumerate(told))
    page = make_marked("K7Q", "3fa9c1d2-p0012", "\n".join(told), lines=lines)
    answer = answer_to(question, [page], ExtractedAnswerer(), computes=True)
    assert answer.models == {"answerer": "computed"}
    box = answer.citations[0].bbox
    assert box is not None
    assert box[1] <= line_box(line)[1] < box[3]
