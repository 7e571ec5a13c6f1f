"""What a file is, by its content; its name only tells one kind of text from another."""

import fnmatch
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from mmrag.errors import DocumentError
from mmrag.ingest.formats import compound_file, encodings, unread
from mmrag.ingest.formats.members import ZIP_ERRORS
from mmrag.ingest.formats.office_lock import ADVICE, COMPOUND
from mmrag.ingest.formats.parts import PACKAGE
from mmrag.ingest.formats.table import CBZ, FORMATS, HEAD_BYTES, TEXT, ZIP, Format, named, titles

_ENCRYPTED = "EncryptedPackage"  # the stream that holds a whole Office document ([MS-OFFCRYPTO])
_STREAMS = (_ENCRYPTED, *(name for fmt in FORMATS for name in fmt.streams))
_BESIDE = ("/", ".xml", ".txt", ".nfo")  # folders, and what comic books say of themselves
_TYPE, _LOCAL_HEADER = "mimetype", 30  # of OpenDocument; bytes before the name of a file in a ZIP
_MAX_COMPOUND_BYTES = 128 << 20  # that are looked through for its directory; chosen by hand
_FIRST_ELEMENT = re.compile(
    rb"\s*(?:(?:<\?[^>]*>|<!--.*?-->)\s*)*<((?:!doctype\s+)?(?:[a-z][\w.-]*:)?[a-z][\w.-]*)",
    re.IGNORECASE | re.DOTALL,
)
_HEADERS = re.compile(rb"(?:From [^\n]*\n)?((?:[\w-]+:[^\n]*\n(?:[ \t]+[^\n]*\n)*){2,})")


def format_of(path: Path) -> Format:
    """The format of the file at `path`.

    Raises `DocumentError` where it is empty, cannot be read, or is none of `FORMATS`.
    """
    try:
        if not path.is_file():
            raise DocumentError("not a regular file" if path.exists() else "the file is gone")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        if not head:
            raise DocumentError("the file is empty (0 bytes)")
        by_name = named(path.suffix)
        fmt = (
            _by_start(head)
            or _archive(path, head, by_name)
            or _compound(path, head)
            or _text(head, by_name)
            or _by_mark_inside(head)
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"cannot be read: {reason}") from error
    if fmt is None:
        raise DocumentError(f"{unread.described(head)}, not a {titles('or')} file")
    return fmt


def _by_start(head: bytes) -> Format | None:
    """The format of a file that begins so, or whose first element is so called."""
    plain = encodings.plain_head(head)
    found = _FIRST_ELEMENT.match(plain)
    element = b" ".join(found[1].lower().split()) if found else b""
    headers = _HEADERS.match(head)
    return next(
        (
            fmt
            for fmt in FORMATS
            if fmt.begins(head)
            or element in fmt.elements
            or (headers and fmt.headers and re.match(fmt.headers, headers[1]))
            or (fmt.anywhere and plain.lstrip().startswith(fmt.anywhere))
        ),
        None,
    )


def _by_mark_inside(head: bytes) -> Format | None:
    """The format of a mark behind other bytes, where the start says nothing."""
    if unread.known(head) is not None:
        return None
    return next((fmt for fmt in FORMATS if fmt.anywhere and fmt.anywhere in head), None)


def _archive(path: Path, head: bytes, by_name: Format | None) -> Format | None:
    """The format of a ZIP archive by what is in it; one of pictures may be called a comic book."""
    if not head.startswith(PACKAGE):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            found = next((fmt for fmt in FORMATS if _has_any(names, fmt.members)), None)
            found = found or _stated(archive, names) or ZIP
    except (*ZIP_ERRORS, zlib.error) as error:
        raise DocumentError(f"a ZIP archive that cannot be read: {error}") from error
    if found is CBZ or (found is ZIP and by_name is CBZ):
        return CBZ if _are_pictures(names) else ZIP
    return found


def _stated(archive: zipfile.ZipFile, names: Iterable[str]) -> Format | None:
    """The format of a package that states its type in a file, though not as its first one."""
    if _TYPE not in names:
        return None
    with archive.open(_TYPE) as file:
        told = file.read(HEAD_BYTES).strip()
    head = PACKAGE.ljust(_LOCAL_HEADER, b"\0") + _TYPE.encode() + told
    return next((fmt for fmt in FORMATS if fmt.begins(head)), None)


def _has_any(names: set[str], patterns: Iterable[str]) -> bool:
    return any(fnmatch.filter(names, pattern) for pattern in patterns)


def _are_pictures(names: Iterable[str]) -> bool:
    """Whether files within an archive are pictures, but for what tells of them."""
    kinds = (named(PurePosixPath(name).suffix) for name in names if not name.endswith(_BESIDE))
    return all(kind is not None and kind.module == "image" for kind in kinds)


def _compound(path: Path, head: bytes) -> Format | None:
    if not is_compound(head):
        return None
    with path.open("rb") as file:
        return of_compound(file.read(_MAX_COMPOUND_BYTES))


def is_compound(head: bytes) -> bool:
    """Whether a file that begins so is a compound file."""
    return head.startswith(COMPOUND)


def of_compound(content: bytes) -> Format | None:
    """The format of a compound file by its own streams, and not by those of objects within it.

    Raises `DocumentError` where it needs a password.
    """
    try:
        names = compound_file.names_at_top(content)
    except ValueError:  # where it is damaged, or its directory lies further on, any name will do
        names = frozenset(name for name in _STREAMS if _stream(name) in content)
    names = frozenset(name.lower() for name in names)
    if _ENCRYPTED.lower() in names:
        raise DocumentError(f"an Office document with a password: {ADVICE}")
    return next((fmt for fmt in FORMATS if any(n.lower() in names for n in fmt.streams)), None)


def _stream(name: str) -> bytes:
    """A name as the directory of a compound file has it ([MS-CFB] 2.6.1)."""
    return name.encode("utf-16-le") + b"\x00\x00"


def _text(head: bytes, by_name: Format | None) -> Format | None:
    """The kind of text that its name says; None for what is no text, or is called otherwise.

    A text under the name of a PDF or a picture is what a server sent in place of it.
    """
    if not encodings.is_text(head) or (by_name and not by_name.is_text):
        return None
    if by_name is not None:
        return by_name
    has_mark = unread.known(head) is not None or _by_mark_inside(head) is not None
    return None if has_mark else TEXT
