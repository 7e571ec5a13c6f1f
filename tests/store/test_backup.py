import hashlib
import shutil
import sqlite3
import struct
import zipfile
from dataclasses import replace

import pytest
from store.index_content import content

from mmrag.errors import IndexLocked, IndexUnusable, UsageError
from mmrag.store.answers import KeptAnswers
from mmrag.store.backup import back_up, restore
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.faiss_store import FaissStore
from mmrag.store.layout import IndexLayout
from mmrag.store.pictures import PictureStore
from mmrag.types import Picture


@pytest.fixture
def index(layout, make_document, put):
    """An index of four documents with a picture each."""
    with Catalog.create(layout) as catalog:
        for n in range(4):
            data = bytes([n]) * 100
            picture = Picture(hashlib.sha256(data).hexdigest(), data, "png", 1, 1)
            PictureStore(layout).save(picture)
            parsed = make_document(f"/docs/{n}.pdf", f"text {n}")
            (page,) = parsed.pages
            put(catalog, replace(parsed, pages=(replace(page, picture=picture.sha256),)))
        FaissStore(catalog).publish()
    return layout


@pytest.fixture
def file(tmp_path):
    return tmp_path / "saved.mmrag"


@pytest.fixture
def saved(index, file):
    with Catalog.open(index) as catalog:
        back_up(catalog, file)
    return file


@pytest.fixture
def other(tmp_path):
    return IndexLayout(tmp_path / "other" / "index")


def without_derived(held):
    return {**held, "faults": [fault for fault in held["faults"] if not fault.startswith("faiss")]}


@pytest.mark.promise(41)
def test_a_restored_index_is_the_one_that_was_backed_up(index, file, other, vector):
    with Catalog.open(index) as catalog:
        written = back_up(catalog, file)
    made = restore(file, other)
    assert (written.documents, written.pictures, written.missing) == (4, 4, ())
    assert replace(made, index=written.index) == written
    assert without_derived(content(other.root)) == content(index.root)
    with Catalog.open(other) as catalog:
        found = FaissStore(catalog).search("passage", vector("text 2")[None], 1)[0]
        assert catalog.passages.get(found[0][0]).text == "text 2"
    assert file.stat().st_mode & 0o077 == 0


def test_what_a_server_was_asked_and_told_of_it_goes_along(index, file, other, tmp_path):
    kept = KeptAnswers(index).keep("a question", "{}")
    KeptAnswers(index).mark(kept, "right")
    index.feedback.mkdir()
    (index.feedback / "queries.jsonl").write_text("{}\n")
    (index.feedback / "of-the-user.txt").write_text("stays where it is")
    with Catalog.open(index) as catalog:
        written = back_up(catalog, file)
        without = back_up(catalog, tmp_path / "without.mmrag", answers=False)
    assert (written.answers, written.feedback) == (1, ("feedback/queries.jsonl",))
    assert (without.answers, without.feedback, without.pictures) == (0, (), 4)
    made = restore(file, other)
    assert replace(made, index=written.index) == written
    assert KeptAnswers(other).get(kept) == KeptAnswers(index).get(kept)
    assert [path.name for path in other.feedback.iterdir()] == ["queries.jsonl"]
    for path in (other.answers, other.feedback, other.feedback / "queries.jsonl"):
        assert path.stat().st_mode & 0o077 == 0


def test_answers_that_lie_where_an_index_was_are_not_written_over(saved, other):
    other.root.mkdir(parents=True)
    KeptAnswers(other).keep("of another index", "{}")
    with pytest.raises(UsageError, match="an index is there, or was"):
        restore(saved, other)
    assert KeptAnswers(other).count() == 1


@pytest.mark.promise(41)
def test_answers_with_statements_of_their_own_are_refused(index, file, tmp_path, other):
    KeptAnswers(index).keep("a question", "{}")
    with sqlite3.connect(index.answers) as db:
        db.execute("create view armed as select * from answers")
    db.close()
    with Catalog.open(index) as catalog:
        back_up(catalog, file)
    with pytest.raises(UsageError, match="its answers are damaged: another schema"):
        restore(file, other)
    assert not other.db.exists()
    assert not other.answers.exists()


@pytest.mark.promise(41)
def test_a_backup_is_of_one_state_while_a_writer_writes(index, file, other, make_document, put):
    with Catalog.create(index) as writer:
        with Catalog.open(index) as catalog, writer.transaction():
            put(writer, make_document("/docs/new.pdf", "uncommitted"))
            back_up(catalog, file)
        put(writer, make_document("/docs/newer.pdf", "later"))
    restore(file, other)
    with Catalog.open(other) as catalog:
        assert [document.title for document in catalog.documents.all()] == [
            f"{n}.pdf" for n in range(4)
        ]
    assert [fault for fault in check(other) if fault.part != "faiss"] == []


def test_lost_pictures_are_listed_and_their_documents_read_again(index, file, other):
    store = PictureStore(index)
    lost, damaged = sorted(store.stored())[:2]
    store.remove([lost])
    store.path(damaged).write_bytes(b"damaged")
    with Catalog.open(index) as catalog:
        assert set(back_up(catalog, file).missing) == {lost, damaged}
    assert set(restore(file, other).missing) == {lost, damaged}
    with Catalog.open(other) as catalog:
        stamps = [source.is_stamped for source, _ in catalog.sources.all().values()]
    assert sorted(stamps) == [False, False, True, True]


