"""What LibreOffice leaves out of the pages of a document: set on pages behind them.

Notes of slides and the data of charts are read from the parts of OOXML; documents and slides of
other kinds that may have any are made one of it.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import charts, hidden, notes, rows, soffice
from mmrag.ingest.formats.changes import Taken
from mmrag.ingest.formats.flow import Content, HtmlBlock
from mmrag.ingest.formats.members import UNPACK_ERRORS
from mmrag.types import Problem

_OOXML = {"odp": "pptx", "ppt": "pptx", "odt": "docx"}


def content(taken: Taken, folder: Path, on_wait: Callable[[], None]) -> Content:
    """The changes that were `taken` in a document, notes and charts; what is not read is told.

    `folder` is an empty one to work in.
    """
    problems: list[Problem] = []
    package, kind = taken.path, taken.kind
    if kind in _OOXML and _may_have_any(package, kind):
        try:
            package = soffice.converted(package, f".{kind}", _OOXML[kind], folder, on_wait)
        except DocumentError as error:
            told = f"notes of slides and the data of charts are not read: {error}"
            problems.append(Problem("unread", told))
    blocks: list[HtmlBlock] = [*taken.listed]
    if _OOXML.get(kind, kind) == "pptx":
        blocks += notes.of_slides(package)
    drawn, unread = charts.of_package(package)
    pages = [page for number, table in enumerate(drawn) for page in rows.pages(table, number)]
    blocks += [block for block, _ in pages]
    problems += [*unread, *hidden.of_document(taken.path, kind)]
    problems += hidden.formulas(taken.path) if kind == "docx" else []
    return Content(blocks, tables=[table for _, table in pages], problems=problems)


def _may_have_any(path: Path, kind: str) -> bool:
    """Slides always may; a text where it has objects."""
    if kind != "odt":
        return True
    try:
        with zipfile.ZipFile(path) as package:
            return any(name.endswith("/content.xml") for name in package.namelist())
    except UNPACK_ERRORS:
        return False
