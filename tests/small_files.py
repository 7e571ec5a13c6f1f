"""A small file of each format that is read, with a fact of its own: to be mutated, and asked about.

Of the table of formats `test_small_files` says that each is here, and that each can be read.
"""

import email.message
import io
import json
import tarfile
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec

import pymupdf
import small_office
import small_outlook
from PIL import Image, ImageDraw, ImageFont
from small_office import Fact, zipped

Made = Callable[[Fact], bytes]
OUTLINES = pymupdf.Font("helv")
ANIMATED = ("gif", "png", "webp")


def files(fact: Fact) -> Mapping[str, bytes]:
    """The bytes of each file, by a name with its suffix; some formats have two."""
    found = {f"a.{suffix}": make(fact) for suffix, make in FORMATS.items()}
    found["a.mbox"] = b"".join(
        b"From a@b Mon Jan  1 2024\n" + message(fact) + b"\n" for _ in range(3)
    )
    found.update({f"frames.{kind}": animation(kind.upper())(fact) for kind in ANIMATED})
    if find_spec("msoffcrypto"):
        found["locked.xlsx"] = locked(found["a.xlsx"])
    return found


def page(fact: Fact) -> str:
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>Ferries</title></head><body>"
        f"<nav>Home</nav><h1>Ferries</h1><p>The ferry <b>{fact.ferry}</b> carried {fact.people} "
        "people on Sunday.</p><table><caption>Table 1: Seats</caption><tr><th>Ferry<th colspan=2>"
        "Seats<tr><td rowspan=2>upper deck<td>30<td>12<tr><td>1<td>2</table><ul><li>a<li>b</ul>"
        "</body></html>"
    )


def table(fact: Fact, delimiter: str) -> str:
    rows = (small_office.HEADS, (fact.ferry, "112", str(fact.people)), ("Orsa", "41", "39"))
    return "".join(f"{delimiter.join(row)}\n" for row in rows)


def book(fact: Fact) -> bytes:
    return zipped({
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:'
        b'container"><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
        "b.opf": b'<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" '
        b'href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref '
        b'idref="a"/></spine></package>',
        "a.xhtml": page(fact).encode(),
    })  # fmt: skip


def fixed_pages(fact: Fact) -> bytes:
    """A page of XPS, its letters by their numbers in a font that is within it."""
    fixed, related = "http://schemas.microsoft.com/xps/2005/06", small_office.RELATED
    said = str(fact)
    glyphs = ";".join(str(OUTLINES.has_glyph(ord(letter))) for letter in said)
    return zipped({
        "_rels/.rels": f'<Relationships xmlns="{related}"><Relationship Id="r" '
        f'Type="{fixed}/fixedrepresentation" Target="/FixedDocSeq.fdseq"/></Relationships>',
        "FixedDocSeq.fdseq": f'<FixedDocumentSequence xmlns="{fixed}">'
        '<DocumentReference Source="/a.fdoc"/></FixedDocumentSequence>',
        "a.fdoc": f'<FixedDocument xmlns="{fixed}"><PageContent Source="/a.fpage"/>'
        "</FixedDocument>",
        "a.fpage": f'<FixedPage xmlns="{fixed}" Width="600" Height="200"><Glyphs Fill="#000000" '
        f'FontUri="/a.ttf" FontRenderingEmSize="20" OriginX="20" OriginY="50" UnicodeString='
        f'"{said}" Indices="{glyphs}"/></FixedPage>',
        "a.ttf": OUTLINES.buffer,
    })  # fmt: skip


def paper(fact: Fact) -> bytes:
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), str(fact))
        return bytes(document.tobytes())


def message(fact: Fact) -> bytes:
    made = email.message.EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "Ebbe <e@lake.example>", "Plan", "<1@lake>"
    made.set_content(str(fact))
    made.add_alternative(page(fact), subtype="html")
    made.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="t.csv")
    return made.as_bytes()


def saved_page(fact: Fact) -> bytes:
    head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
    return f"{head}Content-Type: text/html; charset=utf-8\n\n{page(fact)}\n--b--\n".encode()


def picture(kind: str) -> Made:
    """Dark letters on white, large enough for OCR."""

    def made(fact: Fact) -> bytes:
        if kind == "HEIF":
            import_module("pillow_heif").register_heif_opener()
        image, buffer = Image.new("RGB", (700, 90), "white"), io.BytesIO()
        ImageDraw.Draw(image).text((20, 25), str(fact), "navy", ImageFont.load_default(28))
        image.save(buffer, kind)
        return buffer.getvalue()

    return made


