"""Matrices of weights in 8 bits, for graphs that multiply bytes.

Each column of a matrix has a scale of its own (Wu et al. 2020, arXiv:2004.09602, section 3.3), and
so has each row of what is multiplied with it (by token: Yao et al. 2022, arXiv:2206.01861).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrag.types import Float32

MATRICES = ("dense.weight", "query.weight", "key.weight", "value.weight")
"""How the names of those of a BERT end."""
_LARGEST = 127


def names(layer: str) -> tuple[str, str, str]:
    """What `of` calls the parts of a layer: bytes, scales of the columns, sums and bias."""
    return f"{layer}.bytes", f"{layer}.scales", f"{layer}.sums and bias"


def of(weights: Mapping[str, Float32]) -> dict[str, npt.NDArray[Any]]:
    """The weights of a BERT, its matrices in 8 bits.

    Rows of inputs have a zero of their own besides a scale: what it adds to a product is a multiple
    of the sum of the column, which is stored above the bias.
    """
    found: dict[str, npt.NDArray[Any]] = {}
    for name, rows in weights.items():
        layer = name.rpartition(".")[0]
        if not f"{layer}.weight".endswith(MATRICES):
            found[name] = rows
            continue
        if name.endswith(".bias"):  # goes with its matrix
            continue
        scales = np.maximum(np.abs(rows).max(axis=1), np.float32(1e-9)) / np.float32(_LARGEST)
        small = np.rint(rows / scales[:, None]).astype(np.int8)
        sums = small.sum(axis=1, dtype=np.int32).astype(np.float32) * scales
        parts = small.T.copy(), scales, np.stack([sums, weights[f"{layer}.bias"]])
        found.update(zip(names(layer), parts, strict=True))
    return found
