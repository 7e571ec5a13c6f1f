"""What the page shows of documents, and of what is on their pages.

Templates escape all of it; nothing here is HTML.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from mmrag import boxes, graphs, grids, ids
from mmrag.index import Index
from mmrag.reports import DocumentContents, Shown
from mmrag.serve.looking import page_of, place_on
from mmrag.store.show import CELL_MARGIN
from mmrag.store.sources import Failure
from mmrag.text import page_numbers
from mmrag.types import BBox, Document

SHOWN_ROWS = 200  # of a table on a page; all of it is a CSV file. Chosen by hand


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A box of a page as SVG draws it, in points."""

    x: float
    y: float
    width: float
    height: float
    name: str = ""  # of a cell: ROW,COLUMN
    image_id: str = ""
    kind: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell of a table."""

    text: str
    is_header: bool
    is_number: bool
    is_cited: bool


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One page with what is framed on it."""

    image_id: str
    page_id: str
    document_id: str
    document: str
    kind: str
    place: str
    caption: str
    text: str
    descriptions: Sequence[object]
    width: float
    height: float
    has_picture: bool
    box: Rectangle | None
    cells: tuple[Rectangle, ...]
    places: tuple[Rectangle, ...]
    others: tuple[Rectangle, ...]
    rows: tuple[tuple[CellView, ...], ...]
    edges: tuple[str, ...]  # of a diagram, in words
    reader: str
    trust: str
    before: str
    after: str
    zoom: int
    again: str  # what of its address goes along where it is zoomed


def evidence(
    index: Index, item: Shown, cells: Sequence[str], places: Sequence[str], zoom: int
) -> EvidenceView:
    """A page or figure with its box; `cells` of its table, "ROW,COLUMN", and `places` on the page,
    "X0,Y0,X1,Y1", are framed as well. Raises `NotFound` for a place that is not there.
    """
    page = page_of(index, item)
    beside = [ids.page_id(page.document_id, page.number + step) for step in (-1, 1)]
    there = index.catalog.pages.by_id(beside)
    before, after = (name if name in there else "" for name in beside)
    grid, read = item.grid, item.grid or item.graph
    cited = [cell for cell in grid.cells if f"{cell.row},{cell.column}" in cells] if grid else []
    cited_at = {(cell.row, cell.column) for cell in cited}
    framed = [place_on(page, place) for place in places]
    again = [*(("cell", f"{row},{column}") for row, column in sorted(cited_at)),
             *(("at", boxes.to_text(box)) for box in framed)]  # fmt: skip
    return EvidenceView(
        image_id=item.image_id,
        page_id=page.id,
        document_id=item.document_id,
        document=item.document,
        kind=item.kind,
        place=page_numbers.shown(item.page, item.page_label),
        caption=item.caption,
        text=item.text,
        descriptions=item.descriptions,
        width=page.width,
        height=page.height,
        has_picture=page.width > 0,
        box=None if item.bbox is None else _rectangle(item.bbox),
        cells=tuple(
            _rectangle(boxes.grow(cell.bbox, CELL_MARGIN), name=f"{cell.row},{cell.column}")
            for cell in cited
        ),
        others=tuple(
            _rectangle(figure.bbox, image_id=figure.id, kind=figure.kind, caption=figure.caption)
            for figure in index.catalog.figures.of_page(page.id)
            if figure.id != item.image_id
        ),
        places=tuple(_rectangle(boxes.grow(box, CELL_MARGIN)) for box in framed),
        rows=tuple(_rows(item, cited_at)),
        edges=tuple(graphs.lines(item.graph)) if item.graph else (),
        reader="" if read is None else read.reader,
        trust="" if read is None else f"{read.trust:.2f}",
        before=before,
        after=after,
        zoom=zoom,
        again="".join(f"&{name}={value}" for name, value in again),
    )


def _rows(item: Shown, cited: set[tuple[int, int]]) -> Iterator[tuple[CellView, ...]]:
    if item.grid is None:
        return
    at = {(cell.row, cell.column): cell for cell in item.grid.cells}
    for row in range(min(item.grid.rows, SHOWN_ROWS)):
        found = [at.get((row, column)) for column in range(item.grid.columns)]
        yield tuple(
            CellView("", False, False, False)
            if cell is None
            else CellView(
                cell.text,
                cell.is_header,
                grids.value(cell) is not None,
                (cell.row, cell.column) in cited,
            )
            for cell in found
        )


def _rectangle(bbox: BBox, **named: str) -> Rectangle:
    x0, y0, x1, y1 = (round(value, 1) for value in bbox)
    return Rectangle(x0, y0, round(x1 - x0, 1), round(y1 - y0, 1), **named)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document of a list."""

    id: str
    title: str
    file: str
    pages: int
    status: str
    problems: tuple[str, ...]
    first: str  # ID of its first page


def documents(found: Sequence[Document]) -> list[DocumentView]:
    """Documents of an index, as a list shows them."""
    return [
        DocumentView(
            item.id,
            item.title,
            PurePath(item.path).name,
            item.page_count,
            item.status,
            tuple(map(str, item.problems)),
            ids.page_id(item.id, 1),
        )
        for item in found
    ]


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read."""

    file: str
    problem: str


def failed(failures: Sequence[Failure]) -> list[FailedFile]:
    """The files that could not be read, with their reasons."""
    return [FailedFile(PurePath(item.source.path).name, str(item.problem)) for item in failures]


@dataclass(frozen=True, slots=True)
class PageView:
    """A page of a document."""

    image_id: str
    page: int
    place: str


@dataclass(frozen=True, slots=True)
class FigureCard:
    """A figure of a document."""

    image_id: str
    page: int
    kind: str
    caption: str
    has_data: bool


@dataclass(frozen=True, slots=True)
class ContentsView:
    """A document with what is in it."""

    id: str
    title: str
    file: str
    status: str
    problems: tuple[str, ...]
    headings: Sequence[object]
    figures: tuple[tuple[str, tuple[FigureCard, ...]], ...]  # by the title of their kind
    pages: tuple[PageView, ...]


_KINDS = {
    "table": "Tables", "chart": "Charts", "diagram": "Diagrams", "picture": "Pictures",
}  # fmt: skip


def contents(found: DocumentContents) -> ContentsView:
    """A document with what is in it."""
    numbers = {page.id: page.number for page in found.pages}
    figures = {
        title: tuple(
            FigureCard(
                item.id, numbers[item.page_id], item.kind, item.caption, item.id in found.with_data
            )
            for item in found.figures
            if item.kind == kind
        )
        for kind, title in _KINDS.items()
    }
    return ContentsView(
        found.document.id,
        found.document.title,
        PurePath(found.document.path).name,
        found.document.status,
        tuple(map(str, found.document.problems)),
        found.headings,
        tuple((title, own) for title, own in figures.items() if own),
        tuple(
            PageView(page.id, page.number, page_numbers.shown(page.number, page.label))
            for page in found.pages
        ),
    )
