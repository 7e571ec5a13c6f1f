"""Files read by the readers of a cluster; what is lost with one of them is read again."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as installed
from typing import Any

import ray

from mmrag.errors import MmragError, UsageError
from mmrag.ingest.events import FileEnd, FileFailed, PageParsed, ParseEvent, ParseTask
from mmrag.ingest.reasons import reason
from mmrag.pipeline.engine import SavePicture
from mmrag.pipeline.ray_actors import Absent, EventTold, Item, Unpacked
from mmrag.pipeline.ray_faults import in_words
from mmrag.types import Problem

FILES_EACH = 2
"""Files that a process of a reader has: the one that it reads and the next; chosen by hand."""
ITEMS_AHEAD = 32
"""Pages of a file that wait for this process before its reader pauses, as in a local worker: with
their pictures some MB, so that the object store does not overflow."""
START_SECONDS = 120.0
"""For a reader to start; chosen by hand: on an idle machine it takes one."""
MAX_LOSSES = 3
"""Readers that may be lost with a file before it is given up; chosen by hand. The last one reads it
alone, so that no other file is given up with it."""
MAX_LOST_IN_A_ROW = 8
"""Readers that may be lost in one place, none of which told anything, before the run ends; by hand.
"""
_FULL = (ray.exceptions.ObjectStoreFullError, ray.exceptions.OutOfDiskError)


@dataclass(eq=False, slots=True)
class _Slot:
    """A reader, and what it has to do. Where it is lost another one takes its place."""

    processes: int  # with which it reads so many files at once
    reader: Any
    version: Any  # what it is asked first: it has started once that is there
    late: float  # when it should have, by the monotonic clock
    has_started: bool = False
    is_reserved: bool = False  # for a file that is read alone
    files: int = 0  # under way
    lost_in_a_row: int = 0


@dataclass(eq=False, slots=True)
class _File:
    """A file to read, or under way at a reader."""

    task: ParseTask
    slot: _Slot | None = None
    told: int = 0  # pages that were passed on, of a reader that was lost, too
    losses: int = 0
    is_sent: bool = False  # its bytes go along
    is_asked_again: bool = False
    is_done: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether it may be what ends readers: nothing else is read by the next one."""
        return self.losses >= MAX_LOSSES - 1


