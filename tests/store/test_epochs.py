import random
import sqlite3

import numpy as np
import pytest
from power_cut import Disk

from mmrag.store import faiss_files
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.epochs import KEPT_EPOCHS
from mmrag.store.faiss_store import FaissStore
from mmrag.store.layout import IndexLayout


@pytest.fixture
def add(make_document, put):
    """Stores the documents of these numbers, one passage each, and publishes."""

    def store(catalog, numbers, publish=True):
        for n in numbers:
            put(catalog, make_document(f"/docs/{n}.pdf", f"text {n}"))
        if publish:
            FaissStore(catalog, tail_share=0, tail_rows=0).publish()

    return store


@pytest.fixture
def lost(vector):
    """The passages that a search does not find by their own vector."""

    def missing(layout):
        with Catalog.open(layout) as reader:
            store = FaissStore(reader)
            items = [
                (passage.id, passage.text)
                for document in reader.documents.all()
                for page in reader.pages.of_document(document.id)
                for passage in reader.passages.of_page(page.id)
            ]
            return [
                text
                for item, text in items
                if store.search("passage", vector(text)[None], 1)[0][0][0] != item
            ]

    return missing


def back_up(layout, target):
    with sqlite3.connect(layout.db) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    copy.close()
    source.close()


def restore(layout, backup):
    for path in layout.root.glob("index.db*"):
        path.unlink()
    layout.db.write_bytes(backup.read_bytes())


def shuffled(*ranges):
    numbers = [n for part in ranges for n in part]
    random.Random(1).shuffle(numbers)
    return numbers


@pytest.mark.promise(39)
@pytest.mark.parametrize("moment", ["after a publication", "between two"])
def test_a_restored_database_does_not_take_the_search_files_of_its_lost_future(
    layout, tmp_path, add, lost, moment
):
    with Catalog.create(layout) as catalog:
        add(catalog, range(20))
        add(catalog, range(20, 30), publish=moment == "after a publication")
        back_up(layout, tmp_path / "backup.db")
        add(catalog, range(30, 80))
    restore(layout, tmp_path / "backup.db")
    assert {fault.message for fault in check(layout)} == {"made of another state of the index"}
    assert lost(layout) == []
    with Catalog.create(layout) as catalog:
        add(catalog, shuffled(range(40, 70), range(100, 130)), publish=False)
    assert lost(layout) == []
    with Catalog.create(layout) as catalog:
        add(catalog, [])
    assert lost(layout) == []
    assert check(layout) == []


@pytest.mark.promise(39)
def test_deletions_that_a_restored_database_takes_back_are_found_again(
    layout, tmp_path, add, lost, make_document
):
    with Catalog.create(layout) as catalog:
        add(catalog, range(30))
        back_up(layout, tmp_path / "backup.db")
        for n in range(10):
            catalog.remove_path(f"/docs/{n}.pdf")
        FaissStore(catalog, 0, 0).publish()
    restore(layout, tmp_path / "backup.db")
    with Catalog.create(layout) as catalog:
        for n in range(10, 20):
            catalog.remove_path(f"/docs/{n}.pdf")
    assert lost(layout) == []


@pytest.mark.promise(39)
def test_what_is_published_was_made_of_a_state_that_a_power_cut_leaves(
    layout, tmp_path, add, lost, monkeypatch
):
    disk = Disk(layout.root, monkeypatch)
    with Catalog.create(layout) as catalog:
        add(catalog, range(40))
        add(catalog, range(40, 70))
        add(catalog, range(70, 90), publish=False)
        left = IndexLayout(disk.cut(tmp_path / "left"))
    with Catalog.open(left) as reader:
        held = {document.title for document in reader.documents.all()}
    assert held >= {f"{n}.pdf" for n in range(70)}
    assert check(left) == []
    with Catalog.create(left) as catalog:
        add(catalog, shuffled(range(75, 120)))
    assert lost(left) == []


@pytest.mark.promise(39)
def test_a_file_of_other_rows_than_those_of_the_database_is_not_used(layout, add, lost):
    with Catalog.create(layout) as catalog:
        add(catalog, range(40))
        state, epoch = catalog.vectors.state("passage"), catalog.epochs.latest().name
        numbers, rows = next(catalog.vectors.read("passage", 8))
        turned = [(numbers, np.roll(rows, 1, axis=0))]
        faiss_files.publish(layout, "passage", epoch, state, turned)
    assert lost(layout) == []
    assert check(layout) == []


def test_a_state_has_one_name_until_it_changes(layout, add):
    with Catalog.create(layout) as catalog:
        assert catalog.epochs.latest().name == ""
        add(catalog, range(3))
        first = catalog.epochs.latest()
        add(catalog, [])
        assert catalog.epochs.latest() == first
        assert first.is_now
        add(catalog, [7], publish=False)
        assert not catalog.epochs.latest().is_now
        catalog.epochs.begin()
        assert catalog.epochs.latest().name != first.name
        assert catalog.epochs.knows(first.name)
        assert not catalog.epochs.knows("of another index")


def test_the_oldest_epochs_are_forgotten(layout, add):
    with Catalog.create(layout) as catalog:
        add(catalog, [1])
        first = catalog.epochs.latest().name
        with catalog.transaction():
            for n in range(KEPT_EPOCHS):
                catalog.session.execute("insert into epochs values (null, ?, 0, 0)", [str(n)])
        add(catalog, [2])
        assert not catalog.epochs.knows(first)


def test_a_reader_of_a_state_without_a_name_publishes_nothing(layout, add, lost):
    with Catalog.create(layout) as catalog:
        add(catalog, range(5), publish=False)
    assert lost(layout) == []
    assert not list(layout.vectors.glob("*.faiss"))
