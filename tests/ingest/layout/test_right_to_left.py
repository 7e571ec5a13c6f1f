import pytest

from mmrag.ingest.layout import right_to_left
from mmrag.ingest.layout.order import Fragment, reading_order


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        ("ןורחאה ףיעסה", "הסעיף האחרון"),
        ("םימי 45 ךות םלשת הרבחה", "החברה תשלם תוך 45 ימים"),
        (".(םיקלח 12.5%) םוכסה", "הסכום (12.5% חלקים)."),
        ("ןופלט Acme Ltd תרבח", "חברת Acme Ltd טלפון"),
    ],
)
def test_what_stands_from_right_to_left_is_read_so(seen: str, read: str) -> None:
    assert right_to_left.logical(seen) == read


def test_hebrew_that_was_set_from_left_to_right_is_not_turned() -> None:
    assert right_to_left.logical("הסעיף האחרון") == "הסעיף האחרון"


def test_the_cells_of_a_row_are_read_from_the_right() -> None:
    row = [
        Fragment("120", (50, 100, 70, 112), 10, bold=False),
        Fragment("מחיר", (200, 100, 230, 112), 10, bold=False),
    ]
    assert [line.text for line in reading_order(row)] == ["מחיר  120"]


def test_a_line_with_a_word_of_hebrew_is_no_hebrew_line() -> None:
    assert not right_to_left.is_mostly_in("The word שלום means peace")
    assert right_to_left.is_in("The word שלום means peace")
