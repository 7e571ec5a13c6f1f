import pytest

from mmrag.retrieve.glossary import expanded
from mmrag.retrieve.search import Query


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("capex of Acme", "purchases of property, plant and equipment"),
        ("What was the PP&E?", "property, plant and equipment"),
        ("look at the cash flow statement", "statements of cash flows"),
        ("roa in percent", "net income total assets"),
        ("margin in FY2018", "2018"),
        ("margin in FY '2018", "2018"),
    ],
)
def test_other_names_follow_the_question(question: str, other: str) -> None:
    assert expanded(question) == f"{question} {other}"


def test_a_question_without_such_a_name_stays_as_it_is() -> None:
    for question in ("Who is the auditor?", "the ROAD to Rome", "", "FY20189"):
        assert expanded(question) == question


def test_a_statement_is_found_by_its_other_name(
    catalog, storing, searching, texts, annual, other
) -> None:
    report, put = storing
    statement = report(
        "/docs/statement.pdf",
        {1: {"text": "Purchases of plant and equipment"}, 2: {"text": "Capital of the country"}},
    )
    put(catalog, statement, texts)
    hits = searching(catalog, texts).search(Query("capex", unit="page")).hits
    assert hits[0].image_id == statement.pages[0].id


def test_what_is_shown_is_the_question_as_it_was_asked(searcher, annual) -> None:
    assert searcher.search(Query("capex of Acme")).query == "capex of Acme"
