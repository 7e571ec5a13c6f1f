"""One task over many pictures: read ahead, looked up in the cache, each with its outcome.

Readers take the next picture when one of them is free, and wait while the task is busy, so memory
does not grow with the number of pictures.
"""

import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Generic, TypeVar, get_args

import msgspec

from mmrag.disk_cache import DiskCache, key
from mmrag.errors import ConfigError, DocumentError, MmragError, ModelMissing
from mmrag.protocols import BATCH_IN_LINE
from mmrag.readings import PageReading, PictureSource
from mmrag.side_by_side import as_done
from mmrag.vision.looking import Bench, View, file_hash
from mmrag.vision.task import Outcome, Plain, Status, Task
from mmrag.vision.use import UseMeter

R = TypeVar("R")
READING = "reading-6"
"""What a page's reading is kept under in the cache, and what was made of it; another number: read
otherwise."""
IN_FLIGHT = 64
"""Sources whose hash is kept from when they are looked up until their result is; chosen by hand,
above the pictures that readers are ahead by."""


@dataclass(slots=True)
class BatchMetrics:
    """What a batch has cost: pictures by outcome, seconds, calls, and what the cache gave."""

    outcomes: Counter[Status] = field(default_factory=Counter)
    seconds: float = 0.0
    results_cached: int = 0
    readings_cached: int = 0
    meter: UseMeter = field(default_factory=UseMeter)

    def count(self, outcome: Outcome) -> None:
        self.outcomes[outcome.status] += 1
        self.seconds += outcome.seconds
        self.results_cached += outcome.cached

    def plain(self) -> Plain:
        """As JSON has it."""
        counts = {name: self.outcomes[name] for name in get_args(Status)}
        return {
            "pictures": self.outcomes.total(),
            **counts,
            "seconds": round(self.seconds, 3),
            "results_cached": self.results_cached,
            "readings_cached": self.readings_cached,
            "model": self.meter.use.plain(),
        }


