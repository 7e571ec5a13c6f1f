"""MiniLM's forward pass by ONNX Runtime: for many texts, without torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from mmrag.backends.minilm_files import GRAPH
from mmrag.backends.onnx_graph import OnnxGraph
from mmrag.backends.wordpieces import WordPieces
from mmrag.types import Float32


class GraphBert:
    """The encoder of a folder of MiniLM. Raises what `OnnxGraph` and `WordPieces` do."""

    def __init__(self, folder: Path) -> None:
        stored = load_file(folder / "model.safetensors")
        used = ("embeddings.", "encoder.")
        weights = {
            name: rows
            for name, rows in stored.items()
            if name.startswith(used) and rows.dtype == np.float32
        }
        self._graph = OnnxGraph(GRAPH, weights)
        self._pieces = WordPieces(folder)

    def fits(self, text: str) -> bool:
        """Whether the model reads all of `text`."""
        return self._pieces.fits(text)

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors of texts that fit, shape `(len(texts), 384)`."""
        tokens = [np.array(self._pieces.of(text), np.int64) for text in texts]
        return np.stack(self._graph.run_each(tokens))
