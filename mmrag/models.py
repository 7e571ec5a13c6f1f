"""Models: the backends of one profile, and the only place where backends are named.

    with Models.open("llava") as models:
        vectors = models.query_encoder().encode(["net revenue in 2023"])

Each role imports and loads its backend when it is first asked for, so that a search pays for no
library that it does not use.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar, runtime_checkable

from mmrag import config
from mmrag.closing import Closing
from mmrag.config import (
    ImageSettings,
    LateSettings,
    OcrSettings,
    RerankSettings,
    Settings,
    TextSettings,
    VlmSettings,
)
from mmrag.errors import ConfigError, ModelError
from mmrag.protocols import (
    Answerer,
    ChatModel,
    Describer,
    GraphKind,
    GridReader,
    ImageEncoder,
    ModelFiles,
    MultiVectorEncoder,
    OcrEngine,
    OcrName,
    PageReader,
    Reranker,
    Rewriter,
    RoleName,
    TextEncoder,
)

if TYPE_CHECKING:
    from PIL import Image

Loaded = TypeVar("Loaded")
_PLACEHOLDER = "<profile>"
"""What stands in a backend's message for the name of the profile."""


@runtime_checkable
class Closes(Protocol):
    """A backend that holds more than memory: a connection, a GPU."""

    def close(self) -> None: ...


@contextmanager
def naming(profile: str) -> Iterator[None]:
    """Errors of a backend that advise to fetch `<profile>` name the profile, which it knows not."""
    try:
        yield
    except ModelError as error:
        if _PLACEHOLDER not in str(error):
            raise
        raise type(error)(str(error).replace(_PLACEHOLDER, profile)) from error


class Role(Generic[Loaded]):
    """One backend, loaded when it is first asked for. Threads that ask meanwhile wait for it.

    What fails to load is tried again by the next who asks.
    """

    def __init__(self, load: Callable[[], Loaded], profile: str) -> None:
        self._load = load
        self._profile = profile
        self._lock = Lock()
        self._loaded: list[Loaded] = []

    def __call__(self) -> Loaded:
        """The backend. Raises `ModelMissing`, `ModelRefused`, `ConfigError` where it cannot be."""
        with self._lock:
            if not self._loaded:
                with naming(self._profile):
                    self._loaded.append(self._load())
            return self._loaded[0]

    def close(self) -> None:
        """Let go of the backend; the next who asks loads it anew."""
        with self._lock:
            while self._loaded:
                backend = self._loaded.pop()
                if isinstance(backend, Closes):
                    backend.close()


