"""A small file of each format that is not in the sample corpus, to be mutated."""

import email.message
import io
import tarfile
import zipfile
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

import openpyxl
from PIL import Image

PAGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>Ferries</title></head><body>"
    "<nav>Home</nav><h1>Ferries</h1><p>The ferry left <b>at noon</b> with 300 people.</p>"
    "<table><caption>Table 1: Seats</caption><tr><th>Ferry<th colspan=2>Seats"
    "<tr><td rowspan=2>Brina<td>300<td>120<tr><td>1<td>2</table><ul><li>a<li>b</ul></body></html>"
)
TEXTS = {
    "a.txt": "The ferry left at noon.\n\fPage two\n" * 3,
    "a.md": "---\ntitle: Ferries\n---\n# Fleet\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n* one\n",
    "a.html": PAGE,
    "a.csv": 'ferry,2023,2024\n"Brina, old",11200,12500\nOrsa,4100,3900\n' * 3,
    "a.tsv": "ferry\t2023\nBrina\t11200\n",
    "a.jsonl": '{"ferry": "Brina", "seats": 300}\n{"ferry": {"name": [1, "Orsa"]}}\n',
    "a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">'
    '<rect width="50" height="20"/><text x="9" y="50">The ferry</text></svg>',
    "a.fb2": '<?xml version="1.0"?><FictionBook '
    'xmlns="http://www.gribuser.ru/xml/fictionbook/2.0">'
    "<body><section><p>The ferry left at noon.</p></section></body></FictionBook>",
    "a.mhtml": "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    f"--b\nContent-Type: text/html; charset=utf-8\n\n{PAGE}\n--b--\n",
    "a.rtf": r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 The ferry left {\b at noon}.\par "
    r"\trowd\cellx900\cellx1800 Brina\cell 300\cell\row}",
}
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
_OPEN_BODIES = {
    "text": "<text:p>The ferry left at noon.</text:p>",
    "spreadsheet": '<table:table table:name="a"><table:table-row><table:table-cell '
    'office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>'
    "</table:table-row></table:table>",
}


def files() -> Mapping[str, bytes]:
    """The bytes of each file, by a name with its suffix."""
    found = {name: text.encode() for name, text in TEXTS.items()}
    found["a.eml"] = message()
    found["a.mbox"] = b"".join(b"From a@b Mon Jan  1 2024\n" + message() + b"\n" for _ in range(3))
    found["a.xlsx"] = workbook()
    found["a.zip"] = zipped({**found})
    found["a.docx"] = word()
    found["a.odt"], found["a.ods"] = open_document("text"), open_document("spreadsheet")
    for suffix in ("webp", "gif", "tiff", "avif"):
        found[f"a.{suffix}"] = picture(suffix.upper())
    found["a.cbz"] = zipped({"1.png": picture("PNG"), "2.jpg": picture("JPEG")})
    if find_spec("pillow_heif"):
        found["a.heic"] = picture("HEIF")
    if find_spec("msoffcrypto"):
        found["locked.xlsx"] = locked(found["a.xlsx"])
    found["a.tgz"] = tarred({"a.csv": found["a.csv"], "a.eml": found["a.eml"]})
    found["a.epub"] = zipped({
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:'
        b'container"><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
        "b.opf": b'<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" '
        b'href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref '
        b'idref="a"/></spine></package>',
        "a.xhtml": PAGE.encode(),
    })  # fmt: skip
    return found


def message() -> bytes:
    made = email.message.EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "Ebbe <e@lake.example>", "Plan", "<1@lake>"
    made.set_content("The ferry leaves at noon.")
    made.add_alternative(PAGE, subtype="html")
    made.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="t.csv")
    return made.as_bytes()


def workbook() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (["Ferry", 2023, 2024], ["Brina", 11200, 12500.5], ["Orsa", "=B2", True]):
        book.active.append(row)
    book.active.merge_cells("A4:C5")
    book.save(buffer)
    return buffer.getvalue()


def word() -> bytes:
    """A text document of Word with a table and a tracked change."""
    body = (
        "<w:p><w:r><w:t>The ferry left at noon.</w:t></w:r><w:ins w:id='1' w:author='Ebbe'><w:r>"
        "<w:t>Late.</w:t></w:r></w:ins></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Brina</w:t></w:r>"
        "</w:p></w:tc><w:tc><w:p><w:r><w:t>300</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
        f'"/word/document.xml" ContentType="{_WORD_MAIN}"/></Types>'.encode(),
        "_rels/.rels": f'<Relationships xmlns="{_RELATED}"><Relationship Id="a" Type="{_OFFICE}" '
        'Target="word/document.xml"/></Relationships>'.encode(),
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body>'
        "</w:document>".encode(),
    })  # fmt: skip


def open_document(kind: str) -> bytes:
    """A document of LibreOffice."""
    names = " ".join(f'xmlns:{name}="{_OPEN}:{name}:1.0"' for name in ("office", "text", "table"))
    media = f"application/vnd.oasis.opendocument.{kind}"
    return zipped({
        "mimetype": media.encode(),
        "META-INF/manifest.xml": f'<?xml version="1.0"?><m:manifest xmlns:m="{_OPEN}:manifest:1.0" '
        f'm:version="1.2"><m:file-entry m:full-path="/" m:media-type="{media}"/><m:file-entry '
        'm:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'.encode(),
        "content.xml": f'<?xml version="1.0"?><office:document-content {names} '
        f'office:version="1.2"><office:body><office:{kind}>{_OPEN_BODIES[kind]}</office:{kind}>'
        "</office:body></office:document-content>".encode(),
    })  # fmt: skip


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    if kind == "HEIF":
        import_module("pillow_heif").register_heif_opener()
    Image.new("RGB", (64, 48), "navy").save(buffer, kind)
    return buffer.getvalue()


def locked(workbook: bytes) -> bytes:
    """A workbook under the password that Office tries by itself."""
    buffer = io.BytesIO()
    ooxml = import_module("msoffcrypto.format.ooxml")
    ooxml.OOXMLFile(io.BytesIO(workbook)).encrypt("VelvetSweatshop", buffer)
    return buffer.getvalue()


def zipped(inner: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in inner.items():  # what an ODF or EPUB is must stand there as it is
            way = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, data, way)
    return buffer.getvalue()


def tarred(inner: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in inner.items():
            item = tarfile.TarInfo(name)
            item.size = len(data)
            archive.addfile(item, io.BytesIO(data))
    return buffer.getvalue()
