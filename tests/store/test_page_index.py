"""Pages by their many vectors in LanceDB: it proposes what is near, and what is there alone."""

import shutil

import numpy as np
import pytest

from mmrag.config import StoreSettings
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.migrate import migrate
from mmrag.store.vector_store import open_page_index, open_with
from mmrag.types import Space

pytest.importorskip("lancedb")

LANCE = StoreSettings(vectors="lancedb")
SPACE = Space("topics", "0" * 64, "multi-vector, pooled by 1", 16)
PAGES, ROWS = 300, 12


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def held(catalog, make_document, put):
    """A catalog of 300 pages, and their vectors: points around 40 topics."""
    draw = np.random.default_rng(5)
    topics = draw.normal(size=(40, 16))
    rows = {}
    for number in range(3):
        texts = [f"page {page} of {number}" for page in range(PAGES // 3)]
        for page in put(catalog, make_document(f"/docs/{number}.pdf", *texts)).pages:
            own = topics[draw.choice(40, ROWS)] + 0.4 * draw.normal(size=(ROWS, 16))
            rows[page.id] = unit(own)
    catalog.page_vectors.put(list(rows), list(rows.values()), SPACE, 8)
    return catalog, rows


def published(catalog):
    index = open_page_index(catalog, LANCE)
    index.publish()
    assert index.lacking() == []
    return index


def question(rows, page):
    return rows[page][:6]


def best(rows, asked, k):
    scores = {page: (asked @ own.T).max(axis=1).sum() for page, own in rows.items()}
    return sorted(scores, key=lambda page: -scores[page])[:k]


def test_the_best_pages_are_among_those_that_it_proposes(held):
    catalog, rows = held
    index = published(catalog)
    asked = [question(rows, page) for page in list(rows)[::20]]
    right = sum(len({*best(rows, own, 5)} & {*index.nearest(own, 60, None)}) / 5 for own in asked)
    assert right / len(asked) >= 0.6  # 0.2 by chance; how it clusters is drawn at random


def test_it_proposes_of_some_documents_alone(held):
    catalog, rows = held
    index = published(catalog)
    page = list(rows)[150]
    chosen = page.partition("-")[0]
    found = index.nearest(question(rows, page), 40, [chosen])
    assert page in found
    assert {name.partition("-")[0] for name in found} == {chosen}


def test_what_came_or_changed_is_told_as_lacking_until_it_is_published(held):
    catalog, rows = held
    index = published(catalog)
    first, *_, last = rows
    catalog.page_vectors.put([first, last], [rows[last], rows[first]], SPACE, 8)
    assert sorted(index.lacking()) == sorted([first, last])
    index.publish()
    assert index.lacking() == []
    assert last in index.nearest(question(rows, first), 60, None)
    catalog.page_vectors.put([last], [rows[last]], SPACE, 8)
    assert index.lacking() == [last]


@pytest.mark.promise(57)
def test_what_is_gone_is_taken_out_and_an_interruption_is_made_good(held, monkeypatch):
    catalog, rows = held
    index = published(catalog)
    catalog.remove_path("/docs/1.pdf")
    left = catalog.page_vectors.pages()
    assert len(left) == 200
    monkeypatch.setattr(index, "_settle", lambda table: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        index.publish()
    again = published(catalog)
    found = {page for name in left for page in again.nearest(question(rows, name), 300, None)}
    assert found <= set(left)


def test_vectors_of_another_encoder_have_a_table_of_their_own(held):
    catalog, rows = held
    published(catalog)
    catalog.page_vectors.drop()
    assert open_page_index(catalog, LANCE).nearest(rows[next(iter(rows))], 5, None) is None
    other = Space("others", "1" * 64, "multi-vector, pooled by 1", 16)
    catalog.page_vectors.put(list(rows)[:30], list(rows.values())[:30], other, 1)
    index = open_page_index(catalog, LANCE)
    assert len(index.lacking()) == 30
    index.publish()
    assert len(index._tables()) == 1
    assert set(index.nearest(rows[next(iter(rows))], 100, None)) <= set(list(rows)[:30])


def test_tables_of_vectors_and_of_pages_and_of_copies_leave_each_other_alone(
    held, layout, tmp_path
):
    catalog, _ = held
    far = LANCE.model_copy(update={"uri": str(tmp_path / "far")})
    index = open_page_index(catalog, far)
    index.publish()
    store = open_with(catalog, far)
    store.publish(force=True)
    assert store.check() == []
    assert open_page_index(catalog, far).lacking() == []
    catalog.checkpoint()
    shutil.copytree(layout.root, tmp_path / "copy")
    with Catalog.open(IndexLayout(tmp_path / "copy"), write=True) as copy:
        other = open_page_index(copy, far)
        assert len(other.lacking()) == PAGES
        other.publish()
        other.remove()
    assert open_page_index(catalog, far).lacking() == []


def test_an_index_that_moves_away_leaves_none_of_its_pages_behind(held, layout):
    catalog, _ = held
    catalog.close()
    migrate(layout, StoreSettings(), LANCE)
    with Catalog.open(layout, write=True) as moved:
        published(moved)
    migrate(layout, StoreSettings(), StoreSettings())
    with Catalog.open(layout) as back:
        assert open_page_index(back, StoreSettings()) is None
    left = list((layout.engine("lancedb") / "tables").iterdir())
    assert not [table for table in left if "pages_" in table.name]


@pytest.mark.parametrize("vectors", ["faiss", "milvus"])
def test_other_stores_have_no_such_index(catalog, vectors):
    assert open_page_index(catalog, StoreSettings(vectors=vectors)) is None
