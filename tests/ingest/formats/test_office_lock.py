"""Office documents with a password, locked by msoffcrypto-tool itself."""

import importlib.util
import struct
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from small_office import begins, compound, record

from mmrag.errors import DocumentError
from mmrag.ingest.formats import office_lock
from mmrag.ingest.formats.opening import open_file

MANY = 10**8


def locked(path: Path, password: str) -> Path:
    """A workbook under a password."""
    ooxml = pytest.importorskip("msoffcrypto.format.ooxml", reason="it needs msoffcrypto-tool")
    plain = path.with_name("plain.xlsx")
    book = openpyxl.Workbook()
    book.active.append(["ferry", "passengers"])
    book.active.append(["Brina", 300])
    book.save(plain)
    with plain.open("rb") as file, path.open("wb") as target:
        ooxml.OOXMLFile(file).encrypt(password, target)
    return path


def cells(path: Path, passwords: Sequence[str] = ()) -> list[str]:
    with open_file(path, MANY, passwords) as file:
        assert not file.problems
        return [cell.text for tables in file.tables.values() for t in tables for cell in t.cells]


def test_a_password_that_is_known_opens_the_document(tmp_path: Path) -> None:
    path = locked(tmp_path / "a.xlsx", "ferry 7")
    assert cells(path, ["wrong", "ferry 7"]) == ["ferry", "passengers", "Brina", "300"]


@pytest.mark.promise(20)
def test_a_document_whose_password_is_not_known_says_so(tmp_path: Path) -> None:
    path = locked(tmp_path / "a.xlsx", "ferry 7")
    with pytest.raises(DocumentError, match="needs a password: give `--password-file FILE`"):
        cells(path)
    with pytest.raises(DocumentError, match="needs a password: none of those"):
        cells(path, ["wrong"])


LOCK = struct.pack("<HHH", 1, 1, 1) + bytes(range(48))
"""RC4 of Office 97: version, then salt and verifier ([MS-OFFCRYPTO] 2.3.6.1)."""
OLD = {
    "a.xls": {"Workbook": begins(5) + record(0x2F, LOCK) + record(0x0A)},  # [MS-XLS]: FilePass
    "a.doc": {
        "WordDocument": struct.pack("<HHHHHHHI", 0xA5EC, 0xC1, 0, 0, 0, 0x0100, 0xBF, 52)
        + bytes(100),  # [MS-DOC] 2.5.2: fEncrypted
        "0Table": LOCK[2:],
    },
}


@pytest.mark.promise(20)
@pytest.mark.parametrize("name", OLD)
def test_an_old_document_with_a_password_says_so(tmp_path: Path, name: str) -> None:
    pytest.importorskip("msoffcrypto", reason="it needs msoffcrypto-tool")
    (tmp_path / name).write_bytes(compound(OLD[name]))
    with pytest.raises(DocumentError, match="needs a password: none of those"):
        cells(tmp_path / name, ["wrong"])


def test_a_document_that_is_locked_against_changes_alone_opens(tmp_path: Path) -> None:
    assert "Brina" in cells(locked(tmp_path / "a.xlsx", "VelvetSweatshop"))


def test_a_locked_document_that_is_damaged_says_so(tmp_path: Path) -> None:
    path = locked(tmp_path / "a.xlsx", "ferry 7")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(DocumentError):
        cells(path, ["ferry 7"])


def test_without_the_package_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = locked(tmp_path / "a.xlsx", "ferry 7")
    find = importlib.util.find_spec
    monkeypatch.setattr(
        office_lock, "find_spec", lambda name: None if name == "msoffcrypto" else find(name)
    )
    with pytest.raises(DocumentError, match=r"mmrag\[office\]"):
        cells(path, ["ferry 7"])
