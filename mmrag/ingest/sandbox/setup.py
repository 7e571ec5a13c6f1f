"""What a worker is told once, when it starts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mmrag.config import IngestSettings
from mmrag.ingest.sandbox.messages import Job, Message
from mmrag.ingest.steps import Enter
from mmrag.protocols import OcrEngine

RECYCLE_PAGES = 500
"""Pages after which a process ends and a fresh one goes on: what leaks in a parser stays small."""

ParseFile = Callable[[Job, Enter], Iterator[Message]]


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker is told once. `parse` stands in for the real one in tests of faults."""

    parent: int  # process that starts it
    settings: IngestSettings
    make_ocr: Callable[[], OcrEngine] | None
    ocr_dpi: int
    parse: ParseFile | None = None
