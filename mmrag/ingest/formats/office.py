"""Documents and slides of office programs: to PDF by LibreOffice, then as any PDF.

Without LibreOffice the text is read in part, without its layout: of DOCX and PPTX by MuPDF, of ODT,
ODP and RTF by readers of their own. What LibreOffice leaves out, or sets into the text, is read
from the file: notes of slides, and changes.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import (
    beside,
    book,
    changes,
    embedded,
    flow,
    open_text,
    pdf,
    rich_text,
    soffice,
)
from mmrag.ingest.formats.pages import Opener, OpenFile, OpeningTerms, joined
from mmrag.types import Problem

_ALONE: Mapping[str, Opener] = {
    "docx": book.opened,
    "pptx": book.opened,
    "odt": open_text.opened,
    "odp": open_text.opened,
    "rtf": rich_text.opened,
}
"""What reads the text of a kind without LibreOffice."""
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
            file = stack.enter_context(_alone(taken.path, replace(terms, kind=taken.kind), error))
        within = embedded.taken(path, terms.members)
        file = replace(file, problems=(*file.problems, *within))
        found = beside.content(taken, others, terms.on_wait)
        if found.blocks:
            file = joined(file, stack.enter_context(flow.opened(found, terms.on_wait)))
        else:
            file = replace(file, problems=(*file.problems, *found.problems))
        yield file


@contextmanager
def _alone(path: Path, terms: OpeningTerms, error: DocumentError) -> Iterator[OpenFile]:
    """The text without its layout, where LibreOffice failed with `error`, else that."""
    if terms.kind not in _ALONE:
        raise error
    with ExitStack() as stack:
        try:
            file = stack.enter_context(_ALONE[terms.kind](path, terms))
        except DocumentError:
            raise error from None
        told = f"its text is read without its layout: {error}"
        yield replace(file, problems=(*file.problems, Problem("layout", told)))


def _of_old_program() -> Iterator[Problem]:
    """What an old LibreOffice leaves out of the pages."""
    binary = soffice.program()
    if binary is not None and (old := soffice.outdated(binary)):
        told = f"comments and hidden slides are not read: {soffice.newer_is_needed(old)}"
        yield Problem("layout", told)
