from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.segments import as_they_stand, is_row, line_boxes, page_text


def line(text: str, y: float, *, block: int = 0, x0: float = 50, x1: float = 300) -> TextLine:
    return TextLine(text, (x0, y, x1, y + 12), 10, False, block)


def test_the_lines_of_a_paragraph_become_one() -> None:
    text, segments = page_text([line("The towers stand", 10), line("on granite.", 22, x1=120)])
    assert text == "The towers stand on granite."
    assert [(s.start, s.end, s.lines) for s in segments] == [(0, 28, 2)]


def test_a_word_divided_at_the_end_of_a_line_is_whole_again() -> None:
    assert page_text([line("the infor-", 10), line("mation age", 22)])[0] == "the information age"
    assert (
        page_text([line("a self-con-", 10), line("tained unit", 22)])[0] == "a self-con-tained unit"
    )
    assert page_text([line("the LOGIC-", 10), line("LM model", 22)])[0] == "the LOGIC-LM model"


def test_rows_of_a_table_keep_their_own_lines() -> None:
    text, segments = page_text([line("Year  2019  2020", 10), line("Trips  411  508", 22)])
    assert text == "Year  2019  2020\nTrips  411  508"
    assert [s.row for s in segments] == [True, True]


def test_a_short_last_line_ends_its_paragraph() -> None:
    text, _ = page_text(
        [
            line("One sentence fills it.", 10),
            line("It ends.", 22, x1=90),
            line("Another begins", 34),
        ]
    )
    assert text.split("\n") == ["One sentence fills it. It ends.", "Another begins"]


def test_list_items_stand_on_lines_of_their_own() -> None:
    text, _ = page_text([line("• one item that fills", 10), line("• another item", 22)])
    assert text == "• one item that fills\n• another item"


def test_segments_are_slices_of_the_page_in_order() -> None:
    text, segments = page_text([line(f"block number {at}", 40 * at, block=at) for at in range(5)])
    assert [text[s.start : s.end] for s in segments] == text.split("\n")


def test_a_run_in_head_is_no_row() -> None:
    assert not is_row("LP System.  For deductive reasoning we incorporate an engine")
    assert is_row("Total revenue  206.1")
    assert is_row("a  b  c")


def test_an_empty_page_has_no_text() -> None:
    assert page_text([]) == ("", ())


def test_lines_of_chinese_and_japanese_are_joined_without_a_space() -> None:
    assert page_text([line("电车在夜间", 10), line("停运检修。", 22)])[0] == "电车在夜间停运检修。"
    assert page_text([line("電車は夜", 10), line("に止まる", 22)])[0] == "電車は夜に止まる"


def test_a_caption_begins_a_line_of_its_own_below_a_sentence() -> None:
    text, _ = page_text([line("The tram stops here.", 10), line("Table 2: Trips by month", 22)])
    assert text == "The tram stops here.\nTable 2: Trips by month"
    text, _ = page_text([line("All of this is told in", 10), line("Table 2. It is long.", 22)])
    assert text == "All of this is told in Table 2. It is long."


def test_each_line_of_the_text_stands_in_the_box_of_its_paragraph_or_row() -> None:
    lines = [line("The towers stand", 10), line("on granite.", 22, x1=120), line("a  b  c", 40)]
    assert line_boxes(*page_text(lines)) == ((50, 10, 300, 34), (50, 40, 300, 52))


def test_lines_without_text_have_boxes_as_well() -> None:
    read = as_they_stand([line("", 10), line("a", 22), line("", 34), line("b", 46)])
    assert read[0].split("\n") == ["a", "", "b"]
    assert [box[1] for box in line_boxes(*read)] == [22, 34, 46]
    assert line_boxes("", ()) == ()
