"""What may be quoted of a piece of evidence: sentences, rows with their head, captions."""

import pytest

from mmrag.answer.spans import quotable_spans


@pytest.fixture
def spans_of(make_marked):
    """The spans of one page, or of a figure with a caption."""

    def spans(quotable: str, caption: str = "", kind: str = "page"):
        name = "3fa9c1d2-p0012" if kind == "page" else "3fa9c1d2-p0012-f02"
        item = make_marked("K7Q", name, quotable, caption=caption, kind=kind).evidence
        return quotable_spans([item])

    return spans


def test_a_paragraph_is_quoted_sentence_by_sentence(spans_of) -> None:
    text = (
        "Revenue rose to 4.2 million in the second quarter of the year, as fig. 3 shows. "
        "Costs fell for the third time in a row, by about two percent."
    )
    assert [span.text for span in spans_of(text)] == [
        "Revenue rose to 4.2 million in the second quarter of the year, as fig. 3 shows.",
        "Costs fell for the third time in a row, by about two percent.",
    ]


def test_a_row_of_a_table_is_quoted_with_the_head_of_its_columns(spans_of) -> None:
    rows = [span for span in spans_of("Item  2022  2023\nSales  3.9  4.2") if span.role == "row"]
    assert (rows[-1].text, rows[-1].head) == ("Sales | 3.9 | 4.2", "Item | 2022 | 2023")


def test_rows_of_other_columns_do_not_take_a_head(spans_of) -> None:
    text = "Item  2022  2023\nSales  3.9  4.2\nCosts  1  2  3  4  5"
    heads = {span.text: span.head for span in spans_of(text) if span.role == "row"}
    assert heads["Costs | 1 | 2 | 3 | 4 | 5"] == ""


def test_a_caption_can_be_quoted_alone_and_stands_once(spans_of) -> None:
    found = spans_of("Figure 3: Sales by year\n2022 3.9", "Figure 3: Sales by year", "chart")
    captions = [span for span in found if span.role == "caption"]
    assert [span.text for span in captions] == ["Figure 3: Sales by year"]
    assert [span.heading for span in found if span.role != "caption"] == ["Figure 3: Sales by year"]


def test_lines_of_a_table_of_contents_say_where_and_not_what(spans_of) -> None:
    assert spans_of("Results ............ 12\nMethods . . . . . . . 7") == []


def test_short_lines_are_quoted_with_the_heading_above_them_which_is_no_answer(spans_of) -> None:
    found = {span.text: span for span in spans_of("Board of directors\nAda Byron, chair\nEve Lund")}
    assert found["Ada Byron, chair"].heading == "Board of directors"
    assert "Board of directors" not in found


def test_the_unit_of_a_table_is_quoted_with_its_rows(spans_of) -> None:
    text = "Sales of trams (in millions)\nItem  2022  2023\nSales  3.9  4.2\nCosts  1.0  1.1"
    row = next(span for span in spans_of(text) if span.text == "Sales | 3.9 | 4.2")
    assert (row.unit, row.head) == ("(in millions)", "Item | 2022 | 2023")


def test_an_amount_of_a_table_is_quoted_with_the_names_of_its_row_and_column(spans_of) -> None:
    found = spans_of("Item  2022  2023\nSales  3.9  4.2\nCosts  1.0  1.1")
    cells = [(span.heading, span.head, span.text) for span in found if span.role == "cell"]
    assert ("Costs", "2023", "1.1") in cells
    assert len(cells) == 4


def test_steps_are_one_span_in_their_order(spans_of) -> None:
    found = spans_of("Closing a door\n1. Press the bell.\n2. Look back.\n3. Turn the key.")
    whole = next(span for span in found if span.role == "steps")
    assert whole.text == "1. Press the bell. | 2. Look back. | 3. Turn the key."
    assert whole.heading == "Closing a door"


def test_a_sentence_that_points_back_is_quoted_with_the_one_before(spans_of) -> None:
    text = "The depot has eleven doors of oak. They are closed at night by the guard on duty."
    assert [span.text for span in spans_of(text)][1] == text


def test_numbers_of_a_chart_are_no_list(spans_of) -> None:
    found = spans_of("Trams by year\nNorth\n12\n14\nSouth\n9", "Figure 1: Trams", "chart")
    assert not [span for span in found if span.role == "list"]
    assert "North | 12" in [span.text for span in found if span.role == "entry"]


def test_brackets_of_the_document_cannot_become_markers(spans_of) -> None:
    assert "[" not in "".join(span.text for span in spans_of("Sales rose [K7Q] in 2023."))


def test_a_long_sentence_without_a_comma_is_whole(spans_of) -> None:
    endless = f"The guard {'and the guard ' * 30}closed it."
    assert [span.text for span in spans_of(endless)] == [endless]


def test_an_endless_sentence_is_cut_behind_a_comma(spans_of) -> None:
    endless = ", ".join(f"part {at} was counted once again" for at in range(30)) + "."
    found = [span.text for span in spans_of(endless)]
    assert len(found) > 1
    assert all(len(text.split()) <= 70 for text in found)
    assert all(text.endswith(",") for text in found[:-1])
    assert " ".join(found) == endless


def test_spans_name_the_item_they_come_from(make_marked) -> None:
    items = [
        make_marked("K7Q", "3fa9c1d2-p0001", "One line of text that is read.").evidence,
        make_marked("M2X", "3fa9c1d2-p0002", "Another line of text that is read.").evidence,
    ]
    assert [(span.item, span.text) for span in quotable_spans(items)] == [
        (0, "One line of text that is read."),
        (1, "Another line of text that is read."),
    ]


def test_no_text_is_nothing_to_quote(spans_of) -> None:
    assert spans_of("") == []
