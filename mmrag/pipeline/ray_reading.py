"""Files read by the readers of a cluster; what is lost with one of them is read again."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ray

from mmrag.errors import MmragError
from mmrag.ingest.events import FileEnd, FileFailed, PageParsed, ParseEvent, ParseTask
from mmrag.ingest.reasons import reason
from mmrag.pipeline.engine import SavePicture
from mmrag.pipeline.ray_actors import Absent, EventTold, Item, Unpacked
from mmrag.pipeline.ray_faults import in_words
from mmrag.types import Problem

FILES_EACH = 2
"""Files that a reader has: the one that it reads and the next; chosen by hand."""
ITEMS_AHEAD = 32
"""Pages of a file that wait for this process before its reader pauses, as in a local worker: with
their pictures some MB, so that the object store does not overflow."""
MAX_LOSSES = 3
"""Readers that may be lost with a file before it is given up; chosen by hand."""
MAX_LOST_IN_A_ROW = 8
"""Readers that may be lost, none of which told anything, before the run ends; chosen by hand."""
_FULL = (ray.exceptions.ObjectStoreFullError, ray.exceptions.OutOfDiskError)


@dataclass(eq=False, slots=True)
class _Slot:
    """A place for a reader, which gets a new one where that is lost."""

    reader: Any
    files: int = 0  # under way


@dataclass(eq=False, slots=True)
class _File:
    """A file to read, or under way at a reader."""

    task: ParseTask
    slot: _Slot | None = None
    reader: Any = None
    told: int = 0  # pages that were passed on, of a reader that was lost, too
    losses: int = 0
    is_sent: bool = False  # its bytes go along
    is_asked_again: bool = False
    is_done: bool = False


class Readers:
    """Gives files to readers as they become free, and passes on what they tell."""

    def __init__(
        self, start: Callable[[], Any], count: int, replacement: Callable[[], Any] | None = None
    ) -> None:
        """`start` starts a reader, of which there are `count`; `replacement` one for a lost one."""
        self._replacement = replacement or start
        self._slots = [_Slot(start()) for _ in range(count)]
        self._under_way: dict[Any, _File] = {}  # by the stream of what is told
        self._again: deque[_File] = deque()
        self._unread: deque[FileFailed] = deque()  # whose bytes could not be sent
        self._lost_in_a_row = 0

    @property
    def actors(self) -> list[Any]:
        """The readers that there are now."""
        return [slot.reader for slot in self._slots]

    def read(self, tasks: Iterable[ParseTask], save_picture: SavePicture) -> Iterator[ParseEvent]:
        """The events of files, several at a time. Tasks are taken as readers become free.

        Raises `MmragError` where readers do not stay alive, and what ended one of them.
        """
        files = map(_File, tasks)
        while True:
            is_any_under_way = self._give(files)
            while self._unread:
                yield self._unread.popleft()
            if not is_any_under_way:
                return
            [stream], _ = ray.wait(list(self._under_way), num_returns=1)
            yield from self._next(stream, save_picture)

    def close(self) -> None:
        """End the readers, whatever they do, and their parser processes with them."""
        for slot in self._slots:
            ray.kill(slot.reader)

    def _give(self, files: Iterator[_File]) -> bool:
        """Give files to readers that have place; whether any is under way."""
        while (slot := min(self._slots, key=lambda slot: slot.files)).files < FILES_EACH:
            file = self._again.popleft() if self._again else next(files, None)
            if file is None:
                break
            try:
                data = file.task.bytes_at.read_bytes() if file.is_sent else None
            except OSError as error:
                is_gone = isinstance(error, FileNotFoundError)
                told = "the file is gone" if is_gone else reason(error)
                self._unread.append(file.task.failed(Problem("open", told)))
                continue
            file.slot, file.reader = slot, slot.reader
            slot.files += 1
            read = slot.reader.read.options(_generator_backpressure_num_objects=ITEMS_AHEAD)
            with _store_errors():
                self._under_way[read.remote(file.task, data)] = file
        return bool(self._under_way)

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
            self._lost_in_a_row = 0
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
        assert file.slot is not None
        file.slot.files -= 1
        if file.is_asked_again:
            file.is_asked_again = False
            self._again.appendleft(file)
        elif not file.is_done:
            self._replace(file, why)
            file.losses += 1
            if file.losses < MAX_LOSSES:
                self._again.appendleft(file)
            else:
                told = f"{file.losses} readers were lost with it, one after another: {why}"
                yield file.task.failed(Problem("read", told))

    def _replace(self, file: _File, why: str) -> None:
        """Start another reader in the place of a lost one. Raises `MmragError` in the end."""
        slot = file.slot
        assert slot is not None
        if slot.reader is not file.reader:
            return  # it was lost with its other file
        self._lost_in_a_row += 1
        if self._lost_in_a_row > MAX_LOST_IN_A_ROW:
            raise MmragError(
                f"readers of the cluster do not stay alive, {self._lost_in_a_row} in a row: {why}: "
                "see Ray's logs of their machines; what was stored is kept"
            )
        ray.kill(slot.reader)
        slot.reader = self._replacement()


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