class Batch(Generic[R]):
    """A task over sources. `cache` is None where nothing is to be kept."""

    def __init__(self, task: Task[R], bench: Bench, cache: DiskCache | None) -> None:
        self.task = task
        self.metrics = BatchMetrics()
        self._bench = replace(bench, meter=self.metrics.meter)
        self._cache = cache
        self._made_by = bench.models.settings.model_dump(mode="json", exclude={"name"})
        self._files = {
            role: (found.path, found.size)
            for role, files in bench.models.files().items()
            for found in [files.find()]
        }
        self._hash = lru_cache(IN_FLIGHT)(file_hash)

    def key(self, source: PictureSource) -> str:
        """All that the result depends on, as one name. Raises `DocumentError`."""
        parameters = msgspec.to_builtins(self.task)
        version = f"{self.task.version} {READING if self.task.reads else ''}"
        return self._key(source, self.task.name, version, parameters, self._files)

    def name_of(self, source: PictureSource) -> str:
        """Its key; the name of what cannot be read."""
        try:
            return self.key(source)
        except DocumentError:
            return source.name

    def run(
        self, sources: Iterable[PictureSource], *, side_by_side: bool = False
    ) -> Iterator[Outcome]:
        """The outcome of each source, as they are done; no picture ends the others.

        `side_by_side` has as many under way as the profile's model takes, each of which may wait in
        line for a server that is busy. Raises `ConfigError` where the profile lacks what the task
        needs; side by side `ModelMissing` where its model is not there at all, too.
        """
        self._hash.cache_clear()  # a file may have changed since its name was asked for
        ready: deque[Outcome] = deque()
        missing = self._missing(sources, ready)
        views = self._read(missing) if self.task.reads else map(self._bench.view, missing)
        bench, at_once = self._bench, 1
        if side_by_side:
            bench = replace(bench, in_line=BATCH_IN_LINE)
            at_once = 1 if bench.listener else bench.models.settings.vlm.at_once
        for outcome in as_done(partial(self._outcome, bench), views, at_once):
            ready.append(outcome)
            yield from self._counted(ready)
        yield from self._counted(ready)

    def _counted(self, ready: deque[Outcome]) -> Iterator[Outcome]:
        while ready:
            outcome = ready.popleft()
            self.metrics.count(outcome)
            yield outcome

    def _missing(
        self, sources: Iterable[PictureSource], ready: deque[Outcome]
    ) -> Iterator[PictureSource]:
        """The sources without a result in the cache; the outcomes of the others are ready."""
        for source in sources:
            started = time.monotonic()
            try:
                found = self._cached(source)
            except DocumentError as error:
                ready.append(Outcome(source, self.task.name, "failed", problem=str(error)))
                continue
            if found is None:
                yield source
            else:
                status: Status = "nothing" if is_nothing(found) else "done"
                seconds = time.monotonic() - started
                ready.append(
                    Outcome(source, self.task.name, status, found, seconds=seconds, cached=True)
                )

    def _cached(self, source: PictureSource) -> R | None:
        if self._cache is None:
            self._hash(source)
            return None
        data = self._cache.get(self.key(source))
        if data is None:
            return None
        try:
            return msgspec.json.decode(data, type=self.task.result)
        except (msgspec.MsgspecError, ValueError):
            return None  # damaged: as if it were not there

    def _read(self, sources: Iterator[PictureSource]) -> Iterator[View | Outcome]:
        """Views with their readings, out of the cache or from the readers."""
        kept: deque[tuple[PictureSource, PageReading]] = deque()

        def unread() -> Iterator[PictureSource]:
            for source in sources:
                reading = self._kept_reading(source)
                if reading is None:
                    yield source
                else:
                    kept.append((source, reading))

        def all_read() -> Iterator[tuple[PictureSource, PageReading | DocumentError]]:
            for source, read in self._bench.reader.read(unread()):
                while kept:
                    yield kept.popleft()
                if isinstance(read, PageReading):
                    self._keep_reading(source, read)
                yield source, read
            yield from kept

        for source, read in all_read():
            if isinstance(read, DocumentError):
                yield Outcome(source, self.task.name, "failed", problem=str(read))
            else:
                yield View(source, self._bench.reader, read)

    def _outcome(self, bench: Bench, view: View | Outcome) -> Outcome:
        """What the task makes of a view; whatever fails costs this picture alone."""
        if isinstance(view, Outcome):
            return view
        source, name, started = view.source, self.task.name, time.monotonic()
        try:
            result = self.task.run(view, bench)
        except ConfigError:
            raise
        except MmragError as error:
            if isinstance(error, ModelMissing) and bench.in_line:
                raise  # the others would wait for it, too
            problem = str(error)
        except MemoryError:
            problem = f"{source.name}: out of memory"
        else:
            seconds = time.monotonic() - started
            if self._cache is not None and view.is_whole:
                self._cache.put(self.key(source), msgspec.json.encode(result))
            status: Status = "nothing" if is_nothing(result) else "done"
            return Outcome(source, name, status, result, seconds=seconds)
        return Outcome(source, name, "failed", problem=problem, seconds=time.monotonic() - started)

    def _kept_reading(self, source: PictureSource) -> PageReading | None:
        data = None if self._cache is None else self._cache.get(self._reading_key(source))
        if data is None:
            return None
        try:
            reading = msgspec.msgpack.decode(data, type=PageReading)
        except (msgspec.MsgspecError, ValueError):
            return None
        self.metrics.readings_cached += 1
        return reading

    def _keep_reading(self, source: PictureSource, reading: PageReading) -> None:
        if self._cache is not None and reading.is_whole:
            self._cache.put(self._reading_key(source), msgspec.msgpack.encode(reading))

    def _reading_key(self, source: PictureSource) -> str:
        return self._key(source, READING, self._bench.engine or "", {}, {})

    def _key(self, source: PictureSource, *depends: object) -> str:
        place = (self._hash(source), source.page, source.bbox)
        return key({"place": place, "depends": depends, "settings": self._made_by})


def is_nothing(result: object) -> bool:
    """Whether what was asked for is not there, as results that can be empty say themselves."""
    return bool(getattr(result, "is_nothing", False))
