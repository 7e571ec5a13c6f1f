from dataclasses import replace

import pytest

from mmrag.errors import UsageError
from mmrag.types import Cell, Description, Grid


@pytest.fixture
def report(catalog, make_document, put):
    return put(catalog, make_document("/docs/report.pdf", "herring and cod", "barley and rye"))


def found(catalog, words, *documents):
    return [item for item, _ in catalog.words.search(words, 10, documents or None)]


def test_the_best_match_comes_first_and_the_score_rises_with_quality(catalog, report):
    hits = catalog.words.search("herring cod", 10)
    assert hits[0][0] == report.passages[0].id
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


def test_documents_that_are_not_asked_for_are_not_searched(catalog, report, make_document, put):
    other = put(catalog, make_document("/docs/other.pdf", "cod alone"))
    assert {item[:8] for item in found(catalog, "cod")} == {report.document.id, other.document.id}
    assert {item[:8] for item in found(catalog, "cod", other.document.id)} == {other.document.id}
    assert catalog.words.search("cod", 10, []) == []


def test_nothing_is_found_by_no_word_or_with_no_room(catalog, report):
    assert found(catalog, "?!") == []
    assert catalog.words.search("cod", 0) == []


def test_a_figure_is_found_by_the_words_of_a_model_that_described_it(catalog, report):
    figure = report.figures[0]
    assert found(catalog, "lighthouse") == []
    catalog.put_descriptions([Description(figure.id, "A lighthouse.", "llava")])
    assert found(catalog, "lighthouse") == [figure.id]
    with catalog.transaction(), pytest.raises(UsageError, match="not in the index"):
        catalog.words.refresh_figures(["none"])


def test_a_row_of_a_table_is_found_by_its_own_name_beside_that_of_a_column(
    catalog, make_document, put
):
    parsed = make_document("/docs/report.pdf", "herring and cod")
    figure = parsed.figures[0].id
    cells = [
        Cell(row, column, row, column, text, (0, 0, 1, 1), row == 0 or column == 0)
        for row, texts in enumerate((("", "2024", "2023"), ("Cod", "7.5", "6"), ("Eel", "5", "4")))
        for column, text in enumerate(texts)
        if text
    ]
    put(catalog, replace(parsed, grids=(Grid(figure, tuple(cells), "a test"),)))
    (hit,) = catalog.words.search("none", 10, phrases=["Cod 2024 7.5 2023 6"])
    assert hit[0] == figure
    assert catalog.words.search("none", 10, phrases=["Cod 2023"]) == []
    catalog.put_descriptions([Description(figure, "A lighthouse.", "llava")])
    assert [name for name, _ in catalog.words.search("none", 10, phrases=["Eel 2024 5"])] == [
        figure
    ]


def test_no_more_of_a_long_table_is_found_so_than_its_first_rows(catalog, make_document, put):
    parsed = make_document("/docs/report.pdf", "herring and cod")
    cells = [
        Cell(row, column, row, column, text, (0, 0, 1, 1), column == 0)
        for row in range(5_000)
        for column, text in enumerate((f"Boat {row}", "5"))
    ]
    put(catalog, replace(parsed, grids=(Grid(parsed.figures[0].id, tuple(cells), "a test"),)))
    assert catalog.words.search("none", 10, phrases=["Boat 20"])
    assert not catalog.words.search("none", 10, phrases=["Boat 4000"])


def test_what_lost_its_words_is_told_and_found_again_when_they_are_rebuilt(catalog, report):
    passage, figure = report.passages[0].id, report.figures[0].id
    with catalog.transaction():
        for number, _ in catalog.session.execute("select id, item_id from searchable").fetchall():
            catalog.words.remove([number])
    assert {passage, figure} <= set(catalog.words.unsearchable())
    with catalog.transaction():
        catalog.words.rebuild(catalog.words.unsearchable())
    assert catalog.words.unsearchable() == []
    assert passage in found(catalog, "herring")
    assert figure in found(catalog, "growth of herring")
    assert catalog.words.strays() == []


@pytest.fixture
def harbours(catalog, make_document, put):
    """Thirty lines on harbours, ten of them with cranes, one with a lighthouse."""
    for n in range(30):
        words = ["harbour", *["crane"] * (n % 3 == 0), *["lighthouse"] * (n == 4)]
        put(catalog, make_document(f"/docs/{n}.pdf", f"{n} {' '.join(words)}"))


@pytest.mark.parametrize(
    ("most", "left_out"),
    [(0, ()), (100, ()), (41, ()), (20, ("harbour",)), (5, ("crane", "harbour"))],
)
def test_the_commonest_words_are_left_out_where_they_match_too_much(
    catalog, harbours, most, left_out
):
    asked = "harbour crane lighthouse"
    assert set(catalog.words.too_common(asked, most)) == set(left_out)
    hits = catalog.words.search(asked, 100, left_out=left_out)
    assert len(hits) == {0: 30, 1: 11, 2: 1}[len(left_out)]
    assert hits[0][0] == found(catalog, "lighthouse")[0]


def test_the_rarest_word_is_looked_for_however_common_it_is(catalog, harbours):
    assert catalog.words.too_common("harbour crane", 5) == ("harbour",)
    assert catalog.words.too_common("harbour", 5) == ()
