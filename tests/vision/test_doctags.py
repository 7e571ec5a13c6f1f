"""DocTags, OTSL and CSV as models write them, whole and cut off."""

import pytest

from mmrag.vision import replies
from mmrag.vision.doctags import csv_rows, elements, otsl, text

PAGE = (
    "<doctag><page_header><loc_10><loc_5><loc_200><loc_12>Orsa Boatyard</page_header>\n"
    "<section_header_level_1><loc_50><loc_50><loc_250><loc_60>Moorings</section_header_level_1>"
    "<text><loc_50><loc_70><loc_450><loc_90>Berths are let\nby the year.</text>"
    "<unordered_list><list_item><loc_60><loc_100><loc_300><loc_110>North pier</list_item>"
    "</unordered_list>"
    "<otsl><loc_50><loc_200><loc_450><loc_300><ched>Berth<ched>Price<lcel><nl>"
    "<rhed>North<fcel>120.50<ecel><nl></otsl></doctag>"
)


def test_the_parts_of_a_page_in_order_with_their_places() -> None:
    found = list(elements(PAGE))
    assert [item.kind for item in found] == [
        "page_header", "section_header_level_1", "text", "list_item", "otsl",
    ]  # fmt: skip
    assert found[0].box == (0.02, 0.01, 0.4, 0.024)
    assert found[2].text == "Berths are let by the year."


def test_the_text_of_a_page_has_its_tables_row_by_row() -> None:
    assert text(PAGE).splitlines()[-2:] == ["Berth | Price | ", "North | 120.50 | "]


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ("<ched>a<ched>b<nl><fcel>1<fcel>2<nl>", [["a", "b"], ["1", "2"]]),
        ("<ched>a<lcel><nl><ucel><xcel><nl><fcel>1<fcel>2<nl>", [["a", ""], ["1", "2"]]),
        ("<otsl><loc_1><loc_2><loc_3><loc_4><fcel>x y\n z<ecel><nl></otsl>", [["x y z", ""]]),
        ("<fcel>1<fcel>cut o", [["1", "cut o"]]),
        ("no table at all", []),
    ],
)
def test_tables_cell_by_cell(said, rows) -> None:
    assert otsl(said) == rows


def test_a_page_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    cut = PAGE[: PAGE.index("by the year") + 6]
    assert text(cut).splitlines() == ["Orsa Boatyard", "Moorings", "Berths are let by the"]


def test_comma_separated_values_with_and_without_a_fence() -> None:
    wanted = [["year", "boats, all"], ["2030", "1,204"]]
    told = 'year, "boats, all"\n2030, "1,204"\n'
    assert csv_rows(told) == csv_rows(f"```csv\n{told}```") == wanted
    assert csv_rows("") == []


def test_what_was_asked_for_says_how_a_reply_is_read() -> None:
    assert replies.table("| a | b |\n|---|---|\n| 1 | 2 |", "text") == [["a", "b"], ["1", "2"]]
    assert replies.table("a,b\n1,2", "csv") == [["a", "b"], ["1", "2"]]
    assert replies.table("<fcel>1<nl>", "otsl") == [["1"]]
    assert replies.page("NO TEXT.", "text") == ""
    assert replies.page(PAGE, "doctags").startswith("Orsa Boatyard")
