"""What crosses the line between the processes: a job one way, what is read the other way."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmrag.ingest.raw import RawPage
from mmrag.ingest.sandbox.events import ParseTask
from mmrag.types import Problem


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
class Refused:
    """The file cannot be read at all."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Finished:
    """The last page has been read."""


@dataclass(frozen=True, slots=True)
class Recycle:
    """The worker has read enough pages and ends; a new one goes on at `next_page`."""

    next_page: int


Message = Opened | RawPage | Refused | Finished | Recycle
"""What a worker tells of a job: `Opened`, its pages in order, `Finished`; or `Refused`."""
