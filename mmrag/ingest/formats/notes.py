"""The speaker's notes of slides, read from the parts of a PPTX file."""

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from mmrag.errors import DocumentError
from mmrag.ingest.formats.flow import HtmlBlock
from mmrag.ingest.formats.members import UNPACK_ERRORS
from mmrag.ingest.formats.parts import part

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")


def of_slides(path: Path) -> list[HtmlBlock]:
    """The notes of each slide that has any, under the name of its file; on pages of their own.

    A part that cannot be read has none: the slides themselves are read elsewhere.
    """
    try:
        with zipfile.ZipFile(path) as package:
            found = sorted(_notes(package))
    except (*UNPACK_ERRORS, DocumentError):
        return []
    return [
        HtmlBlock(
            f"<h2>Speaker notes of slide {number}</h2>"
            + "".join(f"<p>{html.escape(line)}</p>" for line in lines),
            begins_page=at == 0,
        )
        for at, (number, lines) in enumerate(found)
    ]


def _notes(package: zipfile.ZipFile) -> Iterator[tuple[int, list[str]]]:
    names = set(package.namelist())
    for name in names:
        slide = _SLIDE.fullmatch(name)
        if slide is None:
            continue
        folder, base = posixpath.split(name)
        relations = f"{folder}/_rels/{base}.rels"
        if relations not in names:
            continue
        for relation in part(package, relations):
            if relation.get("Type", "").endswith("/notesSlide"):
                target = posixpath.normpath(posixpath.join(folder, relation.get("Target", "")))
                lines = list(paragraphs(part(package, target))) if target in names else []
                if lines:
                    yield int(slide[1]), lines


def paragraphs(root: ElementTree.Element) -> Iterator[str]:
    """Paragraphs of a drawing, of more than the number of the page."""
    for paragraph in root.iter(f"{_DRAWING}p"):
        fields = paragraph.iter(f"{_DRAWING}fld")
        numbers = [piece for field in fields if field.get("type") == "slidenum" for piece in field]
        pieces = (piece for piece in paragraph.iter(f"{_DRAWING}t") if piece not in numbers)
        line = "".join(piece.text or "" for piece in pieces).strip()
        if line and not line.isdecimal():
            yield line
