"""What every vector store must do."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mmrag import ids
from mmrag.config import StoreSettings
from mmrag.errors import UsageError
from mmrag.protocols import VectorStore
from mmrag.store import nearest
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.sources import SourceFile
from mmrag.store.vector_store import open_vector_store
from mmrag.types import Document, Page, ParsedDocument, Passage, Space, VectorBatch

DIMENSION = 16
DOCUMENTS, PASSAGES = 30, 4
SPACE = Space("random", "0" * 64, "none", DIMENSION)


def vector(seed: int) -> np.ndarray:
    row = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return row / np.linalg.norm(row)


def put(catalog: Catalog, number: int) -> list[str]:
    """Store a document of some passages, each with a vector of its own; their IDs."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    name = ids.document_id(digest)
    page = Page(ids.page_id(name, 1), name, 1, 600, 800, "word " * PASSAGES, "pdf")
    passages = tuple(
        Passage(ids.passage_id(page.id, at), page.id, 5 * (at - 1), 5 * at, "word ")
        for at in range(1, PASSAGES + 1)
    )
    items = tuple(passage.id for passage in passages)
    rows = np.stack([vector(100 * number + at) for at in range(PASSAGES)])
    document = Document(name, f"/docs/{number}.pdf", digest, str(number), 1)
    catalog.put(
        ParsedDocument(document, (page,), (), passages),
        [],
        [VectorBatch("passage", items, rows, SPACE)],
        SourceFile(document.path, 1, 1),
    )
    return list(items)


@pytest.fixture
def layout(tmp_path: Path) -> IndexLayout:
    return IndexLayout(tmp_path / "index")


@pytest.fixture
def catalog(layout: IndexLayout) -> Iterator[Catalog]:
    with Catalog.create(layout) as catalog:
        for number in range(DOCUMENTS):
            put(catalog, number)
        yield catalog


STORES = {
    "faiss": StoreSettings(),
    "faiss, approximate": StoreSettings(approximate_from=1),
    "lancedb": StoreSettings(vectors="lancedb"),
    "lancedb, approximate": StoreSettings(vectors="lancedb", approximate_from=1),
    "milvus": StoreSettings(vectors="milvus"),
    "milvus, approximate": StoreSettings(vectors="milvus", approximate_from=1),
}
PACKAGES = {"faiss": "faiss", "lancedb": "lancedb", "milvus": "milvus_lite"}


@pytest.fixture(params=STORES)
def opened(request: pytest.FixtureRequest) -> Callable[[Catalog], VectorStore]:
    """Opens the store over a catalog."""
    settings = STORES[request.param]
    pytest.importorskip(PACKAGES[settings.vectors])
    return lambda catalog: open_vector_store(catalog, settings)


@pytest.fixture
def store(opened, catalog) -> VectorStore:
    return opened(catalog)


def truth(store: VectorStore, query: np.ndarray, k: int, among=None) -> list[tuple[str, float]]:
    """Every row of the channel, compared."""
    items, rows = store.rows("passage")
    scores = rows.astype(np.float64) @ query.astype(np.float64)
    found = [
        (item, float(score))
        for item, score in zip(items, scores, strict=True)
        if among is None or item.partition("-")[0] in among
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


def agrees(found, wanted) -> None:
    assert [item for item, _ in found] == [item for item, _ in wanted]
    np.testing.assert_allclose([s for _, s in found], [s for _, s in wanted], rtol=1e-9)


def test_all_rows_come_back_as_they_were_stored(store) -> None:
    items, rows = store.rows("passage")
    assert len(set(items)) == len(items) == DOCUMENTS * PASSAGES
    assert rows.shape == (len(items), DIMENSION)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows[5], vector(101), atol=1e-3)  # half precision


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("k", [1, 7, 1000])
def test_the_nearest_items_of_each_query_are_found_best_first(store, published, k) -> None:
    if published:
        store.publish()
    queries = np.stack([vector(7), vector(8)])
    first, second = store.search("passage", queries, k)
    agrees(first, truth(store, queries[0], k))
    agrees(second, truth(store, queries[1], k))


def test_equal_scores_are_in_the_order_of_their_ids(store, catalog) -> None:
    items = put(catalog, 900)
    rows = np.repeat(vector(5)[None], PASSAGES, axis=0)
    catalog.vectors.put(VectorBatch("passage", tuple(items[::-1]), rows, SPACE))
    found = store.search("passage", vector(5)[None], PASSAGES)[0]
    assert [item for item, _ in found] == sorted(items)


