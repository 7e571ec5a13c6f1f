"""What is encoded of a document just read is what is encoded of it out of the index."""

import pytest

from mmrag.pipeline.sources import SOURCES
from mmrag.store.catalog import Catalog


@pytest.fixture
def indexed(run, write, layout):
    write("a.pdf", "alpha one\nFigure 1: bars of alpha\falpha two")
    assert run().complete
    with Catalog.open(layout) as catalog:
        yield catalog


def encoded(catalog, source, ids):
    return SOURCES[source].of_items(catalog, ids, 0.5)


def test_passages_are_encoded_by_their_words(indexed):
    [document] = indexed.documents.all()
    ids = [
        passage.id
        for page in indexed.pages.of_document(document.id)
        for passage in indexed.passages.of_page(page.id)
    ]
    assert [text.strip() for text in encoded(indexed, "passages", ids).values()] == [
        "alpha one", "alpha two",
    ]  # fmt: skip


def test_figures_are_encoded_by_their_descriptions_and_by_their_pictures(indexed):
    [document] = indexed.documents.all()
    [figure] = indexed.figures.of_document(document.id)
    assert "bars of alpha" in encoded(indexed, "descriptions", [figure.id])[figure.id]
    page = indexed.pages.get(figure.page_id)
    assert encoded(indexed, "pictures", [figure.id, page.id]) == {
        figure.id: figure.picture, page.id: page.picture,
    }  # fmt: skip


def test_what_is_gone_is_not_encoded(indexed):
    assert encoded(indexed, "passages", ["none"]) == {}
    assert encoded(indexed, "descriptions", ["none"]) == {}
