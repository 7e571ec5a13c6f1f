"""The image encoder that comes with mmrag: an open_clip model whose text tower is MiniLM, locked.

Its vectors lie in MiniLM's space, so that one encoding of a question serves the text channels and
the image channel. Texts are encoded as questions are, and pictures by ONNX Runtime, without torch;
open_clip loads their tower for many where there may be a GPU, and where settings name a device or a
precision. How it was trained is told in its model card.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, cast

import numpy as np
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file

from mmrag.backends import accelerators, made_graphs, minilm
from mmrag.backends.growing import Growing
from mmrag.backends.onnx_graph import OnnxGraph
from mmrag.backends.shipped_clip_files import CONFIG, GRAPH, NAME, WEIGHTS, verify
from mmrag.config import ImageSettings
from mmrag.protocols import GraphKind, ImageEncoder, TextEncoder
from mmrag.types import Float32, Space

FEW_PICTURES = 128
"""Pictures that are encoded before open_clip is loaded where there may be a GPU. That takes 10 s of
a processor, as long as some 300 pictures. Chosen by hand below that."""


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
        """Shape `(3, side, side)`."""
        share = self.side / max(image.size)
        width, height = (max(1, round(length * share)) for length in image.size)
        canvas = Image.new("RGB", (self.side, self.side), (self.fill,) * 3)
        small = image.resize((width, height), Image.Resampling.BICUBIC)
        canvas.paste(small, ((self.side - width) // 2, (self.side - height) // 2))
        normal = (np.asarray(canvas, np.float32) / 255 - self.mean) / self.std
        return np.ascontiguousarray(normal.transpose(2, 0, 1))


class _GraphTower:
    """Pictures to vectors, without torch."""

    def __init__(self, preparation: _Preparation, graph: str) -> None:
        self._preparation = preparation
        made = Path(graph).expanduser() if graph else None
        self._graph = OnnxGraph(GRAPH, _weights()) if made is None else OnnxGraph(made, {})

    def encode_images(self, images: Sequence[Image.Image]) -> Float32:
        prepared = map(self._preparation.pixels, images)
        return np.stack(self._graph.run_each([pixels[None] for pixels in prepared]))


def _weights() -> dict[str, Float32]:
    """The weights that the graph is given, by their names in it."""
    return {
        name: rows.astype(np.float32)
        for name, rows in load_file(WEIGHTS).items()
        if name.startswith("visual.") and rows.dtype == np.float16
    }


class ShippedClip:
    """Pictures and texts to unit vectors of MiniLM's space."""

    text_space = minilm.SPACE

    def __init__(self, settings: ImageSettings) -> None:
        config = _config()
        told = config["preprocess_cfg"]
        prepared = ", ".join(f"{key} {value}" for key, value in sorted(told.items()))
        self.space = Space(
            NAME,
            verify(),
            prepared + made_graphs.told(settings.graph),
            config["model_cfg"]["embed_dim"],
        )
        few = accelerators.before_torch(settings.device, settings.precision, FEW_PICTURES)
        self._towers: Growing[_GraphTower | ImageEncoder] = Growing(
            partial(_GraphTower, _preparation(config), settings.graph),
            partial(_open_clip, settings),
            sys.maxsize if settings.graph else few,
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


def make_graph(kind: GraphKind, pictures: Iterable[Image.Image], file: Path) -> None:
    """Write a graph of the tower that is changed as `kind` says, calibrated with `pictures`.

    Raises `ModelMissing`, `ModelRefused`.
    """
    verify()
    preparation = _preparation(_config())
    inputs = (preparation.pixels(picture.convert("RGB"))[None] for picture in pictures)
    made_graphs.make(GRAPH, _weights(), kind, inputs, file)


def _config() -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(CONFIG.read_text(encoding="utf-8")))


def _preparation(config: dict[str, Any]) -> _Preparation:
    """How the model's own configuration says that pictures are prepared."""
    told = config["preprocess_cfg"]
    return _Preparation(
        config["model_cfg"]["vision_cfg"]["image_size"],
        told["fill_color"],
        np.array(told["mean"], np.float32),
        np.array(told["std"], np.float32),
    )


def load(settings: ImageSettings) -> ImageEncoder:
    """The encoder. Raises `ModelMissing`, `ModelRefused` where MiniLM's package is not whole."""
    return ShippedClip(settings)


def _open_clip(settings: ImageSettings) -> ImageEncoder:
    """The tower of many pictures."""
    from mmrag.backends import open_clip

    return open_clip.load(settings, offline=True)
