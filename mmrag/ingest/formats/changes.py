"""Changes that a document tracks: its pages read as if they were taken, and a page lists them."""

import html
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import changes_open, changes_word, soffice
from mmrag.ingest.formats.flow import HtmlBlock
from mmrag.ingest.formats.members import UNPACK_ERRORS
from mmrag.ingest.formats.parts import has_mark
from mmrag.types import Problem

_MAX_CHANGES = 1_000  # that are listed; chosen by hand
_MARKS = {
    "rtf": re.compile(rb"\\(?:revised|deleted|mvf|mvt)(?![a-z0])"),
    "doc": re.compile(rb"[\x00\x01]\x08\x01"),
}
"""Whether a file may track changes: control words (RTF 1.9.1, "Track Changes"), and the properties
of deleted and inserted text (sprmCFRMarkDel and sprmCFRMarkIns, [MS-DOC] 2.6.1), which other bytes
may look like."""
_BYTES_LOOKED_THROUGH = 128 << 20  # chosen by hand


@dataclass(frozen=True, slots=True)
class Taken:
    """A file of `kind` that is shown with its changes taken, the pages that list them."""

    path: Path
    kind: str
    listed: tuple[HtmlBlock, ...] = ()
    problems: tuple[Problem, ...] = ()


def taken(path: Path, kind: str, folder: Path, on_wait: Callable[[], None]) -> Taken:
    """A copy in `folder` where a document tracks changes; else the file as it is.

    An RTF or DOC becomes a DOCX for it. Where that fails, the file stays as it is, which is told.
    """
    if kind in _MARKS and _may_track(path, kind):
        try:
            word = soffice.converted(path, f".{kind}", "docx", folder, on_wait)
        except DocumentError as error:
            return Taken(path, kind, problems=_untold(error))
        made = _of_package(word, "docx", folder)
        return made if made.listed else Taken(path, kind)
    return _of_package(path, kind, folder)


def _may_track(path: Path, kind: str) -> bool:
    with path.open("rb") as file:
        return _MARKS[kind].search(file.read(_BYTES_LOOKED_THROUGH)) is not None


def _of_package(path: Path, kind: str, folder: Path) -> Taken:
    """Of a DOCX or ODT; one whose parts cannot be read may show its changes, which is told."""
    reader = {"docx": changes_word, "odt": changes_open}.get(kind)
    if reader is None:
        return Taken(path, kind)
    try:
        lines = list(islice(reader.lines(path), _MAX_CHANGES))
        shown = reader.taken(path, folder) if lines else path
    except (*UNPACK_ERRORS, DocumentError) as error:
        return Taken(path, kind, problems=_untold(error) if _has_any(path, reader.MARK) else ())
    if not lines:
        return Taken(path, kind)
    listed = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    block = HtmlBlock(f"<h2>Tracked changes</h2>{listed}", begins_page=True)
    if shown == path and _has_any(path, changes_word.DELETES):
        told = "what its tracked changes delete stands in its text as well: it has no settings"
        return Taken(path, kind, (block,), (Problem("layout", told),))
    return Taken(shown, kind, (block,))


def _has_any(path: Path, mark: re.Pattern[bytes]) -> bool:
    """Whether a package that cannot be read in full tracks changes, as far as that can be seen."""
    try:
        with zipfile.ZipFile(path) as package:
            texts = (name for name in package.namelist() if name.endswith(".xml"))
            return any(has_mark(package, name, mark) for name in texts)
    except UNPACK_ERRORS:
        return False  # what is wrong with it, LibreOffice says


def _untold(error: Exception) -> tuple[Problem, ...]:
    return (Problem("layout", f"its tracked changes are not told from its text: {error}"),)
