"""The table of formats: what is in it is told apart, opened, searched for and listed."""

import email.message
import io
import tarfile
import zipfile
from pathlib import Path

import openpyxl
import pymupdf
import pytest
from PIL import Image

from mmrag.ingest.formats import table
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.sniff import format_of
from mmrag.ingest.formats.table import FORMATS, SUFFIXES, Format
from mmrag.ingest.walk import find_files

BY_ANOTHER_PROGRAM = {"docx", "pptx", "odt", "odp", "ods", "rtf", "doc", "ppt", "xls", "outlook"}
README = Path(__file__).resolve().parents[3] / "README.md"
TEXTS = {
    "text": "The ferry left at noon.",
    "markdown": "# Ferries\n\nThe ferry left at noon.",
    "html": "<!DOCTYPE html><title>Ferries</title><p>The ferry left at noon.",
    "csv": "ferry,passengers\nBrina,300\nOrsa,120\n",
    "tsv": "ferry\tpassengers\nBrina\t300\nOrsa\t120\n",
    "json": '{"ferry": "Brina", "note": "left at noon"}\n{"ferry": "Orsa"}\n',
    "notebook": '{"cells": [{"cell_type": "markdown", "source": "The ferry left at noon."}]}',
    "xml": "<lake><ferry>Brina</ferry></lake>",
    "fb2": '<?xml version="1.0" encoding="utf-8"?><FictionBook '
    'xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><body><section>'
    "<p>The ferry left at noon.</p></section></body></FictionBook>",
    "mail": "From: Ebbe\nMessage-ID: <1>\n\nThe ferry left at noon.\n",
    "rtf": r"{\rtf1\ansi The ferry left at noon.}",
    "svg": '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">'
    '<text x="9" y="50">The ferry</text></svg>',
}


def write(path: Path, fmt: Format) -> None:
    """A file of one page in a format."""
    if fmt.name in TEXTS:
        path.write_text(TEXTS[fmt.name], encoding="utf-8")
    elif fmt.name == "pdf":
        with pymupdf.open() as document:
            document.new_page()
            document.save(path)
    elif fmt.name == "mhtml":
        path.write_bytes(saved_page())
    elif fmt.name == "epub":
        write_epub(path)
    elif fmt.name == "xps":
        write_xps(path)
    elif fmt.name == "xlsx":
        write_xlsx(path)
    elif fmt.name == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "The ferry left at noon.")
    elif fmt.name == "cbz":
        write_comic(path)
    elif fmt.name == "heic":
        pytest.importorskip("pillow_heif", reason="it needs pillow-heif").register_heif_opener()
        Image.new("RGB", (110, 110)).save(path, "HEIF")
    elif fmt.name == "tar":
        with tarfile.open(path, "w") as archive:
            archive.addfile(tarfile.TarInfo("a.txt"))
    elif fmt.streams:
        compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000
        path.write_bytes(compound + fmt.streams[0].encode("utf-16-le") + b"\x00\x00")
    elif fmt.name in BY_ANOTHER_PROGRAM:
        write_package(path, fmt)
    else:
        Image.new("RGB", (110, 110)).save(path, fmt.title)


def write_comic(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as book:
        picture = io.BytesIO()
        Image.new("RGB", (110, 110)).save(picture, "PNG")
        book.writestr("1.png", picture.getvalue())
        book.writestr("ComicInfo.xml", "<ComicInfo/>")


def saved_page() -> bytes:
    message = email.message.EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://ferries.example/"
    message.set_content("<p>The ferry left at noon.</p>", subtype="html")
    message.make_related()
    return message.as_bytes()


def write_epub(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<?xml version="1.0"?><container '
            'xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
            '<rootfiles><rootfile full-path="book.opf" '
            'media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        book.writestr(
            "book.opf",
            '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="2.0">'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Ferries of the '
            'lake</dc:title></metadata><manifest><item id="a" href="a.xhtml" '
            'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine>'
            "</package>",
        )
        book.writestr(
            "a.xhtml",
            '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>The ferry left at noon.</p>'
            "</body></html>",
        )


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["ferry", "passengers"])
    book.active.append(["Brina", 300])
    book.save(path)


def write_package(path: Path, fmt: Format) -> None:
    """The least by which a document of Office or OpenDocument is told; nothing to read is in it."""
    with zipfile.ZipFile(path, "w") as package:
        if fmt.members:
            package.writestr(fmt.members[0].replace("*", "a"), "<a/>")
        else:
            [((_, _), (_, mark))] = fmt.signatures
            package.writestr("mimetype", mark.removeprefix(b"mimetype"))


def write_xps(path: Path) -> None:
    fixed = "http://schemas.microsoft.com/xps/2005/06"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r" Type="http://schemas.microsoft.com/xps/2005/06/'
            'fixedrepresentation" Target="/FixedDocumentSequence.fdseq"/></Relationships>',
        )
        book.writestr(
            "FixedDocumentSequence.fdseq",
            f'<FixedDocumentSequence xmlns="{fixed}"><DocumentReference Source="/a.fdoc"/>'
            "</FixedDocumentSequence>",
        )
        book.writestr(
            "a.fdoc",
            f'<FixedDocument xmlns="{fixed}"><PageContent Source="/a.fpage"/></FixedDocument>',
        )
        book.writestr("a.fpage", f'<FixedPage xmlns="{fixed}" Width="300" Height="200"/>')


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
def test_every_format_is_told_by_its_content_found_by_its_suffixes_and_opened(
    tmp_path: Path, fmt: Format
) -> None:
    for suffix in fmt.suffixes:
        write(tmp_path / f"a{suffix}", fmt)
        assert format_of(tmp_path / f"a{suffix}") == fmt
        if fmt.name in BY_ANOTHER_PROGRAM:
            continue  # what another program opens is tried in test_office, and in test_mail
        with open_file(tmp_path / f"a{suffix}", max_pixels=10**6) as file:
            assert (file.pages, file.problems) == (1, ())
    assert len(find_files([tmp_path]).files) == len(fmt.suffixes)


@pytest.mark.parametrize(
    "fmt", [fmt for fmt in FORMATS if not fmt.is_text], ids=lambda fmt: fmt.name
)
def test_what_is_no_mere_text_is_told_under_any_name(tmp_path: Path, fmt: Format) -> None:
    for name in ("a.txt", "a.pdf", "a"):
        write(tmp_path / "made", fmt)
        (tmp_path / "made").rename(tmp_path / name)
        assert format_of(tmp_path / name) == fmt


def test_no_suffix_and_no_name_belongs_to_two_formats() -> None:
    suffixes = [suffix for fmt in FORMATS for suffix in fmt.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert len({fmt.name for fmt in FORMATS}) == len(FORMATS)
    assert table.named(".JPG") == table.named(".jpeg")
    assert table.named(".exe") is None


def test_a_mark_inside_a_file_counts_only_where_its_start_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x89PNG\r\n\x1a\n %PDF-1.4")
    assert format_of(tmp_path / "a").name == "png"


def test_the_readme_lists_what_is_read() -> None:
    assert table.titles("and") in " ".join(README.read_text(encoding="utf-8").split())


@pytest.mark.parametrize("suffix", [".dot", ".pot"])
def test_a_suffix_that_texts_of_other_programs_have_is_not_looked_for(suffix: str) -> None:
    assert suffix not in SUFFIXES
