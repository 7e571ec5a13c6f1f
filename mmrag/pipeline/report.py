"""What a run tells while it goes and when it ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from mmrag.types import Channel, Problem, Status

Stage = Literal["compare", "read", "encode", "describe", "finish"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, all counts of this run. Totals grow while files are opened."""

    stage: Stage
    files: int = 0  # compared; or read, in part or whole or not at all
    files_total: int = 0
    pages: int = 0
    pages_total: int = 0  # of the files opened so far
    figures: int = 0  # stored; described while the stage is "describe"
    figures_total: int = 0  # to be described
    vectors: int = 0
    vectors_total: int = 0  # of the batch that is being encoded
    failed: int = 0
    path: str = ""  # the file that the last event was about


OnEvent = Callable[[Progress], None]


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


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """Vectors added to one channel. `unreadable` are items whose picture could not be opened."""

    channel: Channel
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
