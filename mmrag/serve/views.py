"""What the page shows, made of what the contract says: an answer of today and one that was kept.

Templates escape all of it; nothing here is HTML.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath
from urllib.parse import urlencode

from mmrag import graphs, grids, ids
from mmrag.answer.claims import claims
from mmrag.boxes import grow
from mmrag.contract import Json
from mmrag.index import Index
from mmrag.reports import DocumentContents, Shown
from mmrag.serve.looking import page_of
from mmrag.store.sources import Failure
from mmrag.text import page_numbers
from mmrag.types import BBox, Document, SearchResult

_WORDS = {
    "quoted": "quoted as it stands there",
    "supported": "supported by its source",
    "partial": "supported in part",
    "unsupported": "not supported by its source",
    "unchecked": "not checked",
}
_WORST = ("unsupported", "unchecked", "partial", "supported", "quoted")
NEAREST = 3  # pieces of evidence below an abstention; chosen by hand
CELL_MARGIN = 2.0  # points between the text of a cell and its frame; by hand
SHOWN_ROWS = 200  # of a table on a page; all of it is a CSV file


@dataclass(frozen=True, slots=True)
class Chip:
    """A citation, as a number in the text that leads to its evidence."""

    number: int
    image_id: str
    document: str
    place: str
    url: str
    support: str
    attributed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, how far its sources bear it out, and which they are."""

    text: str
    support: str  # empty: it cites nothing
    words: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A piece of the evidence that an answer was made of."""

    image_id: str
    document: str
    place: str
    caption: str
    score: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer as a page shows it."""

    question: str
    status: str
    text: str
    lines: tuple[tuple[Said, ...], ...]
    operands: Sequence[Mapping[str, object]]
    nearest: tuple[Near, ...]
    evidence: tuple[Near, ...]
    sources: tuple[Chip, ...]
    notes: tuple[str, ...]
    confidence: str
    makers: str
    seconds: str
    timings: tuple[tuple[str, str], ...]
    permalink: str
    mark: str


def answer(name: str, told: Json, permalink: str = "", mark: str = "") -> AnswerView:
    """An answer of the index `name`, as the contract tells it."""
    chips = dict(_chips(name, told))
    evidence = tuple(_near(item) for item in told["evidence"])
    computed = told.get("computation") or {}
    abstained = told["status"] == "abstained"
    timings = told["timings"]
    confidence = told.get("confidence")
    return AnswerView(
        question=told["question"],
        status=told["status"],
        text=told["text"],
        lines=tuple(_lines(told["text"], chips)),
        operands=computed.get("operands", ()),
        nearest=evidence[:NEAREST] if abstained else (),
        evidence=evidence,
        sources=tuple(chips.values()),
        notes=tuple(told["notes"]),
        confidence="" if confidence is None or abstained else f"{confidence:.0%}",
        makers=", ".join(f"{role}: {maker}" for role, maker in told["models"].items()),
        seconds=f"{sum(timings.get(step, 0) for step in ('total', 'answer', 'check')):.2f}",
        timings=tuple((step, f"{value:.3f}") for step, value in timings.items()),
        permalink=permalink,
        mark=mark,
    )


def _chips(name: str, told: Json) -> Iterator[tuple[str, Chip]]:
    operands = (told.get("computation") or {}).get("operands", ())
    for number, item in enumerate(told["citations"], start=1):
        image_id = item["image_id"]
        cells = [
            ("cell", f"{cell['row']},{cell['column']}")
            for cell in operands
            if cell["image_id"] == image_id
        ]
        query = f"?{urlencode(list(dict.fromkeys(cells)), safe=',')}" if cells else ""
        yield (
            item["marker"],
            Chip(
                number,
                image_id,
                item["document"],
                _place(item),
                f"/i/{name}/e/{image_id}{query}",
                item["support"],
                bool(item.get("attributed")),
            ),
        )


