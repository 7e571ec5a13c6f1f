import pytest

from mmrag.retrieve.expansion import other_names, phrases
from mmrag.retrieve.search import Query


@pytest.mark.parametrize(
    ("question", "others"),
    [
        (
            "look at the cash flow statement",
            ("statement of cash flows", "statements of cash flows", "cash flow statement"),
        ),
        (
            "roa in percent",
            ("net income", "net earnings", "net profit", "total assets"),
        ),
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


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ('Who wrote "net cash flow"?', ("net cash flow", 'Who wrote "net cash flow"?')),
        ("of ‘Deep Blue’", ("Deep Blue",)),
        ("Bob's and Ann's", ()),
        ("Growth of fish stocks", ("Growth of fish stocks",)),
        ("Growth of stocks", ()),
    ],
)
def test_quotations_and_what_may_have_been_copied_are_looked_for_as_a_whole(
    question, found
) -> None:
    assert phrases(question) == found


def test_a_copied_caption_finds_its_figure_first(
    catalog, storing, searching, texts, annual, other
) -> None:
    report, put = storing
    pages = {
        1: {"text": "More words. Costs of ports in 2019. And more follow"},
        2: {"text": "In ports of 2019: costs"},
        **{number: {"text": "Nothing of the kind"} for number in range(3, 9)},
    }
    document = report("/docs/ports.pdf", pages)
    put(catalog, document, texts)
    query = Query("costs of ports in 2019", unit="page", channels=("keyword",))
    hits = searching(catalog, texts).search(query).hits
    assert hits[0].image_id == document.pages[0].id
