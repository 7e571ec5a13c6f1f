"""Questions about the sections that a document numbers."""

import pytest

from mmrag.answer.computing.sections import read, sections
from mmrag.types import OutlineItem

PAPER = (
    "Abstract",
    "1 Bees",
    "2 Hives",
    "2.1 Wood",
    "2.2 Straw",
    "2.2.1 Rye straw",
    "3. Honey",
    "References",
)
BOOK = (
    "Chapter 1: The queen",
    "1.1 Her egg",
    "1.2 Her flight",
    "Chapter 2",
    "2.1 Drones",
    "Chapter 3 – Winter",
)


def outline(titles: tuple[str, ...]) -> list[OutlineItem]:
    return [OutlineItem(f"3fa9c1d2-p{n:04d}", n, "", title) for n, title in enumerate(titles, 1)]


def told(question: str, titles: tuple[str, ...], *, of_all: bool = True) -> list[str]:
    asked = read(question)
    assert asked is not None
    return [item.title for item in sections(asked, outline(titles), of_all=of_all)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many sections does the paper have?", ["1 Bees", "2 Hives", "3. Honey"]),
        ("List all the sections of this document.", ["1 Bees", "2 Hives", "3. Honey"]),
        ("What are the titles of the sections?", ["1 Bees", "2 Hives", "3. Honey"]),
    ],
)
def test_the_sections_of_a_document_are_those_with_one_number(question, expected):
    assert told(question, PAPER) == expected


@pytest.mark.parametrize(
    "question",
    [
        'Which subsections does the section "Hives" include?',
        "How many subsections are there in section 2?",
        "List the subsections of Section 2",
        "What sections does the Hives section contain?",
    ],
)
def test_the_sections_of_a_section_have_its_number_before_their_own(question):
    assert told(question, PAPER, of_all=False) == ["2.1 Wood", "2.2 Straw"]


def test_chapters_are_counted_as_chapters_and_their_sections_by_their_number():
    chapters = ["Chapter 1: The queen", "Chapter 2", "Chapter 3 – Winter"]
    assert told("How many chapters are there in the book?", BOOK) == chapters
    of_one = told("Which sections does Chapter 1 have?", BOOK, of_all=False)
    assert of_one == ["1.1 Her egg", "1.2 Her flight"]
    assert told("How many units does the book have?", BOOK) == []


@pytest.mark.parametrize(
    "titles",
    [
        ("1 Bees", "3 Honey"),  # one was not found
        ("1 Bees", "2 Hives", "2 Honey"),
        ("1 Bees",),
        ("Bees", "Hives"),
        ("2 Hives", "1 Bees"),  # not in this order
    ],
)
def test_numbers_with_a_gap_or_twice_tell_of_no_sections(titles):
    assert told("How many sections does the paper have?", titles) == []


def test_roman_numbers_are_numbers():
    titles = ("I. Bees", "II. Hives", "III. Honey", "IIII. Wax")
    assert told("How many sections are there?", titles) == list(titles[:3])


@pytest.mark.parametrize(
    "question",
    [
        "How many parts are introduced of the headset?",
        "What are the names of Unit 1 and Unit 2 in the first semester?",
        "How many units were sold?",
        "Which section discusses honey?",
        "What part of the cost is wood?",
        "How many sections of rail are there in stock and on order?",
    ],
)
def test_what_does_not_ask_for_sections_alone_is_not_read(question):
    asked = read(question)
    assert asked is None or not sections(asked, outline(PAPER), of_all=False)


LETTER = (
    "I. INTRODUCTION",
    "II. HIVES",
    "A. Wood",
    "B. Straw",
    "III. HONEY",
    "A. Spring",
    "REFERENCES",
    "A. Data",
    "B. More data",
)


def test_sections_with_letters_are_those_of_the_roman_number_above_them() -> None:
    question = 'Which subsections does the section "HIVES" include?'
    assert told(question, LETTER, of_all=False) == ["A. Wood", "B. Straw"]
    assert told("List the subsections of section III", LETTER, of_all=False) == []
    assert told("How many sections are there?", LETTER) == [
        "I. INTRODUCTION", "II. HIVES", "III. HONEY",
    ]  # fmt: skip
