"""How a run reads its files: by the pool of parser processes."""

from collections.abc import Callable, Generator, Sequence

from mmrag.config import IngestSettings
from mmrag.ingest.events import ParseEvent, ParseTask
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.models import Models
from mmrag.types import Picture

SavePicture = Callable[[Picture], None]
Parse = Callable[[Sequence[ParseTask], SavePicture | None], Generator[ParseEvent, None, None]]


def in_processes(settings: IngestSettings, models: Models) -> Parse:
    """Reads files in processes of their own, each with its own OCR engine.

    Of several files the pages are counted first; of a single one the first page tells.
    """

    def parse(
        tasks: Sequence[ParseTask], save_picture: SavePicture | None
    ) -> Generator[ParseEvent, None, None]:
        yield from parse_files(
            tasks,
            settings,
            models.ocr_factory(),
            save_picture,
            ocr_dpi=models.settings.ocr.dpi,
            count_first=len(tasks) > 1,
        )

    return parse
