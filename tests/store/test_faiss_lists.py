"""Approximate FAISS files: chosen by size, mapped, added to, and safe where they are damaged."""

import numpy as np
import pytest

from mmrag.config import StoreSettings
from mmrag.store import faiss_files, faiss_store
from mmrag.store.check import check
from mmrag.store.faiss_store import FaissStore
from mmrag.types import VectorBatch

APPROXIMATE = StoreSettings(approximate_from=1)


@pytest.fixture
def filled(catalog, make_document, put):
    """Two hundred documents of three passages each."""
    for n in range(200):
        put(catalog, make_document(f"/docs/{n}.pdf", f"a {n}\nb {n}", f"c {n}"))
    return catalog


def approximate(catalog, least=1, **settings):
    return FaissStore(catalog, approximate_from=least, **settings)


def manifest(layout):
    return faiss_files.read_manifest(layout, "passage")


@pytest.fixture
def queries(vector):
    return np.stack([vector(f"question {n}") for n in range(50)])


def test_files_approximate_from_a_size_on_and_are_exact_below_it(filled, layout):
    for least, method in ((601, "exact"), (600, "approximate"), (601, "exact")):
        store = approximate(filled, least)
        assert store.publish(["passage"]) == ["passage"]
        assert store.method("passage") == method
        assert store.publish(["passage"]) == []


def test_what_is_found_is_what_the_exact_file_finds(filled, queries):
    FaissStore(filled).publish()
    exact = FaissStore(filled).search("passage", queries, 10)
    store = approximate(filled)
    store.publish()
    found = store.search("passage", queries, 10)
    right = [len({*own} & {*best}) for own, best in zip(found, exact, strict=True)]
    assert sum(right) >= 0.98 * 10 * len(queries)


def test_opening_reads_and_checks_no_more_than_the_head(filled, layout, queries, monkeypatch):
    approximate(filled).publish()
    held = manifest(layout)
    assert 0 < held.head < held.size - held.count * 8
    read = []
    digest = faiss_files._digest
    monkeypatch.setattr(
        faiss_files, "_digest", lambda path, count: read.append(count) or digest(path, count)
    )
    approximate(filled).search("passage", queries, 3)
    assert read == [held.head]


@pytest.mark.promise(58)
def test_damaged_codes_bring_in_no_wrong_score_and_are_found_by_check(filled, layout, queries):
    approximate(filled).publish()
    filled.checkpoint()
    held = manifest(layout)
    path = layout.vectors / held.file
    data = bytearray(path.read_bytes())
    for place in np.random.default_rng(1).integers(held.head, held.size, 400).tolist():
        data[place] ^= 0xFF
    path.write_bytes(bytes(data))
    items, rows = filled.vectors.all_rows("passage")
    stored = dict(zip(items, rows.astype(np.float64), strict=True))
    for query, found in zip(
        queries, approximate(filled).search("passage", queries, 10), strict=True
    ):
        assert len(found) == 10
        for item, score in found:
            assert score == pytest.approx(stored[item] @ query.astype(np.float64), abs=1e-12)
    filled.close()
    assert [fault.message for fault in check(layout)] == ["is damaged: its checksum differs"]
    assert all(fault.repaired for fault in check(layout, repair=True))


@pytest.mark.promise(58)
@pytest.mark.parametrize("place", [0, 9, 40, 0.5, 0.99])
def test_a_damaged_head_never_reaches_faiss_and_is_made_again(filled, layout, queries, place):
    store = approximate(filled)
    store.publish()
    truth = store.search("passage", queries, 5)
    store.close()
    held = manifest(layout)
    path = layout.vectors / held.file
    data = bytearray(path.read_bytes())
    data[place if isinstance(place, int) else int(place * held.head)] ^= 0x5A
    path.write_bytes(bytes(data))
    assert approximate(filled).search("passage", queries, 5) == truth
    assert manifest(layout).file != held.file


def test_one_document_more_writes_no_file_and_some_are_added_without_training(
    filled, layout, make_document, put, vector, monkeypatch
):
    store = approximate(filled)
    store.publish()
    before = manifest(layout)
    for n in range(15):
        put(filled, make_document(f"/docs/new-{n}.pdf", f"brand new {n}"))
        assert store.publish(["passage"]) == []
    assert manifest(layout) == before
    assert store.search("passage", vector("brand new 3")[None], 1)[0][0][1] > 0.99
    monkeypatch.setattr(faiss_store.faiss_lists, "train", None)
    assert approximate(filled, tail_rows=0).publish(["passage"]) == ["passage"]
    added = manifest(layout)
    assert (added.count, added.trained_count) == (before.count + 15, before.trained_count)
    assert approximate(filled).check() == []


def test_a_file_is_trained_anew_when_it_has_doubled(filled, layout, make_document, put):
    approximate(filled).publish()
    assert manifest(layout).trained_count == 600
    for n in range(200, 405):
        put(filled, make_document(f"/docs/{n}.pdf", f"a {n}\nb {n}", f"c {n}"))
    approximate(filled, tail_rows=0).publish(["passage"])
    assert manifest(layout).trained_count == 1215


def test_vectors_that_are_gone_are_not_found_and_those_that_moved_in_their_new_place(
    filled, layout, vector
):
    store = approximate(filled)
    store.publish()
    filled.remove_path("/docs/7.pdf")
    item = store.search("passage", vector("b 9")[None], 1)[0][0][0]
    space = filled.vectors.spaces()["passage"]
    filled.vectors.put(VectorBatch("passage", (item,), vector("moved")[None], space))
    assert store.search("passage", vector("b 7")[None], 1)[0][0][1] < 0.99
    assert store.search("passage", vector("moved")[None], 1)[0][0][0] == item


def test_an_approximate_file_that_lacks_a_vector_is_named(filled, layout):
    approximate(filled).publish()
    state, epoch = filled.vectors.state("passage"), filled.epochs.latest().name
    numbers, rows = next(filled.vectors.read("passage", 8))
    base = faiss_store.faiss_lists.train(rows, len(rows), 0)
    held = [(numbers[1:], rows[1:])]
    faiss_files.publish(layout, "passage", epoch, state, held, base)
    assert [fault.message for fault in approximate(filled).check()] == [
        f"vector {numbers[0]} is not in it"
    ]
    filled.close()
    assert all(fault.repaired for fault in check(layout, repair=True, settings=APPROXIMATE))
    assert check(layout, settings=APPROXIMATE) == []
