"""What a worker process is told when it starts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mmrag.config import IngestSettings
from mmrag.ingest.sandbox.messages import Found, Job
from mmrag.protocols import OcrEngine

RECYCLE_PAGES = 500
"""Pages after which a process ends and a fresh one goes on: what leaks in a parser stays small."""

Enter = Callable[[str, int], None]
"""Called with a stage and a page (0 is the file) before the stage begins."""
Reader = Callable[[Job, Enter], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker is told once. `reader` stands in for the real one in tests of faults."""

    parent: int  # process that starts it
    settings: IngestSettings
    make_ocr: Callable[[], OcrEngine] | None
    ocr_dpi: int
    reader: Reader | None = None
