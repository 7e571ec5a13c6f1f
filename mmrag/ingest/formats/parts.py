"""Parts of packages (OOXML, OpenDocument): files of XML in a ZIP archive, within bounds."""

import re
import zipfile
from pathlib import Path
from typing import Protocol
from xml.etree import ElementTree

from mmrag.errors import DocumentError
from mmrag.ingest.formats.members import FREE_BYTES, MAX_BYTES, MAX_RATIO

PACKAGE = b"PK\x03\x04"
"""How an archive begins that is not empty."""
_MAX_PART_BYTES = 16 << 20  # of one part, unpacked; chosen by hand
_CHUNK_BYTES = 1 << 20
_MARK_BYTES = 100  # of which a mark has no more
_RELATIONS = "_rels/.rels"


class Target(Protocol):
    """Takes the elements of a part one by one, as `XMLParser` gives them."""

    def start(self, tag: str, attributes: dict[str, str], /) -> None: ...
    def end(self, tag: str, /) -> None: ...
    def data(self, text: str, /) -> None: ...


def refuse_bomb(path: Path) -> None:
    """Refuse a package by the sizes that it declares, before any program unpacks it.

    Raises `DocumentError`. A lie about a size fails when the part is unpacked.
    """
    with path.open("rb") as file:
        if file.read(len(PACKAGE)) != PACKAGE:
            return
    with zipfile.ZipFile(path) as package:
        items = package.infolist()
    for item in items:
        if item.file_size > max(MAX_RATIO * item.compress_size, FREE_BYTES):
            told = f"{item.filename} in it would unpack to {item.file_size:,} bytes"
            raise DocumentError(f"{told}, as a bomb does")
    if (size := sum(item.file_size for item in items)) > MAX_BYTES:
        raise DocumentError(f"it is too large: it would unpack to {size:,} bytes")


def main_part(package: zipfile.ZipFile) -> str:
    """The part of an Office document that holds its text, as its relations have it."""
    return next(
        (
            relation.get("Target", "").removeprefix("/")
            for relation in part(package, _RELATIONS)
            if relation.get("Type", "").endswith("/officeDocument")
        ),
        "",
    )


def has_mark(package: zipfile.ZipFile, name: str, mark: re.Pattern[bytes]) -> bool:
    """Whether a part says something, however large it is."""
    before = b""
    with package.open(name) as file:
        while piece := file.read(_CHUNK_BYTES):
            if mark.search(before + piece):
                return True
            before = piece[-_MARK_BYTES:]
    return False


def part(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """A part of a package as XML. Raises `DocumentError` for a bomb, and for what is no XML."""
    try:
        return ElementTree.fromstring(part_bytes(package, name))  # noqa: S314 - without entities
    except ElementTree.ParseError as error:
        raise DocumentError(f"{name} in it is no XML: {error}") from error


def walk(package: zipfile.ZipFile, name: str, target: Target) -> None:
    """Give all that is in a part to `target`. Raises like `part`."""
    parser = ElementTree.XMLParser(target=target)  # noqa: S314 - it declares no entities
    try:
        parser.feed(part_bytes(package, name))
        parser.close()
    except ElementTree.ParseError as error:
        raise DocumentError(f"{name} in it is no XML: {error}") from error


def part_bytes(package: zipfile.ZipFile, name: str) -> bytes:
    """A part of a package. Raises `DocumentError` for one that is missing, and for a bomb."""
    if name not in package.NameToInfo:
        raise DocumentError(f"{name or 'its main part'} is missing in it")
    with package.open(name) as file:
        data = file.read(_MAX_PART_BYTES + 1)
    if len(data) > _MAX_PART_BYTES:
        raise DocumentError(f"{name} in it is too large (more than {_MAX_PART_BYTES >> 20} MB)")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise DocumentError(f"{name} in it declares entities")
    return data


def local_name(tag: str) -> str:
    """A name without its namespace: of OOXML there are two of each (strict and transitional)."""
    return tag.rpartition("}")[2]


def attribute(element: ElementTree.Element, name: str) -> str:
    """What an element says under that name, whatever its namespace; "" where it says nothing."""
    return next((value for key, value in element.items() if local_name(key) == name), "")
