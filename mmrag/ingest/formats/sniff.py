"""What a file is, by its first bytes and not by its name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from mmrag.errors import DocumentError

FileType = Literal["pdf", "png", "jpeg", "webp", "tiff"]
NAMED: Mapping[str, FileType] = {
    ".pdf": "pdf",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".tif": "tiff",
    ".tiff": "tiff",
}
"""What a file's name says of its type."""
_PDF_WITHIN = 4096  # bytes of junk that may stand before %PDF
_NAMES = {
    b"<!doctype html": "an HTML page",
    b"<html": "an HTML page",
    b"<?xml": "an XML file",
    b"#!": "a script",
    b"PK\x03\x04": "a ZIP archive or Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"GIF8": "a GIF picture",
    b"%!PS": "a PostScript file",
    b"\x7fELF": "a program",
    b"\x1f\x8b": "a gzip archive",
}


def file_type(path: Path) -> FileType:
    """The type of the file at `path`.

    Raises `DocumentError` where it is empty, cannot be read, or is none of the types read here.
    """
    try:
        if not path.is_file():
            raise DocumentError("not a regular file" if path.exists() else "the file is gone")
        with path.open("rb") as file:
            head = file.read(_PDF_WITHIN)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"cannot be read: {reason}") from error
    if not head:
        raise DocumentError("the file is empty (0 bytes)")
    kind = _by_signature(head)
    if kind is None:
        raise DocumentError(f"{_describe(head)}, not a PDF, PNG, JPEG, WebP or TIFF file")
    return kind


def _by_signature(head: bytes) -> FileType | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "tiff"
    return "pdf" if b"%PDF-" in head and _name(head) is None else None


def _name(head: bytes) -> str | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next(
        (name for mark, name in _NAMES.items() if start.lower().startswith(mark.lower())), None
    )


def _describe(head: bytes) -> str:
    """What the file seems to be, for the message."""
    name = _name(head)
    if name is not None:
        return name
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return "an unknown kind of file"
    return "a text file" if b"\x00" not in head else "an unknown kind of file"
