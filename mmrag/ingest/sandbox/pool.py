"""Files read in worker processes, so that a file that hangs or crashes a parser costs one step.

Each worker reads one file at a time and sends it page by page. When a worker hangs past the time
limit, crashes, or runs out of memory, the step it was in is recorded as a problem and the file
goes on in a fresh worker, from the first page that has not arrived, without that step.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count
from multiprocessing.connection import wait
from os import sched_getaffinity

from mmrag.config import IngestSettings
from mmrag.errors import MmragError
from mmrag.ingest import assemble
from mmrag.ingest.counting import counting_first
from mmrag.ingest.events import (
    FileCounted,
    FileParsed,
    PageParsed,
    ParseEvent,
    ParseTask,
)
from mmrag.ingest.formats.members import path_of
from mmrag.ingest.raw import Opened, RawPage
from mmrag.ingest.reasons import OUT_OF_TIME, reason
from mmrag.ingest.sandbox import forking
from mmrag.ingest.sandbox.messages import (
    BadMessage,
    Finished,
    Job,
    Message,
    Ready,
    Recycle,
    Refused,
)
from mmrag.ingest.sandbox.process import START_S, WorkerProcess
from mmrag.ingest.sandbox.progress import FileProgress
from mmrag.ingest.sandbox.setup import RECYCLE_PAGES, ParseFile, Setup
from mmrag.ingest.sandbox.stage_board import StageNow
from mmrag.protocols import OcrEngine
from mmrag.types import Picture, Problem

MAX_FALSE_STARTS = 5
"""Worker processes in a row that may end before they have started, before the run ends."""
START_PAUSE_S = 0.25
"""Pause after a false start, twice as long after each further one: the machine may recover."""
_TICK_S = 0.25  # how often the time limits are looked at; chosen by hand


def parse_files(
    tasks: Iterable[ParseTask],
    settings: IngestSettings,
    ocr: Callable[[], OcrEngine] | None,
    save_picture: Callable[[Picture], None] | None,
    *,
    ocr_dpi: int = 150,
    parse: ParseFile | None = None,
    count_first: bool = False,
) -> Iterator[ParseEvent]:
    """Read files in worker processes; events come as files progress, several files at a time.

    `ocr` makes the engine within a worker, and is pickled to it. `save_picture` is called here, for
    every picture before the event of its file; None: no pictures are made. Tasks are taken as
    workers become free, and workers wait while the caller is busy, so memory does not grow with the
    number of files. Closing the iterator ends the workers. `parse` stands in for the real parsing
    in tests of faults.

    `count_first` opens all of them before the first is read (`counting_first`).
    """
    setup = Setup(settings, ocr, ocr_dpi, parse, save_picture is not None)
    pool = _Pool(setup, save_picture)

    def read(some: Iterable[ParseTask]) -> Iterator[ParseEvent]:
        return pool.run(map(FileProgress, some))

    try:
        yield from counting_first(read, list(tasks)) if count_first else read(tasks)
    finally:
        pool.close()


class _Pool:
    """Workers and the files they read."""

    def __init__(self, setup: Setup, save_picture: Callable[[Picture], None] | None) -> None:
        self._setup = setup
        self._save_picture = save_picture
        self._size = setup.settings.workers or len(sched_getaffinity(0))
        self._busy: dict[WorkerProcess, FileProgress] = {}
        self._free: list[WorkerProcess] = []
        self._again: deque[FileProgress] = deque()
        self._numbers = count(1)  # of jobs
        self._false_starts = 0

    def run(self, files: Iterator[FileProgress]) -> Iterator[ParseEvent]:
        while self._assign(files):
            ready = set(wait([worker.connection for worker in self._busy], _TICK_S))
            for worker in [p for p in self._busy if p.connection in ready]:
                yield from self._receive(worker)
            for worker in list(self._busy):
                limit = self._setup.settings.page_timeout_s
                start_limit = START_S * 2**self._false_starts
                late = worker.overdue(limit, start_limit)
                if late is not None:
                    worker.stop()
                    limit = limit if worker.has_started else start_limit
                    yield from self._failed(worker, late, f"{OUT_OF_TIME} {limit:g} s")

    def close(self) -> None:
        """End every worker, whatever it does."""
        for worker in [*self._busy, *self._free]:
            worker.stop()
        self._busy.clear()
        self._free.clear()

    def _assign(self, files: Iterator[FileProgress]) -> bool:
        """Give work to free workers; whether any work is under way."""
        while len(self._busy) < self._size:
            if self._again:
                progress = self._again.popleft()
            elif (file := next(files, None)) is not None:
                progress = file
            else:
                break
            worker = self._free_worker()
            if worker is None:
                self._again.appendleft(progress)
                if self._busy:
                    break  # those that run go on
                continue
            self._busy[worker] = progress
            job = Job(
                next(self._numbers),
                progress.task,
                progress.next_page,
                frozenset(progress.skip),
            )
            worker.begin(job, progress.opened.pages if progress.opened else None)
        return bool(self._busy)

    def _free_worker(self) -> WorkerProcess | None:
        """One that waits for a job; a new one where none does, or where it spoke unasked.

        None where the system has no room for another process now.
        """
        while self._free:
            worker = self._free.pop()
            if worker.is_quiet():
                return worker
            worker.stop()
        try:
            return WorkerProcess(self._setup)
        except OSError as error:
            if not self._busy:
                self._false_start(error.strerror or str(error))
            return None

    def _false_start(self, what: str) -> None:
        """A process did not start: pause, so that another may. Raises `MmragError` in the end."""
        self._false_starts += 1
        if self._false_starts >= MAX_FALSE_STARTS:
            raise MmragError(
                f"parser processes do not start, {self._false_starts} in a row: {what}: the "
                "machine may be busy or short of memory: run again when it is not, or with "
                "[ingest] workers = 1; what was stored is kept"
            )
        time.sleep(START_PAUSE_S * 2 ** (self._false_starts - 1))

    def _receive(self, worker: WorkerProcess) -> Iterator[ParseEvent]:
        """What a worker has said, or its end. A worker that lies fails its file and is ended."""
        messages = worker.receive()
        while True:
            try:
                message = next(messages)
            except StopIteration:
                return
            except BadMessage as error:
                task = self._busy[worker].task
                self._drop(worker)
                yield task.failed(Problem("read", str(error)))
                return
            except (EOFError, OSError):
                now = worker.board.now()
                what = worker.ended()
                if worker.has_started and self._busy[worker].is_lost_with(worker.went_with):
                    yield from self._go_on(self._busy.pop(worker))
                else:
                    yield from self._failed(worker, now, what)
                return
            yield from self._received(worker, message)

    def _received(self, worker: WorkerProcess, message: Message) -> Iterator[ParseEvent]:
        """What follows from one message, which has been checked."""
        progress = self._busy[worker]
        path = progress.task.path
        match message:
            case Ready():
                self._false_starts = 0
            case Opened():
                progress.opened = progress.opened or message
            case RawPage():
                worker.pages += 1
                if any(stage == "layout" for stage, _ in message.marks):
                    forking.keep_layout_model()
                progress.pages.append(self._stored(message))
                assert progress.opened is not None
                yield PageParsed(
                    path, message.number, progress.opened.pages,
                    worker.pid, message.marks, message.ended,
                )  # fmt: skip
            case Recycle():
                self._drop(worker)
                yield from self._go_on(progress)
            case Refused():
                self._release(worker)
                yield self._refused(progress, message.problem)
            case Finished():
                self._release(worker)
                if progress.task.only_counts:
                    assert progress.opened is not None
                    yield FileCounted(path, progress.opened.pages)
                else:
                    yield self._finished(progress)

    def _stored(self, page: RawPage) -> RawPage:
        """The page with its pictures saved, and only their names kept, and without its marks."""
        figures = tuple(replace(f, picture=self._save(f.picture)) for f in page.figures)
        return replace(page, picture=self._save(page.picture), figures=figures, marks=())

    def _save(self, picture: Picture | None) -> Picture | None:
        if picture is None or self._save_picture is None:
            return None
        self._save_picture(picture)
        return replace(picture, data=b"")

    def _release(self, worker: WorkerProcess) -> None:
        """A file is done: the worker takes the next one, or ends when it has read enough."""
        del self._busy[worker]
        if worker.pages >= RECYCLE_PAGES:
            worker.stop()
        else:
            self._free.append(worker)

    def _drop(self, worker: WorkerProcess) -> None:
        del self._busy[worker]
        worker.stop()

    def _failed(
        self, worker: WorkerProcess, now: StageNow | None, what: str
    ) -> Iterator[ParseEvent]:
        """A worker was ended or ended itself: record the step, and go on without it."""
        progress = self._busy.pop(worker)
        if not worker.has_started:
            self._again.append(progress)
            self._false_start(what)
            return
        stage, page = (now.stage, now.page) if now else ("read", 0)
        problem = Problem(stage, what, page or None)
        progress.failures[page] += 1
        lost_already = ("load", page) in progress.skip
        if page == 0 and (progress.opened is None or progress.failures[page] > 1):
            yield self._refused(progress, problem)
            return
        progress.problems.append(problem)
        progress.leave_out(stage, page)
        if not (lost_already or progress.is_hopeless):
            yield from self._go_on(progress)
        elif progress.opened is None:
            yield self._refused(progress, problem)
        else:
            yield self._given_up(progress, progress.opened)

    def _go_on(self, progress: FileProgress) -> Iterator[ParseEvent]:
        """Another worker reads what is left of a file; it is done where its last page has come."""
        if progress.has_all_pages:
            yield self._finished(progress)
        else:
            self._again.appendleft(progress)

    def _refused(self, progress: FileProgress, problem: Problem) -> ParseEvent:
        """Nothing could be read; or, where pages have come already, the rest could not."""
        if progress.pages and progress.opened is not None:
            progress.problems.append(problem)
            return self._given_up(progress, progress.opened)
        return progress.task.failed(problem)

    def _given_up(self, progress: FileProgress, opened: Opened) -> ParseEvent:
        """The pages that have come, and empty ones in the place of the others."""
        first, last = progress.next_page, opened.pages
        if first <= last:
            message = f"pages {first} to {last} were not read: too many failures before them"
            progress.problems.append(Problem("read", message))
            progress.pages += [RawPage.empty(number) for number in range(first, last + 1)]
        return self._finished(progress)

    def _finished(self, progress: FileProgress) -> ParseEvent:
        """The document, unless what was said of the file makes none: that costs no other file."""
        task = progress.task
        assert progress.opened is not None
        try:
            parsed = assemble.document(
                task, progress.opened, progress.pages, progress.problems, self._setup.settings
            )
        except Exception as error:
            problem = Problem("read", f"the pages make no document: {reason(error)}")
            return task.failed(problem)
        members = [
            (name, path_of(task.unpack_to, number, name))
            for number, name in enumerate(progress.opened.members)
            if task.unpack_to
        ]
        kept = tuple(progress.pages) if task.keeps_lines else ()
        return FileParsed(task.path, parsed, kept, tuple(members))
