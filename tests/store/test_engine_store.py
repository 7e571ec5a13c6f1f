"""Vector databases behind the catalog: what is interrupted, lost, shared or out of reach."""

import importlib.util
import shutil
import sys

import pytest

from mmrag.config import StoreSettings
from mmrag.errors import ConfigError, IndexUnusable, UsageError
from mmrag.network import OFFLINE
from mmrag.store import engine_store, nearest
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.engine import read_held, write_held
from mmrag.store.engine_store import EngineStore
from mmrag.store.layout import IndexLayout
from mmrag.store.vector_store import open_vector_store, open_with

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("lancedb") is None, reason="LanceDB is not installed"
)
SETTINGS = StoreSettings(vectors="lancedb")


@pytest.fixture
def filled(catalog, make_document, put):
    """Forty documents of three passages each."""
    for n in range(40):
        put(catalog, make_document(f"/docs/{n}.pdf", f"a {n}\nb {n}", f"c {n}"))
    return catalog


@pytest.fixture
def place(layout):
    return str(layout.engine("lancedb") / "tables")


def lance(place):
    """The engine, whose library takes seconds to load: no test is collected later for it."""
    from mmrag.store.lancedb_engine import LanceEngine

    return LanceEngine(place)


def eager(catalog, place):
    """A store that publishes whatever came or went."""
    return EngineStore(catalog, lance(place), 10**6, tail_rows=0)


def held(catalog):
    return read_held(catalog.layout.engine("lancedb"), "passage")


def nearest_to(store, vector, text, k=9):
    return store.search("passage", vector(text)[None], k)[0]


def exact(catalog, vector, text, k=9):
    items, rows = catalog.vectors.all_rows("passage")
    return nearest.best(items, nearest.cosines(rows, vector(text)), k)


class Killed(Exception):
    pass


@pytest.mark.promise(57)
@pytest.mark.parametrize("dies_after", [1, 2, 5])
def test_a_publication_that_is_killed_shows_nothing_wrong_and_goes_on_where_it_was(
    filled, place, vector, monkeypatch, dies_after
):
    monkeypatch.setattr(engine_store, "NOTED_ROWS", 20)
    monkeypatch.setattr("mmrag.store.vectors.ROWS_AT_ONCE", 10)
    notes = []

    def write(folder, channel, note):
        if len(notes) == dies_after:
            raise Killed
        notes.append(note)
        write_held(folder, channel, note)

    monkeypatch.setattr(engine_store, "write_held", write)
    with pytest.raises(Killed):
        eager(filled, place).publish(["passage"])
    monkeypatch.setattr(engine_store, "write_held", write_held)
    written = lance(place).numbers(held(filled).table)
    assert len(written) > held(filled).count  # rows too many, of no note
    for text in ("b 7", "c 39"):
        assert nearest_to(eager(filled, place), vector, text) == exact(filled, vector, text)
    begun = held(filled).table
    assert eager(filled, place).publish(["passage"]) == ["passage"]
    assert held(filled).table == begun
    numbers = lance(place).numbers(begun)
    assert sorted(numbers.tolist()) == filled.vectors.numbers("passage").tolist()


@pytest.mark.promise(57)
def test_what_an_interruption_left_is_named_and_removed(filled, layout, place):
    eager(filled, place).publish()
    filled.close()
    engine = lance(place)
    own = read_held(layout.engine("lancedb"), "passage").table
    engine.make(f"{own[:-8]}00000000", 8)
    told = [f"{fault.part}: {fault.message}" for fault in check(layout, settings=SETTINGS)]
    assert told == ["lancedb: a table that nothing refers to"]
    assert all(fault.repaired for fault in check(layout, repair=True, settings=SETTINGS))
    assert check(layout, settings=SETTINGS) == []


