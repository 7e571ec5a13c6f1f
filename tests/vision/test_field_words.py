"""Rows are told by their words in several languages, also as OCR misreads them."""

import pytest

from mmrag.vision.field_words import begins, kinds, plain


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("T0TAL (INCL. G.S.T)", "total incl gst"),
        ("Te1: 03-555", "tel 03 555"),
        ("Rückgeld", "ruckgeld"),
        ("10 Äpfel", "10 apfel"),
    ],
)
def test_rows_are_compared_without_accents_marks_and_wrong_digits(text, written) -> None:
    assert plain(text) == written


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("TOTAL INCL. GST @6%", {"total", "including", "tax"}),
        ("Sous-total HT", {"total", "subtotal", "excluding"}),
        ("Zu zahlen", {"payable"}),
        ("Totally Tea", set()),
    ],
)
def test_a_row_may_be_of_several_kinds(text, wanted) -> None:
    assert kinds(text) >= wanted
    assert bool(kinds(text)) == bool(wanted)


def test_what_a_row_begins_with() -> None:
    assert begins("CASH  20.00", "paid")
    assert not begins("Granola bar 2.50", "paid")
