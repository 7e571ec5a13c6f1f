import os
import shutil
import weakref
from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import pytest

from mmrag.errors import IndexUnusable, UsageError
from mmrag.store import faiss_files, nearest
from mmrag.store.catalog import Catalog
from mmrag.store.faiss_store import FaissStore
from mmrag.types import VectorBatch


@pytest.fixture
def filled(catalog, make_document, put):
    """Forty documents of three passages each."""
    for n in range(40):
        put(catalog, make_document(f"/docs/{n}.pdf", f"a {n}\nb {n}", f"c {n}"))
    return catalog


def brute_force(catalog, query, k, among=None):
    """The truth: every row of the channel, compared."""
    sql = "select item_id, row, document_id from vectors where channel = 'passage'"
    scores = [
        (item, float(np.frombuffer(row, "<f2").astype(np.float64) @ query.astype(np.float64)))
        for item, row, document in catalog.session.db.execute(sql)
        if among is None or document in among
    ]
    return sorted(scores, key=lambda pair: (-pair[1], pair[0]))[:k]


def agrees(found, truth):
    assert [item for item, _ in found] == [item for item, _ in truth]
    np.testing.assert_allclose([s for _, s in found], [s for _, s in truth], rtol=1e-12)


def files(layout):
    return {path.name for path in layout.vectors.iterdir()}


def test_search_finds_the_nearest_items(filled, layout, vector):
    index = FaissStore(filled)
    queries = np.stack([vector("b 7"), vector("something else")])
    for k in (1, 5, 1000):
        first, second = index.search("passage", queries, k)
        agrees(first, brute_force(filled, queries[0], k))
        agrees(second, brute_force(filled, queries[1], k))
    assert len(first) == 120


def test_the_exact_item_scores_one(filled, layout, vector):
    item, score = FaissStore(filled).search("passage", vector("c 3")[None], 1)[0][0]
    assert filled.passages.get(item).text == "c 3"
    assert score == pytest.approx(1, abs=1e-3)


def test_documents_can_be_chosen_by_either_way(filled, layout, vector, monkeypatch):
    chosen = [document.id for document in filled.documents.all()][3:9]
    query = vector("b 30")
    truth = brute_force(filled, query, 4, chosen)
    index = FaissStore(filled)
    agrees(index.search("passage", query[None], 4, chosen)[0], truth)
    monkeypatch.setattr(nearest, "EXACT_ROWS", 0)
    agrees(index.search("passage", query[None], 4, chosen)[0], truth)
    assert index.search("passage", query[None], 4, []) == [[]]
    assert index.search("passage", query[None], 4, ["0000abcd"]) == [[]]


def test_new_documents_are_found_before_anything_is_published(
    filled, layout, vector, make_document, put, monkeypatch
):
    index = FaissStore(filled)
    index.publish()
    before = files(layout)
    put(filled, make_document("/docs/new.pdf", "brand new"))
    put(filled, make_document("/docs/7.pdf", "seven again"))
    assert index.publish() == []
    assert files(layout) == before
    for seen in (index, FaissStore(filled)):
        for text in ("brand new", "seven again", "b 7"):
            query = vector(text)
            agrees(seen.search("passage", query[None], 9)[0], brute_force(filled, query, 9))
    chosen = [document.id for document in filled.documents.all()]
    monkeypatch.setattr(nearest, "EXACT_ROWS", 0)
    query = vector("brand new")
    agrees(index.search("passage", query[None], 9, chosen)[0], brute_force(filled, query, 9))


def test_deleted_vectors_do_not_take_the_places_of_others(filled, layout, vector):
    index = FaissStore(filled)
    index.publish()
    query = vector("a 0")
    nearest = [item for item, _ in index.search("passage", query[None], 90)[0]]
    for document in {item.split("-")[0] for item in nearest[:60]}:
        filled.remove_path(filled.documents.get(document).path)
    for seen in (index, FaissStore(filled)):
        agrees(seen.search("passage", query[None], 10)[0], brute_force(filled, query, 10))


def test_publication_is_due_when_a_share_of_the_channel_changed(filled, layout, make_document, put):
    index = FaissStore(filled, tail_share=0.25, tail_rows=10)
    assert set(index.publish()) == {"passage", "description"}
    for n in range(10):
        put(filled, make_document(f"/docs/x{n}.pdf", f"x {n}\ny {n}\nz {n}"))
    assert index.publish() == []  # 30 of 120 are not more than a quarter
    filled.remove_path("/docs/3.pdf")
    assert index.publish() == ["passage"]
    assert len(files(layout)) == 5  # two files, two manifests, the lock


def test_an_empty_channel_finds_nothing_and_has_no_file(filled, layout, vector):
    index = FaissStore(filled)
    assert index.search("image", vector("a 1")[None], 5) == [[]]
    index.publish()
    filled.vectors.drop_channel("passage")
    assert index.search("passage", vector("a 1")[None], 5) == [[]]
    assert index.publish() == ["passage"]
    assert not any(name.startswith("passage") for name in files(layout))


