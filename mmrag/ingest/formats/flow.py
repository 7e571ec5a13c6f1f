"""Content that comes without pages, set on pages: a PDF in memory, opened like any other.

Whatever a format tells as HTML goes through MuPDF's own layout, so that pages, boxes and pictures
exist as they do of a PDF. Tables whose cells are marked by an `id` are known cell by cell.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from mmrag import boxes
from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.characters import clean
from mmrag.ingest.formats.markup import MarkedTable
from mmrag.ingest.formats.pages import KnownTable, OpenFile
from mmrag.ingest.mupdf import mupdf, pymupdf
from mmrag.types import BBox, Cell, Problem

MARGIN = 48.0  # points
PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0  # points: A4
MAX_WIDTH = 4_000.0  # points, of a page that is as wide as its table; chosen by hand
_MAX_SIDE = 14_000.0  # points: little less than a page of a PDF may have (ISO 32000-1, annex C)
_MAX_PAGES = 20_000  # chosen by hand, far above what a file of text has
_MIN_ROOM = 60.0  # points, at the foot of a page, to begin another block in; chosen by hand
_EM = 10.0  # points
_ROOM = 0.98  # of the widest page, for borders, which keep their width; chosen by hand
_ENDLESS = 1e6  # points: a height at which all stands on one page
_CELL = re.compile("<t[dh]")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)  # those within layouts are alone by now
_TABLE_TAG = re.compile(r"<(/?)(?:table|thead|tbody|tfoot|tr|td|th)\b")
_NAME = re.compile(r' id="([^"]*)"')
_MARKED = ' id="'  # of an element whose place is asked for
_PICTURE = "<img"  # all that is set beside type; what scripts or frames draw is left out before
_SHAPED = re.compile("[\u0600-\u08ff\u0900-\u109f\u1780-\u17ff]")
"""Letters of scripts that join or stack: from the glyphs of a PDF they are not read back right."""
_STYLE = """
body { margin: 0; font-family: sans-serif; line-height: 1.3; }
h1 { font-size: 1.8em; } h2 { font-size: 1.5em; } h3 { font-size: 1.25em; }
p { margin: 0.8em 0; }
pre { font-family: monospace; font-size: 0.85em; white-space: pre-wrap; margin: 0; }
table { border-collapse: collapse; margin: 0.7em 0; }
td, th { border: 0.5pt solid #999; padding: 0.2em 0.5em; vertical-align: top; }
th { font-weight: bold; text-align: left; }
"""


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """A piece of HTML that is set as one.

    It may begin a page; or has a page of its own, of that `width` in points, as high as it is.
    """

    html: str
    begins_page: bool = False
    width: float = 0.0


@dataclass(slots=True)
class Content:
    """What a format makes of a file: blocks in order, and what is known beside them."""

    blocks: Iterable[HtmlBlock]
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    tables: Sequence[MarkedTable] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # by name, those that blocks show
    problems: Sequence[Problem] = ()


@contextmanager
def opened(content: Content, on_wait: Callable[[], None] = lambda: None) -> Iterator[OpenFile]:
    """The content, set on pages; `on_wait` is called at each. Raises `DocumentError` for none."""
    press = _set(content, on_wait)
    data = press.close()
    with pymupdf.open(stream=data, filetype="pdf") as document:

        @contextmanager
        def load(number: int, settings: IngestSettings) -> Iterator[pymupdf.Page]:
            yield document.load_page(number - 1)

        yield OpenFile(
            document.page_count,
            False,
            load,
            title=clean(content.title),
            metadata={key: clean(value).strip() for key, value in content.metadata.items()},
            problems=tuple(content.problems),
            tables=_known(content.tables, press.places),
            as_set=press.as_set,
            of_type=press.of_type,
        )


class _Press:
    """Blocks go in, pages come out."""

    def __init__(self, pictures: Mapping[str, bytes], on_wait: Callable[[], None]) -> None:
        self._on_wait = on_wait
        self.buffer = io.BytesIO()
        self.places: dict[str, tuple[int, BBox]] = {}
        self.as_set: dict[int, pymupdf.DisplayList] = {}  # pages of scripts that are shaped
        self.of_type: set[int] = set()  # pages without a picture
        self.pages = 0
        self._writer = pymupdf.DocumentWriter(self.buffer)
        self._page: _Page | None = None
        self._top = PAGE_HEIGHT
        self._archive = pymupdf.Archive()
        for name, data in pictures.items():
            self._archive.add(data, name)

    def set(self, block: HtmlBlock) -> None:
        story = self._fitted(block)
        if block.width:
            self._set_alone(story, block)
            return
        if block.begins_page:
            self._top = PAGE_HEIGHT
        more = True
        while more:
            page = self._page
            if page is None or self._top > PAGE_HEIGHT - MARGIN - _MIN_ROOM:
                page = self._begin((0.0, 0.0, PAGE_WIDTH, PAGE_HEIGHT))
            where = (MARGIN, self._top, PAGE_WIDTH - MARGIN, PAGE_HEIGHT - MARGIN)
            more, filled = _placed(story, where)
            page.widen(filled[2] + MARGIN)
            self._draw(story, page, block)
            self._top = PAGE_HEIGHT if more else max(filled[3], self._top)

    def _fitted(self, block: HtmlBlock) -> pymupdf.Story:
        """The block, where its cells are higher than a page opened up, and small enough for one.

        MuPDF drops what of a cell is on the next page, and a PDF what is beyond its pages.
        """
        story = self._story(block.html)
        if _CELL.search(block.html) is None:
            return story
        across = (block.width or PAGE_WIDTH) - 2 * MARGIN
        height = (_MAX_SIDE if block.width else PAGE_HEIGHT) - 2 * MARGIN
        more, filled = story.place((0.0, 0.0, across, height))
        source = block.html
        if more:
            _, filled = story.place((0.0, 0.0, across, _ENDLESS))
            if tall := _higher(story, height):
                source = _opened_up(source, tall)
        em = _EM * min(1.0, _ROOM * (_MAX_SIDE - 2 * MARGIN) / max(filled[2], 1.0))
        return story if source is block.html and em == _EM else self._story(source, em)

    def _story(self, source: str, em: float = _EM) -> pymupdf.Story:
        return pymupdf.Story(source, user_css=_STYLE, em=em, archive=self._archive)

    def _set_alone(self, story: pymupdf.Story, block: HtmlBlock) -> None:
        """A block on a page that is as high as it must be, and perhaps on further ones."""
        more = True
        while more:
            where = (MARGIN, MARGIN, block.width - MARGIN, _MAX_SIDE - MARGIN)
            more, filled = _placed(story, where)
            across = max(block.width, min(filled[2] + MARGIN, _MAX_SIDE))
            page = self._begin((0.0, 0.0, across, filled[3] + MARGIN))
            self._draw(story, page, block)
        self._top = PAGE_HEIGHT

    def _begin(self, box: BBox) -> "_Page":
        self._end_page()
        if self.pages >= _MAX_PAGES:
            raise DocumentError(f"it would fill more than {_MAX_PAGES:,} pages")
        self._on_wait()
        self.pages += 1
        self._page = page = _Page(box)
        self._top = MARGIN
        return page

    def _end_page(self) -> None:
        if self._page is None:
            return
        page, self._page = self._page, None
        page.close()
        page.copy_to(self._writer.begin_page(page.box))
        self._writer.end_page()
        if not page.has_pictures:
            self.of_type.add(self.pages)
        if page.is_shaped:
            self.as_set[self.pages] = page.cut()

    def _draw(self, story: pymupdf.Story, page: "_Page", block: HtmlBlock) -> None:
        def note(position: pymupdf.Story) -> None:
            if position.id and position.open_close & 1:
                self.places.setdefault(position.id, (self.pages, tuple(position.rect)))

        if _MARKED in block.html:
            story.element_positions(note)
        story.draw(page.device)
        page.is_shaped |= _SHAPED.search(block.html) is not None
        page.has_pictures |= _PICTURE in block.html

    def close(self) -> bytes:
        """The PDF of all pages."""
        self._end_page()
        self._writer.close()
        return self.buffer.getvalue()


class _Page:
    """A page while it is set: what is drawn is kept until it ends."""

    def __init__(self, box: BBox) -> None:
        self.box = box
        self.is_shaped = False
        self.has_pictures = False
        self.drawn = mupdf.FzDisplayList(mupdf.FzRect(0, 0, _MAX_SIDE, _MAX_SIDE))
        self.device = pymupdf.DeviceWrapper(self.drawn)

    def widen(self, width: float) -> None:
        """Make room for what has no place to break: a table of many columns, a long address."""
        left, top, right, bottom = self.box
        self.box = (left, top, min(max(right, width), _MAX_SIDE), bottom)

    def cut(self) -> pymupdf.DisplayList:
        """All of it, of the size that the page has in the end."""
        drawn = mupdf.FzDisplayList(mupdf.FzRect(*self.box))
        device = pymupdf.DeviceWrapper(drawn)
        self.copy_to(device)
        mupdf.fz_close_device(device.this)
        return pymupdf.DisplayList(drawn)

    def close(self) -> None:
        mupdf.fz_close_device(self.device.this)

    def copy_to(self, device: pymupdf.DeviceWrapper) -> None:
        """Draw all of it once more, when it is closed."""
        area, cookie = mupdf.FzRect(*self.box), mupdf.FzCookie()
        mupdf.fz_run_display_list(self.drawn, device.this, mupdf.FzMatrix(), area, cookie)


def _placed(story: pymupdf.Story, where: BBox) -> tuple[bool, BBox]:
    """Place it there, or where there is room for what is wider: only what is within is drawn."""
    more, filled = story.place(where)  # a number, and a rectangle
    if filled[2] > where[2]:
        right = min(
            filled[2] + _EM, _MAX_SIDE - MARGIN
        )  # padding may be left out, glyphs stand out
        more, filled = story.place((*where[:2], right, where[3]))
        filled = (*filled[:2], right, filled[3])
    return bool(more), filled


def _higher(story: pymupdf.Story, height: float) -> set[str]:
    """The names of the cells that are higher."""
    found: set[str] = set()

    def note(position: pymupdf.Story) -> None:
        _, top, _, bottom = position.rect
        if position.id and position.open_close & 1 and bottom - top > height:
            found.add(position.id)

    story.element_positions(note)
    return found


def _opened_up(source: str, cells: set[str]) -> str:
    """The tables with one of these cells as text, a cell below the other, each with its name."""

    def plain(table: re.Match[str]) -> str:
        is_meant = any(name in cells for name in _NAME.findall(table[0]))
        return _TABLE_TAG.sub(r"<\1div", table[0]) if is_meant else table[0]

    return _TABLE.sub(plain, source)


def _set(content: Content, on_wait: Callable[[], None]) -> _Press:
    press = _Press(content.pictures, on_wait)
    for block in content.blocks:
        press.set(block)
    if not press.pages:
        raise DocumentError("there is nothing in it to read")
    return press


def _known(
    tables: Sequence[MarkedTable], places: Mapping[str, tuple[int, BBox]]
) -> Mapping[int, Sequence[KnownTable]]:
    """By page; a table that goes on over pages is one on each, with the rows that stand there."""
    found: dict[int, list[KnownTable]] = {}
    for table in tables:
        on_page: dict[int, list[Cell]] = {}
        for cell in table.cells:
            if cell.id in places:
                page, box = places[cell.id]
                on_page.setdefault(page, []).append(
                    Cell(
                        cell.row,
                        cell.column,
                        cell.row_end,
                        cell.column_end,
                        clean(cell.text),
                        box,
                        cell.is_header,
                    )
                )
        for page, cells in on_page.items():
            found.setdefault(page, []).append(
                KnownTable(clean(table.caption), boxes.union(c.bbox for c in cells), tuple(cells))
            )
    return found