def animation(kind: str) -> Made:
    """The words of the fact one by one, each cleared in another way."""

    def made(fact: Fact) -> bytes:
        frames, buffer = [], io.BytesIO()
        for at, word in enumerate(str(fact).split()):
            frames.append(Image.new("RGB", (200, 60), ("white", "silver")[at % 2]))
            ImageDraw.Draw(frames[-1]).text((20, 15), word, "navy", ImageFont.load_default(28))
        options = {} if kind == "WEBP" else {"disposal": [at % 3 for at in range(len(frames))]}
        frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], **options)
        return buffer.getvalue()

    return made


def text(template: str) -> Made:
    """A text with the words of the fact in their places; braces of its own are doubled."""
    return lambda fact: template.format(fact=fact, ferry=fact.ferry, people=fact.people).encode()


def records(fact: Fact) -> bytes:
    rows = ({"ferry": fact.ferry, "note": str(fact)}, {"ferry": {"name": [1, "Orsa"]}})
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def notebook(fact: Fact) -> bytes:
    outputs = [{"data": {"text/html": "<table><tr><td>1</table>"}}, {"text": ["a", "b"]}]
    cells = [
        {"cell_type": "markdown", "source": ["# Ferries\n", str(fact)]},
        {"cell_type": "code", "source": "1 + 1", "outputs": outputs},
    ]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def saved_by_outlook(fact: Fact) -> bytes:
    return small_outlook.message("Plan", str(fact), ("Ebbe", "ebbe@lake.example"))


def inner(fact: Fact) -> Mapping[str, bytes]:
    """Files within an archive."""
    return {"note.txt": f"{fact}\n".encode(), "t.csv": b"a,b\n1,2\n", "m.eml": message(fact)}


def tarred(fact: Fact) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in inner(fact).items():
            item = tarfile.TarInfo(name)
            item.size = len(data)
            archive.addfile(item, io.BytesIO(data))
    return buffer.getvalue()


def comic(fact: Fact) -> bytes:
    return zipped({"1.png": picture("PNG")(fact), "2.jpg": picture("JPEG")(Fact("Orsa", 39))})


def locked(workbook: bytes) -> bytes:
    """A workbook under the password that Office tries by itself."""
    buffer = io.BytesIO()
    ooxml = import_module("msoffcrypto.format.ooxml")
    ooxml.OOXMLFile(io.BytesIO(workbook)).encrypt("VelvetSweatshop", buffer)
    return buffer.getvalue()


FORMATS: Mapping[str, Made] = {
    "pdf": paper,
    **{name: picture(name.upper()) for name in ("png", "jpeg", "webp", "tiff", "gif", "avif")},
    **({"heic": picture("HEIF")} if find_spec("pillow_heif") else {}),
    "txt": text("{fact}\n\fPage two\n"),
    "md": text("---\ntitle: Ferries\n---\n# Fleet\n\n{fact}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
    "html": lambda fact: page(fact).encode(),
    "mhtml": saved_page,
    "csv": lambda fact: table(fact, ",").encode(),
    "tsv": lambda fact: table(fact, "\t").encode(),
    "json": lambda fact: json.dumps([{"ferry": fact.ferry, "people": fact.people}] * 2).encode(),
    "jsonl": records,
    "ipynb": notebook,
    "xml": text("<lake><title>Ferries</title><p>{fact}</p><a><b>1</b><c>2</c></a></lake>"),
    **({"msg": saved_by_outlook} if find_spec("oxmsg") else {}),
    "epub": book,
    "fb2": text(
        '<?xml version="1.0"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0">'
        "<body><section><p>{fact}</p></section></body></FictionBook>"
    ),
    "cbz": comic,
    "xps": fixed_pages,
    "rtf": text(
        r"{{\rtf1\ansi{{\fonttbl{{\f0 Arial;}}}}\f0 The ferry {{\b {ferry}}} carried {people} "
        r"people on Sunday.\par \trowd\cellx900\cellx1800 Orsa\cell 30\cell\row}}"
    ),
    "eml": message,
    "zip": lambda fact: zipped(inner(fact)),
    "tgz": tarred,
    "svg": text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="100">'
        '<rect width="50" height="20"/><text x="9" y="50">{fact}</text></svg>'
    ),
    **small_office.FORMATS,
}
"""What makes a file of each format, by its suffix; `heic` only with pillow-heif."""
