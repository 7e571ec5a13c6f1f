"""How a page's text is taken apart: prose, rows, lists and headings, and what is left out."""

import pytest

from mmrag.answer.blocks import blocks, running_heads

PROSE = "The tram leaves the depot at five and comes back in the night, whatever the weather is."


def kinds(text: str, **options) -> list[tuple[str, tuple[str, ...]]]:
    return [(block.kind, block.lines) for block in blocks(text, **options)]


def test_a_heading_stands_above_its_paragraph_without_its_number() -> None:
    (block,) = blocks(f"4 Timetable\n{PROSE}")
    assert (block.kind, block.heading, block.lines) == ("paragraph", "Timetable", (PROSE,))


@pytest.mark.parametrize(
    "line",
    ["Tickets ............ 12", "https://trams.example.com/lines", "- 14 -", "•", "Page 3 of 9"],
)
def test_what_says_where_and_not_what_is_left_out(line: str) -> None:
    assert kinds(f"{PROSE}\n{line}") == [("paragraph", (PROSE,))]


def test_lines_under_contents_that_end_in_a_page_number_are_left_out() -> None:
    assert kinds("Contents\nTickets  12\nDoors and bells  14\nFines  20") == [
        ("lines", ("Contents",))
    ]


def test_numbered_lines_are_steps_where_they_follow_one_another() -> None:
    assert kinds("Closing a door\n1. Press the bell.\n2. Look back.\n3. Turn the key.") == [
        ("steps", ("1. Press the bell.", "2. Look back.", "3. Turn the key."))
    ]


def test_one_numbered_line_alone_is_a_heading() -> None:
    assert blocks(f"7 Doors\n{PROSE}")[0].heading == "Doors"


def test_bullets_are_a_list_that_the_sentence_before_announces() -> None:
    listed = blocks(f"{PROSE[:-1]} and needs three people:\n• a driver\n• a guard\n• a sweeper")[-1]
    assert listed.kind == "list"
    assert listed.lines == ("• a driver", "• a guard", "• a sweeper")
    assert listed.intro.endswith("needs three people:")


def test_an_item_that_was_broken_over_two_lines_is_whole() -> None:
    found = kinds("Crew\n• a driver of the\nFirst class\n• a guard")
    assert found == [("list", ("• a driver of the First class", "• a guard"))]


def test_a_sentence_that_was_broken_over_two_lines_is_whole() -> None:
    first, second = PROSE.split(" comes back ")
    assert kinds(f"{first}\ncomes back {second}") == [("paragraph", (PROSE,))]


def test_a_label_and_two_amounts_are_a_row_and_a_date_is_none() -> None:
    assert kinds("Doors 14 16\nBells 3 4")[0][0] == "rows"
    assert kinds("Friday, May 3, 2024")[0][0] == "lines"


def test_lines_at_the_edge_of_two_pages_are_running_heads(make_marked) -> None:
    texts = [f"Tram rules {at}\n{PROSE}\nMore of page {at} is here." for at in (1, 2)]
    evidence = [
        make_marked("K7Q", f"3fa9c1d2-p000{at}", text).evidence
        for at, text in enumerate(texts, start=1)
    ]
    heads = running_heads(evidence, texts)
    assert "tram rules" in heads
    assert kinds(texts[0], heads=heads)[0] == ("paragraph", (PROSE,))


def test_lines_under_table_of_contents_are_left_out_without_page_numbers_too():
    text = "Table of contents\n1. Hives\n2. Honey\n3. Wax"
    assert blocks(text) == []
    [kept] = blocks(text.replace("Table of contents", "In the box"))
    assert kept.lines == ("1. Hives", "2. Honey", "3. Wax")