class Readers:
    """Gives files to readers as they start and become free, and passes on what they tell."""

    def __init__(
        self,
        starts: Sequence[tuple[int, Callable[[int], Any]]],
        replacement: Callable[[int], Any],
    ) -> None:
        """For each reader its processes and what starts it; `replacement` starts one elsewhere."""
        self._replacement = replacement
        self._slots = [_slot(processes, start(processes)) for processes, start in starts]
        self._under_way: dict[Any, _File] = {}  # by the stream of what is told
        self._again: deque[_File] = deque()
        self._unread: deque[FileFailed] = deque()  # whose bytes could not be sent

    def read(self, tasks: Iterable[ParseTask], save_picture: SavePicture) -> Iterator[ParseEvent]:
        """The events of files, several at a time. Tasks are taken as readers become free.

        Raises `UsageError` where none can start, `MmragError` where they do not stay alive, and
        what ended one of them.
        """
        files = map(_File, tasks)
        while True:
            is_any_left = self._give(files, draws=save_picture is not None)
            while self._unread:
                yield self._unread.popleft()
            if not is_any_left:
                return
            starting = {slot.version: slot for slot in self._slots if not slot.has_started}
            now = time.monotonic()
            until = min((slot.late for slot in starting.values()), default=None)
            seconds = None if until is None else max(0.0, until - now)
            told, _ = ray.wait([*starting, *self._under_way], num_returns=1, timeout=seconds)
            for slot in starting.values():
                if slot.version in told:
                    self._hear_of_start(slot)
                elif slot.late <= now:
                    self._start_late(slot)
            for stream in told:
                if stream in self._under_way:
                    yield from self._next(stream, save_picture)

    def close(self) -> None:
        """End the readers, whatever they do, and their parser processes with them."""
        for slot in self._slots:
            ray.kill(slot.reader)

    def _give(self, files: Iterator[_File], *, draws: bool) -> bool:
        """Give files to readers that have place; whether any may be left, under way or not."""
        while (slot := self._with_place()) is not None:
            file = self._again.popleft() if self._again else next(files, None)
            if file is None:
                return bool(self._under_way)
            if file.is_alone and slot.files:
                self._again.appendleft(file)
                break  # until a reader has nothing else
            try:
                data = file.task.bytes_at.read_bytes() if file.is_sent else None
            except OSError as error:
                is_gone = isinstance(error, FileNotFoundError)
                told = "the file is gone" if is_gone else reason(error)
                self._unread.append(file.task.failed(Problem("open", told)))
                continue
            file.slot = slot
            slot.files += 1
            slot.is_reserved = file.is_alone
            read = slot.reader.read.options(_generator_backpressure_num_objects=ITEMS_AHEAD)
            with _store_errors():
                self._under_way[read.remote(file.task, data, draws)] = file
        return True

    def _with_place(self) -> _Slot | None:
        """The reader with the least to do for its size, if one has place for a file.

        While others start, none takes more than it can read at once.
        """
        most = FILES_EACH if all(slot.has_started for slot in self._slots) else 1
        free = [slot for slot in self._slots if slot.has_started and not slot.is_reserved]
        least = min(free, key=lambda slot: slot.files / slot.processes, default=None)
        if least is None or least.files >= most * least.processes:
            return None
        return least

    def _hear_of_start(self, slot: _Slot) -> None:
        """A reader has started, or was lost before. Raises `UsageError` where none can."""
        ours = installed("mmrag")
        try:
            theirs = ray.get(slot.version)
        except ray.exceptions.RayError as error:
            is_lost = not isinstance(error, ray.exceptions.RayTaskError)
            if is_lost and not getattr(error, "actor_init_failed", False):
                self._replace(slot, in_words(error))
                return
            raise UsageError(
                f"no reader starts on the cluster: {in_words(error)}: install mmrag {ours} "
                "on each of its machines"
            ) from error
        if theirs != ours:
            raise UsageError(
                f"a machine of the cluster has mmrag {theirs}, and this one has {ours}: install "
                "the same version on all"
            )
        slot.has_started = True

    def _start_late(self, slot: _Slot) -> None:
        """A reader has not started in its time: another is started elsewhere.

        Raises `UsageError` where none has started.
        """
        if not any(each.has_started for each in self._slots):
            raise UsageError(
                f"{len(self._slots)} readers did not start within {START_SECONDS:g} s: the cluster "
                "is busy: try again later, or set [ingest] workers to fewer"
            )
        self._replace(slot, f"it did not start within {START_SECONDS:g} s")

    def _next(self, stream: Any, save_picture: SavePicture) -> Iterator[ParseEvent]:
        """What the next item of a file tells, or its end, or the loss of its reader."""
        file = self._under_way[stream]
        try:
            with _store_errors():
                item: Item = ray.get(next(stream))
        except StopIteration:
            yield from self._ended(stream, "it ended early")
        except ray.exceptions.RayTaskError as error:
            raise _cause(error) from error
        except ray.exceptions.RayError as error:
            yield from self._ended(stream, in_words(error))
        else:
            assert file.slot is not None
            file.slot.lost_in_a_row = 0
            yield from self._told(file, item, save_picture)

    def _told(self, file: _File, item: Item, save_picture: SavePicture) -> Iterator[ParseEvent]:
        match item:
            case Absent():
                file.is_sent = file.is_asked_again = True
            case Unpacked(path, data):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            case EventTold(event, pictures):
                if isinstance(event, PageParsed):
                    if event.page <= file.told:
                        return  # passed on before its reader was lost
                    file.told = event.page
                if save_picture is not None:
                    for picture in pictures:
                        save_picture(picture)
                file.is_done = isinstance(event, FileEnd)
                yield event

    def _ended(self, stream: Any, why: str) -> Iterator[ParseEvent]:
        """No more comes of a file: it is done, its bytes are wanted, or its reader is lost."""
        file = self._under_way.pop(stream)
        slot = file.slot
        assert slot is not None
        is_lost = not (file.is_done or file.is_asked_again)
        slot.files -= 1
        slot.is_reserved = False
        if is_lost and slot in self._slots:  # else it was lost with another of its files
            self._replace(slot, why)
        if file.is_asked_again:
            file.is_asked_again = False
            self._again.appendleft(file)
        elif is_lost:
            file.losses += 1
            if file.losses < MAX_LOSSES:
                self._again.appendleft(file)
            else:
                told = f"{file.losses} readers were lost with it, one after another: {why}"
                yield file.task.failed(Problem("read", told))

    def _replace(self, slot: _Slot, why: str) -> None:
        """Start another reader in the place of a lost one. Raises `MmragError` in the end."""
        lost = slot.lost_in_a_row + 1
        if lost > MAX_LOST_IN_A_ROW:
            raise MmragError(
                f"readers of the cluster do not stay alive, {lost} in a row: {why}: "
                "see Ray's logs of their machines; what was stored is kept"
            )
        ray.kill(slot.reader)
        new = _slot(slot.processes, self._replacement(slot.processes))
        new.lost_in_a_row = lost
        self._slots[self._slots.index(slot)] = new


def _slot(processes: int, reader: Any) -> _Slot:
    late = time.monotonic() + START_SECONDS
    return _Slot(processes, reader, reader.version.remote(), late)


@contextmanager
def _store_errors() -> Iterator[None]:
    """A store of objects that is full, here or at a reader, ends the run: raises `MmragError`."""
    try:
        yield
    except ray.exceptions.RayError as error:
        if not isinstance(getattr(error, "cause", error), _FULL):
            raise
        raise MmragError(
            f"the object store of the cluster is full: {in_words(error)}: give its machines more "
            "(ray start --object-store-memory), free the disk that it spills to, or read with "
            "fewer readers ([ingest] workers); what was stored is kept, and the same command goes "
            "on"
        ) from error


def _cause(error: ray.exceptions.RayTaskError) -> MmragError:
    """What a reader raised, as it raised it."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, MmragError):
        return cause
    return MmragError(f"a reader of the cluster failed: {cause or in_words(error)}")
