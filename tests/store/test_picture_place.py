"""Where pictures are kept: chosen once, moved in whole, and shared by nobody without a word."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from store.index_content import content

from mmrag.errors import IndexUnusable, UsageError
from mmrag.store import picture_place, removal
from mmrag.store.backup import back_up, restore
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.item_pictures import ItemPictures
from mmrag.store.layout import IndexLayout
from mmrag.store.move_pictures import HERE, move
from mmrag.store.pictures import PictureStore
from mmrag.types import Picture

fsspec = pytest.importorskip("fsspec", reason="pip install 'mmrag[remote]'")
BUCKET = "memory://kept"


@pytest.fixture(autouse=True)
def memory(monkeypatch, tmp_path):
    monkeypatch.delenv("MMRAG_OFFLINE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield fsspec.filesystem("memory")
    fsspec.filesystem("memory").store.clear()


def picture(number: int) -> Picture:
    data = bytes([number]) * 100
    return Picture(hashlib.sha256(data).hexdigest(), data, "png", 1, 1)


def fill(layout, make_document, put) -> IndexLayout:
    with Catalog.create(layout) as catalog:
        store = picture_place.kept_for_run(catalog, "")
        for number in range(4):
            store.save(picture(number))
            parsed = make_document(f"/docs/{number}.pdf", f"text {number}")
            (page,) = parsed.pages
            put(catalog, replace(parsed, pages=(replace(page, picture=picture(number).sha256),)))
        store.sync()
    return layout


@pytest.fixture
def index(layout, make_document, put):
    """An index of four documents that keeps a picture of each in its folder."""
    return fill(layout, make_document, put)


@pytest.fixture
def moved(index):
    """The same with its pictures in a bucket."""
    move(index, BUCKET)
    return index


def faults(layout, *, repair=False):
    return [fault for fault in check(layout, repair=repair) if fault.part == "pictures"]


def shown(layout) -> dict[str, object]:
    """What is shown of each page."""
    with Catalog.open(layout) as catalog:
        pages = [p.id for d in catalog.documents.all() for p in catalog.pages.of_document(d.id)]
        found = ItemPictures(catalog, lambda: None).files(pages)
    return {name: f if isinstance(f, UsageError) else f.read_bytes() for name, f in found.items()}


@pytest.mark.promise(69)
def test_pictures_that_were_moved_are_shown_and_can_be_moved_back(index, memory):
    before, seen = content(index.root), shown(index)
    there = move(index, BUCKET)
    assert (there.pictures, there.lost, there.notes) == (4, 0, ())
    assert there.now.startswith(f"{BUCKET}/mmrag_") and there.now.endswith("_pictures")
    assert not list(index.pictures.rglob("*.png"))
    assert (content(index.root), shown(index)) == (before, seen)
    back = move(index, HERE)
    assert (back.before, back.now) == (there.now, str(index.pictures))
    assert (content(index.root), shown(index)) == (before, seen)
    assert memory.find("/kept") == []


@pytest.mark.promise(69)
def test_a_move_that_is_interrupted_changes_nothing_and_goes_on(index, memory, monkeypatch):
    before = content(index.root)
    save, saved = PictureStore.save, []

    def interrupted(store, picture):
        if len(saved) == 2:
            store.sync()
            raise KeyboardInterrupt
        saved.append(picture)
        save(store, picture)

    monkeypatch.setattr(PictureStore, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        move(index, BUCKET)
    assert content(index.root) == before
    assert len(memory.find("/kept")) == 2
    monkeypatch.setattr(PictureStore, "save", save)
    files = {name: memory.created(name) for name in memory.find("/kept")}
    assert move(index, BUCKET).pictures == 4
    assert {name: memory.created(name) for name in files} == files, "nothing is copied twice"


def test_what_was_lost_before_is_counted_and_a_damaged_one_is_not_taken_along(index):
    store = PictureStore(index)
    store.remove([picture(0).sha256])
    store.path(picture(1).sha256).write_bytes(b"other")
    told = move(index, BUCKET)
    assert (told.pictures, told.lost) == (2, 2)
    assert sorted(fault.item for fault in faults(index)) == sorted(
        picture(n).sha256 for n in (0, 1)
    )


def test_a_place_is_taken_by_an_index_that_keeps_nothing_and_told_to_others(
    layout, make_document, put, tmp_path
):
    with Catalog.create(layout) as catalog:
        store = picture_place.kept_for_run(catalog, BUCKET)
        assert store.place.startswith(BUCKET)
        assert picture_place.elsewhere(catalog, BUCKET) == ""
        assert picture_place.kept_for_run(catalog, "").place == store.place
        assert f"stay in {store.place}" in picture_place.elsewhere(catalog, "memory://other")
    other = fill(IndexLayout(tmp_path / "other"), make_document, put)
    with Catalog.create(other) as catalog:
        assert picture_place.kept_for_run(catalog, BUCKET).place == str(other.pictures)
        assert "mmrag store pictures --to" in picture_place.elsewhere(catalog, BUCKET)


@pytest.mark.promise(69)
def test_indexes_that_share_a_place_leave_each_other_alone(moved, tmp_path, make_document, put):
    other = fill(IndexLayout(tmp_path / "other"), make_document, put)
    move(other, BUCKET)
    with Catalog.create(other) as catalog:
        removal.remove(catalog, ["/docs/0.pdf"])
        picture_place.kept(catalog).remove_orphans(set())
    assert faults(moved) == []
    assert sum(isinstance(found, bytes) for found in shown(moved).values()) == 4


@pytest.mark.promise(69)
def test_a_copy_shows_the_pictures_and_changes_none_before_it_has_its_own(moved, tmp_path):
    copy = IndexLayout(shutil.copytree(moved.root, tmp_path / "copy"))
    assert shown(copy) == shown(moved)
    with Catalog.create(copy) as catalog:
        removal.remove(catalog, ["/docs/0.pdf"])
        with pytest.raises(UsageError, match=f"moved or copied.*{moved.root}.*--to {BUCKET}"):
            picture_place.kept_for_run(catalog, BUCKET)
    assert faults(copy, repair=True) == faults(moved) == []
    told = move(copy, BUCKET)
    assert told.pictures == 3
    assert "are of another index" in told.notes[0]
    assert faults(copy) == faults(moved) == []


def test_what_is_removed_goes_from_the_bucket_and_nothing_else(moved, memory):
    memory.pipe_file("/kept/notes.txt", b"of someone else")
    with Catalog.create(moved) as catalog:
        removal.remove(catalog, ["/docs/2.pdf"])
        [kept] = {Path(name).parents[1] for name in memory.find("/kept") if "notes" not in name}
        memory.pipe_file(f"{kept}/ab/{'ab' * 32}.webp.77.tmp", b"half")
        assert picture_place.kept(catalog).remove_orphans(set(catalog.picture_hashes())) == 1
    left = {Path(name).stem for name in memory.find("/kept")}
    assert left == {"notes", *(picture(number).sha256 for number in (0, 1, 3))}


def test_a_backup_takes_them_along_and_the_index_made_of_it_has_its_own(moved, tmp_path, memory):
    with Catalog.open(moved) as catalog:
        written = back_up(catalog, tmp_path / "saved.mmrag")
    assert (written.pictures, written.missing) == (4, ())
    memory.store.clear()
    other = IndexLayout(tmp_path / "other")
    restore(tmp_path / "saved.mmrag", other)
    assert faults(other) == []
    assert sum(isinstance(found, bytes) for found in shown(other).values()) == 4


def test_what_a_bucket_lost_is_named_and_its_document_read_again(moved, memory):
    [lost] = [name for name in memory.find("/kept") if picture(3).sha256 in name]
    memory.rm_file(lost)
    [fault] = faults(moved, repair=True)
    assert (fault.item, fault.message, fault.repaired) == (picture(3).sha256, "is missing", False)
    with Catalog.open(moved) as catalog:
        stamps = {path: source.is_stamped for path, (source, _) in catalog.sources.all().items()}
    assert stamps == {f"/docs/{n}.pdf": n != 3 for n in range(4)}


@pytest.mark.promise(69)
def test_one_that_is_not_what_it_was_is_not_shown(moved, memory):
    [name] = [name for name in memory.find("/kept") if picture(3).sha256 in name]
    memory.pipe_file(name, b"other")
    [error] = [found for found in shown(moved).values() if isinstance(found, UsageError)]
    assert f"{BUCKET}/" in str(error) and "is damaged" in str(error)


@pytest.mark.promise(69)
@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("s3://key:hush@bucket/x", "would be stored and shown"),
        ("https://example.org/x", "a web server takes no pictures"),
        ("az://box/x?sig=hush", "is not taken for pictures"),
        ("nosuch://bucket/x", "nosuch"),
    ],
)
def test_a_place_that_cannot_be_one_is_refused_and_no_secret_repeated(index, place, why):
    before = content(index.root)
    with pytest.raises(UsageError, match=why) as told:
        move(index, place)
    assert "hush" not in str(told.value)
    assert content(index.root) == before


@pytest.mark.promise(69)
@pytest.mark.parametrize(("status", "why"), [(403, "no rights to write it"), (507, "StorageFull")])
def test_a_bucket_that_takes_nothing_is_told_with_its_address_and_nothing_changes(
    index, s3, status, why
):
    before = content(index.root)
    s3.broken["PUT"] = status
    with pytest.raises(IndexUnusable, match=why) as told:
        move(index, "s3://bucket/kept")
    assert "s3://bucket/kept" in str(told.value)
    assert "secret-of-someone" not in str(told.value)
    assert content(index.root) == before
    s3.broken.clear()
    move(index, "s3://bucket/kept")
    assert content(index.root) == before


def test_a_bucket_out_of_reach_is_one_fault_and_one_word_a_picture(index, s3):
    move(index, "s3://bucket/kept")
    s3.broken["bucket"] = 403
    [fault] = faults(index, repair=True)
    assert "s3://bucket/kept" in fault.message and "no rights to list" in fault.message
    told = shown(index)
    assert all("no rights to read it" in str(found) for found in told.values())
    s3.broken.clear()
    assert faults(index) == []
    assert all(isinstance(found, bytes) for found in shown(index).values())
