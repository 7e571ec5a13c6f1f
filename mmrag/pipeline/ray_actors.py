"""What runs on the machines of a cluster: readers with their parser process, encoders, describers.

Nothing here knows of Ray: `ray_reading`, `ray_encoders` and `ray_describers` make actors of it.
"""

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory, gettempdir

import psutil
from PIL import Image

from mmrag import ids
from mmrag.config import IngestSettings, Settings
from mmrag.ingest.events import FileEnd, FileParsed, ParseEvent, ParseTask
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.models import Models
from mmrag.protocols import FigureView, Foresees, ImageEncoder, OcrEngine, TextEncoder
from mmrag.types import Float32, Grid, Picture, Space

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
    """The machine does not have the bytes of the file: they are to be sent."""


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
        self._parsers: SimpleQueue[_Parser] = SimpleQueue()
        for _ in range(processes):
            self._parsers.put(_Parser(setup, secrets))

    def version(self) -> str:
        """The version of mmrag on this machine."""
        return version("mmrag")

    def read(self, task: ParseTask, data: bytes | None, draws: bool) -> Iterator[Item]:
        """All that is told of one file, which ends with its last event.

        `data` are its bytes, where this machine does not have them. `draws`: pictures are made.
        """
        with TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as name:
            folder = Path(name)
            file = _file(task, data, folder)
            if file is None:
                yield Absent()
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


def _file(task: ParseTask, data: bytes | None, folder: Path) -> Path | None:
    """Where the bytes of a task are on this machine; None where they are not."""
    if data is not None:
        sent = folder / f"sent{task.path.suffix}"
        sent.write_bytes(data)
        return sent
    path = task.bytes_at
    try:
        return path if ids.file_sha256(path) == task.sha256 else None
    except OSError:
        return None


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


class TextEncoding:
    """The profile's text encoder on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._encoder: TextEncoder = Models(settings).text_encoder()

    def space(self) -> Space:
        return self._encoder.space

    def expect(self, count: int) -> None:
        if isinstance(self._encoder, Foresees):
            self._encoder.expect(count)

    def encode(self, texts: Sequence[str]) -> Float32:
        return self._encoder.encode(texts)


class ImageEncoding:
    """The profile's image encoder on this machine."""

    def __init__(self, settings: Settings) -> None:
        encoder = Models(settings).image_encoder()
        assert encoder is not None, "asked for where the profile has one alone"
        self._encoder: ImageEncoder = encoder

    def space(self) -> Space:
        return self._encoder.space

    def text_space(self) -> Space | None:
        return self._encoder.text_space

    def logit_scale(self) -> float:
        return self._encoder.logit_scale

    def expect(self, count: int) -> None:
        if isinstance(self._encoder, Foresees):
            self._encoder.expect(count)

    def encode(self, images: Sequence[Image.Image]) -> Float32:
        return self._encoder.encode_images(images)

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        return self._encoder.encode_texts(texts)

    def split(self, text: str) -> Sequence[str]:
        return self._encoder.split(text)


@dataclass(frozen=True, slots=True)
class DescriberFacts:
    """Who describes on a machine, and who reads tables, if anyone."""

    name: str
    prompt_version: str
    parallel: int
    reader: str | None


class Describing:
    """The profile's vision-language model on this machine."""

    def __init__(self, settings: Settings) -> None:
        models = Models(settings)
        self._describer, self._reader = models.describer(), models.grid_reader()

    def facts(self) -> DescriberFacts:
        describer, reader = self._describer, self._reader
        return DescriberFacts(
            describer.name,
            describer.prompt_version,
            describer.parallel,
            None if reader is None else reader.name,
        )

    def describe(self, view: FigureView) -> str:
        return self._describer.describe(view)

    def read(self, view: FigureView) -> Grid:
        assert self._reader is not None, "asked for where the facts name one"
        return self._reader.read(view)
