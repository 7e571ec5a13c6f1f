"""The date of a document."""

import pytest

from mmrag.answer.computing.dated import date, read
from mmrag.types import OutlineItem, OutlinePage


def told(question: str, *texts: str) -> str | None:
    asked = read(question)
    assert asked is not None
    pages = [
        OutlinePage(OutlineItem(f"3fa9c1d2-p{n:04d}", n, "", ""), text)
        for n, text in enumerate(texts, 1)
    ]
    found = date(asked, pages)
    return None if found is None else found.title


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("FOR RELEASE Mar. 9, 2031\nBees of Orland",), "Mar. 9, 2031"),
        (("Released on 9 March 2031\nMeasured until 1 May 2030",), "9 March 2031"),
        (("Bees of Orland\nWinter 2031", "9 March 2031"), None),
        (("9 March 2031\n10 March 2031",), None),
        (("June 2030 quarter in short",), None),
        (("For the year ended 31 December 2030",), None),
        (("Bees of Orland, 9 March 2031\nDownloaded on 1 May 2031",), "9 March 2031"),
        ((), None),
    ],
)
def test_it_is_the_one_on_the_first_page_or_beside_the_word_of_the_question(texts, expected):
    assert told("When was this report released?", *texts) == expected


def test_a_date_that_can_be_read_in_two_ways_is_not_put_in_order():
    question = "What is the date of the document? Format your answer as YYYY-MM-DD."
    assert told(question, "Filed: 01/05/2031") is None
    assert told(question, "Filed: 13/05/2031") == "13/05/2031"
    assert told("What is the date of the document?", "Filed: 01/05/2031") == "01/05/2031"


@pytest.mark.parametrize(
    "question",
    [
        "When was this report on bees of the coast released in Orland?",
        "What is the date of the first flight?",
        "When was the queen born?",
        "What date is mentioned on page 2?",
    ],
)
def test_dates_of_other_things_are_not_asked_here(question):
    assert read(question) is None
