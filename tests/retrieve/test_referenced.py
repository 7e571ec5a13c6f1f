import pytest

from mmrag import ids
from mmrag.errors import UsageError
from mmrag.retrieve.search import Query


def units(result) -> list[str]:
    return [hit.image_id for hit in result.hits]


def page(parsed, number: int) -> str:
    return ids.page_id(parsed.document.id, number)


def test_a_named_page_is_first_even_without_text(searcher, annual) -> None:
    result = searcher.search(Query("What is written on page 4?", unit="page"))
    assert result.hits[0].image_id == page(annual, 4)
    assert dict(result.hits[0].channels) == {}
    assert any("page 4" in note for note in result.notes)


def test_the_last_page_is_known_by_its_place(searcher, annual) -> None:
    result = searcher.search(Query("who signed on the last page", unit="page"))
    assert result.hits[0].image_id == page(annual, 5)


@pytest.fixture
def book(catalog, storing):
    """A book of six pages with front matter: its page 2 is the fifth."""
    report, put = storing
    labels = ("i", "ii", "iii", "1", "2", "2")
    made = report(
        "/docs/book.pdf",
        {at: {"label": label, "text": f"Part {label}"} for at, label in enumerate(labels, 1)},
    )
    put(catalog, made)
    return made


def test_a_page_is_meant_by_its_printed_number_and_that_is_said(searcher, book) -> None:
    result = searcher.search(Query("What is on page 2?", unit="page", channels=("keyword",)))
    assert result.hits[0].image_id == page(book, 5)
    assert result.hits[0].page_label == "2"
    assert {hit.page for hit in result.hits[1:3]} == {2, 6}  # page 2 of the file, and a later "2"
    assert any("2 is page 5" in note for note in result.notes)


@pytest.mark.parametrize(
    ("question", "number", "printed"),
    [
        ("page iii", 3, True),
        ("page III", 3, True),
        ("page two", 5, True),
        ("the second page", 2, False),
        ("page 6", 6, False),
    ],
)
def test_words_numerals_and_places_find_their_page(
    searcher, book, question, number, printed
) -> None:
    result = searcher.search(Query(question, unit="page", channels=("keyword",)))
    assert result.hits[0].image_id == page(book, number)
    assert any("as printed" in note for note in result.notes) == printed


def test_a_named_figure_is_first_among_figures_pages_and_both(searcher, annual, other) -> None:
    question = "what does Figure 1 show about turnover"
    figure = f"{page(annual, 2)}-f01"
    assert units(searcher.search(Query(question, unit="figure")))[0] == figure
    assert units(searcher.search(Query(question)))[0] == figure
    assert units(searcher.search(Query(question, unit="page")))[0] == page(annual, 2)


def test_a_label_is_found_in_the_document_that_matches_better(searcher, annual, other) -> None:
    question = "the tulip of Figure 1"
    first = searcher.search(Query(question, unit="figure")).hits[0]
    assert first.document == "plants"


def test_roman_and_arabic_numbers_are_the_same(searcher, annual) -> None:
    found = units(searcher.search(Query("Table 2", unit="figure")))
    assert found[0] == f"{page(annual, 2)}-f02"


def test_a_label_that_no_figure_has_is_found_at_the_start_of_a_line(searcher, annual) -> None:
    found = units(searcher.search(Query("Table 7", unit="page")))
    assert found[0] == page(annual, 5)


def test_an_image_id_as_the_query_gives_that_page_or_figure_alone(searcher, annual) -> None:
    assert units(searcher.search(Query(page(annual, 4)))) == [page(annual, 4)]
    figure = f"{page(annual, 2)}-f02"
    assert units(searcher.search(Query(f" {figure.upper()} "))) == [figure]


def test_an_image_id_that_is_not_in_the_index_is_an_error(searcher, annual) -> None:
    with pytest.raises(UsageError, match="0badcafe-p0001 is not in the index"):
        searcher.search(Query("0badcafe-p0001"))
    result = searcher.search(Query("revenue as in 0badcafe-p0001"))
    assert any("0badcafe-p0001 is not in the index" in note for note in result.notes)


def test_filters_hold_for_named_places_too(searcher, annual, other) -> None:
    result = searcher.search(Query("page 1", unit="page", documents=(other.document.id,)))
    assert {hit.document for hit in result.hits} == {"plants"}
    result = searcher.search(Query("page 1", unit="page", pages=range(2, 4)))
    assert {hit.page for hit in result.hits} <= {2, 3}


def test_a_page_of_a_named_figure_is_not_raised_beside_it(searcher, annual, other) -> None:
    found = units(searcher.search(Query("Figure 1: tulips and other plants")))
    assert found[0].endswith("-f01")
    assert page(annual, 2) not in found[:2]


def test_a_named_page_is_shown_even_where_a_figure_holds_all_its_words(
    searcher, catalog, storing, texts
) -> None:
    report, put = storing
    caption = "Exports of copper and zinc by harbour"
    parsed = report("/metal.pdf", {1: {"text": caption, "figures": [{"caption": caption}]}})
    put(catalog, parsed, texts)
    assert units(searcher.search(Query("copper on page 1")))[0] == page(parsed, 1)
