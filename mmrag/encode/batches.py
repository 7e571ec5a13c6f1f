"""Batches through a model: sized to memory, and every reply checked."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np

from mmrag.encode.memory import HEAP
from mmrag.errors import ModelError, ModelRefused
from mmrag.types import Float32, Space

T = TypeVar("T")
UNIT_TOLERANCE = 0.02
"""How far from 1 a vector's length may be: bfloat16 keeps three digits. It is made 1 exactly."""


class Batcher(Generic[T]):
    """Calls a model on batches, halved for good when it runs out of memory (`MemoryError`)."""

    def __init__(
        self, encode: Callable[[Sequence[T]], Float32], space: Space, batch_size: int
    ) -> None:
        self._encode = encode
        self._space = space
        self.batch_size = batch_size

    def encode(self, items: Sequence[T]) -> Float32:
        """Unit vectors, shape `(len(items), space.dimension)`, in the order of `items`.

        Raises `ModelError` for a reply of another shape or with values that are no vectors,
        `ModelRefused` where memory does not even suffice for one item.
        """
        parts: list[Float32] = []
        start = 0
        while start < len(items):
            part = items[start : start + self.batch_size]
            try:
                parts.append(checked(self._encode(part), len(part), self._space))
            except MemoryError as error:
                if len(part) == 1:
                    raise ModelRefused(
                        f"{self._space.model}: not enough memory for one item: "
                        'set device = "cpu" in the profile, or choose a smaller model'
                    ) from error
                self.batch_size = len(part) // 2
                continue
            start += len(part)
            HEAP.used(len(part))
        return np.concatenate([np.empty((0, self._space.dimension), np.float32), *parts])


def checked(rows: Float32, count: int, space: Space) -> Float32:
    """`rows` as float32 of length 1. Raises `ModelError` where they are not what was asked for."""
    rows = np.asarray(rows)
    if rows.shape != (count, space.dimension):
        raise ModelError(
            f"{space.model}: replied with vectors of shape {rows.shape} instead of "
            f"{(count, space.dimension)}"
        )
    rows = rows.astype(np.float32, copy=False)
    if not np.isfinite(rows).all():
        raise ModelError(
            f'{space.model}: replied with values that are not numbers: try precision = "fp32"'
        )
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if (np.abs(lengths - 1) > UNIT_TOLERANCE).any():
        raise ModelError(
            f"{space.model}: replied with vectors of length {float(lengths.min()):.3f} to "
            f"{float(lengths.max()):.3f} instead of 1"
        )
    unit: Float32 = rows / lengths
    return unit
