"""MiniLM's forward pass by ONNX Runtime: for many texts, without torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from mmrag.backends.minilm_files import GRAPH
from mmrag.backends.onnx_graph import OnnxGraph
from mmrag.backends.wordpieces import WordPieces
from mmrag.types import Float32


class GraphBert:
    """The encoder of a folder of MiniLM, or of a graph that was made of it, weights and all.

    Raises what `OnnxGraph` and `WordPieces` do.
    """

    def __init__(self, folder: Path, graph: Path | None = None) -> None:
        self._graph = OnnxGraph(GRAPH, weights(folder)) if graph is None else OnnxGraph(graph, {})
        self._pieces = WordPieces(folder)

    def fits(self, text: str) -> bool:
        """Whether the model reads all of `text`."""
        return self._pieces.fits(text)

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors of texts that fit, shape `(len(texts), 384)`."""
        return np.stack(self._graph.run_each([tokens(self._pieces, text) for text in texts]))


def tokens(pieces: WordPieces, text: str) -> NDArray[np.int64]:
    """What the graph takes for a text."""
    return np.array(pieces.of(text), np.int64)


def weights(folder: Path) -> dict[str, Float32]:
    """The weights that the graph is given, by their names in it."""
    used = ("embeddings.", "encoder.")
    return {
        name: rows
        for name, rows in load_file(folder / "model.safetensors").items()
        if name.startswith(used) and rows.dtype == np.float32
    }
