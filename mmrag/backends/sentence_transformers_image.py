"""Multi-modal models of sentence-transformers (CLIP and its like) as image encoders.

Safetensors only, no remote code, and nothing is downloaded in an offline profile.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from mmrag.backends import devices, weights
from mmrag.backends.pieces import pieces
from mmrag.backends.sentence_transformers_text import (
    fits,
    folder_name,
    load_model,
    lock_of,
    own_prompts,
    told,
)
from mmrag.config import ImageSettings
from mmrag.errors import ConfigError, ModelRefused
from mmrag.protocols import ImageEncoder
from mmrag.types import Float32, Space

CLIP_SCALE = 100.0
"""For models that keep no scale: the bound to which CLIP's own is trained
(Radford et al. 2021, arXiv:2103.00020, section 2.5)."""


class SentenceTransformersImageEncoder:
    """Pictures and texts to unit vectors of one space. One caller at a time; others wait."""

    text_space: Space | None = None

    def __init__(self, folder: Path, settings: ImageSettings) -> None:
        self._batch_size = settings.batch_size
        self.model = load_model(folder, settings.device, settings.precision, own_prompts(settings))
        self._lock = lock_of(self.model)
        self._prompt = self.model.prompts.get("query") or ""
        if not (self.model.supports("image") and self.model.supports("text")):
            raise ModelRefused(
                f"{folder}: reads {', '.join(map(str, self.model.modalities))}; the image channel "
                'needs a model of pictures and text, such as "sentence-transformers/clip-ViT-B-32"'
            )
        with weights.loading(folder):
            dimension = self._encode(self.model.encode_query, ["size"]).shape[1]
        self.space = Space(
            folder_name(settings.model),
            weights.digest(folder),
            self._preparation() + told(settings),
            dimension,
        )

    @property
    def logit_scale(self) -> float:
        """The inverse of the temperature that the model was trained to, where it keeps one."""
        learned = getattr(self.model.transformers_model, "logit_scale", None)
        return CLIP_SCALE if learned is None else float(learned.detach().exp())

    def encode_images(self, images: Sequence[Image.Image]) -> Float32:
        """Unit vectors, shape `(len(images), space.dimension)`, in the order of `images`."""
        coloured = [image.convert("RGB") for image in images]
        return self._encode(self.model.encode_document, coloured)

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), space.dimension)`, in the order of `texts`.

        Raises `ModelRefused` for a text beyond the token limit: `split` it first.
        """
        for text in texts:
            if not self._fits(text):
                raise ModelRefused(
                    f"{self.space.model} reads {self.model.max_seq_length} tokens at once, and "
                    f"this text is longer: split it: {text[:60]!r}..."
                )
        return self._encode(self.model.encode_query, list(texts))

    def split(self, text: str) -> Sequence[str]:
        """`text` in pieces that each fit the model's token limit; one piece where it fits whole."""
        return pieces(text, self._fits)

    def _fits(self, text: str) -> bool:
        with self._lock:
            return fits(self.model, self._prompt + text)

    def _encode(
        self, encode: Callable[..., torch.Tensor], items: "list[Image.Image] | list[str]"
    ) -> Float32:
        if not items:
            return np.empty((0, self.space.dimension), np.float32)
        try:
            with self._lock, torch.inference_mode(), devices.memory_errors():
                found = encode(
                    items,
                    batch_size=self._batch_size,
                    convert_to_tensor=True,
                    normalize_embeddings=False,
                    show_progress_bar=False,
                )
        except MemoryError:
            if self._batch_size == 1:
                raise
        else:
            return np.asarray(torch.nn.functional.normalize(found.float(), dim=-1).cpu())
        self._batch_size //= 2
        return self._encode(encode, items)

    def _preparation(self) -> str:
        """How pictures are prepared, in words: part of the space."""
        preparer = getattr(self.model.processor, "image_processor", self.model.processor)
        facts = preparer.to_dict()
        keys = ("size", "crop_size", "do_center_crop", "resample", "image_mean", "image_std")
        return ", ".join(f"{key} {facts[key]}" for key in keys if facts.get(key) is not None)


def load(settings: ImageSettings, offline: bool) -> ImageEncoder:
    """The model that a profile names. Raises `ModelMissing`, `ModelRefused`, `ConfigError`."""
    if not settings.model:
        raise ConfigError(
            '[image] model: backend = "sentence-transformers" needs a name or a folder, '
            'such as "sentence-transformers/clip-ViT-B-32"'
        )
    return SentenceTransformersImageEncoder(weights.locate(settings.model, offline), settings)
