import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mmrag.errors import DocumentError
from mmrag.ingest.formats.members import Members
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import OpenFile
from mmrag.ingest.formats.table import SUFFIXES

MANY = 10**8
FILES = {
    "docs/a.txt": b"The ferry left.",
    "b.csv": b"a,b\n1,2\n",
    ".hidden.txt": b"x",
    "c.exe": b"MZ",
}


def write_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)


def write_tar(path: Path, mode: str = "w") -> None:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in FILES.items():
            item = tarfile.TarInfo(name)
            item.size = len(data)
            archive.addfile(item, io.BytesIO(data))


def opened(path: Path) -> OpenFile:
    members = Members(path.parent / "out", SUFFIXES)
    with open_file(path, MANY, members=members) as file:
        return file


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.zip", write_zip),
        ("a.tar", write_tar),
        ("a.tgz", lambda path: write_tar(path, "w:gz")),
        ("a.txz", lambda path: write_tar(path, "w:xz")),
    ],
)
def test_an_archive_lists_its_files_and_gives_those_that_are_read(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    write(tmp_path / name)
    file = opened(tmp_path / name)
    assert file.members == ("docs/a.txt", "b.csv")
    assert (tmp_path / "out" / "000000.txt").read_bytes() == b"The ferry left."
    assert [str(problem) for problem in file.problems] == [
        "unread: files of other types in it: 1 .exe"
    ]
    [[table]] = file.tables.values()
    assert [cell.text for cell in table.cells if cell.column == 0] == [
        "file", "docs/a.txt", "b.csv", "c.exe",
    ]  # fmt: skip


@pytest.mark.promise(53)
def test_links_and_devices_of_an_archive_are_no_files(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            item = tarfile.TarInfo("a.txt")
            item.type, item.linkname = kind, "/etc/passwd"
            archive.addfile(item)
    with pytest.raises(DocumentError, match="holds no files"):
        opened(tmp_path / "a.tar")


def test_a_file_that_cannot_be_unpacked_costs_itself(tmp_path: Path) -> None:
    write_zip(tmp_path / "a.zip")
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(b"The ferry left.", b"The ferry lost."))
    file = opened(tmp_path / "a.zip")
    assert "docs/a.txt: it cannot be unpacked" in file.problems[0].message
    assert "b.csv" in file.members


@pytest.mark.parametrize("way", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_that_is_damaged_as_it_is_packed_costs_itself(tmp_path: Path, way: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", way) as archive:
        archive.writestr("a.txt", "".join(f"The ferry of {n} left." for n in range(1000)))
        archive.writestr("b.csv", "a,b\n1,2\n")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[60:200] = bytes(140)
    (tmp_path / "a.zip").write_bytes(data)
    file = opened(tmp_path / "a.zip")
    assert "a.txt: it cannot be unpacked" in file.problems[0].message
    assert file.members == ("b.csv",)


@pytest.mark.parametrize("mode", ["w:gz", "w:xz"])
def test_an_archive_that_is_damaged_as_it_is_packed_is_refused(tmp_path: Path, mode: str) -> None:
    with tarfile.open(tmp_path / "a.tar", mode) as archive:  # type: ignore[call-overload]
        item = tarfile.TarInfo("a.txt")
        text = "".join(f"The ferry of {n} left." for n in range(9000)).encode()
        item.size = len(text)
        archive.addfile(item, io.BytesIO(text))
    data = bytearray((tmp_path / "a.tar").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 100] = b"\xff" * 100
    (tmp_path / "a.tar").write_bytes(data)
    with pytest.raises(DocumentError, match="cannot be unpacked"):
        opened(tmp_path / "a.tar")


def test_an_archive_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    write_tar(tmp_path / "a.tgz", "w:gz")
    data = (tmp_path / "a.tgz").read_bytes()
    (tmp_path / "a.tgz").write_bytes(data[: len(data) // 2])
    with pytest.raises(DocumentError, match="cannot be unpacked"):
        opened(tmp_path / "a.tgz")