def test_documents_can_be_chosen(store, catalog) -> None:
    chosen = [document.id for document in catalog.documents.all()][3:9]
    query = vector(7)
    agrees(store.search("passage", query[None], 9, chosen)[0], truth(store, query, 9, chosen))
    assert store.search("passage", query[None], 9, []) == [[]]
    assert store.search("passage", query[None], 9, ["0000abcd"]) == [[]]


def test_what_is_stored_replaced_or_removed_shows_at_once(store, opened, catalog) -> None:
    store.publish()
    new = put(catalog, 901)
    moved = store.rows("passage")[0][0]
    catalog.vectors.put(VectorBatch("passage", (moved,), vector(6)[None], SPACE))
    catalog.remove_path("/docs/4.pdf")
    for seen in (store, opened(catalog)):
        assert seen.search("passage", vector(90_100)[None], 1)[0][0][0] == new[0]
        assert seen.search("passage", vector(6)[None], 1)[0][0][0] == moved
        agrees(seen.search("passage", vector(400)[None], 1000)[0], truth(store, vector(400), 1000))


def test_a_snapshot_sees_one_state_while_a_writer_commits(opened, layout, catalog) -> None:
    with Catalog.open(layout) as reader:
        store = opened(reader)
        with reader.snapshot():
            before = store.search("passage", vector(7)[None], 1000)
            catalog.remove_path("/docs/4.pdf")
            assert store.search("passage", vector(7)[None], 1000) == before
        assert len(store.search("passage", vector(7)[None], 1000)[0]) == len(before[0]) - PASSAGES


def test_an_empty_channel_finds_nothing(store, catalog) -> None:
    assert store.search("image", vector(7)[None], 5) == [[]]
    assert store.rows("image")[0] == []
    store.publish()
    catalog.vectors.drop_channel("passage")
    assert store.search("passage", vector(7)[None], 5) == [[]]
    store.publish()
    assert store.check() == []


def test_no_queries_and_no_results_asked_for_find_nothing(store) -> None:
    assert store.search("passage", np.empty((0, DIMENSION), np.float32), 5) == []
    assert store.search("passage", vector(7)[None], 0) == [[]]


def test_a_query_of_another_dimension_is_refused(store) -> None:
    with pytest.raises(UsageError, match=f"{DIMENSION} dimensions"):
        store.search("passage", np.ones((1, DIMENSION + 1), np.float32), 3)


def test_what_is_published_is_sound_and_not_done_again_without_need(store) -> None:
    assert store.publish() == ["passage"]
    assert store.check() == []
    assert store.publish() == []
    assert store.publish(["passage"]) == []
    assert "passage" in store.publish(force=True)
    assert store.check() == []


def test_another_reader_finds_the_same_after_it_was_closed(store, opened, layout) -> None:
    store.publish()
    before = store.search("passage", vector(7)[None], 12)
    store.close()
    with Catalog.open(layout) as reader:
        assert opened(reader).search("passage", vector(7)[None], 12) == before


def test_what_was_published_and_what_came_later_are_found_together(store, catalog) -> None:
    store.publish()
    for number in range(910, 915):
        put(catalog, number)
    for seed in (0, 100, 91_003):
        found = store.search("passage", vector(seed)[None], 12)[0]
        agrees(found, truth(store, vector(seed), 12))
    assert store.publish(force=True)
    agrees(store.search("passage", vector(91_003)[None], 12)[0], truth(store, vector(91_003), 12))


def test_documents_can_be_chosen_by_the_store_itself(store, catalog, monkeypatch) -> None:
    monkeypatch.setattr(nearest, "EXACT_ROWS", 0)
    store.publish()
    put(catalog, 920)
    every = [document.id for document in catalog.documents.all()]
    for chosen in (every[3:9], every[-1:], every):
        query = vector(7)
        agrees(store.search("passage", query[None], 9, chosen)[0], truth(store, query, 9, chosen))


def test_what_was_removed_from_it_is_made_again(store, catalog) -> None:
    store.publish()
    before = store.search("passage", vector(7)[None], 12)
    store.remove()
    assert store.search("passage", vector(7)[None], 12) == before
    store.remove()
    assert [fault.message for fault in store.check()]
    store.publish(force=True)
    assert store.check() == []
    assert store.method("passage")
