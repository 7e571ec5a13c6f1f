"""An engine of a run: who reads its files, and whose encoders it works with.

The pool of parser processes on this machine is one, a cluster of Ray another (`ray_engine`).
Documents come back to the one process that writes, whichever it is.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mmrag.config import IngestSettings
from mmrag.ingest.events import ParseEvent, ParseTask
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.models import Models
from mmrag.types import Picture

SavePicture = Callable[[Picture], None] | None
"""None: no pictures are made."""
Parse = Callable[[Sequence[ParseTask], SavePicture], Generator[ParseEvent, None, None]]
"""Reads files and tells how far it is; pictures are saved before the event of their file."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """The SHA-256 of a file behind an address; empty where it could not be fetched, and why."""

    sha256: str
    why: str = ""
    is_kept: bool = False  # a copy is there to be read


Fetch = Callable[[Sequence[Path]], Iterator[tuple[Path, Hashed]]]
"""Fetches files behind addresses where they will be read, several at a time, in whatever order."""


@dataclass(frozen=True, slots=True)
class RunEngine:
    """How a run reads its files, and the models that encode what it reads.

    Of several files the pages are counted first; of a single one the first page tells. Without
    `fetch` files behind addresses are copied to this machine.
    """

    parse: Parse
    models: Models
    fetch: Fetch | None = None


OpenEngine = Callable[[IngestSettings, Models], AbstractContextManager[RunEngine]]
"""Makes an engine for a run, with the profile's models; whoever enters it closes it."""


@contextmanager
def local(ingest: IngestSettings, models: Models) -> Iterator[RunEngine]:
    """Processes of this machine read, each with its own OCR engine; this process encodes."""

    def parse(
        tasks: Sequence[ParseTask], save_picture: SavePicture
    ) -> Generator[ParseEvent, None, None]:
        yield from parse_files(
            tasks,
            ingest,
            models.ocr_factory(),
            save_picture,
            ocr_dpi=models.settings.ocr.dpi,
            count_first=len(tasks) > 1,
        )

    yield RunEngine(parse, models)
