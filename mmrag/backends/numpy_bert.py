"""BERT's forward pass in NumPy: for questions, which wait for no library to load.

The weights are mapped, not read: a question touches half of them. One thread of BLAS computes: to
wake others for so small matrices costs more than they do, many times more beside other work.

The model is that of Devlin et al. 2019 (arXiv:1810.04805), in the layout of transformers'
`BertModel`, followed by mean pooling and normalisation as sentence-transformers does it.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from mmrag.backends.byte_weights import MATRICES
from mmrag.backends.wordpieces import WordPieces
from mmrag.types import Float32

_UNPACKED = frozenset({"SkylakeX", "Cooperlake", "SapphireRapids"})
"""Kernels of OpenBLAS that multiply small matrices as they lie, by its names."""
_BLOCK_COLUMNS = 32
"""The best of 16, 32, 64, 96 and 128 for 6, 12 and 20 tokens."""


class NumpyBert:
    """A BERT sentence encoder read from a sentence-transformers folder. For a few short texts.

    Raises `OSError`, `ValueError` or `KeyError` where a file is absent or not as it should be.
    """

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if (config["model_type"], config["hidden_act"]) != ("bert", "gelu"):
            raise ValueError(f"a {config['model_type']} with {config['hidden_act']} is not read")
        self.dimension = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self._weights = _mapped(folder / "model.safetensors")
        self._encoded = 0  # texts
        self._threads = ThreadpoolController()
        self.pieces = WordPieces(folder)

    def encode(self, texts: Sequence[Sequence[int]]) -> Float32:
        """Unit vectors of texts that fit, given in tokens, shape `(len(texts), dimension)`."""
        rows = np.empty((len(texts), self.dimension), np.float32)
        for row, tokens in zip(rows, texts, strict=True):
            row[:] = self._vector(tokens)
        return rows

    def _vector(self, tokens: Sequence[int]) -> Float32:
        if self._encoded == 1:  # there will be more
            self._weights = _turned(self._weights, _columns(self._threads))
        self._encoded += 1
        with self._threads.limit(limits=1, user_api="blas"):
            return self._forward(tokens)

    def _forward(self, tokens: Sequence[int]) -> Float32:
        w = self._weights
        states = (
            w["embeddings.word_embeddings.weight"][tokens]
            + w["embeddings.position_embeddings.weight"][: len(tokens)]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        states = self._norm(states, "embeddings.LayerNorm")
        for layer in range(self._layers):
            states = self._layer(states, f"encoder.layer.{layer}")
        vector = states.mean(axis=0)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

    def _layer(self, states: Float32, name: str) -> Float32:
        attended = self._dense(self._attention(states, name), f"{name}.attention.output.dense")
        states = self._norm(states + attended, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._dense(states, f"{name}.intermediate.dense"))
        return self._norm(
            states + self._dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm"
        )

    def _attention(self, states: Float32, name: str) -> Float32:
        """Scaled dot-product attention of every head (Vaswani et al. 2017, equation 1)."""
        query, key, value = (
            self._dense(states, f"{name}.attention.self.{part}")
            .reshape(len(states), self._heads, -1)
            .transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1], dtype=np.float32)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return np.asarray((scores @ value).transpose(1, 0, 2).reshape(states.shape))

    def _dense(self, states: Float32, name: str) -> Float32:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        product = np.empty((len(states), len(bias)), np.float32)
        if weight.ndim == 2:
            np.matmul(states, weight, out=product)
        else:  # in blocks of columns
            blocks = product.reshape(len(states), len(weight), -1).transpose(1, 0, 2)
            np.matmul(states, weight, out=blocks)
        product += bias
        return product

    def _norm(self, states: Float32, name: str) -> Float32:
        centred = states - states.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        normed = centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return np.asarray(normed, np.float32)


def _mapped(path: Path) -> dict[str, Float32]:
    """The tensors of a safetensors file by name, read from the disk where they are used.

    The format is 8 bytes with the length of a header, the header in JSON, and the tensors; `.T` of
    a matrix of weights is what states are multiplied by.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    data = np.memmap(path, np.uint8, "r", offset=8 + length)
    tensors = {
        name: data[slice(*told["data_offsets"])].view("<f4").reshape(told["shape"])
        for name, told in header.items()
        if name != "__metadata__" and told["dtype"] == "F32"
    }
    return {
        name: np.asarray(rows.T if _is_matrix(name) else rows) for name, rows in tensors.items()
    }


def _columns(threads: ThreadpoolController) -> int:
    """In how many columns at a time a matrix is multiplied; 0 for all of them.

    BLAS packs a matrix before it multiplies by it, which for a few rows takes longer than the
    product. For processors with AVX-512 OpenBLAS leaves that out where all three sides together
    are small (its `SMALL_MATRIX_OPT`), as blocks are: half the time for up to 20 tokens.
    """
    found = [library for library in threads.info() if library["user_api"] == "blas"]
    own = [library for library in found if Path(library["filepath"]).parent.name == "numpy.libs"]
    kernels = {library.get("architecture") for library in own or found}
    return _BLOCK_COLUMNS if kernels and kernels <= _UNPACKED else 0


def _turned(weights: Mapping[str, Float32], columns: int) -> dict[str, Float32]:
    """The matrices in memory in the order in which BLAS reads them, in blocks of `columns`.

    It takes the time of four questions of 15 tokens, and saves a quarter of each and more.
    """
    return {
        name: _blocks(value, columns) if _is_matrix(name) else value
        for name, value in weights.items()
    }


def _blocks(matrix: Float32, columns: int) -> Float32:
    """Blocks of so many columns, behind each other; the whole matrix where they do not fit."""
    if columns == 0 or matrix.shape[1] % columns:
        return np.ascontiguousarray(matrix)
    return np.ascontiguousarray(matrix.reshape(len(matrix), -1, columns).transpose(1, 0, 2))


def _is_matrix(name: str) -> bool:
    return name.startswith("encoder.") and name.endswith(MATRICES)


def _gelu(x: Float32) -> Float32:
    """GELU with the exact error function, by Abramowitz and Stegun 7.1.26 (error below 1.5e-7).

    In two arrays that are written over: four times as quick as an expression.
    """
    z = np.abs(x)
    z *= np.float32(2**-0.5)
    t = z * np.float32(0.3275911)
    t += 1
    np.reciprocal(t, out=t)
    series = t * np.float32(1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(factor)
        series *= t
    np.multiply(z, z, out=z)
    np.negative(z, out=z)
    series *= np.exp(z, out=z)
    erf = np.copysign(np.subtract(1, series, out=series), x, out=series)
    erf += 1
    erf *= x
    erf *= np.float32(0.5)
    return np.asarray(erf, np.float32)
