"""The texts of an XFA form: an XML form within a PDF whose one page only asks for a viewer.

XFA 3.3 (Adobe, 2012): the packet `template` has fields with captions, `datasets` their values.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from xml.etree import ElementTree

from mmrag.ingest.characters import clean
from mmrag.ingest.mupdf import pymupdf

_REFERENCE = re.compile(r"(\d+)\s+\d+\s+R")
_NOT_SHOWN_TEXT = """
assist bind calculate connect desc event extras format image items keep pattern picture script
validate
"""
_NOT_SHOWN = frozenset(_NOT_SHOWN_TEXT.split())
"""Elements of a template whose texts a form does not show."""
_Values = defaultdict[str, deque[str]]


def replaces_page(document: pymupdf.Document) -> bool:
    """Whether a PDF of one page holds an XFA form that only a viewer for these can draw."""
    catalog = document.pdf_catalog()
    if document.xref_get_key(catalog, "AcroForm/XFA")[0] == "null":
        return False
    fields = document.xref_get_key(catalog, "AcroForm/Fields")[1]
    wanted = document.xref_get_key(catalog, "NeedsRendering")[1] == "true"
    return wanted or fields.strip("[] ") in ("", "null")


def texts(document: pymupdf.Document) -> list[str]:
    """The texts of the form in order, a line each: captions with their values.

    Raises `ValueError` where it cannot be read or has none.
    """
    data = b"".join(_packets(document))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("it declares entities")
    try:
        # in UTF-8, whatever it declares: as it was looked through for entities
        root = ElementTree.fromstring(data, ElementTree.XMLParser(encoding="utf-8"))  # noqa: S314
    except ElementTree.ParseError as error:
        raise ValueError(f"it is no XML: {error}") from error
    values: _Values = defaultdict(deque)
    for packet in root.iter():
        if _name(packet) == "data":
            for leaf in packet.iter():
                if not len(leaf) and (said := _plain(leaf.text)):
                    values[_name(leaf)].append(said)
    shown = [
        line
        for packet in root.iter()
        if _name(packet) == "template"
        for line in _lines(packet, values)
    ]
    shown += [f"{name}: {value}" for name, rest in values.items() for value in rest]
    if not shown:
        raise ValueError("it has no texts")
    return shown


def _packets(document: pymupdf.Document) -> Iterator[bytes]:
    """The streams of the form: one, or an array of names and streams."""
    kind, value = document.xref_get_key(document.pdf_catalog(), "AcroForm/XFA")
    if kind == "xref" and not document.xref_is_stream(_numbers(value)[0]):
        value = document.xref_object(_numbers(value)[0])
    for number in _numbers(value):
        yield document.xref_stream(number) or b""


def _numbers(value: str) -> list[int]:
    return [int(number) for number in _REFERENCE.findall(value)]


def _lines(element: ElementTree.Element, values: _Values) -> Iterator[str]:
    """The texts below an element; a field's on one line with the value that was filled in."""
    if _name(element) in _NOT_SHOWN:
        return
    if _name(element) == "field":
        filled = values.get(element.get("name", ""))
        caption = " ".join(_shown(element, without="value" if filled else ""))
        line = f"{caption}: {filled.popleft()}" if filled else caption
        if line:
            yield line
    elif len(element) == 0 or _name(element) == "exData":
        if line := _plain(" ".join(element.itertext())):
            yield line
    else:
        for child in element:
            yield from _lines(child, values)


def _shown(field: ElementTree.Element, without: str) -> Iterator[str]:
    """The texts of a field; `without` is its own value where another was filled in."""
    for child in field:
        if _name(child) != without:
            yield from _lines(child, defaultdict(deque))


def _name(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _plain(text: str | None) -> str:
    return " ".join(clean(text or "").split())
