"""A reader on a machine of a cluster: its parser processes, and the files that it fetches.

Nothing here knows of Ray: `ray_engine` makes an actor of it.
"""

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory, gettempdir, mkdtemp
from threading import Lock

import psutil

from mmrag import filesystems, ids
from mmrag.config import IngestSettings
from mmrag.errors import MmragError
from mmrag.ingest.events import FileEnd, FileParsed, ParseEvent, ParseTask
from mmrag.ingest.reasons import reason
from mmrag.ingest.remote.copies import Copies
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.paths import is_address, text_of
from mmrag.pipeline.engine import Hashed
from mmrag.protocols import OcrEngine
from mmrag.types import Picture

PROCESSES_EACH = 8
"""Parser processes of a reader at most: it takes 6 ms of a processor to hand on a page, and they
take 40 to read one of text alone (eval/SCALE.md, "Reading and encoding on a cluster")."""
_PREFIX = "mmrag-reader-"  # of a folder for the file that is read, before the process that reads it


@dataclass(frozen=True, slots=True)
class EventTold:
    """An event of a file, and the pictures that are to be saved before it."""

    event: ParseEvent
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file within a file, and where the driver is to put it."""

    path: Path
    data: bytes


@dataclass(frozen=True, slots=True)
class Absent:
    """The machine does not have the bytes of the file, and why: they are to be sent."""

    why: str = ""


Item = EventTold | Unpacked | Absent


@dataclass(frozen=True, slots=True)
class ReaderSetup:
    """What every reader is told. `passwords` are for encrypted files."""

    settings: IngestSettings
    passwords: tuple[str, ...]
    ocr: Callable[[], OcrEngine] | None
    ocr_dpi: int


class Reader:
    """Reads files in parser processes, several at once, with the limits of a local run.

    What these say is checked here, as it is where files are read locally.
    """

    def __init__(self, setup: ReaderSetup, processes: int) -> None:
        """`processes`: files that are read at once, each in a process of its own."""
        os.environ.pop("RAY_AUTH_TOKEN", None)  # of the cluster: nothing for a parser process
        _remove_leftovers()
        secrets = _in_memory("\n".join(setup.passwords)) if setup.passwords else ""
        self._most_bytes = setup.settings.fetch_mb << 20
        self._fetched: tuple[Path, Copies] | None = None  # their folder, and the files in it
        self._lock = Lock()  # of what is made once
        self._parsers: SimpleQueue[_Parser] = SimpleQueue()
        for _ in range(processes):
            self._parsers.put(_Parser(setup, secrets))

    def version(self) -> str:
        """The version of mmrag on this machine."""
        return version("mmrag")

    def fetch(self, file: Path) -> Hashed:
        """Fetch a file behind an address; a copy is kept until it is read, if there is room."""
        try:
            filesystems.check(text_of(file))
            sha256 = self._copies().fetch(file)
        except (MmragError, OSError) as error:
            return Hashed("", reason(error))
        return Hashed(sha256, is_kept=file in self._copies())

    def forget(self) -> None:
        """Remove what was fetched."""
        if self._fetched is not None:
            shutil.rmtree(self._fetched[0], ignore_errors=True)

    def read(self, task: ParseTask, data: bytes | None, draws: bool) -> Iterator[Item]:
        """All that is told of one file, which ends with its last event.

        `data` are its bytes, where this machine does not have them. `draws`: pictures are made.
        """
        with TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as name:
            folder = Path(name)
            file = self._file(task, data, folder)
            if isinstance(file, Absent):
                yield file
                return
            members = folder / "members" if task.unpack_to else None
            parser = self._parsers.get()
            try:
                for item in parser.read(replace(task, file=file, unpack_to=members), draws):
                    if isinstance(item.event, FileParsed) and task.unpack_to is not None:
                        yield from _unpacked(item.event, task.unpack_to)
                        item = replace(item, event=_moved(item.event, task.unpack_to))
                    yield item
            finally:
                self._parsers.put(parser)
        if is_remote(task) and not task.only_counts and task.path in self._copies():
            self._copies().let_go([task.path])

    def _file(self, task: ParseTask, data: bytes | None, folder: Path) -> Path | Absent:
        """Where the bytes of a task are on this machine, fetched if they lie behind an address."""
        if data is not None:
            sent = folder / f"sent{task.path.suffix}"
            sent.write_bytes(data)
            return sent
        try:
            path = self._copied(task.path, folder) if is_remote(task) else task.bytes_at
            return path if ids.file_sha256(path) == task.sha256 else Absent("it has changed")
        except (MmragError, OSError) as error:
            return Absent(reason(error))

    def _copied(self, file: Path, folder: Path) -> Path:
        """The copy of a file behind an address, in a folder where none was kept."""
        copies = self._copies()
        if file not in copies:
            filesystems.check(text_of(file))
            copies = Copies(folder, self._most_bytes)
            copies.fetch(file, keeps=True)
        return copies.at(file)

    def _copies(self) -> Copies:
        """Those that are kept until their files are read."""
        with self._lock:
            if self._fetched is None:
                folder = Path(mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
                readers = -(-(os.cpu_count() or 1) // PROCESSES_EACH)  # that this machine may have
                self._fetched = folder, Copies(folder, self._most_bytes, 1 / readers)
            return self._fetched[1]


def is_remote(task: ParseTask) -> bool:
    """Whether the bytes of a task lie behind an address, and in no file."""
    return task.file is None and is_address(text_of(task.path))


class _Parser:
    """Reads one file after another in one process, which starts with the first of them."""

    def __init__(self, setup: ReaderSetup, secrets: str) -> None:
        self._setup = setup
        self._secrets = secrets
        self._tasks: deque[ParseTask] = deque()
        self._pictures: list[Picture] = []
        self._events: dict[bool, Iterator[ParseEvent]] = {}  # by whether pictures are made

    def read(self, task: ParseTask, draws: bool) -> Iterator[EventTold]:
        self._tasks.append(task)
        for event in self._reading(draws):
            pictures, self._pictures[:] = tuple(self._pictures), []
            yield EventTold(event, pictures)
            if isinstance(event, FileEnd):
                return

    def _reading(self, draws: bool) -> Iterator[ParseEvent]:
        setup = self._setup
        if draws not in self._events:
            self._events[draws] = parse_files(
                iter(self._tasks.popleft, None),
                setup.settings.model_copy(update={"workers": 1, "password_file": self._secrets}),
                setup.ocr,
                self._pictures.append if draws else None,
                ocr_dpi=setup.ocr_dpi,
            )
        return self._events[draws]


def _unpacked(event: FileParsed, folder: Path) -> Iterator[Unpacked]:
    for _, path in event.members:
        if path.is_file() and not path.is_symlink():
            yield Unpacked(folder / path.name, path.read_bytes())


def _moved(event: FileParsed, folder: Path) -> FileParsed:
    """The files within a file are where the driver puts them."""
    return replace(event, members=tuple((name, folder / path.name) for name, path in event.members))


def _in_memory(text: str) -> str:
    """The path of a file that is on no disk, and gone with this process."""
    descriptor = os.memfd_create("passwords")
    os.write(descriptor, text.encode())
    return f"/proc/{os.getpid()}/fd/{descriptor}"


def _remove_leftovers() -> None:
    """Remove what readers that were killed have left on this machine."""
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
