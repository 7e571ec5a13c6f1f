"""Vectors of pictures and texts, how alike they are, and which are near-duplicates."""

import csv
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from mmrag.errors import SpaceMismatch, UsageError
from mmrag.protocols import ImageEncoder
from mmrag.text.notation import from_json
from mmrag.types import Float32, Space
from mmrag.vision.looking import Bench, View

ALIKE = 0.95
"""Cosine from which pictures are near-duplicates; chosen by hand."""
PACKAGES = (
    "numpy", "onnxruntime", "open_clip_torch", "pillow", "sentence-transformers", "torch",
    "transformers",
)  # fmt: skip
"""Packages on whose versions the digits of a vector depend."""
Kind = Literal["picture", "text"]


@dataclass(frozen=True, slots=True)
class EmbedResult:
    """The vector of a picture, of unit length, with its space: the model and how it is used."""

    by: str
    weights: str
    preprocessing: str
    vector: tuple[float, ...]

    @property
    def space(self) -> Space:
        """Where the vector lives."""
        return Space(self.by, self.weights, self.preprocessing, len(self.vector))


@dataclass(frozen=True, slots=True)
class Embed:
    """Encodes a picture with the profile's image encoder."""

    name: ClassVar[str] = "embed"
    version: ClassVar[str] = "2"
    reads: ClassVar[bool] = False
    result: ClassVar[type] = EmbedResult

    def run(self, view: View, bench: Bench) -> EmbedResult:
        """Raises `ConfigError` where the profile has no image encoder."""
        encoder = bench.encoder()
        [row] = encoder.encode_images([view.image])
        space = encoder.space
        return EmbedResult(space.model, space.weights, space.preprocessing, tuple(map(float, row)))


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Vectors of one space by their names: `rows[i]` of unit length belongs to `names[i]`.

    `versions` are those of the packages that made them.
    """

    space: Space
    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: Float32
    versions: tuple[tuple[str, str], ...]

    @property
    def cosines(self) -> Float32:
        """How alike all of them are, shape `(n, n)`."""
        return np.asarray(self.rows @ self.rows.T, np.float32)

    def with_(self, other: "Embeddings") -> "Embeddings":
        """These and the others behind them. Raises `SpaceMismatch` where their spaces differ."""
        if self.space != other.space:
            raise SpaceMismatch(
                f"vectors of {_told(self.space)} and of {_told(other.space)} cannot be compared: "
                "encode all of them with one profile"
            )
        return Embeddings(
            self.space,
            self.names + other.names,
            self.kinds + other.kinds,
            np.concatenate([self.rows, other.rows]),
            self.versions,
        )

    def duplicates(self, least: float = ALIKE) -> list[list[str]]:
        """Names of pictures that are near-duplicates, in groups."""
        pictures = [at for at, kind in enumerate(self.kinds) if kind == "picture"]
        found = groups(self.rows[pictures], least)
        return [[self.names[pictures[at]] for at in group] for group in found]

    def write(self, file: Path) -> None:
        """Write the vectors as NumPy does, and beside them their space, names and versions.

        Raises `OSError`.
        """
        with file.open("wb") as out:
            np.save(out, self.rows, allow_pickle=False)
        told = {
            "space": asdict(self.space),
            "versions": dict(self.versions),
            "items": [
                {"name": name, "kind": kind}
                for name, kind in zip(self.names, self.kinds, strict=True)
            ],
        }
        beside(file).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> "Embeddings":
        """What `write` wrote. Raises `UsageError` for what is none of it."""
        try:
            told = from_json(beside(file).read_text(encoding="utf-8"))
            rows = np.load(file, allow_pickle=False)
            space = Space(**told["space"])
            items = [(str(item["name"]), item["kind"]) for item in told["items"]]
            if rows.shape != (len(items), space.dimension):
                raise ValueError(f"vectors of shape {rows.shape} for {len(items)} items")
            return cls(
                space,
                tuple(name for name, _ in items),
                tuple(_kind(kind) for _, kind in items),
                np.asarray(rows, np.float32),
                tuple(sorted((str(k), str(v)) for k, v in told["versions"].items())),
            )
        except OSError as error:
            raise UsageError(
                f"{error.filename or file}: cannot be read: {error.strerror}"
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
            raise UsageError(
                f"{file}: no vectors of `mmrag vision embed --npy` with {beside(file).name} beside "
                f"them ({error})"
            ) from error

    def write_matrix(self, file: Path) -> None:
        """Write the cosines as CSV, under and beside their names. Raises `OSError`."""
        with file.open("w", encoding="utf-8", newline="") as out:
            lines = csv.writer(out)
            lines.writerow(["", *self.names])
            for name, row in zip(self.names, self.cosines.tolist(), strict=True):
                lines.writerow([name, *(f"{value:.4f}" for value in row)])


def of_pictures(names: Sequence[str], results: Iterable[EmbedResult]) -> Embeddings:
    """The vectors of results of `Embed`, of which there is one at least."""
    found = list(results)
    rows = np.array([result.vector for result in found], np.float32)
    kinds: list[Kind] = ["picture"] * len(found)
    return Embeddings(found[0].space, tuple(names), tuple(kinds), rows, versions())


def of_texts(texts: Sequence[str], encoder: ImageEncoder) -> Embeddings:
    """The vectors of texts in the space of pictures; a long text is the mean of its pieces."""
    rows = np.empty((len(texts), encoder.space.dimension), np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[:] = unit_mean(encoder.split(text), encoder)
    kinds: list[Kind] = ["text"] * len(texts)
    return Embeddings(encoder.space, tuple(texts), tuple(kinds), rows, versions())


def unit_mean(texts: Sequence[str], encoder: ImageEncoder) -> Float32:
    """The mean of the vectors of texts, of unit length, shape `(dimension,)`."""
    mean = encoder.encode_texts(texts).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)  # never by zero


def versions() -> tuple[tuple[str, str], ...]:
    """The packages that make vectors, as they are installed here."""
    found = []
    for name in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            found.append((name, metadata.version(name)))
    return tuple(found)


def beside(file: Path) -> Path:
    """Where the space, names and versions of vectors lie."""
    return file.with_suffix(".json")


def groups(vectors: Float32, least: float = ALIKE) -> list[list[int]]:
    """Groups of two or more rows that are near-duplicates, directly or by way of others."""
    left = np.arange(len(vectors))
    found = []
    while len(left):
        group, left = [int(left[0])], left[1:]
        for member in group:
            alike = vectors[left] @ vectors[member] >= least
            group += left[alike].tolist()
            left = left[~alike]
        if len(group) > 1:
            found.append(sorted(group))
    return found


def _kind(told: object) -> Kind:
    if told == "picture":
        return "picture"
    if told == "text":
        return "text"
    raise ValueError(f"an item of kind {told!r}")


def _told(space: Space) -> str:
    return f"{space.model} ({space.dimension} dimensions, weights {space.weights[:8]})"
