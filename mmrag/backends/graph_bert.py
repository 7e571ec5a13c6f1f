"""MiniLM's forward pass by ONNX Runtime: for many texts, without torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from mmrag.backends import byte_weights
from mmrag.backends.minilm_files import BYTE_GRAPH, GRAPH
from mmrag.backends.onnx_graph import OnnxGraph
from mmrag.backends.wordpieces import WordPieces
from mmrag.types import Float32


class GraphBert:
    """The encoder of a folder of MiniLM, whole or `in_bytes`, or of a graph that was made of it.

    Raises what `OnnxGraph` and `WordPieces` do.
    """

    def __init__(self, folder: Path, graph: Path | None = None, *, in_bytes: bool = False) -> None:
        if graph is not None:
            self._graph = OnnxGraph(graph, {})
        elif in_bytes:
            self._graph = OnnxGraph(BYTE_GRAPH, byte_weights.of(weights(folder)))
        else:
            self._graph = OnnxGraph(GRAPH, weights(folder))
        self.pieces = WordPieces(folder)

    def encode(self, texts: Sequence[Sequence[int]]) -> Float32:
        """Unit vectors of texts that fit, given in tokens, shape `(len(texts), 384)`."""
        return np.stack(self._graph.run_each([np.array(tokens, np.int64) for tokens in texts]))


def weights(folder: Path) -> dict[str, Float32]:
    """The weights that the graph is given, by their names in it."""
    used = ("embeddings.", "encoder.")
    return {
        name: rows
        for name, rows in load_file(folder / "model.safetensors").items()
        if name.startswith(used) and rows.dtype == np.float32
    }
