"""Pages that late interaction finds itself: all are compared, or an index proposes them."""

from functools import partial

import numpy as np
import pytest
from retrieve.test_late_interaction import Marks, pages_of, row

from mmrag.config import LateSettings, StoreSettings
from mmrag.retrieve.late_interaction import LateInteraction
from mmrag.retrieve.search import Query
from mmrag.store.vector_store import open_page_index

WORDS = Query("revenue", unit="page", channels=("keyword",))
ROSES = 1


@pytest.fixture
def marked(catalog, annual, other):
    """Every page has vectors; that of the tulips, which no word of the question is on, the mark."""
    pages = [page.id for page in (*annual.pages, *other.pages)]
    tulips = other.pages[1].id
    catalog.page_vectors.put(
        pages, [row(1 if page == tulips else 0.1, 1) for page in pages], Marks.space, 8
    )
    return tulips


@pytest.fixture
def search(searching, catalog, texts):
    """Search by late interaction of some settings."""

    def run(query, index=lambda: None, **settings):
        late = LateInteraction(catalog, Marks, LateSettings(**settings), index)
        return searching(catalog, texts, late=late).search(query)

    return run


def test_a_page_that_no_channel_found_comes_where_it_belongs_and_is_told(search, marked):
    plain = search(WORDS)
    assert marked not in pages_of(plain)
    found = search(WORDS, finds=1)
    assert pages_of(found)[0] == marked
    assert set(pages_of(found)) == {*pages_of(plain), marked}
    assert "late interaction found 1 pages that no channel found" in found.notes
    late = found.hits[0].channels["late"]
    assert (late.rank, late.score) == (1, pytest.approx(2**0.5, abs=0.01))
    assert "late" not in found.hits[1].channels


def test_it_finds_pages_where_no_channel_finds_any(search, marked):
    nothing = Query("zeppelin", unit="page", channels=("keyword",))
    assert search(nothing).hits == ()
    assert pages_of(search(nothing, finds=1)) == [marked]


def test_what_a_query_asks_for_holds_for_what_it_finds(search, marked, annual, other):
    only = {"documents": (annual.document.id,)}
    among = [
        Query("revenue", unit="page", channels=("keyword",), **only),
        Query("revenue", unit="page", channels=("keyword",), pages=frozenset({1})),
        Query("revenue", unit="any", channels=("keyword",), kinds=frozenset({"chart"})),
        Query("revenue", unit="figure", channels=("keyword",)),
    ]
    for query in among:
        assert marked not in pages_of(search(query, finds=9))
    named = Query("revenue", unit="page", channels=("keyword",), documents=(other.document.id,))
    assert pages_of(search(named, finds=1))[0] == marked


def test_among_more_pages_than_are_compared_it_says_what_would_find_them(search, marked):
    found = search(WORDS, finds=2, compared_pages=2)
    assert marked not in pages_of(found)
    assert any("store migrate --to lancedb" in note for note in found.notes)


def test_an_index_proposes_and_what_it_lacks_is_compared(search, catalog, marked):
    pytest.importorskip("lancedb")
    index = open_page_index(catalog, StoreSettings(vectors="lancedb"))
    opened = partial(search, WORDS, lambda: index, finds=1, compared_pages=2)
    assert any("`mmrag index` makes its index" in note for note in opened().notes)
    index.publish()
    assert pages_of(opened())[0] == marked
    pages = catalog.page_vectors.pages()
    turned = next(page for page in pages if page != marked)
    catalog.page_vectors.put([marked, turned], [row(0.1, 1), row(1, 0.9)], Marks.space, 8)
    assert pages_of(opened())[0] == turned
    spoilt = [row(value, 1) for value in np.linspace(0.2, 0.9, len(pages))]
    catalog.page_vectors.put(pages, spoilt, Marks.space, 8)
    assert any("pages are not in its index yet" in note for note in opened().notes)
