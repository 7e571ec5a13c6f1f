"""Indexing that is asked of a server: uploads and folders, one run at a time, with progress.

A run is that of `mmrag index`, in a thread: files are told by their content and read in processes
with limits. Folders are those that the server was started with, by number; nobody names a path.
"""

import itertools
import re
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from mmrag import contract
from mmrag.closing import Closing
from mmrag.contract import Json
from mmrag.errors import MmragError
from mmrag.index import Index
from mmrag.locations import IndexLocation
from mmrag.models import Models
from mmrag.pipeline.progress import Progress
from mmrag.reports import IndexReport
from mmrag.serve.guard import UNEXPECTED, log_place
from mmrag.serve.pool import Busy

JobState = Literal["waiting", "running", "done", "in part", "failed", "cancelled"]
MOST_WAITING = 20  # jobs that are not at their end; chosen by hand
MOST_KEPT = 100  # that are told of; the oldest are forgotten. By hand
LONGEST_NAME = 100  # characters of a file that is uploaded; by hand
_RETRY_SECONDS = 30  # after which one may ask for a job again; by hand
_ENDED: tuple[JobState, ...] = ("done", "in part", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class IndexJob:
    """One run. `report` is there at its end, `error` where it failed as a whole."""

    id: int
    index: str
    what: str  # "upload of report.pdf", "folder papers"
    state: JobState = "waiting"
    progress: Progress | None = None
    report: IndexReport | None = None
    error: str = ""

    @property
    def is_over(self) -> bool:
        return self.state in _ENDED


class Jobs(Closing):
    """The runs of a server, the newest last."""

    def __init__(self, locations: Mapping[str, IndexLocation], models: Models) -> None:
        self._locations = locations
        self._models = models
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="mmrag-jobs")
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._jobs: dict[int, IndexJob] = {}
        self._cancelled: set[int] = set()

    def start(self, index: str, what: str, paths: Sequence[Path]) -> IndexJob:
        """Index some paths when those before are done. Raises `Busy` where too many wait."""
        with self._lock:
            under_way = [job for job in self._jobs.values() if not job.is_over]
            if len(under_way) >= MOST_WAITING:
                raise Busy("jobs", _RETRY_SECONDS)
            job = IndexJob(next(self._numbers), index, what)
            self._jobs[job.id] = job
            ended = [number for number, other in self._jobs.items() if other.is_over]
            for number in ended[: max(0, len(self._jobs) - MOST_KEPT)]:
                del self._jobs[number]
        self._executor.submit(self._run, job, tuple(paths))
        return job

    def of_index(self, index: str) -> list[IndexJob]:
        """The jobs of an index, the newest first."""
        with self._lock:
            return [job for job in reversed(self._jobs.values()) if job.index == index]

    def get(self, index: str, number: int) -> IndexJob | None:
        """One job; None where there is none."""
        return next((job for job in self.of_index(index) if job.id == number), None)

    def cancel(self, number: int) -> None:
        """Let a job end early: what it has stored stays."""
        with self._lock:
            self._cancelled.add(number)

    def close(self) -> None:
        """Cancel what is under way, and wait for its end."""
        with self._lock:
            self._cancelled.update(self._jobs)
        self._executor.shutdown(wait=True)

    def _run(self, job: IndexJob, paths: Sequence[Path]) -> None:
        def tell(progress: Progress) -> None:
            self._change(job.id, state="running", progress=progress)
            if job.id in self._cancelled:
                raise KeyboardInterrupt  # as Ctrl-C does: the run ends in order

        if job.id in self._cancelled:
            self._change(job.id, state="cancelled")
            return
        try:
            with Index.open(self._locations[job.index], models=self._models) as index:
                report = index.add(*paths, on_event=tell)
        except MmragError as error:
            self._change(job.id, state="failed", error=str(error))
        except Exception as error:
            log_place(error)
            self._change(job.id, state="failed", error=UNEXPECTED)
        else:
            ended: JobState = "done" if report.complete else "in part"
            state = "cancelled" if report.interrupted else ended
            self._change(job.id, state=state, report=report)

    def _change(self, number: int, **changes: object) -> None:
        with self._lock:
            self._jobs[number] = replace(self._jobs[number], **changes)  # type: ignore[arg-type]


def told(job: IndexJob) -> Json:
    """A job as JSON."""
    return contract.versioned(
        {
            "id": job.id,
            "index": job.index,
            "what": job.what,
            "state": job.state,
            "progress": None if job.progress is None else asdict(job.progress),
            "report": None if job.report is None else contract.indexed(job.report, job.index),
            "error": job.error,
        }
    )


def file_name(given: str) -> str:
    """A name for an uploaded file: never a path, nor hidden."""
    plain = re.sub(r"[^\w .()+-]", "_", given.replace("\\", "/").rpartition("/")[2])
    return plain.strip(" .")[-LONGEST_NAME:].strip(" .") or "upload"