@pytest.mark.promise(57)
@pytest.mark.parametrize("harm", ["folder", "table", "row", "another row"])
def test_tables_that_differ_are_named_and_made_again(filled, layout, place, vector, harm):
    eager(filled, place).publish()
    engine, table = lance(place), held(filled).table
    truth, number = exact(filled, vector, "b 7"), filled.vectors.numbers("passage")[5:6]
    filled.close()
    if harm == "folder":
        shutil.rmtree(place)
    elif harm == "table":
        engine.drop(table)
    else:
        engine.remove(table, number)
        if harm == "another row":
            engine.add(table, number, ["x"], vector("another")[None])
    assert {fault.part for fault in check(layout, settings=SETTINGS)} == {"lancedb"}
    assert all(fault.repaired for fault in check(layout, repair=True, settings=SETTINGS))
    assert check(layout, settings=SETTINGS) == []
    with Catalog.open(layout) as reader:
        assert nearest_to(eager(reader, place), vector, "b 7") == truth


def test_what_is_replaced_or_removed_leaves_the_table_with_time(filled, place, vector):
    eager(filled, place).publish()
    for n in range(30):
        filled.remove_path(f"/docs/{n}.pdf")
    assert nearest_to(eager(filled, place), vector, "b 7") == exact(filled, vector, "b 7")
    assert eager(filled, place).publish(["passage"]) == ["passage"]
    left = lance(place).numbers(held(filled).table)
    assert sorted(left.tolist()) == filled.vectors.numbers("passage").tolist()
    assert nearest_to(eager(filled, place), vector, "b 7", 99) == exact(filled, vector, "b 7", 99)


def test_one_document_more_is_not_written_at_once(filled, layout, make_document, put, vector):
    store = open_with(filled, SETTINGS)
    store.publish()
    before = held(filled)
    put(filled, make_document("/docs/new.pdf", "brand new"))
    assert store.publish() == []
    assert held(filled) == before
    assert nearest_to(store, vector, "brand new", 1)[0][1] == pytest.approx(1, abs=1e-3)


def test_tables_of_a_future_that_a_restored_database_never_had_are_not_used(
    filled, layout, place, vector, make_document, put
):
    filled.checkpoint()
    past = layout.db.read_bytes()
    put(filled, make_document("/docs/new.pdf", "a future"))
    eager(filled, place).publish()
    filled.close()
    layout.db.write_bytes(past)
    with Catalog.create(layout) as again:
        put(again, make_document("/docs/other.pdf", "another future"))
        store = eager(again, place)
        assert nearest_to(store, vector, "another future") == exact(again, vector, "another future")
        store.publish()
        assert nearest_to(store, vector, "another future") == exact(again, vector, "another future")


def test_indexes_may_share_a_place_and_a_copy_has_tables_of_its_own(
    filled, layout, tmp_path, vector, make_document, put
):
    shared = str(tmp_path / "shared")
    eager(filled, shared).publish()
    filled.checkpoint()
    copied = IndexLayout(tmp_path / "copy")
    shutil.copytree(layout.root, copied.root)
    (copied.root / "writer.lock").unlink()
    with Catalog.create(copied) as copy:
        put(copy, make_document("/docs/new.pdf", "only here"))
        eager(copy, shared).publish()
        assert nearest_to(eager(copy, shared), vector, "only here", 1)[0][1] > 0.99
        assert eager(copy, shared).check() == []
    assert nearest_to(eager(filled, shared), vector, "b 7") == exact(filled, vector, "b 7")
    assert eager(filled, shared).check() == []
    eager(filled, shared).remove()
    assert len(lance(shared).tables()) == 2  # those of the copy


def test_a_search_that_would_read_too_much_says_what_to_do(filled, place, vector, monkeypatch):
    monkeypatch.setattr(engine_store, "MAX_TAIL_ROWS", 50)
    with pytest.raises(IndexUnusable, match="mmrag check --repair"):
        nearest_to(eager(filled, place), vector, "b 7")
    eager(filled, place).publish()
    assert nearest_to(eager(filled, place), vector, "b 7") == exact(filled, vector, "b 7")


