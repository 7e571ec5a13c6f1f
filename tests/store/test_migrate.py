import importlib.util

import pytest

from mmrag.config import StoreSettings
from mmrag.errors import IndexUnusable
from mmrag.store import engine_store, migrate
from mmrag.store.catalog import Catalog
from mmrag.store.engine import read_held, write_held
from mmrag.store.faiss_store import FaissStore
from mmrag.store.vector_store import open_vector_store

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("lancedb") is None, reason="LanceDB is not installed"
)
LANCE = StoreSettings(vectors="lancedb")
FAISS = StoreSettings()


@pytest.fixture
def index(layout, make_document, put):
    """A published index of twenty documents."""
    with Catalog.create(layout) as catalog:
        for n in range(20):
            put(catalog, make_document(f"/docs/{n}.pdf", f"a {n}\nb {n}", f"c {n}"))
        FaissStore(catalog).publish()
    return layout


def found(layout, vector, profile=FAISS):
    with Catalog.open(layout) as catalog:
        store = open_vector_store(catalog, profile)
        return store.name, store.search("passage", vector("b 7")[None], 9)


def test_an_index_is_moved_and_moved_back_and_finds_the_same(index, vector):
    _, before = found(index, vector)
    moved = migrate.migrate(index, FAISS, LANCE)
    assert (moved.before, moved.now) == ("faiss", "lancedb")
    assert moved.vectors == {"passage": 60, "description": 40}
    assert found(index, vector) == ("lancedb", before)
    assert [path.name for path in index.vectors.iterdir()] == ["publish.lock"]
    back = migrate.migrate(index, FAISS, FAISS)
    assert found(index, vector, LANCE) == ("faiss", before)
    assert back.search == {"passage": "exact", "description": "exact"}
    assert read_held(index.engine("lancedb"), "passage") is None


def test_an_interrupted_move_leaves_the_store_as_it_was_and_is_taken_up(index, vector, monkeypatch):
    monkeypatch.setattr(engine_store, "NOTED_ROWS", 10)
    monkeypatch.setattr("mmrag.store.vectors.ROWS_AT_ONCE", 10)
    notes = []

    def write(folder, channel, held):
        if len(notes) == 2:
            raise KeyboardInterrupt
        notes.append(held)
        write_held(folder, channel, held)

    monkeypatch.setattr(engine_store, "write_held", write)
    with pytest.raises(KeyboardInterrupt):
        migrate.migrate(index, FAISS, LANCE)
    assert found(index, vector)[0] == "faiss"
    monkeypatch.setattr(engine_store, "write_held", write_held)
    migrate.migrate(index, FAISS, LANCE)
    assert found(index, vector)[0] == "lancedb"
    assert notes[-1].table in {
        read_held(index.engine("lancedb"), channel).table for channel in ("passage", "description")
    }


def test_a_store_that_does_not_hold_what_it_was_given_is_not_moved_to(index, vector, monkeypatch):
    from mmrag.store.lancedb_engine import LanceEngine

    add = LanceEngine.add
    monkeypatch.setattr(
        LanceEngine,
        "add",
        lambda self, table, numbers, documents, rows: add(
            self, table, numbers[1:], documents[1:], rows[1:]
        ),
    )
    with pytest.raises(IndexUnusable, match=r"is not in it.*the index stays with faiss"):
        migrate.migrate(index, FAISS, LANCE)
    assert found(index, vector)[0] == "faiss"


def test_what_a_store_out_of_reach_holds_is_left_there_and_told(index, vector, tmp_path):
    place = tmp_path / "elsewhere"
    there = StoreSettings(vectors="lancedb", uri=str(place))
    migrate.migrate(index, FAISS, there)
    for path in sorted(place.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    place.rmdir()
    place.write_bytes(b"no folder any more")
    moved = migrate.migrate(index, FAISS, FAISS)
    assert "left there" in moved.notes[0]
    assert found(index, vector)[0] == "faiss"
