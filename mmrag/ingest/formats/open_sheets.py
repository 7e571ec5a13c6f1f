"""The sheets of an ODS file without LibreOffice, with the values as they are shown.

OpenDocument 1.3, part 3, 9: rows and cells that are alike stand once, with their number.
"""

import zipfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats.members import UNPACK_ERRORS
from mmrag.ingest.formats.open_text import CONTENT, SPACES
from mmrag.ingest.formats.parts import local_name, walk
from mmrag.ingest.reasons import reason

_MOST_ALIKE = 1_000  # rows or cells with a value that stand once; chosen by hand
_MAX_CELLS = 2_000_000  # of a file; chosen by hand, as many as a workbook may have
_LAST_COLUMN = 16_384  # of LibreOffice and Excel
_CELLS = frozenset({"table-cell", "covered-table-cell"})


@dataclass(slots=True)
class Sheet:
    """What its cells say, by row and column from 1."""

    name: str
    values: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))


def of_file(path: Path) -> list[Sheet]:
    """All sheets. Raises `DocumentError` where the file cannot be read."""
    reader = _Reader()
    try:
        with zipfile.ZipFile(path) as package:
            walk(package, CONTENT, reader)
    except UNPACK_ERRORS as error:
        raise DocumentError(f"it cannot be unpacked: {reason(error)}") from error
    return reader.sheets


class _Reader:
    """Gathers cells while the elements of a part go by (a target of `XMLParser`)."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._row = self._column = 0  # of the cell that is read, or the next
        self._rows = self._columns = 1  # that are alike
        self._cells: dict[int, str] = {}  # of the row
        self._pieces: list[str] | None = None  # of the cell; None: outside of one
        self._comments = 0  # around
        self._value = ""
        self._left = _MAX_CELLS

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local_name(tag)
        told = {local_name(key): value for key, value in attributes.items()}
        if self._comments or name == "annotation":
            self._comments += 1
        elif name == "table":
            self.sheets.append(Sheet(told.get("name", "")))
            self._row = 1
        elif name == "table-row":
            self._column, self._cells = 1, {}
            self._rows = _number(told.get("number-rows-repeated"))
        elif name in _CELLS:
            self._pieces, self._value = [], told.get("value", "")
            self._columns = _number(told.get("number-columns-repeated"))
        elif name in SPACES or (name == "p" and self._pieces):
            self.data(" ")

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if self._comments:
            self._comments -= 1
        elif name in _CELLS and self._pieces is not None:
            text = " ".join("".join(self._pieces).split()) or self._value
            if text:
                end = min(self._column + min(self._columns, _MOST_ALIKE), _LAST_COLUMN + 1)
                self._cells.update(dict.fromkeys(range(self._column, end), text))
            self._column += self._columns
            self._pieces = None
        elif name == "table-row" and self.sheets:
            alike = min(self._rows, _MOST_ALIKE) if self._cells else 0
            self._left -= alike * len(self._cells)
            if self._left < 0:
                raise DocumentError(f"it has more than {_MAX_CELLS:,} cells")
            for row in range(self._row, self._row + alike):
                self.sheets[-1].values[row].update(self._cells)
            self._row += self._rows

    def data(self, text: str) -> None:
        if self._pieces is not None and not self._comments:
            self._pieces.append(text)


def _number(told: str | None) -> int:
    return max(int(told), 1) if told and told.isascii() and told.isdecimal() else 1
