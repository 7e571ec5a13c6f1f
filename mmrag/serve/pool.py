"""Threads that read indexes: each has its own open, as a catalog belongs to one thread."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from mmrag.closing import Closing
from mmrag.errors import IndexUnusable, MmragError
from mmrag.index import Index
from mmrag.locations import IndexLocation
from mmrag.models import Models

Result = TypeVar("Result")
_CLOSING_SECONDS = 10.0  # for a thread to come to an end; chosen by hand
_CALLS_PER_SECOND = 4  # of one thread, as one that is refused is told to expect; chosen by hand


class Busy(MmragError):
    """More calls wait than may: come back in `retry_after` seconds."""

    def __init__(self, what: str, retry_after: int) -> None:
        super().__init__(f"too many {what} are waiting: try again in {retry_after} s")
        self.retry_after = retry_after


class UnknownIndex(MmragError):
    """No index of that name is served."""


def location_of(locations: Mapping[str, IndexLocation], name: str) -> IndexLocation:
    """Where the index of that name is. Raises `UnknownIndex`."""
    if name not in locations:
        raise UnknownIndex("no index of that name is served here: GET /v1/indexes lists them")
    return locations[name]


@dataclass(frozen=True, slots=True)
class _Opened:
    index: Index
    generation: tuple[int, int, str | None]


class IndexPool(Closing):
    """Runs calls on threads; beyond those at work `waiting` may wait, one more is refused.

    What is committed to an index is seen by the next call. An index that was replaced as a whole,
    or tuned anew, is opened anew.
    """

    def __init__(
        self,
        what: str,
        locations: Mapping[str, IndexLocation],
        models: Models,
        threads: int,
        waiting: int,
    ) -> None:
        self._what = what
        self._locations = locations
        self._models = models
        self._threads = threads
        self._most = threads + waiting
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"mmrag-{what}")
        self._local = threading.local()
        self._lock = threading.Lock()
        self._held = 0
        self.refused = 0

    @property
    def under_way(self) -> int:
        """Calls that run or wait."""
        return self._held

    def submit(self, name: str, call: Callable[[Index], Result]) -> "Future[Result]":
        """Let a thread call `call` with the index of that name.

        Raises `UnknownIndex`, and `Busy` where too many wait.
        """
        location_of(self._locations, name)
        with self._lock:
            if self._held >= self._most:
                self.refused += 1
                raise Busy(self._what, max(1, self._held // self._threads // _CALLS_PER_SECOND))
            self._held += 1
        future = self._executor.submit(self._call, name, call)
        future.add_done_callback(self._release)
        return future

    def close(self) -> None:
        """Let what runs come to its end, and close what the threads hold open."""
        barrier = threading.Barrier(self._threads)
        for _ in range(self._threads):
            self._executor.submit(self._close_thread, barrier)
        self._executor.shutdown(wait=True)

    def _release(self, future: "Future[Result]") -> None:
        with self._lock:
            self._held -= 1

    def _call(self, name: str, call: Callable[[Index], Result]) -> Result:
        return call(self._index(name))

    def _index(self, name: str) -> Index:
        """The index as this thread holds it, opened anew where it is another one than before."""
        opened: dict[str, _Opened] = self._local.__dict__.setdefault("opened", {})
        held = opened.get(name)
        if held is not None:
            try:
                if held.generation == _generation(held.index):
                    return held.index
            except MmragError:
                pass  # opening it says what is wrong
            del opened[name]
            held.index.close()
        index = Index.open(self._locations[name], models=self._models)
        opened[name] = _Opened(index, _generation(index))
        return index

    def _close_thread(self, barrier: threading.Barrier) -> None:
        """Close the indexes of this thread; none goes on before each has been told."""
        for held in self._local.__dict__.pop("opened", {}).values():
            held.index.close()
        barrier.wait(_CLOSING_SECONDS)


def _generation(index: Index) -> tuple[int, int, str | None]:
    """What tells an index from one that took its place: its file, and what was tuned for it."""
    try:
        file = index.layout.db.stat()
    except OSError as error:
        raise IndexUnusable(f"{index.layout.db}: cannot be read: {error.strerror}") from error
    return file.st_dev, file.st_ino, index.catalog.facts.tuned()