class Models(Closing):
    """The backends of a profile, each loaded once, shared by threads, closed together.

    A role is asked for by calling it: `models.image_encoder()`. A factory given by keyword takes
    the place of the backend that the profile names: a model of one's own, or a test's.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        text_encoder: Callable[[], TextEncoder] | None = None,
        image_encoder: Callable[[], ImageEncoder] | None = None,
        reranker: Callable[[], Reranker] | None = None,
        page_encoder: Callable[[], MultiVectorEncoder] | None = None,
        chat_model: Callable[[], ChatModel] | None = None,
        describer: Callable[[], Describer] | None = None,
        answerer: Callable[[], Answerer] | None = None,
    ) -> None:
        offline, name = settings.offline, settings.name
        self.settings = settings
        self.text_encoder = Role(
            text_encoder or partial(_text_encoder, settings.text, offline), name
        )
        """Encodes passages and descriptions."""
        self.query_encoder = (
            self.text_encoder
            if text_encoder
            else Role(partial(_query_encoder, settings.text, offline), name)
        )
        """Encodes questions, in the space of `text_encoder`: the embedded model loads at once."""
        self.image_encoder: Role[ImageEncoder | None] = Role(
            image_encoder or partial(_image_encoder, settings.image, offline), name
        )
        """Encodes pictures; None where the profile names none."""
        self.reranker: Role[Reranker | None] = Role(reranker or partial(_reranker, settings), name)
        """The cross-encoder over the best candidates; None where the profile names none."""
        self.page_encoder: Role[MultiVectorEncoder | None] = Role(
            page_encoder or partial(_page_encoder, settings), name
        )
        """Encodes pages for late interaction; None where the profile names none."""
        self.chat_model = Role(chat_model or partial(_chat_model, settings.vlm, offline), name)
        """The vision-language model of all who describe, answer and rewrite."""
        self._describer = describer
        self._grid_reader: Callable[[], GridReader | None] | None = None
        self._answerer = answerer
        self.has_image_encoder = bool(image_encoder) or settings.image.backend != "none"
        self.has_page_encoder = bool(page_encoder) or settings.late.backend != "none"
        self.has_chat_model = bool(chat_model) or settings.vlm.backend != "none"
        self.has_describer = bool(describer) or settings.describe.by != "extracted"

    @classmethod
    def open(cls, profile: str | Settings | None = None) -> Self:
        """The backends of a profile by name, by path or as Settings. Raises `ConfigError`."""
        return cls(profile if isinstance(profile, Settings) else config.load(profile))

    def encoding_by(
        self,
        settings: Settings,
        text_encoder: Callable[[], TextEncoder],
        image_encoder: Callable[[], ImageEncoder] | None,
    ) -> "Models":
        """These models but for those who encode texts and pictures, which are closed apart."""
        name, others = settings.name, copy(self)
        others.settings = settings
        others.text_encoder = others.query_encoder = Role(text_encoder, name)
        if image_encoder is not None:
            others.image_encoder = Role(image_encoder, name)
        return others

    def describing_by(
        self, describer: Callable[[], Describer], grid_reader: Callable[[], GridReader | None]
    ) -> "Models":
        """These models but for those who describe figures and read tables, closed apart."""
        others = copy(self)
        others._describer, others._grid_reader = describer, grid_reader
        return others

    def close(self) -> None:
        """Let go of all that was loaded; a role that is asked for again is loaded anew."""
        for role in (
            self.text_encoder,
            self.query_encoder,
            self.image_encoder,
            self.reranker,
            self.page_encoder,
            self.chat_model,
        ):
            role.close()

    def files(self) -> Mapping[RoleName, ModelFiles]:
        """The files of each backend that the profile names; none of them is loaded."""
        settings = self.settings
        found: dict[RoleName, ModelFiles | None] = {
            "text": _text_files(settings.text),
            "image": _image_files(settings.image),
            "rerank": _repository(settings.rerank),
            "late": _repository(settings.late),
            "vlm": _vlm_files(settings.vlm),
        }
        return {name: files for name, files in found.items() if files is not None}

    def packages(self) -> Mapping[str, bool]:
        """The further packages that the chat model needs, and whether they are installed."""
        from mmrag.backends import packages

        folder = self._vlm_folder()
        names = (
            *packages.needed(self.settings.vlm),
            *(packages.needed_by(folder) if folder else ()),
        )
        return {name: packages.is_installed(name) for name in names}

    def foretold_bytes(self, *, on_gpu: bool) -> float | None:
        """Memory that the chat model takes in this process, by the headers of its weights.

        None where they are not here in whole, or lie with a server.
        """
        from mmrag.backends import weights_memory

        folder, quantization = self._vlm_folder(), self.settings.vlm.quantization
        if folder is None:
            return None
        needed = weights_memory.needed_bytes(folder, quantization, self.width(on_gpu=on_gpu))
        return needed * weights_memory.HEADROOM

    def width(self, *, on_gpu: bool) -> int:
        """Bytes a number of what is not quantized of the chat model, as it would be loaded here."""
        from mmrag.backends import weights_memory

        vlm = self.settings.vlm
        return weights_memory.width(vlm.precision, vlm.quantization, on_gpu=on_gpu)

    def encoder_bytes(self, *, on_gpu: bool) -> float:
        """Memory that the encoders and the re-ranker take in this process, by the profile."""
        from mmrag.backends import weights_memory

        settings = self.settings
        return sum(
            section.needs_gb * 2**30 / 2 * weights_memory.width(section.precision, on_gpu=on_gpu)
            for section in (settings.text, settings.image, settings.rerank, settings.late)
        )

    def _vlm_folder(self) -> Path | None:
        """Where the chat model's files are, once they are here in whole."""
        files = self.files().get("vlm")
        found = files.find() if files else None
        return Path(found.path) if found and found.state == "whole" else None

    def ocr_factory(self) -> Callable[[], OcrEngine] | None:
        """What each parser process calls to get its own OCR engine; None where OCR is off.

        It is sent to other processes, so it holds settings alone.
        """
        ocr = self.settings.ocr
        return None if ocr.engine == "none" else partial(_ocr_engine, ocr)

    def page_reader(
        self, seconds: float | None = None, engine: OcrName | None = None
    ) -> PageReader:
        """Who reads single pages and pictures, in processes of their own.

        No step of reading takes longer than `seconds`, or than the profile allows. OCR is done by
        `engine`, or as the profile says. Raises `ModelMissing` where Tesseract is not installed.
        """
        from mmrag.ingest.reading import SandboxReader

        ingest = self.settings.ingest.model_copy(update={"figures": True})  # whatever an index does
        if seconds is not None and seconds < ingest.page_timeout_s:
            ingest = ingest.model_copy(update={"page_timeout_s": seconds})
        if engine is None:
            return SandboxReader(ingest, self.ocr_factory(), self.settings.ocr.dpi)
        ocr = self.settings.ocr.model_copy(update={"engine": engine})
        if engine == "tesseract":
            from mmrag.backends import tesseract

            tesseract.check()
        return SandboxReader(ingest, partial(_ocr_engine, ocr), ocr.dpi)

    def describer(self) -> Describer:
        """Who says what a figure shows: the chat model, or the document's own words."""
        if self._describer is not None:
            return self._describer()
        if self.settings.describe.by == "extracted":
            from mmrag.describe.extracted import ExtractedDescriber

            return ExtractedDescriber()
        from mmrag.describe.vlm import VlmDescriber

        return VlmDescriber(self.chat_model(), self.settings)

    def grid_reader(self) -> GridReader | None:
        """Who reads tables that no rule could: the chat model where it describes figures."""
        if self._grid_reader is not None:
            return self._grid_reader()
        if self._describer is not None or self.settings.describe.by != "vlm":
            return None
        from mmrag.describe.vlm_grids import VlmGridReader

        return VlmGridReader(self.chat_model(), self.settings)

    def answerer(self, settings: Settings | None = None) -> Answerer:
        """Who answers questions, by the profile or by settings that were tuned for an index."""
        if self._answerer is not None:
            return self._answerer()
        settings = settings or self.settings
        if settings.answer.by == "extracted":
            from mmrag.answer.extracted import ExtractedAnswerer

            return ExtractedAnswerer(settings.answer)
        from mmrag.answer.generated import VlmAnswerer

        return VlmAnswerer(self.chat_model(), settings)

    def rewriter(self) -> Rewriter:
        """Who makes a follow-up question stand alone: the model that answers, or else a rule."""
        from mmrag.answer.rewriting import ModelRewriter, by_rule

        if self.settings.answer.by == "extracted":
            return by_rule
        return ModelRewriter(self.chat_model(), self.settings.vlm.timeout_s)


