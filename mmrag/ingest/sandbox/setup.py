"""What a worker is told once, when it starts."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from mmrag.config import IngestSettings
from mmrag.ingest.raw import Opened, RawPage
from mmrag.ingest.sandbox.messages import Job
from mmrag.ingest.steps import Enter
from mmrag.protocols import OcrEngine

RECYCLE_PAGES = 500
"""Pages after which a worker ends and a fresh one goes on: what leaks in a parser stays small."""

ParseFile = Callable[[Job, Enter], Generator[Opened | RawPage, None, None]]
"""Reads the file of a job. Raises `DocumentError` where it cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker is told once. `parse` stands in for the real parsing in tests of faults."""

    settings: IngestSettings
    make_ocr: Callable[[], OcrEngine] | None
    ocr_dpi: int
    parse: ParseFile | None = None
    makes_pictures: bool = True
