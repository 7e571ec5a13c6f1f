"""What a run tells while it goes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from mmrag.pipeline.trace import Trace

Stage = Literal["compare", "count", "read", "encode", "describe", "finish"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, all counts of this run.

    Pages are counted before the first is read (the stage "count"); those of a file that fails
    later are no longer among them.
    """

    stage: Stage
    files: int = 0  # compared; or counted; or read, in part or whole or not at all
    files_total: int = 0
    pages: int = 0
    pages_total: int = 0  # of the files that have been opened
    pages_encoded: int = 0
    figures: int = 0  # stored; described while the stage is "describe"
    figures_total: int = 0  # to be described
    vectors: int = 0
    vectors_total: int = 0  # of the batch that is being encoded
    failed: int = 0
    path: str = ""  # the file that the last event was about


OnEvent = Callable[[Progress], None]


class RunProgress:
    """How far one run is, told as it goes, and the seconds that its stages took."""

    def __init__(self, on_event: OnEvent | None, trace: Trace) -> None:
        self._trace = trace
        self.now = Progress("compare")
        self.seconds: dict[str, float] = {}
        self._on_event = on_event
        self._left: dict[Path, int] = {}  # pages of the files that were opened, still to be read

    def tell(self, **changes: int | str) -> None:
        """Pass on how far the run is."""
        self.now = replace(self.now, **changes)  # type: ignore[arg-type]
        if self._on_event is not None:
            self._on_event(self.now)

    def vectors(self, done: int, total: int) -> None:
        """So many vectors of a batch are there."""
        self.tell(stage="encode", vectors=done, vectors_total=total)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count the seconds of a stage."""
        start = time.monotonic()
        try:
            yield
        finally:
            end = time.monotonic()
            self.seconds[stage] = self.seconds.get(stage, 0.0) + end - start
            self._trace.span(stage, start, end)

    def counted(self, path: Path, pages: int) -> None:
        """A file was opened to count its pages."""
        self._left[path] = pages
        self.tell(
            files=self.now.files + 1, pages_total=self.now.pages_total + pages, path=str(path)
        )

    def page_read(self, path: Path, pages: int) -> None:
        """A page was read of a file that has so many."""
        self._tell_reading()
        counted = path in self._left
        self._left[path] = (self._left[path] if counted else pages) - 1
        self.tell(
            pages=self.now.pages + 1,
            pages_total=self.now.pages_total + (0 if counted else pages),
            path=str(path),
        )

    def file_read(self, path: Path) -> None:
        """A file was read to its end; pages of it that did not come are done."""
        self._tell_reading()
        self.tell(
            files=self.now.files + 1,
            pages=self.now.pages + self._left.pop(path, 0),
            path=str(path),
        )

    def file_failed(self, path: Path) -> None:
        """Nothing of a file could be read."""
        self.tell(
            files=self.now.files + 1,
            failed=self.now.failed + 1,
            pages_total=self.now.pages_total - self._left.pop(path, 0),
            path=str(path),
        )

    def file_put_off(self, path: Path) -> None:
        """A file is read in another round."""
        self.tell(
            files_total=self.now.files_total - 1,
            pages_total=self.now.pages_total - self._left.pop(path, 0),
            path=str(path),
        )

    def _tell_reading(self) -> None:
        """All files were counted, and the first is being read: those that failed are done."""
        if self.now.stage == "count":
            self.tell(stage="read", files=self.now.failed)
