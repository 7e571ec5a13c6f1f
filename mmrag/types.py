"""The domain: frozen values that travel between the stages.

Boxes are `(x0, y0, x1, y1)` in PDF points (1/72 inch) with the origin at the top left of the
page as it is shown, rotation applied. Pages are numbered from 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from decimal import Decimal

    from PIL import Image

BBox = tuple[float, float, float, float]
Status = Literal["ok", "partial", "failed"]
TextSource = Literal["pdf", "ocr", "both", "none"]
FigureKind = Literal["picture", "chart", "table", "diagram", "page"]
ContinuationKind = Literal["sentence", "table"]
ChartType = Literal["bar", "stacked bar", "line", "area", "scatter", "dot", "pie", "box"]
AxisScale = Literal["linear", "log", "date", "category", "none"]
Direction = Literal["none", "forward", "both"]
"""Of an edge: without arrowheads, with one at its target, or with one at each end."""
ChannelName = str
"""The name of a channel of retrieval; `mmrag.channels` has them all."""
Unit = Literal["page", "figure", "any"]
Support = Literal["quoted", "supported", "partial", "unsupported", "unchecked"]
"""How far what is cited bears out a sentence; `quoted`: the sentence is what stands there."""
AnswerStatus = Literal["answered", "abstained", "unsupported"]
Operation = Literal[
    "look-up", "difference", "percent change", "ratio", "share", "sum", "mean",
    "largest", "smallest", "comparison", "count", "list", "place",
]  # fmt: skip
"""What an answer was computed by; `place`: the page on which something stands."""
Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong with one document and did not end the run."""

    stage: str  # "open", "text", "drawings", "layout", "ocr", "render", ...
    message: str
    page: int | None = None  # 1-based; None is the whole document

    def __str__(self) -> str:
        place = "" if self.page is None else f" page {self.page}"
        return f"{self.stage}{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Document:
    """One indexed file. `sha256` is of its bytes; `path` is absolute.

    `is_named`: it says no title itself, and has the name of its file for one.
    """

    id: str
    path: str
    sha256: str
    title: str
    page_count: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    status: Status = "ok"
    problems: tuple[Problem, ...] = ()
    is_named: bool = False
    language: str = ""  # that most of it is in, as ISO 639-1 has it: "de"; "" is not told
    keeps_pictures: bool = True  # with the index; else they are drawn from its file


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size in points, its text in reading order, and its picture."""

    id: str
    document_id: str
    number: int
    width: float
    height: float
    text: str
    text_source: TextSource
    picture: str | None = None  # sha256 of the page image
    label: str = ""  # as printed on it, or as the file names it: "iv", "213"; "" is not known


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of a line without wide gaps, and how sure who read it was: 1 in a text layer."""

    text: str
    bbox: BBox
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of a page in reading order, and its pieces from left to right.

    `size` of its type is in points; lines of one paragraph or table share a `block`.
    """

    text: str
    bbox: BBox
    size: float
    bold: bool
    block: int
    pieces: tuple[TextPiece, ...]

    @property
    def confidence(self) -> float:
        """Of its least sure piece, 0 to 1."""
        return min((piece.confidence for piece in self.pieces), default=1.0)


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a PDF's form, as the file has it: its name, what it is called, its value."""

    name: str
    label: str
    value: str
    bbox: BBox


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, chart, table or diagram on a page."""

    id: str
    page_id: str
    ordinal: int  # from 1, in reading order
    bbox: BBox
    kind: FigureKind
    caption: str = ""
    text: str = ""  # the text inside the box
    heading: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()  # sentences elsewhere that refer to it
    label: str = ""  # "Figure 3", "Table 2": as the document counts them
    picture: str | None = None  # sha256 of the crop


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. Rows and columns count from 0; `row_end`, `column_end` are its last ones.

    `bbox` is around its text, in points; around the mark, where it is a value of a chart.
    `is_header`: it names its column, or its row. `uncertainty` is in the unit of its value, of one
    that was measured in a drawing; None: the value is as written.
    """

    row: int
    column: int
    row_end: int
    column_end: int
    text: str
    bbox: BBox
    is_header: bool = False
    uncertainty: float | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of a chart: its title as printed, and how places on it become values."""

    title: str
    scale: AxisScale


@dataclass(frozen=True, slots=True)
class Chart:
    """What a grid that was a chart looked like: a row of it is a place on `x`, a column a series.

    Of bars that lie, the rows are the places on `y`.
    """

    type: ChartType
    x: Axis
    y: Axis
    series: tuple[str, ...]
    left_out: tuple[str, ...] = ()  # what could not be told, and why


@dataclass(frozen=True, slots=True)
class Grid:
    """A table or a chart as data: the cells that hold text, row by row."""

    figure_id: str
    cells: tuple[Cell, ...]
    reader: str  # how it was read: "layout model"
    trust: float = 1.0  # 0 to 1: how much of the text of its figure, or of its marks, is in cells
    chart: Chart | None = None  # of a chart

    @property
    def rows(self) -> int:
        return 1 + max((cell.row_end for cell in self.cells), default=-1)

    @property
    def columns(self) -> int:
        return 1 + max((cell.column_end for cell in self.cells), default=-1)

    @property
    def is_of_file(self) -> bool:
        """Whether the file itself tells it cell by cell."""
        return self.reader == FILE_READER


@dataclass(frozen=True, slots=True)
class Node:
    """A box of a diagram by what stands in it; empty where nothing does. `bbox` is in points.

    `group` is the position of the box that it stands in.
    """

    name: str
    bbox: BBox
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of a diagram from one node to another, by their positions, and what stands at it."""

    source: int
    target: int
    direction: Direction = "forward"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """A diagram as data: its boxes and the lines between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    reader: str  # how it was read: "diagram drawing"
    trust: float = 1.0  # 0 to 1: how many of its lines are edges
    left_out: tuple[str, ...] = ()  # what could not be tied, and why


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A page, or the figure of a grid, that shows a statement: `kind` is a key of the definitions.

    `score` is how certain that is, up to 1 (`mmrag.statements.kinds`).
    """

    item_id: str
    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one page's text: `page.text[start:end] == text`."""

    id: str
    page_id: str
    start: int
    end: int
    text: str
    heading: tuple[str, ...] = ()  # outermost first
    language: str = ""  # where it is not that of its document


