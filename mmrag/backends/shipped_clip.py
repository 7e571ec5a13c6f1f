"""The image encoder that comes with mmrag: an open_clip model whose text tower is MiniLM, locked.

Its vectors lie in MiniLM's space, so that one encoding of a question serves the text channels and
the image channel. Texts are encoded as questions are, and a few pictures in NumPy, without torch;
open_clip loads the tower of the pictures when there are many. How it was trained is told in its
model card.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from PIL import Image
from safetensors import safe_open

from mmrag.backends import minilm
from mmrag.backends.growing import Growing
from mmrag.backends.numpy_regnet import NumpyRegnet
from mmrag.backends.shipped_clip_files import CONFIG, NAME, WEIGHTS, verify
from mmrag.config import ImageSettings
from mmrag.protocols import ImageEncoder, TextEncoder
from mmrag.types import Float32, Space

FEW_PICTURES = 128
"""Pictures that NumPy encodes before open_clip is loaded. Each takes 0.03 s of a processor more,
and torch 10 s (eval/README, "Speed and memory"), as long as some 350. Chosen by hand below that."""


@dataclass(frozen=True, slots=True)
class _Preparation:
    """How a picture is made what the model was trained on: whole, on a square, in its proportions.

    As open_clip does it with `resize_mode` "longest".
    """

    side: int  # pixels
    fill: int  # grey of what the picture leaves free, 0 to 255
    mean: Float32
    std: Float32

    def pixels(self, image: Image.Image) -> Float32:
        """Shape `(side, side, 3)`."""
        share = self.side / max(image.size)
        width, height = (max(1, round(length * share)) for length in image.size)
        canvas = Image.new("RGB", (self.side, self.side), (self.fill,) * 3)
        small = image.resize((width, height), Image.Resampling.BICUBIC)
        canvas.paste(small, ((self.side - width) // 2, (self.side - height) // 2))
        return np.asarray((np.asarray(canvas, np.float32) / 255 - self.mean) / self.std)


class _NumpyTower:
    """Some pictures to vectors."""

    def __init__(self, preparation: _Preparation) -> None:
        self._preparation = preparation
        self._model = NumpyRegnet(WEIGHTS)

    def encode_images(self, images: Sequence[Image.Image]) -> Float32:
        rows = [self._model.encode(self._preparation.pixels(image)) for image in images]
        return np.stack(rows)


class ShippedClip:
    """Pictures and texts to unit vectors of MiniLM's space."""

    text_space = minilm.SPACE

    def __init__(self, settings: ImageSettings) -> None:
        config = json.loads(CONFIG.read_text(encoding="utf-8"))
        told = config["preprocess_cfg"]
        self.space = Space(
            NAME,
            verify(),
            ", ".join(f"{key} {value}" for key, value in sorted(told.items())),
            config["model_cfg"]["embed_dim"],
        )
        preparation = _Preparation(
            config["model_cfg"]["vision_cfg"]["image_size"],
            told["fill_color"],
            np.array(told["mean"], np.float32),
            np.array(told["std"], np.float32),
        )
        is_free = (settings.device, settings.precision) == ("auto", "auto")
        self._towers: Growing[_NumpyTower | ImageEncoder] = Growing(
            partial(_NumpyTower, preparation),
            partial(_open_clip, settings),
            FEW_PICTURES if is_free else 0,
        )

    @cached_property
    def logit_scale(self) -> float:
        """The inverse of the temperature that the model was trained to."""
        with safe_open(WEIGHTS, framework="np") as stored:
            return float(np.exp(stored.get_tensor("logit_scale")))

    def expect(self, count: int) -> None:
        """So many pictures are to come."""
        self._towers.expect(count)

    def encode_images(self, images: Sequence[Image.Image]) -> Float32:
        """Unit vectors, shape `(len(images), 384)`, in the order of `images`."""
        if not images:
            return np.empty((0, self.space.dimension), np.float32)
        coloured = [image.convert("RGB") for image in images]
        return self._towers.encoder(len(images)).encode_images(coloured)

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), 384)`: those of MiniLM."""
        return self._texts.encode(texts)

    def split(self, text: str) -> Sequence[str]:
        """`text` as it is: MiniLM reads texts of any length."""
        return [text]

    @cached_property
    def _texts(self) -> TextEncoder:
        return minilm.query_encoder()


def load(settings: ImageSettings) -> ImageEncoder:
    """The encoder. Raises `ModelMissing`, `ModelRefused` where MiniLM's package is not whole."""
    return ShippedClip(settings)


def _open_clip(settings: ImageSettings) -> ImageEncoder:
    """The tower of many pictures."""
    from mmrag.backends import open_clip

    return open_clip.load(settings, offline=True)
