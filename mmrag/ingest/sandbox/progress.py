"""A file while it is read: what has come so far, and what has failed."""

from dataclasses import dataclass, field

from mmrag.ingest.events import ParseTask
from mmrag.ingest.raw import Opened, RawPage
from mmrag.types import Problem


@dataclass(slots=True)
class FileProgress:
    """What is known of a file between its first message and its last."""

    task: ParseTask
    opened: Opened | None = None
    pages: list[RawPage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skip: set[tuple[str, int]] = field(default_factory=set)
    failures: int = 0  # steps that hung or crashed

    @property
    def next_page(self) -> int:
        return len(self.pages) + 1
