"""What a task works with: the picture that it looks at, and the models of a profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from mmrag import ids
from mmrag.config import Settings
from mmrag.errors import ConfigError, DocumentError
from mmrag.protocols import (
    ChatModel,
    Compute,
    ImageEncoder,
    ModelFiles,
    OcrName,
    PageReader,
    RoleName,
)
from mmrag.readings import PageReading, PictureSource
from mmrag.types import Evidence
from mmrag.vision.heard import Listener
from mmrag.vision.use import UseMeter

if TYPE_CHECKING:
    from PIL import Image

By = Literal["auto", "embedded", "vlm"]
"""Who does a task: rules, OCR and the image encoder, or the profile's vision-language model."""
EMBEDDED = "rules"
"""The maker of what is found by rules alone."""


def nothing_computed(question: str, evidence: Sequence[Evidence]) -> None:
    """Of a bench that was given nobody who computes: no answer."""


class VisionModels(Protocol):
    """The backends that the tasks work with; `Models` offers them."""

    @property
    def settings(self) -> Settings: ...

    has_chat_model: bool

    def files(self) -> Mapping[RoleName, ModelFiles]: ...

    def image_encoder(self) -> ImageEncoder | None: ...

    def chat_model(self) -> ChatModel: ...

    def page_reader(
        self, seconds: float | None = None, engine: OcrName | None = None
    ) -> PageReader: ...


class View:
    """One source with its picture and its reading, each come by when it is first asked for."""

    def __init__(
        self,
        source: PictureSource,
        reader: PageReader,
        read: PageReading | DocumentError | None = None,
    ) -> None:
        self.source = source
        self._reader = reader
        self._read = read

    @property
    def reading(self) -> PageReading:
        """What parsers and OCR read. Raises `DocumentError` where nothing could be read."""
        if self._read is None:
            [(_, self._read)] = self._reader.read([self.source])
        if isinstance(self._read, DocumentError):
            raise self._read
        return self._read

    @cached_property
    def image(self) -> "Image.Image":
        """What the source shows. Raises `UsageError`, `DocumentError`."""
        shown = self._read.image() if isinstance(self._read, PageReading) else None
        return shown or self._reader.picture(self.source)

    @property
    def is_whole(self) -> bool:
        """Whether no step of reading failed, where it was read."""
        return not isinstance(self._read, PageReading) or self._read.is_whole


def file_hash(source: PictureSource) -> str:
    """SHA-256 of a source's file. Raises `DocumentError` where it cannot be read."""
    try:
        return ids.file_sha256(source.path)
    except OSError as error:
        raise DocumentError(f"{source.name}: {error.strerror or error}") from error


@dataclass(frozen=True, slots=True)
class Bench:
    """The models of a profile, the reader of pages, and how long one picture may take."""

    models: VisionModels
    reader: PageReader
    seconds: float
    listener: Listener | None = None  # hears replies while they come
    meter: UseMeter = field(default_factory=UseMeter)
    in_line: float = 0.0  # seconds that a reply may wait for its turn, as in `Limits`
    engine: OcrName | None = None  # that the reader works with; None: as the profile says
    compute: Compute = nothing_computed

    @property
    def ocr_name(self) -> OcrName:
        """Who reads what has no text layer; where the profile says "auto", who reads it first."""
        named = self.engine or self.models.settings.ocr.engine
        return "tesseract" if named == "tesseract" else "rapidocr"

    def read_by(self, engine: OcrName) -> "Bench":
        """The same with this engine. Raises `ModelMissing` where it is not installed."""
        return replace(self, reader=self.models.page_reader(self.seconds, engine), engine=engine)

    def asks_model(self, by: By) -> bool:
        """Whether the profile's model does it: where that is asked for, or there is one.

        Raises `ConfigError` where it is asked for and the profile has none.
        """
        if by == "vlm" and not self.models.has_chat_model:
            name = self.models.settings.name
            raise ConfigError(
                f"profile {name!r} has no vision-language model for --by vlm: choose one that has, "
                "for example --profile llava (`mmrag models list`)"
            )
        return by != "embedded" and self.models.has_chat_model

    def encoder(self) -> ImageEncoder:
        """The image encoder. Raises `ConfigError` where the profile has none."""
        encoder = self.models.image_encoder()
        if encoder is None:
            raise ConfigError(
                f"profile {self.models.settings.name!r} has no image model "
                '([image] backend = "none"): choose a profile with one, for example '
                "--profile embedded"
            )
        return encoder

    def view(self, source: PictureSource) -> View:
        """A source to look at."""
        return View(source, self.reader)
