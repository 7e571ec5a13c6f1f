"""The image encoder that comes with mmrag: an open_clip model whose text tower is MiniLM, locked.

Its vectors lie in MiniLM's space, so that one encoding of a question serves the text channels and
the image channel. Texts are encoded as questions are, without torch; open_clip loads the tower of
the pictures when the first picture comes. How it was trained is told in its model card.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from safetensors import safe_open

from mmrag.backends import minilm
from mmrag.backends.shipped_clip_files import CONFIG, NAME, WEIGHTS, verify
from mmrag.config import ImageSettings
from mmrag.protocols import ImageEncoder, TextEncoder
from mmrag.types import Float32, Space

if TYPE_CHECKING:
    from PIL import Image


class ShippedClip:
    """Pictures and texts to unit vectors of MiniLM's space."""

    text_space = minilm.SPACE

    def __init__(self, settings: ImageSettings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._towers: list[ImageEncoder] = []  # empty before the first picture comes
        config = json.loads(CONFIG.read_text(encoding="utf-8"))
        told = ", ".join(
            f"{key} {value}" for key, value in sorted(config["preprocess_cfg"].items())
        )
        self.space = Space(NAME, verify(), told, config["model_cfg"]["embed_dim"])

    @cached_property
    def logit_scale(self) -> float:
        """The inverse of the temperature that the model was trained to."""
        with safe_open(WEIGHTS, framework="np") as stored:
            return float(np.exp(stored.get_tensor("logit_scale")))

    def encode_images(self, images: Sequence["Image.Image"]) -> Float32:
        """Unit vectors, shape `(len(images), 384)`, in the order of `images`."""
        return self._pictures().encode_images(images)

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), 384)`: those of MiniLM."""
        return self._texts.encode(texts)

    def split(self, text: str) -> Sequence[str]:
        """`text` as it is: MiniLM reads texts of any length."""
        return [text]

    @cached_property
    def _texts(self) -> TextEncoder:
        return minilm.query_encoder()

    def _pictures(self) -> ImageEncoder:
        from mmrag.backends import open_clip

        with self._lock:
            if not self._towers:
                self._towers.append(open_clip.load(self._settings, offline=True))
            return self._towers[0]


def load(settings: ImageSettings) -> ImageEncoder:
    """The encoder. Raises `ModelMissing`, `ModelRefused` where MiniLM's package is not whole."""
    return ShippedClip(settings)