def _lines(text: str, chips: Mapping[str, Chip]) -> Iterator[tuple[Said, ...]]:
    """The sentences of a text, line by line."""
    for _, group in groupby(claims(text), key=lambda claim: text.count("\n", 0, claim.end)):
        found = []
        for claim in group:
            own = tuple(chips[marker] for marker in claim.markers if marker in chips)
            support = min((chip.support for chip in own), key=_WORST.index, default="")
            found.append(Said(claim.text, support, _WORDS.get(support, ""), own))
        yield tuple(found)


def _near(item: Json) -> Near:
    return Near(
        item["image_id"], item["document"], _place(item), item["caption"], f"{item['score']:.3f}"
    )


def _place(item: Json) -> str:
    page = page_numbers.shown(item["page"], item["page_label"])
    return page if item["kind"] == "page" else f"{item['kind']} on {page}"


@dataclass(frozen=True, slots=True)
class ChannelPart:
    """The part of one channel in a hit."""

    name: str
    rank: int
    score: str


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as a page shows it."""

    image_id: str
    url: str
    kind: str
    document: str
    place: str
    caption: str
    snippet: str
    channels: tuple[ChannelPart, ...]
    features: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """The hits of a search; none where nothing was asked."""

    hits: tuple[HitView, ...] = ()
    notes: tuple[str, ...] = ()
    timings: str = ""
    asked: bool = False


def result(name: str, found: SearchResult) -> ResultView:
    """What a search in the index `name` found."""
    return ResultView(
        tuple(
            HitView(
                hit.image_id,
                f"/i/{name}/e/{hit.image_id}",
                hit.kind,
                hit.document,
                page_numbers.shown(hit.page, hit.page_label),
                hit.caption,
                hit.snippet,
                tuple(
                    ChannelPart(channel, part.rank, f"{part.score:.3f}")
                    for channel, part in hit.channels.items()
                ),
                ", ".join(f"{key} {value:.2f}" for key, value in hit.features.items() if value),
            )
            for hit in found.hits
        ),
        found.notes,
        ", ".join(f"{step} {value:.3f} s" for step, value in found.timings.items()),
        asked=True,
    )


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
    others: tuple[Rectangle, ...]
    rows: tuple[tuple[CellView, ...], ...]
    edges: tuple[str, ...]  # of a diagram, in words
    reader: str
    trust: str
    before: str
    after: str
    zoom: int
    cell_query: str


def evidence(index: Index, item: Shown, cells: Sequence[str], zoom: int) -> EvidenceView:
    """A page or figure with its box; `cells` of its table, "ROW,COLUMN", are framed as well."""
    page = page_of(index, item)
    beside = [ids.page_id(page.document_id, page.number + step) for step in (-1, 1)]
    there = index.catalog.pages.by_id(beside)
    before, after = (name if name in there else "" for name in beside)
    grid, read = item.grid, item.grid or item.graph
    cited = [cell for cell in grid.cells if f"{cell.row},{cell.column}" in cells] if grid else []
    places = {(cell.row, cell.column) for cell in cited}
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
        has_picture=page.picture is not None,
        box=None if item.bbox is None else _rectangle(item.bbox),
        cells=tuple(
            _rectangle(grow(cell.bbox, CELL_MARGIN), name=f"{cell.row},{cell.column}")
            for cell in cited
        ),
        others=tuple(
            _rectangle(figure.bbox, image_id=figure.id, kind=figure.kind, caption=figure.caption)
            for figure in index.catalog.figures.of_page(page.id)
            if figure.id != item.image_id
        ),
        rows=tuple(_rows(item, places)),
        edges=tuple(graphs.lines(item.graph)) if item.graph else (),
        reader="" if read is None else read.reader,
        trust="" if read is None else f"{read.trust:.2f}",
        before=before,
        after=after,
        zoom=zoom,
        cell_query="".join(f"&cell={row},{column}" for row, column in sorted(places)),
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
    """All documents of an index."""
    return [
        DocumentView(
            item.id,
            item.title,
            PurePath(item.path).name,
            item.page_count,
            item.status,
            tuple(map(str, item.problems)),
            f"{item.id}-p0001",
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
