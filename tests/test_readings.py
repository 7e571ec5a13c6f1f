from mmrag.readings import PageReading
from mmrag.types import BBox, Page, ReadLine, TextPiece

ROW = ReadLine(
    "Profit 85.5 64.6",
    (50.0, 100.0, 500.0, 112.0),
    10.0,
    False,
    0,
    (
        TextPiece("Profit", (50.0, 100.0, 90.0, 112.0)),
        TextPiece("85.5", (300.0, 100.0, 330.0, 112.0)),
        TextPiece("64.6", (470.0, 100.0, 500.0, 112.0)),
    ),
)
LINE = ReadLine("A sentence.", (50.0, 130.0, 200.0, 142.0), 10.0, False, 1, ())


def text_in(bbox: BBox) -> str:
    page = Page("3fa9c1d2-p0001", "3fa9c1d2", 1, 600.0, 800.0, "all of it", "pdf")
    reading = PageReading("", "", 1, page, (ROW, LINE), (), (), (), {}, (), None)
    return reading.within(bbox).text


def test_a_box_over_one_cell_of_a_row_has_that_cell() -> None:
    assert text_in((290.0, 95.0, 340.0, 115.0)) == "85.5"
    assert text_in((290.0, 95.0, 600.0, 115.0)) == "85.5 64.6"


def test_lines_of_a_box_are_those_whose_middle_it_holds() -> None:
    assert text_in((40.0, 90.0, 560.0, 120.0)) == ROW.text
    assert text_in((40.0, 120.0, 300.0, 150.0)) == LINE.text
    assert text_in((40.0, 200.0, 560.0, 300.0)) == ""
