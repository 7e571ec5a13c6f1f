"""What is read of a file page by page, before headings, passages and repeats are known."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmrag.ingest.layout.segments import Segment
from mmrag.types import (
    BBox,
    Cell,
    Chart,
    FigureKind,
    FormField,
    Graph,
    Picture,
    Problem,
    ReadLine,
    TextSource,
)

MAX_PICTURE_PIXELS = 16_100_000
"""Of a page image or crop, chosen by hand: 16 million, and what rounding up its sides adds."""
MAX_PICTURE_SIDE = 16_383
"""Pixels: the longest side that WebP can hold."""
MAX_CELLS = 20_000
"""Of one table; chosen by hand: the largest of 82 tables of the ICDAR 2013 competition has 629."""
MAX_SERIES = 200
"""Of one chart; chosen by hand, far above what a reader can tell apart."""
MAX_NODES = 400
"""Boxes of one diagram that are read; chosen by hand: more are no diagram that a reader follows."""
MAX_EDGES = 4_000
"""Of one diagram; chosen by hand, ten a box."""
MAX_FIELDS = 2_000
"""Of the form on one page; chosen by hand: the largest tax forms have some 300."""
MAX_POINTS = 2.0**31
"""Of a coordinate: the side of what MuPDF calls an infinite rectangle."""

MAX_MARKS = 10_000
"""Steps of one page; chosen by hand: a page of twenty figures has some 200."""

Mark = tuple[str, float]
"""A step of reading a page, and when it began, in seconds of the monotonic clock."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The file could be opened. `pages` of its `all_pages` pages will be read."""

    pages: int
    all_pages: int
    title: str  # as its metadata says
    metadata: Mapping[str, str]
    problems: tuple[Problem, ...]  # of the whole file
    labels: tuple[str, ...] = ()  # of all its pages, where it gives them any
    members: tuple[str, ...] = ()  # names of the files within it that were unpacked, in order
    is_converted: bool = False  # another program took seconds to make pages of it


@dataclass(frozen=True, slots=True)
class RawFigure:
    """A figure of one page before the rest of the document is known. `bbox` is in points."""

    bbox: BBox
    kind: FigureKind
    label: str
    caption: str
    text: str
    segment: int  # the segment it comes after, -1 is before the first
    repeat_key: str
    picture: Picture | None
    cells: tuple[Cell, ...] = ()  # of a table or a chart
    chart: Chart | None = None
    graph: Graph | None = None  # of a diagram
    is_of_pixels: bool = False  # the marks of its chart were seen in a picture
    is_told: bool = False  # by the file itself, cell by cell

    @classmethod
    def of_box(cls, bbox: BBox, picture: Picture | None) -> "RawFigure":
        """A place that is only to be seen."""
        return cls(bbox, "picture", "", "", "", -1, "", picture)


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page before the rest of the document is known. `width` and `height` are in points.

    Its lines and the fields of its form are there where the task asked for them.
    """

    number: int
    width: float
    height: float
    text: str
    segments: tuple[Segment, ...]
    source: TextSource
    figures: tuple[RawFigure, ...] = ()
    picture: Picture | None = None
    problems: tuple[Problem, ...] = ()
    lines: tuple[ReadLine, ...] = ()
    fields: tuple[FormField, ...] = ()
    marks: tuple[Mark, ...] = ()  # in order
    ended: float = 0.0  # when all was read, by the same clock

    @classmethod
    def empty(cls, number: int) -> "RawPage":
        """A page of which nothing could be read: it keeps the place of its number."""
        return cls(number, 0.0, 0.0, "", (), "none")
