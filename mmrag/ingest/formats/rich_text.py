"""The text and tables of an RTF file in their order, without LibreOffice (RTF 1.9.1).

What stands in groups that are no text of the page (styles, fonts, pictures, notes in the margin),
hidden text, and what a tracked change deletes, is left out.
"""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import flow, web
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])"
    rb"|[\r\n\x00]+|([^\\{}\r\n\x00]+)|\\"
)
"""A word with its number; a byte; a sign; a brace; an end of a line, which means nothing; text."""
_MAX_DEPTH = 10_000  # of groups; chosen by hand
_MAX_BYTES = 128 << 20  # chosen by hand
_LEFT_OUT_TEXT = """
fonttbl colortbl stylesheet info pict object filetbl listtable listoverridetable revtbl rsidtbl
generator themedata colorschememapping datastore latentstyles xmlnstbl fldinst annotation atnid
atnauthor header headerl headerr headerf footer footerl footerr footerf bkmkstart bkmkend
"""
_LEFT_OUT = frozenset(_LEFT_OUT_TEXT.encode().split())
_SAID = {
    b"tab": " ", b"line": " ", b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘",
    b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emspace": " ", b"enspace": " ",
    b"nestcell": " ", b"~": " ", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\",
}  # fmt: skip
_CHARSETS = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip
"""Encodings of fonts by their number (\\fcharset)."""


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A file of RTF. Raises `DocumentError` where it has no text, or is too large."""
    if path.stat().st_size > _MAX_BYTES:
        raise DocumentError(f"it is too large: more than {_MAX_BYTES >> 20} MB")
    reader = _Reader()
    shown = reader.read(path.read_bytes())
    content = web.of_html(shown, web.Pictures(terms.max_pixels, lambda name: None))
    with flow.opened(content, terms.on_wait) as file:
        yield file


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until a group ends."""

    left_out: bool = False
    hidden: bool = False
    font: int = 0
    in_fonts: bool = False
    beside: int = 1  # characters behind one of Unicode that say the same
    in_table: bool = False


class _Reader:
    def __init__(self) -> None:
        self._group = _Group()
        self._around: list[_Group] = []
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._bytes = b""  # of characters that are not decoded yet
        self._skip = 0  # characters that say what one of Unicode did
        self._line: list[str] = []  # a paragraph, or what a cell says so far
        self._cells: list[str] = []
        self._rows: list[str] = []
        self._written: list[str] = []

    def read(self, data: bytes) -> str:
        """The file as HTML."""
        at = 0
        while found := _TOKEN.match(data, at):
            word, number, code, sign, brace, text = found.groups()
            at = found.end() + (max(int(number or 0), 0) if word == b"bin" else 0)
            if code:
                self._byte(bytes.fromhex(code.decode()))
                continue
            self._decode()
            if brace == b"{":
                if len(self._around) >= _MAX_DEPTH:
                    raise DocumentError(f"it has more than {_MAX_DEPTH:,} groups in each other")
                self._around.append(self._group)
            elif brace:
                self._group = self._around.pop() if self._around else _Group()
            elif word:
                self._obey(word, int(number) if number else None)
            elif sign in (b"\r", b"\n"):
                self._end_paragraph()
            elif sign == b"*":
                self._group = replace(self._group, left_out=True)
            elif sign:
                self._say(_SAID.get(sign, ""))
            elif text:
                passed = min(self._skip, len(text))
                self._skip -= passed
                self._say(text[passed:].decode("cp1252", "replace"))
        self._decode()
        self._end_paragraph()
        self._end_table()
        return "".join(self._written)

    def _obey(self, word: bytes, number: int | None) -> None:
        if word in _LEFT_OUT:
            self._group = replace(self._group, left_out=True, in_fonts=word == b"fonttbl")
        elif word in _SAID:
            self._say(_SAID[word])
        elif word == b"u" and number is not None:
            self._skip = self._group.beside
            self._say(chr(number % 0x10000))
        elif word in (b"par", b"sect", b"page"):
            self._end_paragraph()
        elif word == b"cell":
            self._cells.append(self._taken())
        elif word == b"row":
            self._end_row()
        else:
            self._change(word, number)

    def _change(self, word: bytes, number: int | None) -> None:
        """What holds for the rest of a group."""
        group = self._group
        if word in (b"v", b"deleted"):
            self._group = replace(group, hidden=number != 0)
        elif word == b"plain":
            self._group = replace(group, hidden=False)
        elif word == b"f" and number is not None:
            self._group = replace(group, font=number)
        elif word == b"fcharset" and group.in_fonts:
            self._fonts[group.font] = _CHARSETS.get(number or 0, self._encoding)
        elif word == b"ansicpg" and number:
            self._encoding = f"cp{number}" if number != 65001 else "utf-8"
        elif word == b"uc" and number is not None:
            self._group = replace(group, beside=min(max(number, 0), 10))
        elif word in (b"pard", b"intbl"):
            self._group = replace(group, in_table=word == b"intbl")

    def _byte(self, byte: bytes) -> None:
        if self._skip:
            self._skip -= 1
        else:
            self._bytes += byte

    def _decode(self) -> None:
        """What bytes say, by the encoding of their font."""
        if self._bytes:
            data, self._bytes = self._bytes, b""
            try:
                said = data.decode(self._fonts.get(self._group.font, self._encoding), "replace")
            except LookupError:
                said = data.decode("cp1252", "replace")
            self._say(said)

    def _say(self, text: str) -> None:
        if not self._group.left_out and not self._group.hidden:
            self._line.append(text)

    def _taken(self) -> str:
        line, self._line = "".join(self._line), []
        plain = line.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return html.escape(plain.strip())

    def _end_paragraph(self) -> None:
        """Of a cell with several, they are lines."""
        if self._cells or self._group.in_table:
            self._line.append("\n")
        elif line := self._taken():
            self._end_table()
            self._written.append(f"<p>{line}</p>")

    def _end_row(self) -> None:
        if self._line and "".join(self._line).strip():
            self._cells.append(self._taken())
        self._line = []
        self._rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in self._cells)}</tr>")
        self._cells = []

    def _end_table(self) -> None:
        if self._rows:
            self._written.append(f"<table>{''.join(self._rows)}</table>")
            self._rows = []
