"""What a document lists in its own table of contents."""

import pytest

from mmrag.answer.computing.contents import entries
from mmrag.answer.computing.sections import read, sections
from mmrag.types import OutlineItem, OutlinePage

LISTED = """iii
TABLE OF CONTENTS
About this book......................................... vi
Chapters
1. Bees of the coast.....................................1
2. Winter, and what it takes . . . . . . . . . . . 25
3. Honey
69
Appendix 1: Hives ...... 287"""
ON = """4. Wax ............. 290
5. Trade ............ 301
6. Law .............. 310"""


def pages(*texts: str) -> list[OutlinePage]:
    return [
        OutlinePage(OutlineItem(f"3fa9c1d2-p{n:04d}", n, "", ""), text)
        for n, text in enumerate(texts, 1)
    ]


def titles(*texts: str) -> list[str]:
    return [item.title for item in entries(pages(*texts))]


def test_entries_are_told_without_leaders_and_pages() -> None:
    assert titles("Bees", LISTED) == [
        "About this book",
        "1. Bees of the coast",
        "2. Winter, and what it takes",
        "3. Honey",
        "Appendix 1: Hives",
    ]
    assert {item.page for item in entries(pages("Bees", LISTED))} == {2}


def test_a_table_of_contents_goes_on_with_the_next_page() -> None:
    assert titles(LISTED, ON, "Bees are insects.")[-3:] == ["4. Wax", "5. Trade", "6. Law"]


@pytest.mark.parametrize(
    "text",
    [
        "Sales\n2029 ..... 12\nHoney ..... 30\nWax ..... 40",  # no heading
        "Contents\nHoney ..... 30\nWax ..... 40",  # two entries
        "Contents\nHoney in grams 30\nWax in grams 9\nSugar in grams 40",  # of a jar
    ],
)
def test_what_is_no_table_of_contents_has_no_entries(text: str) -> None:
    assert titles(text) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many chapters are in this report?", 3),
        ("What are the last 2 chapters listed in the table of contents?", 2),
        ("What is the title of the last chapter?", 1),
    ],
)
def test_what_is_listed_under_a_bare_number_is_a_chapter(question: str, expected: int) -> None:
    asked = read(question)
    assert asked is not None
    found = sections(asked, entries(pages(LISTED)), of_all=True, listed=True)
    assert len(found) == expected
    assert found[-1].title == "3. Honey"
    assert sections(asked, entries(pages(LISTED)), of_all=True) == []
