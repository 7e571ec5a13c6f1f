"""What a worker process keeps between pages, and how each step of a page is run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from PIL import Image

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError, MmragError
from mmrag.ingest.formats.opening import reason
from mmrag.ingest.sandbox.setup import Enter
from mmrag.protocols import OcrEngine, OcrLine
from mmrag.types import Problem

T = TypeVar("T")


@dataclass(slots=True)
class Session:
    """What a worker process keeps from file to file. The OCR engine is made when first needed."""

    settings: IngestSettings
    make_ocr: Callable[[], OcrEngine] | None
    ocr_dpi: int
    enter: Enter
    read_before: dict[str, str] = field(default_factory=dict)  # figures of this file, by repeat key
    passwords: tuple[str, ...] = ()
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


@dataclass(slots=True)
class Steps:
    """Runs the stages of one page: announces each, and turns its failure into a problem."""

    page: int
    skip: frozenset[tuple[str, int]]
    enter: Enter
    problems: list[Problem] = field(default_factory=list)

    def run(self, stage: str, do: Callable[[], T], instead: T) -> T:
        """What `do` returns; `instead` where it fails or has failed before."""
        if (stage, self.page) in self.skip:
            return instead
        self.enter(stage, self.page)
        try:
            return do()
        except Exception as error:  # whatever a parser raises costs this stage, never the file
            self.problems.append(Problem(stage, reason(error), self.page))
            return instead
