"""Files read by the readers of a cluster; what is lost with one of them is read again."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray

from mmrag.errors import MmragError
from mmrag.ingest.events import (
    FileEnd,
    FileFailed,
    FileUnreached,
    PageParsed,
    ParseEvent,
    ParseTask,
)
from mmrag.ingest.reasons import reason
from mmrag.pipeline.engine import Hashed, SavePicture
from mmrag.pipeline.ray_faults import in_words
from mmrag.pipeline.ray_reader import Absent, EventTold, Item, Unpacked, is_remote
from mmrag.pipeline.ray_slots import ReaderSlot, ReaderSlots
from mmrag.types import Problem

ITEMS_AHEAD = 32
"""Pages of a file that wait for this process before its reader pauses, as in a local worker: with
their pictures some MB, so that the object store does not overflow."""
MAX_LOSSES = 3
"""Readers that may be lost with a file before it is given up; chosen by hand. The last one reads it
alone, so that no other file is given up with it."""
_FULL = (ray.exceptions.ObjectStoreFullError, ray.exceptions.OutOfDiskError)


@dataclass(eq=False, slots=True)
class _File:
    """A file to read, or under way at a reader."""

    task: ParseTask
    slot: ReaderSlot | None = None
    told: int = 0  # pages that were passed on, of a reader that was lost, too
    losses: int = 0
    is_sent: bool = False  # its bytes go along
    is_asked_again: bool = False
    is_done: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether it may be what ends readers: nothing else is read by the next one."""
        return self.losses >= MAX_LOSSES - 1


class _Queue:
    """Files that nobody reads yet: those that a reader has fetched wait for it."""

    def __init__(self, files: Iterable[_File], holders: Mapping[Path, ReaderSlot]) -> None:
        self._of_all: deque[_File] = deque()
        self._held: dict[ReaderSlot, deque[_File]] = {}
        for file in files:
            holder = holders.get(file.task.path) if is_remote(file.task) else None
            queue = self._of_all if holder is None else self._held.setdefault(holder, deque())
            queue.append(file)

    def __bool__(self) -> bool:
        return bool(self._of_all or any(self._held.values()))

    def taken(self, slot: ReaderSlot, slots: Sequence[ReaderSlot]) -> _File | None:
        """The next file for a reader: its own, anyone's, or one of a reader that was lost."""
        lost = (queue for holder, queue in self._held.items() if holder not in slots)
        for queue in (self._held.get(slot), self._of_all, *lost):
            if queue:
                return queue.popleft()
        return None


class Readers:
    """Gives files to readers as they start and become free, and passes on what they tell."""

    def __init__(self, slots: ReaderSlots) -> None:
        self._slots = slots
        self._under_way: dict[Any, _File] = {}  # by the stream of what is told
        self._again: deque[_File] = deque()
        self._unread: deque[FileFailed] = deque()  # whose bytes could not be sent
        self._holders: dict[Path, ReaderSlot] = {}  # which has a file from behind an address

    def is_at_hand(self, task: ParseTask) -> bool:
        """Whether nothing is to be fetched for a task."""
        return not is_remote(task) or self._holders.get(task.path) in self._slots.all

    def fetch(self, files: Sequence[Path]) -> Iterator[tuple[Path, Hashed]]:
        """Files behind addresses fetched by readers, as many at a time as they would read.

        Raises what `read` raises.
        """
        wanted = deque(files)
        under_way: dict[Any, tuple[Path, ReaderSlot]] = {}
        while wanted or under_way:
            while wanted and (free := self._slots.with_place()):
                file, slot = wanted.popleft(), free[0]
                under_way[slot.reader.fetch.remote(file)] = file, slot
                slot.files += 1
            for asked in self._slots.wait(under_way):
                file, slot = under_way.pop(asked)
                slot.files -= 1
                try:
                    hashed: Hashed = ray.get(asked)
                except ray.exceptions.RayTaskError as error:
                    raise _cause(error) from error
                except ray.exceptions.RayError as error:
                    self._slots.lose(slot, in_words(error))
                    wanted.appendleft(file)
                    continue
                slot.lost_in_a_row = 0
                if hashed.is_kept:
                    self._holders[file] = slot
                yield file, hashed

    def read(self, tasks: Iterable[ParseTask], save_picture: SavePicture) -> Iterator[ParseEvent]:
        """The events of files, several at a time, which are given to readers as these have place.

        Raises `UsageError` where none can start, `MmragError` where they do not stay alive, and
        what ended one of them.
        """
        files = _Queue(map(_File, tasks), self._holders)
        while True:
            self._give(files, draws=save_picture is not None)
            while self._unread:
                yield self._unread.popleft()
            if not (self._under_way or self._again or files):
                return
            for stream in self._slots.wait(self._under_way):
                yield from self._next(stream, save_picture)

    def close(self) -> None:
        """End the readers, whatever they do, and their parser processes with them."""
        self._slots.close(forget=bool(self._holders))

    def _give(self, files: "_Queue", *, draws: bool) -> None:
        """Give files to readers that have place."""
        while (given := self._next_given(files)) is not None:
            slot, file = given
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

    def _next_given(self, files: "_Queue") -> "tuple[ReaderSlot, _File] | None":
        """A file, and a reader that has place for it."""
        for slot in self._slots.with_place():
            if not self._again:
                if (file := files.taken(slot, self._slots.all)) is not None:
                    return slot, file
            elif not (self._again[0].is_alone and slot.files):  # else until it has nothing else
                return slot, self._again.popleft()
        return None

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
            case Absent(why):
                if is_remote(file.task):
                    file.is_done = True
                    yield FileUnreached(file.task.path, why)
                else:
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
        if is_lost:
            self._slots.lose(slot, why)
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