@pytest.mark.parametrize("k", [1, 9, 60])
def test_an_approximate_table_finds_what_the_exact_one_does(filled, place, vector, k):
    store = EngineStore(filled, lance(place), approximate_from=1)
    store.publish()
    assert store.method("passage").startswith("approximate")
    for text in ("b 7", "c 39", "something else"):
        assert nearest_to(store, vector, text, k) == exact(filled, vector, text, k)


def test_a_place_that_cannot_be_used_is_an_error_that_says_what_to_do(filled, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    store = open_with(filled, StoreSettings(vectors="lancedb", uri=str(tmp_path / "file" / "x")))
    with pytest.raises(IndexUnusable, match=r"file/x: LanceDB: .*mmrag store migrate --to faiss"):
        store.publish()


def test_a_bucket_without_rights_is_an_error_that_says_what_to_do(filled, s3, vector, monkeypatch):
    pytest.importorskip("lancedb")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    s3.broken["bucket"] = 403
    store = open_with(filled, StoreSettings(vectors="lancedb", uri="s3://bucket/vectors"))
    with pytest.raises(IndexUnusable) as told:
        store.publish()
    assert "s3://bucket/vectors: LanceDB: " in str(told.value)
    assert "403" in str(told.value)
    assert "mmrag store migrate --to faiss" in str(told.value)
    assert "secret-of-someone" not in str(told.value)


def test_a_place_beyond_this_machine_is_refused_offline(filled, monkeypatch):
    monkeypatch.setenv(OFFLINE, "1")
    for uri in ("s3://bucket/vectors", "http://example.org:19530"):
        with pytest.raises(UsageError, match=OFFLINE):
            open_vector_store(filled, StoreSettings(vectors="lancedb", uri=uri))


def test_without_the_package_the_extra_is_named(filled, monkeypatch):
    for module in ("lancedb_engine", "lancedb_place"):
        monkeypatch.delitem(sys.modules, f"mmrag.store.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "lancedb", None)
    with pytest.raises(UsageError, match=r"pip install 'mmrag\[lancedb\]'"):
        open_with(filled, SETTINGS)


def test_a_server_that_does_not_answer_is_an_error_that_says_what_to_do(filled, monkeypatch):
    place = pytest.importorskip("mmrag.store.milvus_place")
    monkeypatch.setattr(place, "SECONDS", 1.0)
    settings = StoreSettings(vectors="milvus", uri="http://127.0.0.1:9")
    with pytest.raises(IndexUnusable, match=r"127\.0\.0\.1:9: Milvus: .*start it"):
        open_with(filled, settings).publish()


def test_a_token_that_is_not_set_is_named(filled, monkeypatch):
    pytest.importorskip("pymilvus")
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    settings = StoreSettings(vectors="milvus", uri="http://127.0.0.1:9", token_env="NO_SUCH_TOKEN")
    with pytest.raises(ConfigError, match="NO_SUCH_TOKEN is not set"):
        open_with(filled, settings).publish()


def test_what_milvus_lacks_is_searched_beside_it_and_made_again(filled, vector):
    pytest.importorskip("milvus_lite")
    settings = StoreSettings(vectors="milvus", approximate_from=50)
    store = open_with(filled, settings)
    store.publish()
    assert store.method("passage").startswith("approximate")
    note = read_held(filled.layout.engine("milvus"), "passage")
    from mmrag.store.milvus_engine import MilvusEngine

    MilvusEngine(str(filled.layout.engine("milvus") / "vectors.db")).drop(note.table)
    again = open_with(filled, settings)
    assert nearest_to(again, vector, "b 7") == exact(filled, vector, "b 7")
    assert [fault.message for fault in again.check()] == [f"the table {note.table} is missing"]
    again.publish(force=True)
    assert again.check() == []
    assert nearest_to(again, vector, "b 7") == exact(filled, vector, "b 7")
