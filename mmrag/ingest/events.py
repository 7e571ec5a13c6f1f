"""What is asked of the pool, and what it tells as the files are read."""

from dataclasses import dataclass
from pathlib import Path

from mmrag.ingest.raw import Mark, RawPage
from mmrag.types import BBox, ParsedDocument, Problem


@dataclass(frozen=True, slots=True)
class ParseTask:
    """One file to read, or some of its pages, with their lines and fields where it says so.

    Of `drawn` only pictures are made: of boxes of each page in points, None for the whole page.
    """

    path: Path
    sha256: str
    document_id: str
    first_page: int = 1
    last_page: int = 0  # 0: that of the file
    keeps_lines: bool = False
    drawn: tuple[BBox | None, ...] = ()
    file: Path | None = None  # where its bytes are, if not at its path
    is_within: bool = False  # it lies within another file
    unpack_to: Path | None = None  # a folder that may be made for the files within it
    only_counts: bool = False  # it is opened, and none of its pages read

    @property
    def bytes_at(self) -> Path:
        """Where its bytes are."""
        return self.file or self.path

    def failed(self, problem: Problem) -> "FileFailed":
        """Nothing of it could be read."""
        return FileFailed(self.path, self.sha256, problem, self.first_page)


@dataclass(frozen=True, slots=True)
class FileCounted:
    """A file has been opened to see how many pages of it will be read."""

    path: Path
    page_count: int


@dataclass(frozen=True, slots=True)
class PageParsed:
    """One page of a file has been read."""

    path: Path
    page: int
    page_count: int
    worker: int = 0  # the process that read it
    marks: tuple[Mark, ...] = ()
    ended: float = 0.0  # seconds of the monotonic clock


@dataclass(frozen=True, slots=True)
class FileParsed:
    """A file has been read in full; `document.document.status` is "ok" or "partial"."""

    path: Path
    document: ParsedDocument
    pages: tuple[RawPage, ...] = ()  # where the task keeps lines
    members: tuple[tuple[str, Path], ...] = ()  # files within it: their names, and where they are


@dataclass(frozen=True, slots=True)
class FileFailed:
    """Nothing of a file could be read."""

    path: Path
    sha256: str | None
    problem: Problem
    first_page: int = 1  # of the task


@dataclass(frozen=True, slots=True)
class FileUnreached:
    """Who was to read a file behind an address does not get the bytes that were compared."""

    path: Path
    why: str


FileEnd = FileCounted | FileParsed | FileFailed
"""The last event of a file."""

ParseEvent = PageParsed | FileEnd | FileUnreached
