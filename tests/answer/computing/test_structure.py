"""Questions about what a document consists of."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mmrag.answer.computing.asked_structure import read
from mmrag.answer.computing.structure import answer
from mmrag.types import DocumentOutline, OutlineItem, OutlinePage

NUMBERED = ("Figure 1", "Table 1", "Figure 2", "Table 2", "Table 3")


def outline(*labels: str) -> DocumentOutline:
    """A document of 30 pages with figures under these labels, one on each page from the second."""
    figures = tuple(
        OutlineItem(f"3fa9c1d2-p{page:04d}-f01", page, label, f"{label}. About {page}")
        for page, label in enumerate(labels, 2)
    )
    headings = tuple(
        OutlineItem(f"3fa9c1d2-p{page:04d}", page, "", title)
        for page, title in (
            (3, "1 Bees of the coast"),
            (4, "2 Methods"),
            (9, "Results and outlook"),
        )
    )
    last = OutlineItem("3fa9c1d2-p0030", 30, "30", "")
    texts = ((1, "Bees of Orland. Bees!"), (2, "BEES and wasps; a bee"), (3, "Wasps"))
    pages = tuple(
        OutlinePage(OutlineItem(f"3fa9c1d2-p{page:04d}", page, "", ""), text)
        for page, text in texts
    )
    return DocumentOutline("Bees of Orland", 30, last, figures, headings, pages)


def result(question: str, *labels: str) -> object:
    asked = read(question)
    found = None if asked is None else answer(asked, outline(*labels))
    return None if found is None else found.result


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many pages does the document have?", Decimal(30)),
        ("How many pages are there in Bees of Orland?", Decimal(30)),
        ("how many tables are included in the document?", Decimal(3)),
        ("How many figures are there in total in the article?", Decimal(2)),
        ("On which page is Table 2?", Decimal(5)),
        ("On what page does the section Methods begin?", Decimal(4)),
        ("On which page does 'Results and outlook' start?", Decimal(9)),
        ("How many times does 'bees' appear in the document?", Decimal(3)),
        ("How many times is Wasps mentioned on page 2?", Decimal(1)),
        ("What is the title of the slides?", ("Bees of Orland. Bees!",)),
        ("What is the title of Figure 2?", ("Figure 2. About 4",)),
        ("What is the purpose of this document?", None),
        ("What does BOO stand for?", None),
        ("What are the main sections?", ("1 Bees of the coast", "2 Methods")),
        ("List all figures.", ("Figure 1. About 2", "Figure 2. About 4")),
        ("Which figures are in the document?", ("Figure 1. About 2", "Figure 2. About 4")),
        ("What are the figures for honey?", None),
        ("List the titles of all figures", ("Figure 1. About 2", "Figure 2. About 4")),
        ("Which pages mention wasps?", ("page 2", "page 3")),
        ("How many pages mention bees in this report?", Decimal(2)),
        ("On which pages is Orland mentioned?", ("page 1",)),
        ("Does the report mention any wasp?", "yes"),
        ("Did Orland mention hornets or wasps in its annual report?", "yes"),
        ("Is a bee mentioned anywhere in the document?", "yes"),
        ("Are there any hornets mentioned?", None),
        ("Did Wolmar mention wasps?", None),
        ("Is Orland mentioned in Section 3.4?", None),
        ('List all pages that contain the word "wasps"', ("page 2", "page 3")),
        ("How many sections does the paper Bees of Orland have?", Decimal(2)),
        ("List the sections of this paper", ("1 Bees of the coast", "2 Methods")),
    ],
)
def test_what_the_document_counts_itself_is_counted(question, expected):
    assert result(question, *NUMBERED) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How many tables are there in the appendix?",
        "How many tables show a loss?",
        "Which pages have wasps?",
        "Which page mentions hornets?",
        "How many sections are there about wasps?",
        "How many subsections does the section Methods have?",
        "How many figures of Beekeepers Ltd are there?",
        "How many charts are there?",
        "On which page is Table 9?",
        "On which page does the conclusion begin?",
        "How many pages about wasps does the document have?",
        "How many columns does Table 2 have?",
        "How many times does 'hornets' appear?",
        "How many times does 'bees' appear in the chapter on honey?",
    ],
)
def test_what_it_does_not_count_is_not_guessed(question):
    assert result(question, *NUMBERED) is None


@pytest.mark.parametrize(
    "labels", [("Table 1", "Table 3"), ("Table 1", "Table 1", "Table 2"), ("Table 2",), ("", "")]
)
def test_numbers_with_a_gap_or_twice_count_nothing(labels):
    assert result("How many tables are there?", *labels) is None


def test_a_title_that_is_not_printed_is_the_first_line_of_a_title_page():
    held = outline()
    renamed = replace(held, names="orl-31-final")
    asked = read("What is the title of this presentation?")
    assert answer(asked, renamed).result == ("Bees of Orland. Bees!",)
    long = replace(held.pages[0], text=f"{held.pages[0].text}\n{'word ' * 50}")
    assert answer(asked, replace(renamed, pages=(long,))) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ('Is "Wasps" before or after "BEES and wasps; a bee"?', ("after",)),
        ('Is "Wasps" before or after "Hornets"?', None),
        ("What are the parishes mentioned in the document?", None),
    ],
)
def test_what_comes_first_is_told(question, expected):
    assert result(question) == expected


def test_what_is_named_is_listed_with_its_pages():
    asked = read("How many parishes are mentioned in the document?")
    assert asked is not None
    whole = outline()
    pages = tuple(
        replace(page, text=f"{('Lund', 'Ryd', 'Vik')[n]} Parish")
        for n, page in enumerate(whole.pages)
    )
    found = answer(asked, replace(whole, pages=pages))
    assert found is not None
    assert (found.said, found.result) == ("3 parishes", Decimal(3))
    assert [text for text, _ in found.items] == ["Lund Parish", "Ryd Parish", "Vik Parish"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What tips does the author give us?", ("Air the hive", "Feed")),
        ("How many tips are in the document?", Decimal(2)),
        ("What tips help against wasps?", None),
    ],
)
def test_parts_under_a_word_of_the_document_are_told_where_nothing_else_is_asked(
    question, expected
):
    asked = read(question)
    assert asked is not None
    whole = outline()
    texts = ("Tip 1: Air the hive", "Tip 2: Feed", "Bees")
    pages = tuple(replace(page, text=text) for page, text in zip(whole.pages, texts, strict=True))
    found = answer(asked, replace(whole, pages=pages))
    assert (found.result if found else None) == expected


def test_what_is_mentioned_often_shows_its_first_pages():
    pages = tuple(
        OutlinePage(OutlineItem(f"3fa9c1d2-p{page:04d}", page, "", ""), "A merger")
        for page in range(1, 9)
    )
    asked = read("Does the document discuss mergers?")
    assert asked is not None
    found = answer(asked, replace(outline(), pages=pages))
    assert found is not None
    assert found.said == "Yes, on 8 pages, the first 5 of them"
    assert [text for text, _ in found.items] == [f"page {page}" for page in range(1, 6)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many figures are in this paper from page 2 to page 3?", Decimal(1)),
        ("How many tables are there on pages 1-3?", Decimal(1)),
        ("How many tables are on page 2?", None),
        ("How many tables are in pages 1-900 of this paper?", None),
        ("How many tables are on pages 100-120 of this paper?", None),
    ],
)
def test_figures_and_tables_of_the_named_pages_are_counted_where_all_are_there(question, expected):
    assert result(question, *NUMBERED) == expected


def test_what_it_is_for_and_what_its_acronyms_mean_is_told_by_its_pages():
    text = "This report describes the World Bee Institute (WBI)."
    page = OutlinePage(OutlineItem("3fa9c1d2-p0001", 1, "", ""), text)
    document = replace(outline(), pages=(page,))
    for question, expected in (
        ("What is the purpose of this report?", text),
        ("What does WBI stand for?", "World Bee Institute"),
    ):
        found = answer(read(question), document)
        assert found is not None
        assert found.result == expected
        assert [item.title for _, item in found.items] == [expected]


def test_chapters_of_the_contents_need_no_numbers():
    text = "Contents\nHives 2\nWax and honey 3\nThe keeper 4"
    page = OutlinePage(OutlineItem("3fa9c1d2-p0001", 1, "", ""), text)
    found = answer(
        read("What are the main sections?"), replace(outline(), headings=(), pages=(page,))
    )
    assert found is not None
    assert found.result == ("Hives", "Wax and honey", "The keeper")


def test_numbered_parts_of_a_part_are_not_the_sections_of_the_document():
    others = [OutlineItem("3fa9c1d2-p0001", 1, "", f"About {name}") for name in "abcdefg"]
    headings = (*others, *outline().headings)
    assert answer(read("List the sections"), replace(outline(), headings=headings)) is None