@dataclass(frozen=True, slots=True)
class Continuation:
    """What goes on on a page from one before: a sentence, or a table without its head.

    It is `text[before_start:before_end]` of the page before: the beginning of the sentence, or the
    caption and head of the table; and `text[start:end]` of the page: the rest, or further rows.
    """

    page_id: str
    kind: ContinuationKind
    before_id: str
    before_start: int
    before_end: int
    start: int
    end: int


EXTRACTED = "extracted"
"""The describer that takes a figure's words out of its document; all others are models."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a figure shows, in words, and who wrote it."""

    figure_id: str
    text: str
    describer: str  # EXTRACTED, or the name of the model
    prompt_version: str = ""
    trust: float = 1.0  # 0 to 1: how much of it the figure's own text confirms


@dataclass(frozen=True, slots=True)
class Space:
    """Where vectors live. Vectors of two spaces cannot be compared."""

    model: str
    weights: str  # sha256 of the weights
    preprocessing: str
    dimension: int


@dataclass(frozen=True, slots=True)
class VectorBatch:
    """Vectors of one channel: `rows[i]`, float32 of unit length, belongs to `item_ids[i]`."""

    channel: ChannelName
    item_ids: tuple[str, ...]
    rows: Float32
    space: Space

    def __post_init__(self) -> None:
        if self.rows.shape != (len(self.item_ids), self.space.dimension):
            raise ValueError(
                f"{self.channel}: {self.rows.shape} vectors for {len(self.item_ids)} items "
                f"of dimension {self.space.dimension}"
            )


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image on its way to the picture store."""

    sha256: str  # of `data`
    data: bytes
    format: Literal["webp", "png", "jpeg"]
    width: int  # pixels
    height: int


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document read in full. Pictures are stored already and referred to by hash."""

    document: Document
    pages: tuple[Page, ...]
    figures: tuple[Figure, ...]
    passages: tuple[Passage, ...]
    grids: tuple[Grid, ...] = ()
    continuations: tuple[Continuation, ...] = ()
    graphs: Mapping[str, Graph] = field(default_factory=dict)  # by figure ID
    line_boxes: Mapping[str, tuple[BBox, ...]] = field(default_factory=dict)
    """By page ID: where each line of the page's text stands, in points."""


