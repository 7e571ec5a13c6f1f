"""Stable, readable IDs: the document's content hash, then the place within it.

`3fa9c1d2-p0012` is page 12 of the document whose SHA-256 begins `3fa9c1d2`,
`3fa9c1d2-p0012-f02` its second figure, `3fa9c1d2-p0012-t03` its third passage. The same file
gets the same IDs in any index.
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_IMAGE_ID = re.compile(r"(?P<document>[0-9a-f]{8,64})-p(?P<page>\d{4,})(?:-f(?P<figure>\d{2,}))?")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits.

    Raises `OSError` where it cannot be read, or is a pipe or a device, which may never end.
    """
    with open(path, "rb", opener=_open_regular) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open_regular(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | os.O_NONBLOCK)  # a pipe without a writer would wait
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", path)
    return descriptor


def document_id(sha256: str, digits: int = 8) -> str:
    """The first digits of the content hash; more of them where two documents share eight."""
    return sha256[:digits]


def new_document_id(sha256: str, taken: MutableMapping[str, str]) -> str:
    """A document's ID, longer where another document's hash begins alike; `taken` has it then.

    `taken` are hashes by ID.
    """
    digits = 8
    while taken.get(document_id(sha256, digits), sha256) != sha256:
        digits += 2
    name = document_id(sha256, digits)
    taken[name] = sha256
    return name


def page_id(document: str, number: int) -> str:
    return f"{document}-p{number:04d}"


def figure_id(page: str, ordinal: int) -> str:
    return f"{page}-f{ordinal:02d}"


def passage_id(page: str, ordinal: int) -> str:
    return f"{page}-t{ordinal:02d}"


@dataclass(frozen=True, slots=True)
class ImageRef:
    """What an image ID says: a page, or a figure of that page."""

    document_id: str
    page: int
    figure: int | None


def parse_image_id(text: str) -> ImageRef | None:
    """Read an image ID; None where `text` is not one."""
    match = _IMAGE_ID.fullmatch(text.strip().lower())
    if match is None:
        return None
    figure = match["figure"]
    return ImageRef(match["document"], int(match["page"]), int(figure) if figure else None)


def page_number(item_id: str) -> int:
    """The number of the page that a page or figure is on."""
    ref = parse_image_id(item_id)
    assert ref is not None, item_id
    return ref.page


def document_of(item_id: str) -> str:
    """The ID of the document that a page, figure or passage is in."""
    return item_id.partition("-")[0]


@lru_cache(maxsize=1 << 14)
def page_of(item_id: str) -> str:
    """The ID of the page that a page, figure or passage is on."""
    end = item_id.find("-", item_id.find("-") + 1)
    return item_id if end < 0 else item_id[:end]
