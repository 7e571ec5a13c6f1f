"""What every place must do where pictures lie."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmrag.errors import IndexUnusable
from mmrag.store.bucket_files import BucketFiles
from mmrag.store.picture_files import FolderFiles, PictureFiles

NAMES = [f"{hexa}/{hexa * 32}.webp" for hexa in ("00", "a7", "ff")]


@pytest.fixture(params=["folder", "file", "memory", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PictureFiles]:
    """A place where nothing lies yet; of fsspec a folder, memory, and a bucket."""
    if request.param == "folder":
        yield FolderFiles(tmp_path / "pictures")
        return
    fsspec = pytest.importorskip("fsspec", reason="pip install 'mmrag[remote]'")
    if request.param == "s3":
        request.getfixturevalue("s3")
        yield BucketFiles("s3://bucket/kept/own_pictures")
        return
    request.getfixturevalue("monkeypatch").delenv("MMRAG_OFFLINE", raising=False)
    place = "memory://kept/own" if request.param == "memory" else f"file://{tmp_path}/kept/own"
    yield BucketFiles(place)
    fsspec.filesystem("memory").store.clear()


def filled(files: PictureFiles) -> PictureFiles:
    for name in NAMES:
        files.write(name, name.encode())
    files.flush()
    return files


def test_what_was_written_is_there_and_nothing_else(files: PictureFiles) -> None:
    filled(files)
    assert sorted(files.names()) == NAMES
    none = "11/none.webp"
    assert files.read([*NAMES, none]) == {name: name.encode() for name in NAMES}
    assert files.path(none) is None
    if files.is_here:
        assert files.path(NAMES[0]).read_bytes() == NAMES[0].encode()


def test_where_nothing_was_written_nothing_is_found_and_nothing_fails(files: PictureFiles) -> None:
    assert list(files.names()) == []
    assert files.read(NAMES) == {}
    files.remove(NAMES)
    files.flush()


def test_what_was_cut_off_is_written_over(files: PictureFiles) -> None:
    files.write(NAMES[0], b"half")
    files.flush()
    filled(files)
    assert files.read(NAMES[:1]) == {NAMES[0]: NAMES[0].encode()}


def test_what_is_removed_is_gone_and_the_others_stay(files: PictureFiles) -> None:
    filled(files)
    files.remove([NAMES[1], "11/none.webp"])
    assert sorted(files.names()) == [NAMES[0], NAMES[2]]


def test_another_sees_what_was_written_and_removed_meanwhile(files: PictureFiles) -> None:
    is_folder = isinstance(files, FolderFiles)
    other = FolderFiles(Path(files.place)) if is_folder else BucketFiles(files.place)
    assert list(other.names()) == []
    filled(files)
    assert sorted(other.names()) == NAMES
    files.remove(NAMES)
    assert list(other.names()) == []
    assert other.read(NAMES) == {}


@pytest.mark.promise(69)
def test_a_write_that_fails_leaves_no_file_under_its_name(
    files: PictureFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write(NAMES[0], b"first")
    files.flush()

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    if isinstance(files, FolderFiles):
        monkeypatch.setattr(Path, "rename", fail)
    else:
        system = files._opened[0]
        monkeypatch.setattr(system, "pipe" if system.async_impl else "mv", fail)
    with pytest.raises(IndexUnusable, match="No space left") as told:
        files.write(NAMES[1], b"second")
        files.flush()
    assert files.place in str(told.value) or str(Path(files.place) / "a7") in str(told.value)
    monkeypatch.undo()
    assert list(files.names()) == NAMES[:1]
    assert str(os.getpid()) not in " ".join(files.names())


@pytest.mark.promise(69)
def test_a_write_that_is_killed_leaves_no_half_of_a_file_under_its_name(
    files: PictureFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    def gone(*arguments: object) -> None:
        raise OSError("nothing answers any more")

    if isinstance(files, FolderFiles):
        monkeypatch.setattr(Path, "rename", killed)
    elif files._opened[0].async_impl:
        pytest.skip("what an object store does not have whole it does not have")
    else:
        system = files._opened[0]
        write = system.pipe_file

        def half(path: str, data: bytes) -> None:
            write(path, data[:2])
            raise KeyboardInterrupt

        monkeypatch.setattr(system, "pipe_file", half)
        monkeypatch.setattr(system, "rm_file", gone)
    with pytest.raises(KeyboardInterrupt):
        filled(files)
    monkeypatch.undo()
    assert not set(files.names()) & set(NAMES)
