"""Parts that a document numbers under a word of its own."""

import pytest

from mmrag.answer.computing.numbered import is_told, parts, read
from mmrag.types import OutlineItem, OutlinePage

TEXTS = (
    "Who keeps bees and why?\nTip no. 1: Air the hive.\nLook at it.",
    "Tip no. 2: Feed in spring\nUNIT 1: Wax\nUNIT 3 - Honey",
    "Tip no. 3: Count the queens.\nUNIT 1: Wax\nLesson 1: Smoke\nLesson 2: Fire\nLesson 2: Water",
)


def titles(question: str, texts: tuple[str, ...] = TEXTS) -> list[str]:
    pages = [
        OutlinePage(OutlineItem(f"3fa9c1d2-p{n:04d}", n, "", ""), text)
        for n, text in enumerate(texts, 1)
    ]
    asked = read(question)
    return [] if asked is None else [item.title for item in parts(asked, pages)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What are the tips?", ["Air the hive.", "Feed in spring", "Count the queens."]),
        ("How many tips are there?", ["Air the hive.", "Feed in spring", "Count the queens."]),
        (
            'In the section "Who keeps bees", what tips are given?',
            ["Air the hive.", "Feed in spring", "Count the queens."],
        ),
        (
            'In the section "Who keepes bees and why", what tips are given?',
            ["Air the hive.", "Feed in spring", "Count the queens."],
        ),
        ('In the section "Who keeps wasps", what tips are given?', []),
        ("What are the names of Unit 1 and Unit 3?", ["Wax", "Honey"]),
        ("What are the names of Unit 1 and 2?", []),
        ("List the units.", []),
        ("What are the lessons?", []),
        ("What are the hives?", []),
    ],
)
def test_all_are_told_where_their_numbers_have_no_gap_and_one_title_each(question, expected):
    assert titles(question) == expected


@pytest.mark.parametrize(
    "question", ["How many tables are there?", "Which slides mention bees?", "Who has tips?"]
)
def test_what_is_counted_otherwise_is_not_read(question):
    assert read(question) is None


@pytest.mark.parametrize(("text", "expected"), [(TEXTS[0], True), ("Tips: air the hive", False)])
def test_whether_the_evidence_has_such_a_part(text, expected, make_marked):
    asked = read("What are the tips?")
    assert asked is not None
    assert is_told(asked, [make_marked("K7Q", "3fa9c1d2-p0012", text).evidence]) is expected
