"""What counts as a word, and which words carry meaning."""

import re

import pytest

from mmrag.text.words import (
    MONTH,
    MONTHS,
    content_words,
    fiscal_years,
    plain,
    plain_words,
    quoted,
    words,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Net sales: 1,234.5 million", ["Net", "sales", "1234.5", "million"]),
        ("R&D in the U.S. rose", ["R&D", "in", "the", "U.S", "rose"]),
        ("FY2018 FY18 F2018 FY '19", ["2018", "2018", "2018", "2019"]),
        ("GPT-4, COVID19, 3rd", ["GPT", "4", "COVID19", "3rd"]),
        ("snake_case", ["snake", "case"]),
        ("\N{LATIN SMALL LIGATURE FI}sh and caf\N{LATIN SMALL LETTER E WITH ACUTE}",
         ["fish", "and", "café"]),
        ("", []),
    ],
)  # fmt: skip
def test_words_and_numbers_are_found_as_they_are_written(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_case_and_accents_of_latin_letters_do_not_count_in_plain_words() -> None:
    assert plain_words("Größe du CAFÉ") == ["große", "du", "cafe"]
    assert plain("Й") == "й"


def test_stop_words_and_single_small_letters_carry_no_meaning() -> None:
    assert content_words("What is the list price of a plan B, x, and 7?") == [
        "list", "price", "plan", "B", "7",
    ]  # fmt: skip


def test_a_month_is_known_in_full_and_short_and_other_words_are_none() -> None:
    month = re.compile(rf"\b{MONTH}\b", re.IGNORECASE)
    assert all(month.fullmatch(name) and month.fullmatch(name[:3]) for name in MONTHS)
    assert month.fullmatch("Sept")
    assert not any(map(month.search, ("decision", "mayor", "marketing", "juniper", "octopus")))


def test_fiscal_years_have_four_digits() -> None:
    assert fiscal_years("FY2018, fy 19 and F2020; FY20189, F18") == ("2018", "2019", "2020")


def test_what_stands_in_quotation_marks_is_a_phrase() -> None:
    assert quoted("Who wrote “net cash” and 'net debt', Bob's or Ann's?") == (
        "net cash",
        "net debt",
    )


def test_chinese_and_japanese_are_read_as_bigrams() -> None:
    assert words("2019年末班车") == ["2019", "年末", "末班", "班车"]
    assert plain_words("末班车停在 Depot 2") == ["末班", "班车", "车停", "在", "depot", "2"]
    assert content_words("末班车由谁驾驶？") == ["末班", "班车", "驾驶"]
    assert content_words("電車はどこで止まる") == ["電車", "止"]
