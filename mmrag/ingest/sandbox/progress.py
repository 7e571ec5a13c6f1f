"""A file while it is read: what has come so far, and what has failed."""

from collections import Counter
from dataclasses import dataclass, field

from mmrag.ingest.events import ParseTask
from mmrag.ingest.raw import Opened, RawPage
from mmrag.types import Problem

# Chosen by hand: what a page that hangs at every step may cost is minutes.
MAX_FAILURES = 6
"""Steps of one page that may hang or crash before it is left out as a whole."""
MAX_LOST_PAGES = 20
"""Pages in a row that may be lost as a whole before the rest of the file is given up."""


@dataclass(slots=True)
class FileProgress:
    """What is known of a file between its first message and its last."""

    task: ParseTask
    opened: Opened | None = None
    pages: list[RawPage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skip: set[tuple[str, int]] = field(default_factory=set)
    failures: Counter[int] = field(default_factory=Counter)  # steps that hung or crashed, by page
    lost_with: int | None = None  # a process that its worker ended with

    @property
    def next_page(self) -> int:
        return self.task.first_page + len(self.pages)

    @property
    def has_all_pages(self) -> bool:
        """Whether the last page that is wanted has come: only the end of the file has not."""
        if self.opened is None or self.task.only_counts:
            return False
        return self.next_page > min(self.task.last_page or self.opened.pages, self.opened.pages)

    def leave_out(self, stage: str, page: int) -> None:
        """Go on without a step; without the page where leaving out steps of it does not help."""
        hopeless = (stage, page) in self.skip or self.failures[page] >= MAX_FAILURES
        self.skip.add(("load" if hopeless else stage, page))

    def is_lost_with(self, ended: int | None) -> bool:
        """Whether its worker only ended with process `ended`, as others did.

        Where a second one ends, the file may be what ends them.
        """
        if ended is None or self.lost_with not in (None, ended):
            return False
        self.lost_with = ended
        return True

    @property
    def is_hopeless(self) -> bool:
        """Whether so many pages in a row were lost that the rest would be, too."""
        lost = {page for stage, page in self.skip if stage == "load"}
        return any(lost.issuperset(range(page, page + MAX_LOST_PAGES)) for page in lost)