def make_text_graph(kind: GraphKind, texts: Sequence[str], file: Path) -> None:
    """Write a graph of the embedded text encoder for `[text] graph`, calibrated with `texts`.

    Raises `ModelMissing`, `ModelRefused`.
    """
    from mmrag.backends import minilm

    minilm.make_graph(kind, texts, file)


def make_image_graph(kind: GraphKind, pictures: "Iterable[Image.Image]", file: Path) -> None:
    """Write a graph of the embedded image encoder for `[image] graph`; see `make_text_graph`."""
    from mmrag.backends import shipped_clip

    shipped_clip.make_graph(kind, pictures, file)


def has_bfloat16(device: str) -> bool:
    """Whether a device multiplies bfloat16 in hardware; emulated it is slower than float32.

    Loads torch. Raises `ConfigError` for a device that is not here.
    """
    from mmrag.backends import devices

    return devices.has_bfloat16(devices.choose_device(device))


def cpu_sums_bytes() -> bool:
    """Whether the embedded text encoder computes in 8 bits here. Loads nothing."""
    from mmrag.backends import accelerators

    return accelerators.cpu_sums_bytes()


def _without_graph(section: str, graph: str) -> None:
    """Raise `ConfigError` where an encoder that is not embedded is to use a graph."""
    if graph:
        raise ConfigError(f"[{section}] graph is for the embedded encoder, and this is another one")


