"""Files read in worker processes, so that a file that hangs or crashes a parser costs one step.

Each worker reads one file at a time and sends it page by page. When a worker hangs past the time
limit, crashes, or runs out of memory, the step it was in is recorded as a problem and the file
goes on in a fresh process, from the first page that has not arrived, without that step.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from multiprocessing.connection import wait
from os import getpid, sched_getaffinity

from mmrag.config import IngestSettings
from mmrag.errors import MmragError
from mmrag.ingest import assemble
from mmrag.ingest.assemble import Reading
from mmrag.ingest.sandbox.messages import (
    FileFailed,
    FileParsed,
    Finished,
    Found,
    Job,
    Opened,
    PageParsed,
    ParseEvent,
    ParseTask,
    RawPage,
    Recycle,
    Refused,
)
from mmrag.ingest.sandbox.process import Process
from mmrag.ingest.sandbox.setup import RECYCLE_PAGES, Reader, Setup
from mmrag.ingest.sandbox.stage_board import StageNow
from mmrag.protocols import OcrEngine
from mmrag.types import Picture, Problem

__all__ = ["FileFailed", "FileParsed", "PageParsed", "ParseEvent", "ParseTask", "parse_files"]

MAX_FAILURES = 20
"""Steps of one file that may hang or crash before the rest of it is given up."""
_TICK_S = 0.25  # how often the time limits are looked at


def parse_files(
    tasks: Iterable[ParseTask],
    settings: IngestSettings,
    ocr: Callable[[], OcrEngine] | None,
    save_picture: Callable[[Picture], None],
    *,
    ocr_dpi: int = 110,
    reader: Reader | None = None,
) -> Iterator[ParseEvent]:
    """Read files in worker processes; events come as files progress, several files at a time.

    `ocr` makes the engine within a worker, and is pickled to it. `save_picture` is called here, for
    every picture before the event of its file. Tasks are taken as workers become free, and workers
    wait while the caller is busy, so memory does not grow with the number of files. Closing the
    iterator ends the workers. `reader` stands in for the real reader in tests of faults.
    """
    pool = _Pool(Setup(getpid(), settings, ocr, ocr_dpi, reader), save_picture)
    try:
        yield from pool.run(iter(tasks))
    finally:
        pool.close()


class _Pool:
    """Workers and the files they read."""

    def __init__(self, setup: Setup, save_picture: Callable[[Picture], None]) -> None:
        self._setup = setup
        self._save_picture = save_picture
        self._size = setup.settings.workers or len(sched_getaffinity(0))
        self._busy: dict[Process, Reading] = {}
        self._free: list[Process] = []
        self._again: deque[Reading] = deque()
        self._false_starts = 0

    def run(self, tasks: Iterator[ParseTask]) -> Iterator[ParseEvent]:
        while self._assign(tasks):
            ready = set(wait([process.connection for process in self._busy], _TICK_S))
            for process in [p for p in self._busy if p.connection in ready]:
                yield from self._receive(process)
            for process in list(self._busy):
                late = process.overdue(self._setup.settings.page_timeout_s)
                if late is not None:
                    process.stop()
                    limit = f"{self._setup.settings.page_timeout_s:g}"
                    yield from self._failed(process, late, f"timeout after {limit} s")

    def close(self) -> None:
        """End every worker, whatever it does."""
        for process in [*self._busy, *self._free]:
            process.stop()
        self._busy.clear()
        self._free.clear()

    def _assign(self, tasks: Iterator[ParseTask]) -> bool:
        """Give work to free workers; whether any work is under way."""
        while len(self._busy) < self._size:
            if self._again:
                reading = self._again.popleft()
            elif (task := next(tasks, None)) is not None:
                reading = Reading(task)
            else:
                break
            process = self._free.pop() if self._free else Process(self._setup)
            self._busy[process] = reading
            process.begin(Job(reading.task, reading.next_page, frozenset(reading.skip)))
        return bool(self._busy)

    def _receive(self, process: Process) -> Iterator[ParseEvent]:
        """One message of a worker, or its end."""
        try:
            found = process.connection.recv()
        except (EOFError, OSError):
            now = process.board.now()
            yield from self._failed(process, now, process.ended())
            return
        yield from self._found(process, found)

    def _found(self, process: Process, found: Found) -> Iterator[ParseEvent]:
        reading = self._busy[process]
        path = reading.task.path
        match found:
            case Opened():
                self._false_starts = 0
                reading.opened = reading.opened or found
            case RawPage():
                process.pages += 1
                reading.pages.append(self._stored(found))
                assert reading.opened is not None
                yield PageParsed(path, found.number, reading.opened.pages)
            case Recycle():
                self._drop(process)
                self._again.appendleft(reading)
            case Refused():
                self._release(process)
                yield self._refused(reading, found.problem)
            case Finished():
                self._release(process)
                yield self._finished(reading)

    def _stored(self, page: RawPage) -> RawPage:
        """The page with its pictures saved, and only their names kept."""
        figures = tuple(replace(f, picture=self._save(f.picture)) for f in page.figures)
        return replace(page, picture=self._save(page.picture), figures=figures)

    def _save(self, picture: Picture | None) -> Picture | None:
        if picture is None:
            return None
        self._save_picture(picture)
        return replace(picture, data=b"")

    def _release(self, process: Process) -> None:
        """A file is done: the worker takes the next one, or ends when it has read enough."""
        del self._busy[process]
        if process.pages >= RECYCLE_PAGES:
            process.stop()
        else:
            self._free.append(process)

    def _drop(self, process: Process) -> None:
        del self._busy[process]
        process.stop()

    def _failed(self, process: Process, now: StageNow | None, what: str) -> Iterator[ParseEvent]:
        """A worker was ended or ended itself: record the step, and go on without it."""
        reading = self._busy.pop(process)
        if now is not None and now.stage == "start":
            self._false_starts += 1
            if self._false_starts >= 3:
                raise MmragError(f"parser processes do not start: {what}")
            self._again.append(reading)
            return
        stage, page = (now.stage, now.page) if now else ("read", 0)
        problem = Problem(stage, what, page or None)
        reading.failures += 1
        if page == 0 and (reading.opened is None or reading.failures > 1):
            yield self._refused(reading, problem)
            return
        reading.problems.append(problem)
        reading.skip.add((stage, page))
        if reading.failures < MAX_FAILURES:
            self._again.appendleft(reading)
        elif reading.opened is None:
            yield self._refused(reading, problem)
        else:
            yield self._given_up(reading, reading.opened)

    def _refused(self, reading: Reading, problem: Problem) -> ParseEvent:
        """Nothing could be read; or, where pages have come already, the rest could not."""
        if reading.pages and reading.opened is not None:
            reading.problems.append(problem)
            return self._given_up(reading, reading.opened)
        return FileFailed(reading.task.path, reading.task.sha256, problem)

    def _given_up(self, reading: Reading, opened: Opened) -> ParseEvent:
        """The pages that have come, and empty ones in the place of the others."""
        first, last = reading.next_page, opened.pages
        if first <= last:
            message = f"pages {first} to {last} were not read: too many failures before them"
            reading.problems.append(Problem("read", message))
            reading.pages += [RawPage.empty(number) for number in range(first, last + 1)]
        return self._finished(reading)

    def _finished(self, reading: Reading) -> ParseEvent:
        parsed = assemble.document(reading, self._setup.settings)
        return FileParsed(reading.task.path, parsed)
