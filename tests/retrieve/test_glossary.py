import pytest

from mmrag.retrieve.glossary import other_names
from mmrag.retrieve.search import Query


@pytest.mark.parametrize(
    ("question", "others"),
    [
        (
            "look at the cash flow statement",
            ("statements of cash flows", "statement of cash flows"),
        ),
        ("roa in percent", ("net income", "total assets")),
        ("ROA and ROE", ("net income", "total assets", "total equity")),
        ("margin in FY2018", ("2018",)),
        ("margin in FY '2018", ("2018",)),
    ],
)
def test_what_a_question_names_has_other_names(question: str, others: tuple[str, ...]) -> None:
    assert other_names(question) == others


@pytest.mark.parametrize("question", ["Who is the auditor?", "the ROAD to Rome", "", "FY20189"])
def test_most_questions_name_nothing_of_the_kind(question: str) -> None:
    assert other_names(question) == ()


def test_a_statement_is_found_by_its_other_name(
    catalog, storing, searching, texts, annual, other
) -> None:
    report, put = storing
    pages = {1: {"text": "Property, plant and equipment"}, 2: {"text": "Plant and property"}}
    statement = report("/docs/statement.pdf", pages)
    put(catalog, statement, texts)
    query = Query("PP&E", unit="page", channels=("keyword",))
    hits = searching(catalog, texts).search(query).hits
    assert [hit.image_id for hit in hits] == [statement.pages[0].id]
