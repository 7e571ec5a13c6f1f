"""Things of a kind that a document names."""

import time

import pytest

from mmrag.answer.computing.named_things import names, read
from mmrag.types import OutlineItem, OutlinePage

TEXT = """In Lund Parish hives stood early. The Aby Hill Parish followed;
Lund Parish wrote of its parish. This Parish
had none. Great Vik
Parish is another line."""


def told(noun: str, *texts: str) -> list[tuple[str, int]]:
    pages = [
        OutlinePage(OutlineItem(f"3fa9c1d2-p{n:04d}", n, "", ""), text)
        for n, text in enumerate(texts, 1)
    ]
    return [(item.title, item.page) for item in names(noun, pages)]


def test_each_is_told_once_where_it_is_named_first():
    found = told("parishes", TEXT, "Lund Parish and Ryd Parish")
    assert found == [("Lund Parish", 1), ("Aby Hill Parish", 1), ("Ryd Parish", 2)]


def test_none_are_told_where_several_share_one_noun():
    assert told("parishes", TEXT, "Ryd and Aby Parishes") == []


def test_none_are_told_where_the_noun_mostly_stands_by_itself():
    own = "The Company sells wax. The Company buys hives. Our Company is old."
    assert told("companies", f"Lund Trust Company and Ek Company. {own}") == []


def test_an_endless_word_is_read_once():
    started = time.process_time()
    assert told("parishes", "A" * 100_000) == []
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("question", "noun", "counts"),
    [
        ("What are the parishes mentioned in the document?", "parishes", False),
        ("Which parishes are named in this report?", "parishes", False),
        ("List all the rivers mentioned.", "rivers", False),
        ("How many lakes are mentioned in the paper?", "lakes", True),
    ],
)
def test_a_kind_is_asked_for(question, noun, counts):
    asked = read(question)
    assert asked is not None
    assert (asked.noun, asked.counts) == (noun, counts)


@pytest.mark.parametrize(
    "question", ["What are the parishes of Lund?", "Who is mentioned?", "How are they named?"]
)
def test_other_questions_ask_for_no_names(question):
    assert read(question) is None
