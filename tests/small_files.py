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
}


def files() -> Mapping[str, bytes]:
    """The bytes of each file, by a name with its suffix."""
    found = {name: text.encode() for name, text in TEXTS.items()}
    found["a.eml"] = message()
    found["a.mbox"] = b"".join(b"From a@b Mon Jan  1 2024\n" + message() + b"\n" for _ in range(3))
    found["a.xlsx"] = workbook()
    found["a.zip"] = zipped({**found})
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
        for name, data in inner.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(inner: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in inner.items():
            item = tarfile.TarInfo(name)
            item.size = len(data)
            archive.addfile(item, io.BytesIO(data))
    return buffer.getvalue()
