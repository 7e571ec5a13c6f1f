"""The formats that are read, one value each; all that depends on a format loops over them.

A new format is a file in this folder, with a function `opened` that is an `Opener`, and a line in
`FORMATS`. Openers are imported when a file is opened: only worker processes load a parser.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from mmrag.ingest.formats.pages import Opener

HEAD_BYTES = 4096
"""Bytes at the start of a file by which its format is told; chosen by hand."""
Signature = tuple[tuple[int, bytes], ...]
"""Offsets and the bytes that stand there, all of them."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `module` is the file in this folder that opens it.

    Its content begins with one of `signatures`; it is a ZIP archive with a file whose name fits one
    of the patterns `members`; it is a compound file, as of old Office programs, with one of
    `streams`; its first element is one of `elements`; it begins with headers of mail that the
    pattern `headers` matches; or `anywhere` stands in the first `HEAD_BYTES`, behind whatever a
    careless program put before it. `is_text`: any text may be of this format, and its name says
    whether it is.
    """

    name: str  # "png": in problems that compare name and content
    title: str  # "PNG": in messages that list what is read
    suffixes: tuple[str, ...]
    module: str
    signatures: tuple[Signature, ...] = ()
    anywhere: bytes = b""
    members: tuple[str, ...] = ()
    elements: tuple[bytes, ...] = ()
    headers: bytes = b""
    streams: tuple[str, ...] = ()
    is_text: bool = False
    holds_files: bool = False  # which are documents of their own
    is_paged: bool = False  # it comes in pages: to open it sets no text on pages

    def begins(self, head: bytes) -> bool:
        """Whether `head`, the first bytes of a file, has one of the signatures."""
        return any(
            all(head.startswith(mark, offset) for offset, mark in signature)
            for signature in self.signatures
        )

    def opener(self) -> "Opener":
        """What opens a file of this format."""
        return cast("Opener", import_module(f"{__package__}.{self.module}").opened)


def _open_document(kind: str) -> Signature:
    """How a file of OpenDocument begins: with its type (OpenDocument 1.3, part 2, 3.3)."""
    return (0, b"PK\x03\x04"), (30, b"mimetypeapplication/vnd.oasis.opendocument." + kind.encode())


def _numbered(part: str) -> tuple[str, str]:
    """The main part of a package of Office, which some of its programs number."""
    return f"{part}.xml", f"{part}[0-9].xml"


_TEXTS = (".txt", ".text", ".log", ".rst", ".org", ".adoc", ".tex", ".srt", ".vtt")
TEXT = Format("text", "plain text", _TEXTS, "text", is_text=True)
ZIP = Format("zip", "ZIP", (".zip",), "archive", holds_files=True)
CBZ = Format("cbz", "CBZ", (".cbz",), "book", members=("ComicInfo.xml",), is_paged=True)
FORMATS = (
    Format("pdf", "PDF", (".pdf",), "pdf", anywhere=b"%PDF-", is_paged=True),
    Format("png", "PNG", (".png",), "image", (((0, b"\x89PNG\r\n\x1a\n"),),), is_paged=True),
    Format("jpeg", "JPEG", (".jpg", ".jpeg"), "image", (((0, b"\xff\xd8\xff"),),), is_paged=True),
    Format("webp", "WebP", (".webp",), "image", (((0, b"RIFF"), (8, b"WEBP")),), is_paged=True),
    Format(
        "tiff",
        "TIFF",
        (".tif", ".tiff"),
        "image",
        (((0, b"II*\x00"),), ((0, b"MM\x00*"),), ((0, b"II+\x00"),), ((0, b"MM\x00+"),)),
        is_paged=True,
    ),
    Format("gif", "GIF", (".gif",), "image", (((0, b"GIF87a"),), ((0, b"GIF89a"),)), is_paged=True),
    Format(
        "avif",
        "AVIF",
        (".avif",),
        "image",
        (((4, b"ftypavif"),), ((4, b"ftypavis"),)),
        is_paged=True,
    ),
    Format(
        "heic",
        "HEIC",
        (".heic", ".heif"),
        "image",
        tuple(((4, b"ftyp" + kind),) for kind in (b"heic", b"heix", b"hevc", b"hevx", b"mif1")),
        is_paged=True,
    ),
    TEXT,
    Format("markdown", "Markdown", (".md", ".markdown"), "markdown", is_text=True),
    Format(
        "html",
        "HTML",
        (".html", ".htm", ".xhtml"),
        "web",
        elements=(b"!doctype html", b"html", b"head", b"body"),
        is_text=True,
    ),
    Format(
        "mhtml",
        "MHTML",
        (".mhtml", ".mht"),
        "web_archive",
        headers=rb"(?ims)(?!.*^(?:received|message-id|to):).*^content-type:\s*multipart/related",
    ),
    Format("csv", "CSV", (".csv",), "delimited", is_text=True),
    Format("tsv", "TSV", (".tsv", ".tab"), "delimited", is_text=True),
    Format("json", "JSON", (".json", ".jsonl", ".ndjson"), "json_text", is_text=True),
    Format("notebook", "Jupyter notebook", (".ipynb",), "notebook", is_text=True),
    Format("xml", "XML", (".xml",), "xml_text", is_text=True),
    Format("epub", "EPUB", (".epub",), "book", members=("META-INF/container.xml",)),
    Format("fb2", "FB2", (".fb2",), "book", elements=(b"fictionbook",)),
    CBZ,
    Format("xps", "XPS", (".xps", ".oxps"), "book", members=("*.fdseq",)),
    *(
        Format(name, name.upper(), suffixes, "office", members=_numbered(member))
        for name, suffixes, member in (
            ("docx", (".docx", ".docm", ".dotx", ".dotm"), "word/document"),
            ("pptx", (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), "ppt/presentation"),
        )
    ),
    Format(
        "xlsx",
        "XLSX",
        (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb"),
        "spreadsheet",
        members=(*_numbered("xl/workbook"), "xl/workbook.bin"),  # XLSB: LibreOffice reads it
    ),
    *(
        Format(name, name.upper(), (f".{name}", template), module, (_open_document(kind),))
        for name, template, kind, module in (
            ("odt", ".ott", "text", "office"),
            ("odp", ".otp", "presentation", "office"),
            ("ods", ".ots", "spreadsheet", "spreadsheet"),
        )
    ),
    Format(  # before what may be attached to a message
        "outlook", "Outlook (MSG)", (".msg",), "outlook", streams=("__properties_version1.0",)
    ),
    Format("rtf", "RTF", (".rtf",), "office", (((0, b"{\\rtf"),),)),
    *(
        Format(name, name.upper(), suffixes, module, streams=streams)
        for name, suffixes, streams, module in (
            ("doc", (".doc",), ("WordDocument",), "office"),  # .dot is Graphviz's, too
            ("ppt", (".ppt", ".pps"), ("PowerPoint Document",), "office"),  # .pot is gettext's
            ("xls", (".xls", ".xlt"), ("Workbook", "Book"), "spreadsheet"),
        )
    ),
    Format(
        "mail",
        "mail (EML, mbox)",
        (".eml", ".mbox"),
        "mail",
        headers=rb"(?ims).*^(?:received|message-id|return-path|delivered-to|mime-version):",
        is_text=True,
    ),
    ZIP,
    Format(
        "tar",
        "tar",
        (".tar", ".tgz", ".tbz2", ".txz"),
        "archive",
        (((257, b"ustar"),), ((0, b"\x1f\x8b\x08"),), ((0, b"BZh"),), ((0, b"\xfd7zXZ\x00"),)),
        holds_files=True,
    ),
    Format("svg", "SVG", (".svg",), "book", elements=(b"svg", b"!doctype svg")),
)
SUFFIXES = frozenset(suffix for fmt in FORMATS for suffix in fmt.suffixes)
"""Of the files that a folder is searched for, in lower case."""


def named(suffix: str) -> Format | None:
    """The format that the suffix of a file's name speaks of; None where it is none that is read."""
    return next((fmt for fmt in FORMATS if suffix.lower() in fmt.suffixes), None)


def titles(conjunction: str) -> str:
    """The formats in words: "PDF, PNG, JPEG, WebP `conjunction` TIFF"."""
    *most, last = (fmt.title for fmt in FORMATS)
    return f"{', '.join(most)} {conjunction} {last}"