def test_a_file_that_is_there_is_not_written_over(index, file):
    file.write_text("something of the user")
    with Catalog.open(index) as catalog, pytest.raises(UsageError, match="there already"):
        back_up(catalog, file)
    assert file.read_text() == "something of the user"


def test_a_damaged_database_is_not_backed_up(index, file):
    data = bytearray(index.db.read_bytes())
    for start in range(8192 * 3, len(data), 8192 * 2):
        data[start : start + 4096] = b"\xff" * 4096
    index.db.write_bytes(data)
    with pytest.raises(IndexUnusable), Catalog.open(index) as catalog:
        back_up(catalog, file)
    assert not file.exists()
    assert [path.name for path in file.parent.iterdir()] == ["index"]


def test_an_index_that_is_there_is_not_replaced(index, saved):
    before = content(index.root)
    with pytest.raises(UsageError, match="an index is there"):
        restore(saved, index)
    assert content(index.root) == before


def test_a_restore_does_not_meet_a_writer(saved, other):
    from mmrag.store.lock import FileLock

    with FileLock(other.writer_lock).acquire(), pytest.raises(IndexLocked):
        restore(saved, other)


def rewritten(saved, target, change):
    """A backup whose entries went through `change(name, data)`, which yields names and data."""
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w") as archive:
        for entry in source.infolist():
            for name, data in change(entry.filename, source.read(entry)):
                archive.writestr(zipfile.ZipInfo(name), data)
    return target


def beside_the_database(name):
    """A change that adds one more entry."""
    return lambda held, data: [(held, data), (name, b"x")] if held == "index.db" else [(held, data)]


@pytest.mark.promise(41)
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "change",
    [
        beside_the_database("../outside.txt"),
        beside_the_database("/etc/outside.txt"),
        beside_the_database("pictures/../../outside.png"),
        beside_the_database("index.db-wal"),
        beside_the_database("answers.db-journal"),
        beside_the_database("answers.db"),
        beside_the_database("feedback/../../outside.jsonl"),
        beside_the_database("feedback/docs.jsonl"),
        lambda name, data: [(name, data), (name, data)],
        lambda name, data: [(name, data)] if name != "index.db" else [],
        lambda name, data: [(name, data if name == "index.db" else b"another picture")],
        lambda name, data: [(name, data if name != "index.db" else b"SQLite format 3")],
        lambda name, data: [(name, data if name != "index.db" else data[:20000])],
    ],
)
def test_a_file_with_anything_else_in_it_is_refused_and_leaves_no_index(
    saved, tmp_path, other, change
):
    bad = rewritten(saved, tmp_path / "bad.mmrag", change)
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(other.root.parent)}
    with pytest.raises((UsageError, IndexUnusable)):
        restore(bad, other)
    after = {path for path in tmp_path.rglob("*") if not path.is_relative_to(other.root.parent)}
    assert after == before
    assert not other.db.exists()


@pytest.mark.promise(41)
def test_a_backup_that_the_disk_has_no_room_for_is_refused_before_it_is_unpacked(
    saved, other, monkeypatch
):
    disk = shutil.disk_usage(saved.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: disk._replace(free=1_000))
    with pytest.raises(IndexUnusable, match=r"are needed and 1,000 are free: free disk space"):
        restore(saved, other)
    assert not other.db.exists()


@pytest.mark.promise(41)
def test_a_bomb_is_refused_before_it_is_unpacked(saved, tmp_path, other):
    bomb = tmp_path / "bomb.mmrag"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.db", bytes(50_000_000))
    with pytest.raises(UsageError, match="compressed"):
        restore(bomb, other)
    data = bytearray(saved.read_bytes())
    at = data.rindex(b"PK\x01\x02")  # the last entry of the directory lies about its size
    struct.pack_into("<I", data, at + 24, 2_000_000_000)
    bomb.write_bytes(data)
    with pytest.raises(UsageError, match="too large"):
        restore(bomb, other)
    assert not other.root.exists()


@pytest.mark.promise(41)
def test_a_database_with_statements_of_its_own_is_refused(saved, tmp_path, other):
    def armed(name, data):
        if name == "index.db":
            place = tmp_path / "armed.db"
            place.write_bytes(data)
            with sqlite3.connect(place) as db:
                db.execute(
                    "create trigger armed after insert on runs begin delete from documents; end"
                )
            db.close()
            data = place.read_bytes()
        return [(name, data)]

    bad = rewritten(saved, tmp_path / "bad.mmrag", armed)
    with pytest.raises(UsageError, match="another schema"):
        restore(bad, other)
    assert not other.db.exists()


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive" * 100])
def test_a_file_that_is_no_backup_is_told_so(file, other, data):
    file.write_bytes(data)
    with pytest.raises(UsageError, match="no backup of mmrag"):
        restore(file, other)
    with pytest.raises(UsageError, match="is not there"):
        restore(file.with_name("absent"), other)
