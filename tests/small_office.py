"""Small documents of office programs, with one fact each.

Those of today are written here. Of the old ones a workbook is, too; documents and slides are made
by LibreOffice, and without it are heads that only say what they are: nothing else reads them.
"""

import io
import struct
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from mmrag.ingest.formats import soffice

RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPE = "application/vnd.openxmlformats-officedocument"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
HEADS = ("ferry", "people in 2022", "people in 2023")
_SECTOR = 512  # bytes
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD  # [MS-CFB] 2.1


@dataclass(frozen=True, slots=True)
class Fact:
    """What a file says, and no other."""

    ferry: str
    people: int

    def __str__(self) -> str:
        return f"The ferry {self.ferry} carried {self.people} people on Sunday."


def zipped(inner: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in inner.items():  # what an ODF or EPUB is must stand there as it is
            way = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, data, way)
    return buffer.getvalue()


def workbook(fact: Fact) -> bytes:
    made, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in ([*HEADS], [fact.ferry, 112, fact.people], ["Orsa", "=B2", True]):
        made.active.append(row)
    made.active.merge_cells("A4:C5")
    made.save(buffer)
    return buffer.getvalue()


def word(fact: Fact) -> bytes:
    """A text document with a table and a tracked change."""
    body = (
        f"<w:p><w:r><w:t>{fact}</w:t></w:r><w:ins w:id='1' w:author='Ebbe'><w:r>"
        "<w:t>Late.</w:t></w:r></w:ins></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Orsa</w:t></w:r>"
        "</w:p></w:tc><w:tc><w:p><w:r><w:t>30</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    main = f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    kind = f"{_TYPE}.wordprocessingml.document.main+xml"
    parts = {"word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATED}"/>'}
    return package("word/document.xml", main, kind, parts, {})


def slides(fact: Fact) -> bytes:
    """A slide with a line of text, and what its speaker notes."""
    names = f'xmlns:p="{_SLIDES}" xmlns:a="{_DRAWING}" xmlns:r="{_OFFICE}"'
    main = (
        f'<p:presentation {names}><p:sldIdLst><p:sldId id="256" r:id="s"/></p:sldIdLst>'
        '<p:sldSz cx="9144000" cy="6858000"/></p:presentation>'
    )
    return package(
        "ppt/presentation.xml",
        main,
        f"{_TYPE}.presentationml.presentation.main+xml",
        {
            "ppt/_rels/presentation.xml.rels": relation("s", "slide", "slides/slide1.xml"),
            "ppt/slides/slide1.xml": f"<p:sld {names}>{_shape(str(fact))}</p:sld>",
            "ppt/slides/_rels/slide1.xml.rels": relation(
                "n", "notesSlide", "../notesSlides/notesSlide1.xml"
            ),
            "ppt/notesSlides/notesSlide1.xml": f"<p:notes {names}>{_shape('Wait.')}</p:notes>",
        },
        {
            "/ppt/slides/slide1.xml": f"{_TYPE}.presentationml.slide+xml",
            "/ppt/notesSlides/notesSlide1.xml": f"{_TYPE}.presentationml.notesSlide+xml",
        },
    )


def _shape(said: str) -> str:
    return (
        '<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/>'
        '</p:nvGrpSpPr><p:grpSpPr/><p:sp><p:nvSpPr><p:cNvPr id="2" name="a"/><p:cNvSpPr/><p:nvPr/>'
        '</p:nvSpPr><p:spPr><a:xfrm><a:off x="900000" y="900000"/><a:ext cx="7000000" '
        'cy="1000000"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr><p:txBody><a:bodyPr/>'
        f"<a:p><a:r><a:t>{said}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld>"
    )


def relation(name: str, kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{RELATED}"><Relationship Id="{name}" Type="{_OFFICE}/{kind}" '
        f'Target="{target}"/></Relationships>'
    )


def package(
    main: str, content: str, kind: str, parts: Mapping[str, str], kinds: Mapping[str, str]
) -> bytes:
    """A package of Office whose main part is `main`; `kinds` are of its further parts."""
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{told}"/>'
        for name, told in {f"/{main}": kind, **kinds}.items()
    )
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": relation("a", "officeDocument", main),
        main: content,
        **parts,
    })  # fmt: skip


def open_document(kind: str, body: Callable[[Fact], str]) -> Callable[[Fact], bytes]:
    """A document of OpenDocument with that body."""
    prefixes = ("office", "text", "table", "drawing", "style", "presentation")
    short = {"drawing": "draw"}
    names = " ".join(f'xmlns:{short.get(name, name)}="{_OPEN}:{name}:1.0"' for name in prefixes)
    names += f' xmlns:svg="{_OPEN}:svg-compatible:1.0"'
    media = f"application/vnd.oasis.opendocument.{kind}"

    def made(fact: Fact) -> bytes:
        return zipped({
            "mimetype": media,
            "META-INF/manifest.xml": f'<?xml version="1.0"?><m:manifest xmlns:m="{_OPEN}:manifest'
            f':1.0" m:version="1.2"><m:file-entry m:full-path="/" m:media-type="{media}"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
            "content.xml": f'<?xml version="1.0"?><office:document-content {names} '
            f'office:version="1.2"><office:body><office:{kind}>{body(fact)}</office:{kind}>'
            "</office:body></office:document-content>",
        })  # fmt: skip

    return made


