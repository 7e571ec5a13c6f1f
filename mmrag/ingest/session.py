"""What whoever reads files keeps between pages and files: settings, passwords, the OCR engine."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError, MmragError
from mmrag.ingest.steps import Enter
from mmrag.protocols import OcrEngine, OcrLine


@dataclass(slots=True)
class ReadingSession:
    """The life of one process that reads files. The OCR engine is made when it is first needed."""

    settings: IngestSettings
    make_ocr: Callable[[], OcrEngine] | None  # None: OCR is off
    ocr_dpi: int
    enter: Enter
    read_before: dict[str, str] = field(default_factory=dict)  # figures of this file, by repeat key
    right_fonts: set[str] = field(default_factory=set)  # of this file, that say what they show
    passwords: tuple[str, ...] = ()
    keeps_lines: bool = False  # pages of this file keep their lines and the fields of their form
    makes_pictures: bool = True  # of pages and figures
    _engine: OcrEngine | None = None
    _broken: str = ""  # why there is no engine

    def ocr(self, image: Image.Image) -> list[OcrLine]:
        """The lines in `image`. Raises `DocumentError` where there is no engine."""
        if self._broken:
            raise DocumentError(self._broken)
        if self._engine is None:
            if self.make_ocr is None:
                raise DocumentError("OCR is off")
            try:
                self._engine = self.make_ocr()
            except MmragError as error:
                self._broken = str(error)
                raise
        return list(self._engine.read(image))
