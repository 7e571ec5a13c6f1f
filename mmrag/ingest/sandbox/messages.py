"""What crosses the line between the processes: the job, and what is found page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mmrag.ingest.layout.segments import Segment
from mmrag.types import BBox, FigureKind, ParsedDocument, Picture, Problem, TextSource


@dataclass(frozen=True, slots=True)
class ParseTask:
    """One file to read."""

    path: Path
    sha256: str
    document_id: str


@dataclass(frozen=True, slots=True)
class Job:
    """A task from a page on, with stages of pages that have failed before and are left out."""

    task: ParseTask
    first_page: int = 1
    skip: frozenset[tuple[str, int]] = frozenset()  # (stage, page)


@dataclass(frozen=True, slots=True)
class Opened:
    """The file could be opened. `pages` of its `all_pages` pages will be read."""

    pages: int
    all_pages: int
    title: str  # as its metadata says
    metadata: Mapping[str, str]
    problems: tuple[Problem, ...]  # of the whole file


@dataclass(frozen=True, slots=True)
class RawFigure:
    """A figure of one page before the rest of the document is known."""

    bbox: BBox
    kind: FigureKind
    label: str
    caption: str
    text: str
    segment: int  # the segment it comes after, -1 is before the first
    repeat_key: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as it was read, before headings and passages of the document are known."""

    number: int
    width: float
    height: float
    text: str
    segments: tuple[Segment, ...]
    source: TextSource
    figures: tuple[RawFigure, ...] = ()
    picture: Picture | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def empty(cls, number: int) -> "RawPage":
        """A page of which nothing could be read: it keeps the place of its number."""
        return cls(number, 0.0, 0.0, "", (), "none")


@dataclass(frozen=True, slots=True)
class Refused:
    """The file cannot be read at all."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Finished:
    """The last page has been read."""


@dataclass(frozen=True, slots=True)
class Recycle:
    """The process has read enough pages and ends; a new one goes on at `next_page`."""

    next_page: int


Found = Opened | RawPage | Refused | Finished | Recycle


@dataclass(frozen=True, slots=True)
class PageParsed:
    """One page of a file has been read."""

    path: Path
    page: int
    page_count: int


@dataclass(frozen=True, slots=True)
class FileParsed:
    """A file has been read in full; `document.document.status` is "ok" or "partial"."""

    path: Path
    document: ParsedDocument


@dataclass(frozen=True, slots=True)
class FileFailed:
    """Nothing of a file could be read."""

    path: Path
    sha256: str | None
    problem: Problem


ParseEvent = PageParsed | FileParsed | FileFailed
