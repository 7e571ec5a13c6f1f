"""What a run, a check or a look at an index found: frozen values, told by the command line.

Times are seconds, sizes are bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mmrag.config import Tuned
from mmrag.paths import is_address
from mmrag.protocols import ServerUse
from mmrag.readings import PictureSource
from mmrag.types import (
    BBox,
    ChannelName,
    Description,
    Document,
    Figure,
    FigureKind,
    Graph,
    Grid,
    OutlineItem,
    Page,
    Problem,
    Space,
    Status,
)


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """A file of which nothing ("failed") or not all ("partial") is in the index, and why."""

    path: str
    status: Status
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DescribeReport:
    """Figures described by a model, those it failed on with the reason, and what it cost."""

    describer: str
    described: int
    failed: tuple[tuple[str, str], ...]  # figure ID, reason; those of earlier runs too
    seconds: float
    stopped: str = ""  # why no more figures were tried
    servers: tuple[ServerUse, ...] = ()  # of the model, with what each has done


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """Vectors added to one channel. `unreadable` are items whose picture could not be opened."""

    channel: ChannelName
    encoded: int
    seconds: float
    unreadable: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did. `partial` and `failed` name files of earlier runs too."""

    stored: int = 0  # documents read and stored, the partial ones included
    unchanged: int = 0
    copies: int = 0  # further files with the bytes of a document that is stored
    renamed: int = 0
    removed: int = 0
    pages: int = 0  # of the documents stored, as are the next two
    figures: int = 0
    passages: int = 0
    partial: tuple[FileOutcome, ...] = ()
    failed: tuple[FileOutcome, ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)  # files of other types, by suffix
    described: DescribeReport | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)  # per stage, and "total"
    notes: tuple[str, ...] = ()  # what the user should know
    problems: tuple[str, ...] = ()  # a model that could not be used, with what to do
    interrupted: bool = False
    index_pages: int = 0  # pages of the whole index
    index_bytes: int = 0  # of the whole index without its pictures

    @property
    def complete(self) -> bool:
        """Whether all that was asked for is in the index; if not, the run is done in part."""
        told = self.described is None or not (self.described.failed or self.described.stopped)
        return told and not (self.partial or self.failed or self.problems or self.interrupted)

    @property
    def bytes_per_page(self) -> float:
        """Bytes of the index, its pictures left out, for each page in it."""
        return self.index_bytes / self.index_pages if self.index_pages else 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """One indexing run. Times are ISO 8601; `summary` is the JSON that the run left."""

    started_at: str
    finished_at: str | None
    status: str  # running, done, interrupted, failed
    summary: str


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """How far a vector channel is filled. `space` is None where it holds nothing.

    Where another encoder is to take over (`mmrag index --reencode`), `next_vectors` are there of
    `next_space`, and not in use yet.
    """

    channel: ChannelName
    vectors: int
    missing: int
    space: Space | None
    next_vectors: int = 0
    next_space: Space | None = None
    search: str = ""  # how it is searched: "faiss, exact"


@dataclass(frozen=True, slots=True)
class PageVectorStatus:
    """The vectors of pages for late interaction; `missing` pages have none, though a picture."""

    pages: int
    missing: int
    vectors: int
    bytes: int
    space: Space


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What went wrong with one file, of which all ("ok"), a part, or nothing is in the index."""

    path: str
    problem: Problem
    status: Status


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The state of an index."""

    root: str
    documents: tuple[Document, ...]
    by_status: Mapping[Status, int]
    pages: int
    figures: int
    passages: int
    descriptions: Mapping[str, int]
    channels: tuple[ChannelStatus, ...]
    problems: tuple[FileProblem, ...]
    failed_descriptions: int
    last_run: Run | None
    tuned: Tuned | None  # settings that go before the profile
    index_bytes: int  # without pictures
    picture_bytes: int  # 0 where they are in a bucket
    languages: Mapping[str, int] = field(default_factory=dict)  # documents; "" is not told
    page_vectors: PageVectorStatus | None = None  # None where there are none
    notes: tuple[str, ...] = ()
    words_by: str = "fts5"  # who finds words, or is to: [store] keywords
    pictures_in: str = ""  # the folder or bucket of pictures that are kept, unless the index's own


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of one page or figure.

    `picture` is the path of its image; None where that is not kept in the index and was not drawn,
    and then `unshown` says why it could not be, where that was tried.
    """

    image_id: str
    kind: FigureKind
    document_id: str
    document: str
    path: str
    page: int
    bbox: BBox | None
    caption: str
    text: str
    descriptions: tuple[Description, ...]
    picture: str | None
    page_label: str = ""  # as printed on the page
    grid: Grid | None = None  # of a table or a chart
    graph: Graph | None = None  # of a diagram
    unshown: str = ""

    def source(self) -> PictureSource | None:
        """Where it lies to be looked at: in its file, or as the picture that is kept of it.

        None where neither is there.
        """
        if not is_address(self.path) and Path(self.path).is_file():
            return PictureSource(self.image_id, Path(self.path), self.page, self.bbox)
        return None if self.picture is None else PictureSource(self.image_id, Path(self.picture))


@dataclass(frozen=True, slots=True)
class DocumentContents:
    """A document and what is in it, in reading order."""

    document: Document
    pages: tuple[Page, ...]
    figures: tuple[Figure, ...]
    headings: tuple[OutlineItem, ...]  # those whose page is certain
    with_data: frozenset[str]  # IDs of figures that were read as data


@dataclass(frozen=True, slots=True)
class Exported:
    """The files that an export wrote, and the tables and charts that stay without data."""

    folder: str
    overview: str
    tables: int
    charts: int
    diagrams: int
    without_data: int


@dataclass(frozen=True, slots=True)
class ExportedRecords:
    """The files of records that an export wrote into a folder, and how many are in each."""

    folder: str
    files: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Image IDs of pictures that look alike, and the lowest cosine that joined them."""

    image_ids: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was written of an index, or an index that was made of one.

    `missing` are the SHA-256 of pictures that are named and could not be taken along, `answers`
    those that a server gave, `feedback` the files of what readers called right or wrong.
    """

    file: str
    index: str
    documents: int
    pictures: int
    missing: tuple[str, ...]
    bytes: int  # of the file
    answers: int = 0
    feedback: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Migrated:
    """An index whose vectors are searched in another store. `seconds` are those it took."""

    index: str
    before: str  # name of the store
    now: str
    vectors: Mapping[ChannelName, int]  # copied and compared
    search: Mapping[ChannelName, str]  # how each channel is searched
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PicturesMoved:
    """An index whose pictures are kept at another place. `seconds` are those it took."""

    index: str
    before: str  # folder or URI
    now: str
    pictures: int
    lost: int  # that could not be read before
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference that a check found. `item` is the ID or file it is about.

    `cure` is what the user can do.
    """

    part: str  # database, words, vectors, pictures, or the name of the vector store
    item: str
    message: str
    cure: str
    repaired: bool = False

    def __str__(self) -> str:
        cure = "" if self.repaired else f" ({self.cure})"
        return f"{self.part}: {self.item}: {self.message}{cure}"
