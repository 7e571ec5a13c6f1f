import pytest

from mmrag.retrieve import document_names
from mmrag.retrieve.search import Query

ABOUT = {
    "/reports/northwind_2020.pdf": "Northwind Traders\nAnnual report, fiscal 2020",
    "/reports/fabrikam_2021.pdf": "Fabrikam Aerospace Holdings\nAnnual report, fiscal 2021",
    "/reports/scan_0042.pdf": "Quarterly letter of Wingtip Toys\nFiscal 2020",
}


@pytest.fixture
def library(catalog, storing, texts) -> dict[str, str]:
    """Three reports whose second pages say the same; the IDs of the documents by file name."""
    report, put = storing
    made = {}
    for path, first in ABOUT.items():
        parsed = report(path, {1: {"text": first}, 2: {"text": "Net sales rose by four percent"}})
        put(catalog, parsed, texts)
        made[path.split("/")[-1].partition(".")[0]] = parsed.document.id
    return made


@pytest.fixture
def named(catalog, library):
    """The part of the names in a question that each document has, by the name of its file."""

    def named(question: str, documents=None) -> dict[str, float]:
        best = dict.fromkeys(documents or library, 0.5)
        found = document_names.named(
            catalog, question, {library[name]: score for name, score in best.items()}
        )
        return {name: found.get(document, 0.0) for name, document in library.items()}

    return named


@pytest.mark.parametrize(
    "question",
    [
        "How much did Northwind sell?",  # file name and first page
        "how much did northwind sell?",
        "How much did Nortwhind sell?",  # misspelt
        "How much did North Wind sell?",  # one word in the name of the file
        "net sales of NWND",  # a symbol that leaves letters out
    ],
)
def test_a_document_is_named_however_its_name_is_spelt(named, question: str) -> None:
    found = named(question)
    assert found["northwind_2020"] == max(found.values()) > 0
    assert found["fabrikam_2021"] < found["northwind_2020"]


def test_a_name_on_the_first_page_counts_as_one_in_the_title(named) -> None:
    assert named("What did Wingtip sell?") == {
        "northwind_2020": 0, "fabrikam_2021": 0, "scan_0042": 1,
    }  # fmt: skip


def test_a_symbol_may_be_the_first_letters_of_a_name(catalog, storing, texts, library) -> None:
    report, put = storing
    parsed = report("/reports/Contoso Oil Refining.pdf", {1: {"text": "Annual report"}})
    put(catalog, parsed, texts)
    ids = {parsed.document.id: 0.4, **dict.fromkeys(library.values(), 0.5)}
    found = document_names.named(catalog, "sales of COR", ids)
    assert [name for name, share in found.items() if share] == [parsed.document.id]


def test_a_word_that_few_documents_have_tells_more(named) -> None:
    found = named("Fabrikam in fiscal 2020")
    assert found["fabrikam_2021"] > found["northwind_2020"] > 0


def test_words_that_are_only_a_little_alike_are_no_names(named) -> None:
    assert not any(named("How much did Northeast sell?").values())
    assert not any(named("the GDP of Tonga").values())


def test_without_a_choice_nothing_is_named(named) -> None:
    assert not any(named("How much did Northwind sell?", ["northwind_2020"]).values())


def test_of_pages_that_say_the_same_that_of_the_named_document_stands_first(
    searcher, library
) -> None:
    for question, name in (
        ("by how much did net sales rise at Fabrikem?", "fabrikam_2021"),
        ("by how much did net sales rise at Wingtip?", "scan_0042"),
    ):
        hits = searcher.search(Query(question, unit="page")).hits
        assert next(hit for hit in hits if hit.page == 2).document_id == library[name]
