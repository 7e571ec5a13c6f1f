"""HTML made fit to be set on pages: what a reader sees, as plain elements.

Nothing in it runs or loads anything: scripts and frames are left out with all that is in them, and
no attribute stays but the spans of cells. Navigation, headers, footers and forms are kept apart.
"""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

from mmrag.ingest.layout.raised import marked

Place = Literal["main", "beside", "nowhere"]
FindPicture = Callable[[str], str]
"""The name by which blocks show the picture of an address; "" where there is none."""

_MAX_DEPTH = 100  # of elements in each other, beyond which they are plain text; chosen by hand
_MAX_SPAN = 1_000  # rows or columns of a cell, as browsers have it (HTML Standard, 4.9.11)
_VOID_TEXT = "area base br col embed hr img input link meta source track wbr"
_VOID = frozenset(_VOID_TEXT.split())
_NOWHERE_TEXT = """
script style template iframe frameset object applet svg canvas audio video map datalist
"""
_NOWHERE = frozenset(_NOWHERE_TEXT.split())
_BESIDE_TEXT = "nav header footer aside form noscript dialog menu"
_BESIDE = frozenset(_BESIDE_TEXT.split())
_ROLES_TEXT = "navigation banner contentinfo search complementary dialog"
_BESIDE_ROLES = frozenset(_ROLES_TEXT.split())
_PLAIN_TEXT = """
h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd table thead tbody tfoot tr td th pre code blockquote
b strong i em u s sub sup div
"""
_PLAIN = frozenset(_PLAIN_TEXT.split())
"""Elements that are written as they are."""
_OF_TABLES_TEXT = "table thead tbody tfoot tr td th"
_OF_TABLES = frozenset(_OF_TABLES_TEXT.split())
_INLINE_TEXT = "b strong i em u s sub sup"
_INLINE = frozenset(_INLINE_TEXT.split())
_BLOCKS_TEXT = """
article section main header footer nav aside form figure figcaption address details summary
fieldset legend center hgroup body dialog menu
"""
_BLOCKS = frozenset(_BLOCKS_TEXT.split())
"""Elements that are written as `div`."""
_ENDED_BY = {
    "p": ("p",),
    "li": ("li", "p"),
    "dt": ("dt", "dd", "p"),
    "dd": ("dt", "dd", "p"),
    "td": ("td", "th", "p"),
    "th": ("td", "th", "p"),
    "tr": ("tr", "td", "th", "p"),
    "tbody": ("thead", "tbody", "tfoot", "tr", "td", "th", "p"),
    "tfoot": ("thead", "tbody", "tfoot", "tr", "td", "th", "p"),
    "option": ("option",),
}
"""Elements that end where one of this name begins, though nothing says so."""
_METADATA = frozenset({"author", "description", "keywords", "date", "generator"})


@dataclass(frozen=True, slots=True)
class MarkedCell:
    """A cell of a table, by the `id` of its element. Rows and columns count from 0."""

    id: str
    row: int
    column: int
    row_end: int
    column_end: int
    text: str
    is_header: bool


