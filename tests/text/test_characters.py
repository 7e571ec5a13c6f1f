"""Text that is shown cannot steer a terminal, hide what it says or overflow its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrag.text.characters import Cleaner, apart, clean, fold

TEXT = st.text(st.sampled_from("a é\n\t\x1b[]m0;\x07\x9b\x9d\x9c\u200b\u200d\u202e\ufe0f\u0301\\"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, 4.2 % — “so”", "plain text, 4.2 % — “so”"),
        ("a\tb\u00a0c\u2003d", "a b c d"),
        ("one\r\ntwo\u2028three\x85", "one \ntwo\nthree\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("\x1bPstring\x9cafter", "after"),
        ("a\x00b\x08c\x7f", "abc"),
        ("abc\u202edef\u2066", "abcdef"),
        ("pay\u200bpal\u200d", "paypal"),
        ("tag\U000e0041\U000e0100", "tag"),
        ("bad\ud800", "bad\ufffd"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that the script needs
    ],
)
def test_what_steers_or_hides_is_taken_out(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_marks_may_stand_on_a_letter_but_not_in_towers() -> None:
    assert clean("e\u0301") == "e\u0301"
    assert clean("e" + 50 * "\u0301") == "e" + 4 * "\u0301"


def test_a_control_string_that_does_not_end_swallows_no_more_than_a_line() -> None:
    assert clean("\x1b]0;never ended\nthe next line") == "\nthe next line"
    assert clean("\x1b]" + 2000 * "a").startswith("a")


@given(TEXT, st.integers(0, 40))
def test_it_does_not_matter_where_the_pieces_are_cut(text: str, cut: int) -> None:
    cleaner = Cleaner()
    assert cleaner.feed(text[:cut]) + cleaner.feed(text[cut:]) == clean(text)


@given(st.text())
def test_clean_text_stays_as_it_is_and_can_be_stored(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")


@pytest.mark.promise(34)
def test_superscripts_stay_apart_from_numbers_and_words_but_not_from_units() -> None:
    assert fold("47³ wages¹ 8 m²") == "47^3 wages 1 8 m2"
    assert apart("47³ wages¹ 8 m²") == "47 ³ wages ¹ 8 m²"