def _query_encoder(settings: TextSettings, offline: bool) -> TextEncoder:
    if settings.backend == "minilm":
        from mmrag.backends import minilm

        return minilm.query_encoder(settings.graph)
    _without_graph("text", settings.graph)
    from mmrag.backends import sentence_transformers_text

    return sentence_transformers_text.load(settings, offline, for_query=True)


def _text_encoder(settings: TextSettings, offline: bool) -> TextEncoder:
    if settings.backend == "minilm":
        from mmrag.backends import minilm

        return minilm.index_encoder(settings)
    _without_graph("text", settings.graph)
    from mmrag.backends import sentence_transformers_text

    return sentence_transformers_text.load(settings, offline)


def _image_encoder(settings: ImageSettings, offline: bool) -> ImageEncoder | None:
    from mmrag.backends import shipped_clip_files

    match settings.backend:
        case "open_clip" if settings.model == shipped_clip_files.NAME:
            from mmrag.backends import shipped_clip

            return shipped_clip.load(settings)
        case "open_clip":
            _without_graph("image", settings.graph)
            from mmrag.backends import open_clip

            return open_clip.load(settings, offline)
        case "sentence-transformers":
            _without_graph("image", settings.graph)
            from mmrag.backends import sentence_transformers_image

            return sentence_transformers_image.load(settings, offline)
        case "none":
            return None


def _reranker(settings: Settings) -> Reranker | None:
    if settings.rerank.backend == "none":
        return None
    from mmrag.backends import cross_encoder

    return cross_encoder.load(settings.rerank, settings.offline)


def _page_encoder(settings: Settings) -> MultiVectorEncoder | None:
    if settings.late.backend == "none":
        return None
    from mmrag.backends import multi_vector

    return multi_vector.load(settings.late, settings.offline)


def _chat_model(settings: VlmSettings, offline: bool) -> ChatModel:
    match settings.backend:
        case "transformers":
            from mmrag.backends import llava

            return llava.load(settings, offline)
        case "server":
            from mmrag.backends import chat_server

            return chat_server.load(settings, offline)
        case "none":
            raise ConfigError(
                'this needs a vision-language model, and the profile has [vlm] backend = "none": '
                "choose a profile with one (`mmrag models list`), for example --profile llava"
            )


def _ocr_engine(settings: OcrSettings) -> OcrEngine:
    from mmrag.backends import tesseract

    if settings.engine == "tesseract":
        return tesseract.load(settings)
    from mmrag.backends import rapidocr

    engine = rapidocr.load(settings)
    if settings.engine == "auto" and tesseract.packs():
        return tesseract.ByScript(engine, settings)
    return engine


def tesseract_packs() -> tuple[tuple[str, ...], str]:
    """The languages that Tesseract reads here, none without it, and the line that installs more."""
    from mmrag.backends import tesseract

    return tesseract.packs(), tesseract.ADVICE


def _text_files(settings: TextSettings) -> ModelFiles:
    from mmrag.backends import minilm_files, repository_files

    if settings.backend == "minilm":
        return minilm_files.files()
    return repository_files.RepositoryFiles(settings.model, settings.model)


def _image_files(settings: ImageSettings) -> ModelFiles | None:
    from mmrag.backends import open_clip_files, repository_files

    match settings.backend:
        case "open_clip":
            return open_clip_files.files(settings)
        case "sentence-transformers":
            return repository_files.RepositoryFiles(settings.model, settings.model)
        case "none":
            return None


def _repository(settings: RerankSettings | LateSettings) -> ModelFiles | None:
    from mmrag.backends import repository_files

    if settings.backend == "none":
        return None
    return repository_files.RepositoryFiles(settings.model, settings.model)


def _vlm_files(settings: VlmSettings) -> ModelFiles | None:
    from mmrag.backends import files, repository_files

    match settings.backend:
        case "transformers":
            return repository_files.RepositoryFiles(settings.model, settings.model)
        case "server":
            return files.ServedModel(settings.model, ", ".join(settings.servers))
        case "none":
            return None
