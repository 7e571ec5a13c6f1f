"""The values of a message: what an honest worker can say, and no more.

A worker checks its own pages too, so that an odd page costs itself and not its file.
"""

import hashlib
import math
from collections.abc import Sequence

from mmrag.ingest.characters import clean_name
from mmrag.ingest.formats.members import MAX_MEMBERS
from mmrag.ingest.layout.segments import Segment
from mmrag.ingest.raw import (
    MAX_CELLS,
    MAX_EDGES,
    MAX_FIELDS,
    MAX_MARKS,
    MAX_NODES,
    MAX_PICTURE_PIXELS,
    MAX_PICTURE_SIDE,
    MAX_POINTS,
    MAX_SERIES,
    Opened,
    RawFigure,
    RawPage,
)
from mmrag.ingest.sandbox import picture_sizes
from mmrag.ingest.sandbox.messages import BadMessage, Message, Refused
from mmrag.text.page_numbers import MAX_LABEL_CHARS
from mmrag.types import BBox, Cell, Chart, Graph, Picture, Problem, ReadLine

# Chosen by hand, far above what real files have, to bound what a lie can cost.
_MAX_PAGES = 1_000_000
_MAX_FIGURES = 10_000  # of one page
_MAX_PROBLEMS = 10_000  # of one message
_MAX_METADATA = 100  # entries
_MAX_LINES = 100_000  # of one page
_MAX_STAGE_CHARS = 100
_MAX_MESSAGE_CHARS = 2_000  # of a problem
_SIZES = {"webp": picture_sizes.of_webp, "jpeg": picture_sizes.of_jpeg}


def check(message: Message) -> None:
    """Raises `BadMessage` where a value is out of bounds."""
    match message:
        case Opened():
            _opened(message)
        case RawPage():
            check_page(message)
        case Refused():
            _problems([message.problem])


def _opened(opened: Opened) -> None:
    _require(0 < opened.pages <= opened.all_pages <= _MAX_PAGES, "a count of pages out of bounds")
    _require(len(opened.metadata) <= _MAX_METADATA, "too many metadata")
    _text(opened.title, *opened.metadata, *opened.metadata.values(), *opened.labels)
    _require(len(opened.labels) <= opened.all_pages, "more labels than pages")
    _require(all(len(label) <= MAX_LABEL_CHARS for label in opened.labels), "a label too long")
    _require(len(opened.members) <= MAX_MEMBERS, "too many files within a file")
    _text(*opened.members)
    _problems(opened.problems)


def check_page(page: RawPage) -> None:
    """Raises `BadMessage` where a value of a page is out of bounds."""
    _require(0 < page.number <= _MAX_PAGES, "a page number out of bounds")
    _box((0.0, 0.0, page.width, page.height))
    _text(page.text)
    _segments(page.segments, len(page.text))
    _require(len(page.figures) <= _MAX_FIGURES, "too many figures")
    for figure in page.figures:
        _figure(figure, len(page.segments))
    _lines(page.lines)
    _require(len(page.fields) <= MAX_FIELDS, "too many fields")
    for field in page.fields:
        _box(field.bbox)
        _text(field.name, field.label, field.value)
    _require(len(page.marks) <= MAX_MARKS, "too many steps")
    _text(*(name for name, _ in page.marks))
    times = (page.ended, *(began for _, began in page.marks))
    _require(all(0 <= moment < math.inf for moment in times), "a step at no time")
    _problems(page.problems)
    if page.picture is not None:
        _picture(page.picture)


def _lines(lines: Sequence[ReadLine]) -> None:
    _require(len(lines) <= _MAX_LINES, "too many lines")
    for line in lines:
        _box(line.bbox)
        _text(line.text)
        _require(math.isfinite(line.size), "a size that is no number")
        for piece in line.pieces:
            _box(piece.bbox)
            _text(piece.text)
            _require(0 <= piece.confidence <= 1, "a confidence out of bounds")


def _segments(segments: Sequence[Segment], length: int) -> None:
    end = 0
    for segment in segments:
        _require(end <= segment.start <= segment.end <= length, "a segment outside its text")
        _require(math.isfinite(segment.size), "a size that is no number")
        _box(segment.bbox)
        end = segment.end


def _figure(figure: RawFigure, segments: int) -> None:
    _box(figure.bbox)
    _text(figure.label, figure.caption, figure.text, figure.repeat_key)
    _require(-1 <= figure.segment < segments, "a figure after no segment")
    _cells(figure.cells)
    if figure.chart is not None:
        _chart(figure.chart)
    if figure.graph is not None:
        _graph(figure.graph)
    if figure.picture is not None:
        _picture(figure.picture)


def _cells(cells: Sequence[Cell]) -> None:
    _require(len(cells) <= MAX_CELLS, "too many cells")
    for cell in cells:
        _box(cell.bbox)
        _text(cell.text)
        _require(
            0 <= cell.row <= cell.row_end < MAX_CELLS
            and 0 <= cell.column <= cell.column_end < MAX_CELLS,
            "a cell outside its table",
        )
        _require(
            cell.uncertainty is None or 0 <= cell.uncertainty < math.inf,
            "an uncertainty out of bounds",
        )


def _chart(chart: Chart) -> None:
    _text(chart.x.title, chart.y.title, *chart.series, *chart.left_out)
    _require(len(chart.series) <= MAX_SERIES, "too many series")
    _require(len(chart.left_out) <= MAX_SERIES, "too much left out")


def _graph(graph: Graph) -> None:
    count = len(graph.nodes)
    _require(count <= MAX_NODES and len(graph.edges) <= MAX_EDGES, "a diagram too large to be one")
    for node in graph.nodes:
        _box(node.bbox)
        _text(node.name)
        _require(node.group is None or 0 <= node.group < count, "a box in none")
    for edge in graph.edges:
        _text(edge.name)
        _require(0 <= edge.source < count and 0 <= edge.target < count, "an edge between no boxes")
    _text(graph.reader, *graph.left_out)
    _require(0 <= graph.trust <= 1, "a trust out of bounds")


def _problems(problems: Sequence[Problem]) -> None:
    _require(len(problems) <= _MAX_PROBLEMS, "too many problems")
    for problem in problems:
        _text(problem.stage, problem.message)
        _require(
            len(problem.stage) <= _MAX_STAGE_CHARS and len(problem.message) <= _MAX_MESSAGE_CHARS,
            "a problem too long to be one",
        )
        _require(
            problem.page is None or 0 < problem.page <= _MAX_PAGES, "a page number out of bounds"
        )


def _picture(picture: Picture) -> None:
    """Whether the bytes are what they claim: hash, format, size. Nothing is decoded."""
    _require(
        hashlib.sha256(picture.data).hexdigest() == picture.sha256, "a picture of another hash"
    )
    _require(
        picture.format in _SIZES
        and 0 < picture.width <= MAX_PICTURE_SIDE
        and 0 < picture.height <= MAX_PICTURE_SIDE
        and picture.width * picture.height <= MAX_PICTURE_PIXELS
        and _SIZES[picture.format](picture.data) == (picture.width, picture.height),
        "a picture that is not what it claims",
    )


def _box(box: BBox) -> None:
    _require(all(-MAX_POINTS <= value <= MAX_POINTS for value in box), "a box out of bounds")


def _text(*texts: str) -> None:
    for text in texts:
        line = text.replace("\n", " ")
        _require(clean_name(line) == line, "text with characters that no text may hold")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise BadMessage(what)
