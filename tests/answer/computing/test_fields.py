"""Fields told by their form, or by their label."""

import pytest

from mmrag.answer.computing.fields import answer, read
from mmrag.types import Evidence

LETTER = """Registry of Orland
Lund, May 3, 2031
Kim Alder kalder@orland.example
Ada Birch abirch@orland.example
Tel: 046-555-0101
Fax: 046-555-0102
https://www.orland.example/bees and www.honey.example."""
PLAN = """Plan of the year
Unit 7: Keeping Bees in Winter
Unit 7 Key Tasks: read and report
Teacher: Ada Birch"""


@pytest.fixture
def evidence(make_marked) -> list[Evidence]:
    return [
        make_marked("K7Q", "3fa9c1d2-p0012", LETTER).evidence,
        make_marked("M2X", "3fa9c1d2-p0002", PLAN).evidence,
    ]


def values(question: str, evidence: list[Evidence]) -> list[str]:
    asked = read(question)
    return [] if asked is None else [found.value for found in answer(asked, evidence)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What date is mentioned on page 12?", ["May 3, 2031"]),
        ("What is the fax number on page twelve?", ["046-555-0102"]),
        ("What is the fax number of the registry?", []),
        ("What is the fax number?", ["046-555-0102"]),
        ("What is the email address of Ada Birch?", ["abirch@orland.example"]),
        ("To which e-mail address of Ada Birch does one write?", ["abirch@orland.example"]),
        ("What is Kim Alder's e-mail?", ["kalder@orland.example"]),
        ("What is the telephone number on page 12?", ["046-555-0101"]),
        (
            "How many websites are on page 12?",
            ["https://www.orland.example/bees", "www.honey.example"],
        ),
        ("What is the topic of unit 7?", ["Keeping Bees in Winter"]),
        ("Who is the teacher?", ["Ada Birch"]),
    ],
)
def test_a_field_is_told_by_its_page_its_subject_or_its_label(question, expected, evidence):
    assert values(question, evidence) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is the email address on page 12?",  # two
        "What is the subject of the e-mail to Birch?",  # which is none
        "What attachments does the e-mail to Birch have?",
        "Who sent the e-mail to Birch?",
        "What date is mentioned on page 2?",
        "What is the topic of unit 8?",
        "What is the topic of unit 7 in the second year?",
        "How many websites are there?",
        "Why is the teacher Ada Birch?",
    ],
)
def test_where_several_fit_or_none_nothing_is_answered(question, evidence):
    assert values(question, evidence) == []


FORM = """Disclosure of a contract
1. Tender Number:
1295
2. Name of the builder:
Ola Berg Quays
3. Address of the builder:
12 Mole Road
Lund
4. Annex:
- the plan
5. Estimated costs of the work that is done by those who are named above:
$3,148,800.00
and what is added by law"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the tender number?", ["1295"]),
        ("What is the name of the builder?", ["Ola Berg Quays"]),
        ("What is the address of the builder?", []),  # of two lines
        ("What is the annex?", []),  # a list
        ("What are the estimated costs of the work done by those named above?", ["$3,148,800.00"]),
    ],
)
def test_a_form_is_filled_in_below_its_labels(question, expected, make_marked):
    evidence = [make_marked("K7Q", "3fa9c1d2-p0001", FORM).evidence]
    assert values(question, evidence) == expected
