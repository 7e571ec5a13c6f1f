"""Files that a document, slides or a workbook of today's Office holds: documents of their own.

The workbooks of its charts are none: what charts show is read with them.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mmrag.errors import DocumentError
from mmrag.ingest.formats import sniff
from mmrag.ingest.formats.members import FREE_BYTES, UNPACK_ERRORS, Members
from mmrag.ingest.formats.parts import part
from mmrag.ingest.reasons import reason
from mmrag.types import Problem

_EMBEDDED = re.compile(r"(?:word|ppt|xl)/embeddings/[^/]+")
_OF_CHARTS = re.compile(r"(?:word|ppt|xl)/(?:charts|chartex)/_rels/[^/]+\.rels")
_OBJECT = ".bin"  # an object of any program: those of Office are what their streams say


def taken(path: Path, members: Members | None) -> list[Problem]:
    """Give them to `members`; what is not read is counted."""
    try:
        with zipfile.ZipFile(path) as package:
            names = [name for name in package.namelist() if _EMBEDDED.fullmatch(name)]
            if names:
                charts = set(_of_charts(package))
                names = [name for name in names if posixpath.basename(name) not in charts]
            if members is None:
                told = f"files within it are not read: {len(names)}"
                return [Problem("unread", told)] if names else []
            for name in names:
                _take(package, name, members)
    except (*UNPACK_ERRORS, DocumentError):
        return []  # what is wrong with it, who opens the document says
    return list(members.problems()) if names else []


def _of_charts(package: zipfile.ZipFile) -> Iterator[str]:
    for name in filter(_OF_CHARTS.fullmatch, package.namelist()):
        yield from (posixpath.basename(one.get("Target", "")) for one in part(package, name))


def _take(package: zipfile.ZipFile, name: str, members: Members) -> None:
    item, shown = package.getinfo(name), PurePosixPath(name).name
    try:
        with package.open(item) as file:
            if not shown.endswith(_OBJECT) or item.file_size > FREE_BYTES:
                members.add(shown, file, max(item.compress_size, 1))
                return
            content = file.read(FREE_BYTES)
        fmt = sniff.of_compound(content) if sniff.is_compound(content) else None
        suffix = fmt.suffixes[0] if fmt else _OBJECT
        members.add(f"{shown.removesuffix(_OBJECT)}{suffix}", io.BytesIO(content))
    except (*UNPACK_ERRORS, DocumentError) as error:
        members.fail(shown, f"it cannot be unpacked: {reason(error)}")
