"""XML of any kind: elements that are alike as a table, others as headings, fields and paragraphs.

No entities but XML's own are read, and nothing is fetched.
"""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from mmrag.errors import DocumentError
from mmrag.ingest.formats import flow, json_text, text
from mmrag.ingest.formats.flow import Content, HtmlBlock
from mmrag.ingest.formats.json_text import Pair
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.ingest.formats.parts import local_name
from mmrag.types import Problem

_HEAD_BYTES = 200  # in which a file of one byte a character declares its encoding
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z][\w.-]*)""")
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>")
"""What a file says of its encoding, which is decoded already."""
_HEADINGS = frozenset({"title", "article-title", "heading", "head"})
_MAX_DEPTH = 100  # of elements within others; chosen by hand
_PARAGRAPHS_A_BLOCK = 100  # set together; chosen by hand


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A file of XML. Raises `DocumentError` where it declares entities."""
    with path.open("rb") as file:
        declared = _DECLARED.search(file.read(_HEAD_BYTES))
    source, metadata, problems = text.read(path, declared[1].decode() if declared else "")
    if "<!ENTITY" in source:
        raise DocumentError("the XML declares entities, which are not read")
    root, broken = _root(source)
    if root is None:
        with text.as_written(source, metadata, (*problems, *broken), terms) as opened_file:
            yield opened_file
        return
    if records := _records(root):
        with json_text.of_records([], records, terms, metadata, problems) as opened_file:
            yield opened_file
        return
    title = next((_said(found) for found in root.iter() if _is_heading(found)), "")
    content = Content(_blocks(root), title, metadata, problems=problems)
    with flow.opened(content, terms.on_wait) as opened_file:
        yield opened_file


def _root(source: str) -> tuple[ElementTree.Element | None, tuple[Problem, ...]]:
    """Its first element; none, and what is wrong, where it is no XML."""
    try:
        return ElementTree.fromstring(_PROLOGUE.sub("", source)), ()  # noqa: S314 - no entities
    except (ElementTree.ParseError, ValueError) as error:
        told = f"it is no XML, and read as plain text: {error}"
        return None, (Problem("text", told),)


def _records(root: ElementTree.Element) -> list[list[Pair]]:
    """The elements below the first, where all are called the same and hold fields alone."""
    items = list(root)
    if len(items) < 2 or len({item.tag for item in items}) > 1:
        return []
    if any(len(field) for item in items for field in item) or any(map(_is_mixed, items)):
        return []
    return [[*item.items(), *((local_name(x.tag), _said(x)) for x in item)] for item in items]


def _blocks(root: ElementTree.Element) -> Iterator[HtmlBlock]:
    lines = list(_lines(root, 0))
    for at in range(0, len(lines), _PARAGRAPHS_A_BLOCK):
        yield HtmlBlock("".join(lines[at : at + _PARAGRAPHS_A_BLOCK]))


def _lines(element: ElementTree.Element, depth: int) -> Iterator[str]:
    """An element as headings, fields with their names, and paragraphs."""
    if len(element) == 0 or _is_mixed(element) or depth == _MAX_DEPTH:
        if said := html.escape(_said(element)):
            yield f"<h2>{said}</h2>" if _is_heading(element) else f"<p>{said}</p>"
        return
    fields = {child.tag for child in element if len(child) == 0 and not _is_heading(child)}
    are_named = len(fields) > 1
    for child in element:
        if are_named and len(child) == 0 and not _is_heading(child):
            if said := html.escape(_said(child)):
                yield f"<p><b>{html.escape(local_name(child.tag))}:</b> {said}</p>"
        else:
            yield from _lines(child, depth + 1)


def _is_mixed(element: ElementTree.Element) -> bool:
    """Whether text stands beside its elements, as in a paragraph."""
    return any(text and text.strip() for text in (element.text, *(x.tail for x in element)))


def _is_heading(element: ElementTree.Element) -> bool:
    return isinstance(element.tag, str) and local_name(element.tag).lower() in _HEADINGS


def _said(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())