@dataclass(frozen=True, slots=True)
class ChannelScore:
    """Rank (from 1) and score of a hit within one channel; `score` rises with quality."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One retrieved page or figure. `kind` is "page" or the kind of the figure."""

    rank: int
    image_id: str
    kind: FigureKind
    document_id: str
    document: str  # the document's title
    path: str
    page: int
    bbox: BBox | None  # None is the whole page
    score: float
    channels: Mapping[ChannelName, ChannelScore]
    caption: str
    snippet: str
    passages: tuple[str, ...] = ()  # IDs of the passages that matched, best first
    page_label: str = ""  # as printed on the page
    features: Mapping[str, float] = field(default_factory=dict)  # of its page, where it was read
    index: str = ""  # folder of its index, where several are searched as one


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one query, best first. `timings` are seconds per step."""

    query: str
    hits: tuple[Hit, ...]
    timings: Mapping[str, float]
    notes: tuple[str, ...] = ()  # what the user should know: a channel that is empty, a split query


@dataclass(frozen=True, slots=True)
class Continued:
    """What a piece of evidence goes on with: `here` of it, `before` on the page `image_id`."""

    kind: ContinuationKind
    image_id: str
    before: str
    here: str


FILE_READER = "cells of the file"
"""The `Grid.reader` of a table that the file itself tells cell by cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page as data, with what says what its numbers are of."""

    grid: Grid
    caption: str
    heading: tuple[str, ...]  # outermost first
    names: str  # what its document is called: title, file and the like
    bbox: BBox | None = None  # of its figure


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A table with all its rows, put together from the pages of a file or a document."""

    document_id: str
    name: str  # of a sheet, or what stands over it; may be empty
    parts: tuple[Table, ...]  # in order, each below the names of the columns


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of a page's text, which may be a paragraph, and its box in points."""

    text: str
    bbox: BBox


@dataclass(frozen=True, slots=True)
class Evidence:
    """One retrieved page or figure: where it stands, what may be quoted of it, and its picture."""

    image_id: str
    kind: FigureKind
    document_id: str
    document: str
    path: str
    page: int
    bbox: BBox | None
    quotable: str  # source text that may be quoted
    caption: str
    description: str  # may be a model's words: never quoted
    sha256: str | None  # of the picture
    score: float
    page_label: str = ""
    continues: Continued | None = None
    tables: tuple[Table, ...] = ()  # of the page, or the figure itself, where they were asked for
    lines: tuple[PlacedLine, ...] = ()  # all of its page, where their places are known
    image: "Image.Image | None" = field(default=None, compare=False, repr=False)  # None: not opened


@dataclass(frozen=True, slots=True)
class MarkedEvidence:
    """Evidence under the marker by which one answer may cite it."""

    marker: str  # without brackets, new for each question: "K7Q"
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in the answer that was found among this question's evidence."""

    marker: str
    image_id: str
    document: str
    path: str
    page: int
    bbox: BBox | None
    kind: FigureKind
    sha256: str | None
    support: Support = "unchecked"
    attributed: bool = False  # found by mmrag for a sentence that the model left uncited
    page_label: str = ""
    region: BBox | None = None  # the figure, table or paragraph in which `bbox` lies


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A figure, or the page on which something begins, under its label and title."""

    image_id: str
    page: int
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class OutlinePage:
    """A page of a document, with its text."""

    item: OutlineItem
    text: str


@dataclass(frozen=True, slots=True)
class DocumentOutline:
    """What a document consists of: its pages, its figures and tables, its headings, in order."""

    names: str  # what the document is called
    page_count: int
    last_page: OutlineItem
    figures: tuple[OutlineItem, ...]
    headings: tuple[OutlineItem, ...]
    pages: tuple[OutlinePage, ...] = ()
    first_lines: tuple[PlacedLine, ...] = ()  # of the first page, where their places are known


@dataclass(frozen=True, slots=True)
class OperandCell:
    """A cell whose number went into an answer. Rows and columns count from 0."""

    value: "Decimal"  # as the cell says it; `unit` has its scale
    unit: str  # "million euros", "%"; empty where nothing says it
    image_id: str  # of the table
    bbox: BBox
    row: int
    column: int
    row_name: str
    column_name: str


@dataclass(frozen=True, slots=True)
class Computation:
    """How an answer was computed: what it was made of, and what came out."""

    operation: Operation
    operands: tuple[OperandCell, ...]
    result: "Decimal | str | tuple[str, ...]"
    unit: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A validated answer: every citation in it is an item of `evidence`, which has no pictures."""

    question: str
    status: AnswerStatus
    text: str
    raw_text: str
    citations: tuple[Citation, ...]
    rejected_markers: tuple[str, ...]
    evidence: tuple[MarkedEvidence, ...]
    models: Mapping[str, str]
    timings: Mapping[str, float]
    notes: tuple[str, ...] = ()  # what the user should know: an answer that was cut off
    computation: Computation | None = None  # of a computed answer
    confidence: float | None = None  # 0 to 1, that what was or would be said is right; None: unsaid
