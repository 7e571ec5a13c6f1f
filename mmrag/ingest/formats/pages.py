"""The common shape of an open file, whatever its format: numbered pages."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats.members import Members
from mmrag.types import BBox, Cell, Problem

if TYPE_CHECKING:
    from mmrag.ingest.mupdf import pymupdf

LoadPage = Callable[[int, IngestSettings], AbstractContextManager["pymupdf.Page"]]


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A table of a page that the file itself tells cell by cell. `bbox` is in points."""

    caption: str
    bbox: BBox
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that can be read. `problems` are those of the whole file.

    `load(number, settings)` gives page `number` (from 1) upright, as a page of a PDF. It raises
    `DocumentError` where the page is too large, and whatever the parser raises.
    """

    pages: int
    is_picture: bool
    load: LoadPage
    title: str = ""
    labels: Sequence[str] = ()  # of the pages, where the file gives them any
    metadata: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    tables: Mapping[int, Sequence[KnownTable]] = field(default_factory=dict)  # by page
    as_set: Mapping[int, "pymupdf.DisplayList"] = field(default_factory=dict)
    """By page, what was drawn, where its text cannot be read back from the PDF."""
    of_type: Collection[int] = ()
    """Pages of our own on which nothing but type was set: their text layer is all they show."""
    members: tuple[str, ...] = ()
    """Names of the files within it that were unpacked; `open_file` adds them."""
    is_converted: bool = False
    """Another program took seconds to make pages of it."""


@dataclass(frozen=True, slots=True)
class OpeningTerms:
    """On what terms a file is opened: its kind, the largest picture, passwords, whom to keep awake.

    `kind` is the name of its format, as its content says, which costs too much to be told twice.
    `on_wait` is called now and then while another program works on the file.
    """

    kind: str
    max_pixels: int
    passwords: Sequence[str] = ()
    on_wait: Callable[[], None] = lambda: None
    members: Members | None = None  # takes the files within it; None: they are told, and not read


class Opener(Protocol):
    """What a format offers: the file at `path`, open. Raises `DocumentError` with the reason."""

    def __call__(self, path: Path, terms: OpeningTerms) -> AbstractContextManager[OpenFile]: ...


def joined(one: OpenFile, other: OpenFile) -> OpenFile:
    """The pages of one file, and behind them those of another."""

    def load(number: int, settings: IngestSettings) -> AbstractContextManager["pymupdf.Page"]:
        if number <= one.pages:
            return one.load(number, settings)
        return other.load(number - one.pages, settings)

    moved = {number + one.pages: found for number, found in other.tables.items()}
    as_set = {number + one.pages: found for number, found in other.as_set.items()}
    of_type = {number + one.pages for number in other.of_type}
    return replace(
        one,
        pages=one.pages + other.pages,
        load=load,
        problems=(*one.problems, *other.problems),
        tables={**one.tables, **moved},
        as_set={**one.as_set, **as_set},
        of_type={*one.of_type, *of_type},
    )


def check_pixels(width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture by its declared size. Raises `DocumentError`."""
    if width * height > max_pixels:
        raise DocumentError(
            f"the picture is too large: {width} x {height} pixels, more than max_pixels "
            f"({max_pixels:,})"
        )