def _paragraph(fact: Fact) -> str:
    return f"<text:p>{fact}</text:p>"


def _slide(fact: Fact) -> str:
    return (
        '<draw:page draw:name="a"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="20cm" '
        f'svg:height="3cm"><draw:text-box>{_paragraph(fact)}</draw:text-box></draw:frame>'
        "</draw:page>"
    )


def _sheet(fact: Fact) -> str:
    rows = HEADS, (fact.ferry, 112, fact.people), ("Orsa", 41, 39)
    return f'<table:table table:name="a">{"".join(map(_row, rows))}</table:table>'


def _row(values: tuple[str | int, ...]) -> str:
    cells = (
        f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        if isinstance(value, int)
        else f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
        "</table:table-cell>"
        for value in values
    )
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def old_workbook(fact: Fact) -> bytes:
    """A workbook of Excel 97 with one sheet ([MS-XLS]: BOF, BoundSheet8, Label, Number, EOF)."""
    cells = b""
    for row, values in enumerate((HEADS, (fact.ferry, 112, fact.people), ("Orsa", 41, 39))):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, int):
                cells += record(0x0203, place + struct.pack("<d", value))
            else:
                cells += record(0x0204, place + struct.pack("<HB", len(value), 0) + value.encode())
    head = begins(5)
    offset = len(head) + len(record(0x0085, bytes(9))) + len(record(0x000A))
    sheet = record(0x0085, struct.pack("<IBB", offset, 0, 0) + b"\x01\x00a")
    book = head + sheet + record(0x000A) + begins(0x10) + cells + record(0x000A)
    return compound({"Workbook": book})


def begins(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0x41, 6))


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of one to three streams ([MS-CFB], version 3).

    Each is filled up to 4,096 bytes: what is shorter would lie in a stream of small ones.
    """
    names = sorted(streams, key=lambda name: (len(name), name.upper()))  # 2.6.4
    table, content = [_FAT, _END], b""
    entries = [_entry("Root Entry", 5, child=1, start=_END)]
    for number, name in enumerate(names, 1):
        data = streams[name].ljust(max(4096, -(-len(streams[name]) // _SECTOR) * _SECTOR), b"\x00")
        last = number == len(names)
        entries.append(
            _entry(name, 2, right=_FREE if last else number + 1, start=len(table), size=len(data))
        )
        count = len(data) // _SECTOR
        table += [*range(len(table) + 1, len(table) + count), _END]
        content += data
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)  # where the sectors of the table lie
    fat = struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))
    return head + fat + b"".join(entries).ljust(_SECTOR, b"\x00") + content


def _entry(
    name: str, kind: int, *, right: int = _FREE, child: int = _FREE, start: int, size: int = 0
) -> bytes:
    """An entry of the directory ([MS-CFB] 2.6.1)."""
    called = name.encode("utf-16-le") + b"\x00\x00"
    links = struct.pack("<64sHBBIII", called, len(called), kind, 1, _FREE, right, child)
    return links + bytes(36) + struct.pack("<IQ", start, size)


def by_libreoffice(suffix: str, source: str, heads: Mapping[str, bytes]) -> Callable[[Fact], bytes]:
    """A document of an old program, made of one of `source`; `heads` without LibreOffice."""

    def made(fact: Fact) -> bytes:
        if soffice.program() is None:
            return compound(heads)
        with tempfile.TemporaryDirectory() as name:
            path = Path(name, f"a.{source}")
            path.write_bytes(FORMATS[source](fact))
            folder = Path(name, "work")
            folder.mkdir()
            to = soffice.converted(path, f".{source}", suffix, folder, lambda: None)
            return to.read_bytes()

    return made


_DOCUMENT = {"WordDocument": struct.pack("<HH", 0xA5EC, 0x00C1) + bytes(28)}  # [MS-DOC] 2.5.2
_SHOW = {
    "Current User": struct.pack("<HHIII", 0, 0x0FF6, 20, 20, 0xE391C05F),  # [MS-PPT] 2.3.2
    "PowerPoint Document": bytes(64),
}
FORMATS: Mapping[str, Callable[[Fact], bytes]] = {
    "docx": word,
    "pptx": slides,
    "xlsx": workbook,
    "odt": open_document("text", _paragraph),
    "odp": open_document("presentation", _slide),
    "ods": open_document("spreadsheet", _sheet),
    "doc": by_libreoffice("doc", "odt", _DOCUMENT),
    "ppt": by_libreoffice("ppt", "odp", _SHOW),
    "xls": old_workbook,
}