@dataclass(frozen=True, slots=True)
class MarkedTable:
    """A table of data, cell by cell."""

    caption: str
    cells: tuple[MarkedCell, ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a page of HTML shows: its own content, and what stands `beside` it on every page."""

    main: str
    beside: str
    title: str
    metadata: Mapping[str, str]
    tables: tuple[MarkedTable, ...]
    missing_pictures: int


def cleaned(source: str, find_picture: FindPicture = lambda address: "") -> Cleaned:
    """HTML of any quality, cleaned."""
    reader = _Reader(find_picture)
    reader.feed(source)
    reader.close()
    return reader.result()


@dataclass(frozen=True, slots=True)
class _Element:
    """An element that is open; `written` is the name it was written under, if any."""

    name: str
    written: str
    place: Place


@dataclass(slots=True)
class _Cell:
    id: str
    is_header: bool
    across: int
    down: int
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    number: int
    begin: int  # of what is written of it
    rows: list[list[_Cell]] = field(default_factory=list)
    caption: list[str] = field(default_factory=list)
    holds_tables: bool = False  # then it is a layout of the page
    cells: int = 0
    tags: list[tuple[Place, int]] = field(default_factory=list)  # where they are written


class _Reader(HTMLParser):
    def __init__(self, find_picture: FindPicture) -> None:
        super().__init__(convert_charrefs=True)
        self._find_picture = find_picture
        self._open: list[_Element] = [_Element("", "", "main")]
        self._written: dict[Place, list[str]] = {"main": [], "beside": []}
        self._title: list[str] = []
        self._metadata: dict[str, str] = {}
        self._open_tables: list[_Table] = []
        self._tables: list[_Table] = []
        self._missing = 0

    def result(self) -> Cleaned:
        while len(self._open) > 1:
            self._end()
        return Cleaned(
            "".join(self._written["main"]),
            "".join(self._written["beside"]),
            " ".join("".join(self._title).split()),
            self._metadata,
            tuple(_told(table) for table in self._tables if _is_data(table)),
            self._missing,
        )

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            self._void(tag, given)
            return
        while self._open[-1].name in _ENDED_BY.get(tag, ()):
            self._end()
        place = self._place_of(tag, given)
        name = tag if tag in _PLAIN else "div" if tag in _BLOCKS else ""
        if place == "nowhere" or len(self._open) > _MAX_DEPTH:
            name = ""
        self._open.append(_Element(tag, name, place))
        if name:
            marks = self._marks(name, given)
            self._note_tag(name)
            self._write(f"<{name}{marks}>")

    def handle_endtag(self, tag: str) -> None:
        if any(element.name == tag for element in self._open[1:]):
            while self._open[-1].name != tag:
                self._end()
            self._end()

    def handle_data(self, data: str) -> None:
        element = self._open[-1]
        if element.name == "title":
            self._title.append(data)
        elif self._open_tables and self._is_within("caption"):
            self._open_tables[-1].caption.append(data)
        elif element.place != "nowhere" and element.name != "head":
            self._write(html.escape(data))
            if self._open_tables:
                self._into_table(marked(data) if element.name == "sup" else data)

    def _void(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "meta" and given.get("name", "").lower() in _METADATA:
            self._metadata.setdefault(given["name"].lower(), given.get("content", ""))
        if self._open[-1].place == "nowhere":
            return
        if tag in ("br", "hr"):
            self._write(f"<{tag}>")
            if self._open_tables:
                self._into_table(" ")
        elif tag == "img":
            self._picture(given)

    def _picture(self, given: Mapping[str, str]) -> None:
        name = self._find_picture(given.get("src", ""))
        if name:
            self._write(f'<img src="{html.escape(name)}">')
        else:
            self._missing += 1
            if said := given.get("alt", "").strip():
                self._write(html.escape(f"[{said}]"))

    def _place_of(self, tag: str, given: Mapping[str, str]) -> Place:
        around = self._open[-1].place
        style = given.get("style", "").replace(" ", "").lower()
        if tag in _NOWHERE or "hidden" in given or "display:none" in style:
            return "nowhere"
        if around == "main" and (tag in _BESIDE or given.get("role", "") in _BESIDE_ROLES):
            return "main" if self._is_within("article") and tag == "header" else "beside"
        return around

    def _is_within(self, name: str) -> bool:
        return any(element.name == name for element in self._open)

    def _marks(self, name: str, given: Mapping[str, str]) -> str:
        """The attributes that an element is written with; tables are taken down on the way."""
        if name == "table":
            for table in self._open_tables:
                table.holds_tables = True
            begin = len(self._written[self._open[-1].place])
            self._open_tables.append(_Table(len(self._tables), begin))
            self._tables.append(self._open_tables[-1])
        elif self._open_tables and name == "tr":
            self._open_tables[-1].rows.append([])
        elif self._open_tables and name in ("td", "th"):
            return self._cell(self._open_tables[-1], name, given)
        return ' dir="rtl"' if given.get("dir", "").lower() == "rtl" else ""

    def _cell(self, table: _Table, name: str, given: Mapping[str, str]) -> str:
        across, down = _span(given.get("colspan", "")), _span(given.get("rowspan", ""))
        cell = _Cell(f"t{table.number}c{table.cells}", name == "th", across, down)
        table.cells += 1
        if not table.rows:
            table.rows.append([])
        table.rows[-1].append(cell)
        spans = f' colspan="{across}"' * (across > 1) + f' rowspan="{down}"' * (down > 1)
        return f' id="{cell.id}"{spans}'

    def _into_table(self, data: str) -> None:
        table = self._open_tables[-1]
        if table.rows and table.rows[-1]:
            table.rows[-1][-1].texts.append(data)

    def _end(self) -> None:
        """Close the innermost element."""
        element = self._open[-1]
        if element.written:
            self._note_tag(element.written)
            self._write(f"</{element.written}>")
            if element.written == "table" and self._open_tables:
                table = self._open_tables.pop()
                self._laid_out(table)
                self._captioned(table)
        self._open.pop()
        if self._open_tables and element.written and element.written not in _INLINE:
            self._into_table(" ")

    def _note_tag(self, name: str) -> None:
        """Keep in mind where a tag of the table is written, before it is."""
        if self._open_tables and name in _OF_TABLES:
            place = self._open[-1].place
            if place != "nowhere":
                self._open_tables[-1].tags.append((place, len(self._written[place])))

    def _laid_out(self, table: _Table) -> None:
        """Write a table that holds others as blocks: each cell of a layout is read on its own."""
        for place, at in table.tags if table.holds_tables else ():
            written = self._written[place]
            written[at] = "</div>" if written[at].startswith("</") else "<div>"

    def _captioned(self, table: _Table) -> None:
        """Write a caption before its table, where it is read first."""
        if said := _caption(table):
            written = self._written[self._open[-1].place]
            written.insert(table.begin, f"<p><b>{html.escape(said)}</b></p>")

    def _write(self, text: str) -> None:
        self._written[self._open[-1].place].append(text)


def _span(told: str) -> int:
    return min(int(told), _MAX_SPAN) if told.isascii() and told.isdecimal() and int(told) else 1


def _is_data(table: _Table) -> bool:
    """Whether a table is one of data: rows and columns, and no table in it."""
    rows = [row for row in table.rows if row]
    return not table.holds_tables and len(rows) > 1 and max(map(len, rows)) > 1


def _told(table: _Table) -> MarkedTable:
    return MarkedTable(_caption(table), tuple(_placed(table.rows)))


def _caption(table: _Table) -> str:
    return " ".join("".join(table.caption).split())


def _placed(rows: Sequence[Sequence[_Cell]]) -> Iterator[MarkedCell]:
    """The cells that hold text, each in the first columns that are free (HTML Standard, 4.9.12)."""
    taken: dict[int, int] = {}  # by column, the last row that a cell from above reaches
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while taken.get(column, -1) >= number:
                column += 1
            last = column + cell.across - 1
            down = min(number + cell.down - 1, len(rows) - 1)
            taken |= dict.fromkeys(range(column, last + 1), down)
            text = " ".join("".join(cell.texts).split())
            if text:
                yield MarkedCell(cell.id, number, column, down, last, text, cell.is_header)
            column = last + 1