def test_a_query_of_another_dimension_is_refused(filled, layout):
    with pytest.raises(UsageError, match="8 dimensions"):
        FaissStore(filled).search("passage", np.ones((1, 9), np.float32), 3)


@pytest.mark.promise(2)
def test_a_deleted_folder_is_rebuilt_by_the_next_search_with_the_same_result(
    filled, layout, vector
):
    FaissStore(filled).publish()
    query = vector("b 11")
    before = FaissStore(filled).search("passage", query[None], 10)
    shutil.rmtree(layout.vectors)
    with Catalog.open(layout) as reader:
        assert FaissStore(reader).search("passage", query[None], 10) == before
    assert "passage.json" in files(layout)


def test_a_reader_that_cannot_write_the_folder_searches_in_memory(filled, layout, vector):
    layout.vectors.write_text("a file where the folder should be")
    query = vector("b 11")
    with Catalog.open(layout) as reader:
        index = FaissStore(reader)
        for _ in range(2):
            agrees(index.search("passage", query[None], 5)[0], brute_force(filled, query, 5))
    assert layout.vectors.is_file()


def test_readers_of_one_process_hold_a_file_once_and_as_long_as_one_of_them_needs_it(
    filled, layout, vector
):
    FaissStore(filled).publish()
    held = faiss_files.read_manifest(layout, "passage")
    with Catalog.open(layout) as one, Catalog.open(layout) as other:
        stores = [FaissStore(one), FaissStore(other)]
        for store in stores:
            store.search("passage", vector("b 7")[None], 3)
        bulk = weakref.ref(faiss_files.load(layout, held))
        assert bulk() is faiss_files.load(layout, held)
        stores[0].close()
        assert bulk() is not None
        stores[1].close()
        assert bulk() is None


def test_threads_that_share_a_file_find_what_one_alone_finds(filled, layout, vector):
    FaissStore(filled).publish()
    queries = [vector(f"b {n}") for n in range(40)]
    truth = [brute_force(filled, query, 7) for query in queries]

    def found(_):
        with Catalog.open(layout) as reader:
            store = FaissStore(reader)
            return [store.search("passage", query[None], 7)[0] for query in queries]

    with ThreadPoolExecutor(8) as threads:
        for own in threads.map(found, range(8)):
            for nearest, expected in zip(own, truth, strict=True):
                agrees(nearest, expected)


def damages(size):
    rng = np.random.default_rng(1)
    yield "empty", lambda data: b""
    yield "half", lambda data: data[: size // 2]
    yield "one byte short", lambda data: data[:-1]
    yield "one byte long", lambda data: data + b"\0"
    for place in rng.integers(0, size, 12):
        yield (
            f"bit at {place}",
            lambda data, place=place: (
                data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]
            ),
        )


def test_a_file_has_two_bytes_a_number_and_an_older_one_of_four_serves(
    filled, layout, vector, monkeypatch
):
    def whole(batches, dimension, base=None):
        index = faiss.index_factory(dimension, "IDMap,Flat", faiss.METRIC_INNER_PRODUCT)
        for numbers, rows in batches:
            index.add_with_ids(rows, numbers)
        return index

    query = vector("b 7")
    truth = brute_force(filled, query, 9)
    monkeypatch.setattr(faiss_files, "build", whole)
    FaissStore(filled).publish()
    monkeypatch.undo()
    older = faiss_files.read_manifest(layout, "passage")
    agrees(FaissStore(filled).search("passage", query[None], 9)[0], truth)
    assert FaissStore(filled).publish() == [], "it is not made anew for that"
    FaissStore(filled).publish(force=True)
    newer = faiss_files.read_manifest(layout, "passage")
    assert older.size - newer.size > 2 * older.count * older.dimension - 100
    agrees(FaissStore(filled).search("passage", query[None], 9)[0], truth)
    assert FaissStore(filled).check() == []


@pytest.mark.promise(5)
def test_a_damaged_file_never_reaches_faiss_and_is_rebuilt(filled, layout, vector, monkeypatch):
    index = FaissStore(filled)
    index.publish()
    query = vector("b 11")
    truth = index.search("passage", query[None], 10)
    handed_to_faiss = []
    read = faiss_files._read
    monkeypatch.setattr(
        faiss_files, "_read", lambda path: handed_to_faiss.append(path.read_bytes()) or read(path)
    )
    held = faiss_files.read_manifest(layout, "passage")
    whole = (layout.vectors / held.file).read_bytes()
    for name, damage in damages(held.size):
        held = faiss_files.read_manifest(layout, "passage")
        bad = damage(whole)
        (layout.vectors / held.file).write_bytes(bad)
        assert FaissStore(filled).search("passage", query[None], 10) == truth, name
        assert bad not in handed_to_faiss, name
        assert faiss_files.read_manifest(layout, "passage").file != held.file, name


