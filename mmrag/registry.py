"""Settings to backends: the only place where backends are named.

Each function imports its backend when it is called, so that a search pays for no library it does
not use. Every one may raise `ModelMissing` or `ModelRefused` with what to do.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path

from mmrag.config import ImageSettings, OcrSettings, Settings, VlmSettings
from mmrag.describe.extracted import ExtractedDescriber
from mmrag.errors import ConfigError
from mmrag.protocols import (
    Answerer,
    ChatModel,
    Describer,
    ImageEncoder,
    OcrEngine,
    Reranker,
    TextEncoder,
    Turn,
)

Rewriter = Callable[[str, Sequence[Turn]], str]
"""A question and what was said before, to the question that can be searched for."""


def query_encoder(settings: Settings) -> TextEncoder:
    """The encoder of questions; for the embedded model one that loads in a fraction of a second."""
    if settings.text.backend == "minilm":
        from mmrag.backends import minilm

        return minilm.query_encoder()
    from mmrag.backends import sentence_transformers_text

    return sentence_transformers_text.load(settings.text, settings.offline, for_query=True)


def text_encoder(settings: Settings) -> TextEncoder:
    """The encoder of passages and descriptions, in the same space as `query_encoder`."""
    if settings.text.backend == "minilm":
        from mmrag.backends import minilm

        return minilm.index_encoder(settings.text)
    from mmrag.backends import sentence_transformers_text

    return sentence_transformers_text.load(settings.text, settings.offline)


def image_encoder(settings: Settings) -> ImageEncoder | None:
    """The encoder of pictures; None where the profile names none."""
    match settings.image.backend:
        case "open_clip" if shipped_image(settings.image):
            from mmrag.backends import shipped_clip

            return shipped_clip.load(settings.image)
        case "open_clip":
            from mmrag.backends import open_clip

            return open_clip.load(settings.image, settings.offline)
        case "sentence-transformers":
            from mmrag.backends import sentence_transformers_image

            return sentence_transformers_image.load(settings.image, settings.offline)
        case "none":
            return None


def shipped_image(settings: ImageSettings) -> bool:
    """Whether a profile names the image encoder that comes with mmrag."""
    from mmrag.backends import shipped_clip

    return settings.backend == "open_clip" and settings.model == shipped_clip.NAME


def shipped_image_folder() -> Path:
    """Where the weights of that encoder lie."""
    from mmrag.backends import shipped_clip

    return shipped_clip.FOLDER


def verify_embedded(name: str) -> None:
    """Read the weights of a model that is installed with mmrag, and compare their SHA-256.

    Raises `ModelMissing`, `ModelRefused`.
    """
    from mmrag.backends import minilm, shipped_clip

    if name == shipped_clip.NAME:
        shipped_clip.verify()
    else:
        minilm.verified_folder()


def ocr_factory(settings: Settings) -> Callable[[], OcrEngine] | None:
    """What each parser process calls to get its own OCR engine; None where OCR is off."""
    return None if settings.ocr.engine == "none" else partial(_ocr_engine, settings.ocr)


def _ocr_engine(settings: OcrSettings) -> OcrEngine:
    from mmrag.backends import rapidocr

    return rapidocr.load(settings)


def reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder over the best candidates; None where the profile names none."""
    if settings.rerank.backend == "none":
        return None
    from mmrag.backends import cross_encoder

    return cross_encoder.load(settings.rerank, settings.offline)


@lru_cache(maxsize=1)
def chat_model(settings: VlmSettings, *, offline: bool) -> ChatModel:
    """The vision-language model of the profile, loaded once for all who describe and answer."""
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


def describer(settings: Settings) -> Describer:
    """Who says what a figure shows."""
    if settings.describe.by == "extracted":
        return ExtractedDescriber()
    from mmrag.describe.vlm import VlmDescriber

    return VlmDescriber(chat_model(settings.vlm, offline=settings.offline), settings)


def answerer(settings: Settings) -> Answerer:
    """Who answers questions."""
    if settings.answer.by == "extracted":
        from mmrag.answer.extracted import ExtractedAnswerer

        return ExtractedAnswerer(settings.answer)
    from mmrag.answer.generated import VlmAnswerer

    return VlmAnswerer(chat_model(settings.vlm, offline=settings.offline), settings)


def rewriter(settings: Settings) -> Rewriter:
    """Who makes a follow-up question stand alone: the model that answers, or else a rule."""
    from mmrag.answer.rewriting import ModelRewriter, by_rule

    if settings.answer.by == "extracted":
        return by_rule
    model = chat_model(settings.vlm, offline=settings.offline)
    return ModelRewriter(model, settings.vlm.timeout_s)
