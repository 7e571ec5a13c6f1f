"""Vectors of pictures, how alike they are, and which are near-duplicates."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from mmrag.types import Float32
from mmrag.vision.looking import Bench, View

ALIKE = 0.95
"""Cosine from which pictures are near-duplicates; chosen by hand."""


@dataclass(frozen=True, slots=True)
class EmbedResult:
    """The vector of a picture, of unit length, and the model that made it."""

    by: str
    weights: str
    vector: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Embed:
    """Encodes a picture with the profile's image encoder."""

    name: ClassVar[str] = "embed"
    version: ClassVar[str] = "1"
    reads: ClassVar[bool] = False
    result: ClassVar[type] = EmbedResult

    def run(self, view: View, bench: Bench) -> EmbedResult:
        """Raises `ConfigError` where the profile has no image encoder."""
        encoder = bench.encoder()
        [row] = encoder.encode_images([view.image])
        space = encoder.space
        return EmbedResult(space.model, space.weights, tuple(map(float, row)))


def rows(results: Iterable[object]) -> Float32:
    """The vectors of results of `Embed`, one a row."""
    vectors = [result.vector for result in results if isinstance(result, EmbedResult)]
    return np.array(vectors, np.float32)


def write(file: Path, vectors: Float32) -> None:
    """Write vectors as NumPy does. Raises `OSError`."""
    with file.open("wb") as out:
        np.save(out, vectors, allow_pickle=False)


def groups(vectors: Float32, least: float = ALIKE) -> list[list[int]]:
    """Groups of two or more rows that are near-duplicates, directly or by way of others."""
    left = list(range(len(vectors)))
    found = []
    while left:
        group = [left.pop(0)]
        for member in group:
            alike = [at for at in left if float(vectors[member] @ vectors[at]) >= least]
            group += alike
            left = [at for at in left if at not in alike]
        if len(group) > 1:
            found.append(sorted(group))
    return found
