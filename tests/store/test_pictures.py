import hashlib
import io

import pytest
from PIL import Image

from mmrag.errors import IndexUnusable, UsageError
from mmrag.store.pictures import PictureStore
from mmrag.types import Picture


@pytest.fixture
def picture():
    data = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(data, "webp", lossless=True)
    raw = data.getvalue()
    return Picture(hashlib.sha256(raw).hexdigest(), raw, "webp", 8, 6)


@pytest.fixture
def store(layout):
    return PictureStore(layout)


def test_a_picture_comes_back_and_is_stored_once(store, picture, layout):
    for _ in range(2):
        store.save(picture)
    assert store.open(picture.sha256).size == (8, 6)
    assert store.path(picture.sha256).read_bytes() == picture.data
    assert list(store.stored()) == [picture.sha256]
    assert store.is_whole(picture.sha256)
    assert len(list(layout.pictures.rglob("*.*"))) == 1


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "", "ab/../cd", "A" * 64, "0" * 63, "0" * 64 + "\n"]
)
def test_only_a_hash_is_a_name(store, name):
    for call in (store.path, store.open, lambda name: store.remove([name])):
        with pytest.raises(UsageError, match="not a SHA-256"):
            call(name)


def test_a_picture_under_a_wrong_name_is_refused(store, picture, layout):
    with pytest.raises(UsageError, match="not the SHA-256"):
        store.save(Picture("0" * 64, picture.data, "webp", 8, 6))
    assert not layout.pictures.exists()


def test_a_picture_cut_short_is_written_again(store, picture):
    store.save(picture)
    store.path(picture.sha256).write_bytes(picture.data[:20])
    assert not store.is_whole(picture.sha256)
    with pytest.raises(UsageError, match="cannot be read as a picture"):
        store.open(picture.sha256)
    store.save(picture)
    assert store.is_whole(picture.sha256)


def test_a_missing_picture_is_named(store):
    with pytest.raises(UsageError, match="00000000 is not stored"):
        store.open("0" * 64)


def test_orphans_and_unfinished_files_are_removed_and_foreign_files_are_not(store, picture, layout):
    store.save(picture)
    folder = store.path(picture.sha256).parent
    unfinished = folder / f"{picture.sha256}.webp.12345.tmp"
    unfinished.write_bytes(b"half")
    foreign = folder / "notes.txt"
    foreign.write_text("mine")
    assert store.remove_orphans({picture.sha256}) == 1
    assert not unfinished.exists()
    assert store.remove_orphans(set()) == 1
    assert list(store.stored()) == []
    assert foreign.exists()


def test_a_picture_that_cannot_be_written_is_an_error_with_advice(store, picture, layout):
    layout.pictures.mkdir(parents=True)
    (layout.pictures / picture.sha256[:2]).write_text("a file in the way")
    with pytest.raises(IndexUnusable, match="cannot store a picture"):
        store.save(picture)