@pytest.mark.parametrize("content", ["", "{", "[]", '{"file": "../../x.faiss"}', "\x00"])
def test_a_damaged_manifest_is_rebuilt(filled, layout, vector, content):
    FaissStore(filled).publish()
    query = vector("b 11")
    (layout.vectors / "passage.json").write_text(content)
    agrees(
        FaissStore(filled).search("passage", query[None], 5)[0],
        brute_force(filled, query, 5),
    )
    assert faiss_files.read_manifest(layout, "passage") is not None


def test_a_file_of_another_index_is_not_used(filled, layout, vector, tmp_path, make_document, put):
    FaissStore(filled).publish()
    other = type(layout)(tmp_path / "other")
    with Catalog.create(other) as catalog:
        for n in range(60):
            put(catalog, make_document(f"/other/{n}.pdf", f"o {n}\np {n}"))
        shutil.copytree(layout.vectors, other.vectors)
        query = vector("o 5")
        agrees(
            FaissStore(catalog).search("passage", query[None], 5)[0],
            brute_force(catalog, query, 5),
        )


def test_a_file_newer_than_the_reader_is_left_alone(filled, layout, vector, make_document, put):
    query = vector("b 11")
    with Catalog.open(layout) as reader, reader.snapshot():
        truth = brute_force(reader, query, 8)
        for document in filled.documents.all()[:10]:
            filled.remove_path(document.path)
        put(filled, make_document("/docs/n.pdf", "b 11"))
        FaissStore(filled).publish()
        newest = faiss_files.read_manifest(layout, "passage")
        agrees(FaissStore(reader).search("passage", query[None], 8)[0], truth)
        assert faiss_files.read_manifest(layout, "passage") == newest


@pytest.mark.promise(3)
def test_a_leftover_of_an_interrupted_publication_is_removed(filled, layout):
    layout.vectors.mkdir()
    left = layout.vectors / "passage-0123456789ab.faiss.tmp"
    left.write_bytes(b"half")
    old = layout.vectors / "passage-0123456789ab.faiss"
    old.write_bytes(b"older")
    FaissStore(filled).publish()
    assert not left.exists()
    assert not old.exists()


@pytest.mark.promise(3)
def test_a_file_that_reads_back_differently_is_not_published(filled, layout, monkeypatch):
    index = FaissStore(filled)
    index.publish()
    published = files(layout) - {"publish.lock"}  # which says when it was taken
    before = {name: (layout.vectors / name).read_bytes() for name in published}
    monkeypatch.setattr(faiss_files, "_write", lambda index, path: (path.write_bytes(b""), "0"))
    with pytest.raises(IndexUnusable, match="reads back differently"):
        index.publish(["passage"], force=True)
    assert files(layout) - {"publish.lock"} == published
    assert {name: (layout.vectors / name).read_bytes() for name in published} == before


@pytest.mark.promise(3)
def test_what_is_published_has_reached_the_disk(filled, layout, monkeypatch):
    synced = set()
    fsync = os.fsync

    def recorded(descriptor):
        synced.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", recorded)
    FaissStore(filled).publish()
    held = faiss_files.read_manifest(layout, "passage")
    for path in (layout.vectors / held.file, layout.vectors / "passage.json", layout.vectors):
        assert path.stat().st_ino in synced, path.name  # a rename keeps the number


@pytest.mark.promise(3)
def test_a_file_of_fewer_vectors_than_meant_is_not_published(filled, layout, monkeypatch):
    write = faiss.write_index
    monkeypatch.setattr(
        faiss, "write_index", lambda index, out: write(faiss_files.build([], index.d), out)
    )
    with pytest.raises(IndexUnusable, match="holds 0 vectors instead of"):
        FaissStore(filled).publish()
    assert files(layout) == {"publish.lock"}


def test_a_damaged_vector_is_an_error_that_says_what_to_do(filled, layout, vector):
    filled.session.db.execute("update vectors set row = x'00' where id = 1")
    shutil.rmtree(layout.vectors, ignore_errors=True)
    with pytest.raises(IndexUnusable, match="mmrag check --repair"):
        FaissStore(filled).search("passage", vector("a 1")[None], 3)


def test_replaced_vectors_are_found_in_their_new_place(filled, layout, vector):
    index = FaissStore(filled)
    index.publish()
    document = filled.documents.all()[0]
    item = f"{document.id}-p0001-t01"
    space = filled.vectors.spaces()["passage"]
    row = vector("moved")[None]
    filled.vectors.put(VectorBatch("passage", (item,), row, space))
    found = index.search("passage", row, 1)[0]
    assert found[0][0] == item


def test_scores_are_the_same_to_the_last_digit_whatever_file_or_tail_has_the_rows(
    filled, layout, vector, make_document, put
):
    queries = np.stack([vector("a 1"), vector("b 2"), vector("nothing like it")])
    stale = FaissStore(filled, tail_share=1.0)
    stale.publish()
    put(filled, make_document("/docs/new.pdf", "brand new", "c 3"))
    partly = stale.search("passage", queries, 9)
    shutil.rmtree(layout.vectors)
    fresh = FaissStore(filled)
    assert fresh.search("passage", queries, 9) == partly
    everything = [document.id for document in filled.documents.all()]
    assert fresh.search("passage", queries, 9, everything) == partly
