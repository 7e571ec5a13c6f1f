"""How a run reads its files: by the pool of parser processes."""

from collections.abc import Callable, Generator, Iterable

from mmrag.config import IngestSettings
from mmrag.ingest.events import ParseEvent, ParseTask
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.models import Models
from mmrag.types import Picture

SavePicture = Callable[[Picture], None]
Parse = Callable[[Iterable[ParseTask], SavePicture], Generator[ParseEvent, None, None]]


def in_processes(settings: IngestSettings, models: Models) -> Parse:
    """Reads files in processes of their own, each with its own OCR engine."""

    def parse(
        tasks: Iterable[ParseTask], save_picture: SavePicture
    ) -> Generator[ParseEvent, None, None]:
        yield from parse_files(
            tasks,
            settings,
            models.ocr_factory(),
            save_picture,
            ocr_dpi=models.settings.ocr.dpi,
        )

    return parse
