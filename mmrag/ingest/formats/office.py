"""Documents and slides of office programs: to PDF by LibreOffice, then as any PDF.

Without LibreOffice the text of DOCX and PPTX is read by MuPDF, in part, without their layout. What
LibreOffice leaves out, or sets into the text, is read from the file: notes of slides, and changes.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import beside, book, changes, flow, pdf, soffice
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms, joined
from mmrag.types import Problem

_BY_MUPDF = frozenset({"docx", "pptx"})
_FILTERS = {"pptx": "impress", "ppt": "impress", "odp": "impress"}
_YES = {"type": "boolean", "value": "true"}
_OPTIONS = json.dumps({"ExportNotes": _YES, "ExportHiddenSlides": _YES}, separators=(",", ":"))
"""Comments become annotations, and hidden slides are pages (filter options of LibreOffice)."""


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A document or slides. Raises `DocumentError` where neither way reads it."""
    kind = terms.kind
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mmrag-office-")))
        before, after, others = (folder / name for name in ("taken", "made", "beside"))
        for place in (before, after, others):
            place.mkdir()
        taken = changes.taken(path, kind, before, terms.on_wait)
        try:
            to = f"pdf:{_FILTERS.get(kind, 'writer')}_pdf_Export:{_OPTIONS}"
            made = soffice.converted(taken.path, f".{taken.kind}", to, after, terms.on_wait)
            file = stack.enter_context(pdf.opened(made, terms))
            problems = (*file.problems, *taken.problems, *_of_old_program())
            file = replace(file, is_converted=True, problems=problems)
        except DocumentError as error:
            if kind not in _BY_MUPDF:
                raise
            file = stack.enter_context(book.opened(path, terms))
            told = f"its text is read without its layout: {error}"
            file = replace(file, problems=(*file.problems, Problem("layout", told)))
        found = beside.content(taken, others, terms.on_wait)
        if found.blocks:
            file = joined(file, stack.enter_context(flow.opened(found, terms.on_wait)))
        else:
            file = replace(file, problems=(*file.problems, *found.problems))
        yield file


def _of_old_program() -> Iterator[Problem]:
    """What an old LibreOffice leaves out of the pages."""
    binary = soffice.program()
    if binary is not None and (old := soffice.outdated(binary)):
        told = f"comments and hidden slides are not read: {soffice.newer_is_needed(old)}"
        yield Problem("layout", told)
