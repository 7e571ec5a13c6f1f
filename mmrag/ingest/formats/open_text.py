"""The text, tables and pictures of ODT and ODP files in their order, without LibreOffice.

OpenDocument 1.3, part 3: paragraphs (5.1), tables (9.1), frames (10.4). The pages are not those of
the file, which says nothing of them.
"""

import html
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import flow, web
from mmrag.ingest.formats.members import UNPACK_ERRORS
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.ingest.formats.parts import local_name, walk
from mmrag.ingest.reasons import reason

CONTENT = "content.xml"
SPACES = frozenset({"s", "tab", "line-break"})
_WRITTEN = {
    "p": "p",
    "h": "h2",
    "list": "ul",
    "list-item": "li",
    "table": "table",
    "table-header-rows": "thead",
    "table-row": "tr",
    "table-cell": "td",
}
_LEFT_OUT = frozenset({"tracked-changes", "annotation", "notes", "forms", "scripts", "settings"})
"""What is no text of the page: `notes` are those of a speaker."""
_SPANS = {"number-columns-spanned": "colspan", "number-rows-spanned": "rowspan"}


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A text document, or slides. Raises `DocumentError` where nothing can be read."""
    writer = _Writer()
    try:
        with zipfile.ZipFile(path) as package:
            walk(package, CONTENT, writer)
            pictures = web.Pictures(terms.max_pixels, lambda name: _data(package, name))
            content = web.of_html("".join(writer.written), pictures)
    except UNPACK_ERRORS as error:
        raise DocumentError(f"it cannot be unpacked: {reason(error)}") from error
    with flow.opened(content, terms.on_wait) as file:
        yield file


def _data(package: zipfile.ZipFile, name: str) -> bytes | None:
    try:
        return package.read(name.removeprefix("./"))
    except (*UNPACK_ERRORS, KeyError):
        return None


class _Writer:
    """Writes what goes by as HTML (a target of `XMLParser`)."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._left_out = 0  # elements around that are
        self._paragraphs = 0  # around: spaces between elements mean nothing elsewhere

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local_name(tag)
        told = {local_name(key): value for key, value in attributes.items()}
        if self._left_out or name in _LEFT_OUT:
            self._left_out += 1
        elif name in _WRITTEN:
            spans = "".join(
                f' {_SPANS[key]}="{html.escape(value)}"'
                for key, value in told.items()
                if key in _SPANS
            )
            self.written.append(f"<{_WRITTEN[name]}{spans}>")
            self._paragraphs += name in ("p", "h")
        elif name in SPACES:
            self.written.append(" " * _count(told.get("c", "1")))
        elif name == "image":
            self.written.append(f'<img src="{html.escape(told.get("href", ""))}">')

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if self._left_out:
            self._left_out -= 1
        elif name in _WRITTEN:
            self.written.append(f"</{_WRITTEN[name]}>")
            self._paragraphs -= name in ("p", "h")

    def data(self, text: str) -> None:
        if self._paragraphs and not self._left_out:
            self.written.append(html.escape(text))


def _count(told: str) -> int:
    return min(int(told), 100) if told.isascii() and told.isdecimal() else 1
