"""The steps of reading a page: each is announced, and one that fails costs no more than itself."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import TypeVar

from mmrag.ingest.reasons import reason
from mmrag.types import Problem

T = TypeVar("T")
Enter = Callable[[str, int], None]
"""Called with a stage and a page (0 is the file) before the stage begins."""


@dataclass(slots=True)
class Steps:
    """Runs the stages of one page: announces each, and turns its failure into a problem."""

    page: int
    skip: Set[tuple[str, int]]
    enter: Enter
    problems: list[Problem] = field(default_factory=list)

    def run(self, stage: str, do: Callable[[], T], instead: T) -> T:
        """What `do` returns; `instead` where it fails or has failed before."""
        if (stage, self.page) in self.skip:
            return instead
        self.enter(stage, self.page)
        try:
            return do()
        except Exception as error:  # whatever a parser raises costs this stage, never the file
            self.problems.append(Problem(stage, reason(error), self.page))
            return instead
