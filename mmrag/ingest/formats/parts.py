"""Parts of packages (OOXML, OpenDocument): files of XML in a ZIP archive, within bounds."""

import zipfile
from typing import Protocol
from xml.etree import ElementTree

from mmrag.errors import DocumentError

_MAX_PART_BYTES = 16 << 20  # of one part, unpacked; chosen by hand


class Target(Protocol):
    """Takes the elements of a part one by one, as `XMLParser` gives them."""

    def start(self, tag: str, attributes: dict[str, str], /) -> None: ...
    def end(self, tag: str, /) -> None: ...
    def data(self, text: str, /) -> None: ...


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
    """A part of a package. Raises `DocumentError` for a bomb."""
    with package.open(name) as file:
        data = file.read(_MAX_PART_BYTES + 1)
    if len(data) > _MAX_PART_BYTES or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise DocumentError(f"{name} in it is too large, or declares entities")
    return data


def local_name(tag: str) -> str:
    """A name without its namespace: of OOXML there are two of each (strict and transitional)."""
    return tag.rpartition("}")[2]


def attribute(element: ElementTree.Element, name: str) -> str:
    """What an element says under that name, whatever its namespace; "" where it says nothing."""
    return next((value for key, value in element.items() if local_name(key) == name), "")
