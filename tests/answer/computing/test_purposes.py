"""What a document is for, in its own words."""

import pytest

from mmrag.answer.computing.purposes import asks, purpose
from mmrag.types import OutlineItem, OutlinePage

TELLS = "This report describes hives of the coast."
SAYS = "The aim of this report is to protect bees."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the purpose of this document?", True),
        ("What's the main aim of the report?", True),
        ("What is its goal?", True),
        ("What is the purpose of the hive?", False),
        ("What is the purpose of this document's annex?", False),
    ],
)
def test_what_the_document_is_for_is_asked_for(question, expected):
    assert asks(question) is expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((f"Bees stand here. {TELLS}", SAYS), SAYS),
        ((f"Bees stand here. {TELLS}",), TELLS),
        (
            ("In this paper, we propose a hive of straw.",),
            "In this paper, we propose a hive of straw.",
        ),
        (("For the purposes of this report, a hive also is a skep.",), None),
        (("",) * 6 + (SAYS,), None),
    ],
)
def test_the_sentence_that_says_it_goes_before_one_that_tells_what_it_does(texts, expected):
    pages = [
        OutlinePage(OutlineItem(f"3fa9c1d2-p{n:04d}", n, "", ""), text)
        for n, text in enumerate(texts, 1)
    ]
    found = purpose(pages)
    assert (None if found is None else found.title) == expected
