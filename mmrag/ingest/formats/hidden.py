"""What stands in a document and on none of its pages, counted: hidden text, and formulas.

Where a part is too large to be counted in, that is told if it holds any.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from mmrag.errors import DocumentError
from mmrag.ingest.formats import soffice
from mmrag.ingest.formats.members import UNPACK_ERRORS
from mmrag.ingest.formats.parts import attribute, has_mark, local_name, main_part, part
from mmrag.types import Problem

_OFF = frozenset({"0", "false", "off"})
_HIDES = re.compile(rb"<(?:\w+:)?vanish\b|\bdisplay=[\"']none")
_FORMULA = re.compile(rb"<(?:\w+:)?oMath\b")
_TEXTS = frozenset({"p", "h", "span"})  # tables have styles of the same names


def of_document(path: Path, kind: str) -> list[Problem]:
    """How many words a DOCX or ODT hides. What is wrong with a damaged file others say."""
    read = {"docx": _of_word, "odt": _of_open_document}.get(kind)
    if read is None:
        return []
    try:
        with zipfile.ZipFile(path) as package:
            names = _parts_of(package, kind)
            try:
                body, *styles = [part(package, name) for name in names]
            except DocumentError as error:
                found = any(has_mark(package, name, _HIDES) for name in names)
                return [Problem("unread", f"hidden text: {error}")] if found else []
    except (*UNPACK_ERRORS, DocumentError):
        return []
    words = sum(len(text.split()) for text in read(body, styles))
    return [Problem("unread", f"hidden text: {words} words")] if words else []


def _parts_of(package: zipfile.ZipFile, kind: str) -> list[str]:
    """The part with the text, and that with the styles where there is one."""
    if kind == "odt":
        body, styles = "content.xml", "styles.xml"
    else:
        body = main_part(package)
        styles = f"{body.rpartition('/')[0]}/styles.xml"
    return [name for name in (body, styles) if name == body or name in package.NameToInfo]


def formulas(path: Path) -> list[Problem]:
    """How many formulas of a DOCX are left out, where the part for them is not installed."""
    binary = soffice.program()
    if binary is None or not soffice.lacks_formulas(binary):
        return []
    try:
        with zipfile.ZipFile(path) as package:
            name = main_part(package)
            try:
                count = sum(local_name(x.tag) == "oMath" for x in part(package, name).iter())
            except DocumentError:
                count = int(has_mark(package, name, _FORMULA))
    except (*UNPACK_ERRORS, DocumentError):
        return []
    told = f"formulas: {count}; `apt-get install libreoffice-math-nogui` and read it again"
    return [Problem("unread", told)] if count else []


def _of_word(body: Element, styles: list[Element]) -> Iterator[str]:
    """What runs say that vanish, by themselves or by the style of theirs or of their paragraph."""
    hidden = {
        attribute(style, "styleId")
        for root in styles
        for style in root.iter()
        if local_name(style.tag) == "style" and _vanishes(style)
    }
    for paragraph in (x for x in body.iter() if local_name(x.tag) == "p"):
        whole = bool(_styles(paragraph, "pPr", "pStyle") & hidden)
        for run in (x for x in paragraph if local_name(x.tag) == "r"):
            if whole or _vanishes(run) or _styles(run, "rPr", "rStyle") & hidden:
                yield "".join(x.text or "" for x in run.iter() if local_name(x.tag) == "t")


def _vanishes(element: Element) -> bool:
    """Whether its own properties of characters hide it (ECMA-376, part 1, 17.3.2.41)."""
    return any(
        local_name(mark.tag) == "vanish" and attribute(mark, "val") not in _OFF
        for properties in element
        if local_name(properties.tag) == "rPr"
        for mark in properties
    )


def _styles(element: Element, properties: str, name: str) -> set[str]:
    found = (x for child in element if local_name(child.tag) == properties for x in child)
    return {attribute(x, "val") for x in found if local_name(x.tag) == name}


def _of_open_document(body: Element, styles: list[Element]) -> Iterator[str]:
    """What is shown nowhere, by its style or as a section (OpenDocument 1.3, part 3, 20.350)."""
    hidden = {
        attribute(style, "name")
        for root in (body, *styles)
        for style in root.iter()
        if local_name(style.tag) == "style" and _is_shown_nowhere(style)
    }
    for element in body.iter():
        name = local_name(element.tag)
        if (name in _TEXTS and attribute(element, "style-name") in hidden) or (
            name == "section" and attribute(element, "display") == "none"
        ):
            yield "".join(element.itertext())


def _is_shown_nowhere(style: Element) -> bool:
    return any(
        attribute(properties, "display") == "none"
        for properties in style
        if local_name(properties.tag) == "text-properties"
    )
