import struct
import zipfile
from pathlib import Path

import pytest
import small_outlook

from mmrag.errors import DocumentError
from mmrag.ingest.formats.sniff import format_of


@pytest.mark.promise(16)
@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\x00\x01junk" * 300 + b"%PDF-1.4", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"II*\x00", "tiff"),
        (b"MM\x00*", "tiff"),
        (b"<!DOCTYPE html><p>404 %PDF-1.4", "html"),
        (b"\xef\xbb\xbf <!-- made by hand --><HTML>", "html"),
        ("<html>".encode("utf-16"), "html"),
    ],
)
def test_the_type_comes_from_the_content_and_not_from_the_name(
    tmp_path: Path, head: bytes, kind: str
) -> None:
    path = tmp_path / "anything.pdf"
    path.write_bytes(head)
    assert format_of(path).name == kind


@pytest.mark.promise(16)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<?xml version='1.0'?><note>%PDF-1.4</note>", "XML file"),
        (b"#!/bin/sh\necho %PDF-", "script"),
        (b"PK\x03\x04rest", "ZIP archive"),
        (b"Dear reader, this is plain text.", "text file"),
        (bytes(range(256)) * 20, "unknown kind"),
    ],
)
def test_other_content_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "named.pdf"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=reason):
        format_of(path)


def test_a_file_that_is_gone_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="gone"):
        format_of(tmp_path / "missing.pdf")
    with pytest.raises(DocumentError, match="not a regular file"):
        format_of(tmp_path)


@pytest.mark.promise(16)
@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.txt", "text"), ("a.md", "markdown"), ("a.csv", "csv"), ("a.html", "html"), ("a", "text")],
)
def test_texts_are_told_from_each_other_by_their_names_alone(
    tmp_path: Path, name: str, kind: str
) -> None:
    (tmp_path / name).write_text("one, two\nthree, four\n")
    assert format_of(tmp_path / name).name == kind


@pytest.mark.promise(16)
def test_a_text_that_mentions_a_mark_is_a_text_where_its_name_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A file of PDF begins with %PDF-1.4")
    assert format_of(tmp_path / "a.txt").name == "text"
    (tmp_path / "a.txt").write_text("%PDF-1.4 is how this one begins")
    assert format_of(tmp_path / "a.txt").name == "pdf"


def test_an_archive_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.epub").write_bytes(b"PK\x03\x04rest")
    with pytest.raises(DocumentError, match="ZIP archive that cannot be read"):
        format_of(tmp_path / "a.epub")


@pytest.mark.parametrize("kind", ["text", "spreadsheet", "presentation"])
def test_a_package_packed_anew_is_what_it_states_wherever_that_stands(
    tmp_path: Path, kind: str
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("content.xml", "<office:document-content/>")
        package.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}\n")
    assert format_of(tmp_path / "a.zip").name == {"t": "odt", "s": "ods", "p": "odp"}[kind[0]]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        package.writestr("a/mimetype", f"application/vnd.oasis.opendocument.{kind}")
        package.writestr("mimetype", "anything else")
    assert format_of(tmp_path / "a.zip").name == "zip"


def test_a_workbook_with_a_document_in_it_is_a_workbook(tmp_path: Path) -> None:
    made = bytearray(small_outlook.compound({"Workbook": b"", "MBD0": b"", "WordDocument": b""}))
    storage = 1024 + 2 * 128  # its entry: in the directory, behind the header and the first table
    made[storage + 66] = 1  # a storage; nothing beside it, the document in it ([MS-CFB] 2.6.1)
    made[storage + 68 : storage + 80] = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 3)
    (tmp_path / "a.doc").write_bytes(made)
    assert format_of(tmp_path / "a.doc").name == "xls"
    (tmp_path / "a.doc").write_bytes(made[:1024] + bytes(512) + made[1024:])  # no directory there
    assert format_of(tmp_path / "a.doc").name == "doc"
