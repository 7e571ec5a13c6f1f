"""Vectors as they would be in fewer bits or dimensions: what they find, their size, their speed.

`mmrag eval quantization` measures with them; the database keeps whole ones in any case. 8 bits a
number lie evenly between the least and the largest value of each dimension (FAISS, QT_8bit), 1 bit
is its sign: the nearest by Hamming distance are scored again by their whole vectors (Yamada et al.
2021, arXiv:2106.00882). Fewer dimensions are the first of each vector, made one long again, as
models that were trained for it allow (Kusupati et al. 2022, arXiv:2205.13147).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from mmrag import ids
from mmrag.protocols import Nearest
from mmrag.store import nearest
from mmrag.types import ChannelName, Float32

RESCORED = 4
"""Vectors of 1 bit that are scored again for each result. Chosen by hand, after the paper's 10."""

Channels = Mapping[ChannelName, tuple[Sequence[str], Float32]]
"""By channel its items, and the vector of each as a row."""


@dataclass(frozen=True, slots=True)
class VectorForm:
    """How vectors are kept: their bits, and which part of their dimensions, from 0 to 1."""

    bits: Literal[32, 16, 8, 1]
    share: float = 1.0

    @property
    def name(self) -> str:
        """In words, as a table has it."""
        cut = f", first {self.share:.0%} of the dimensions" if self.share < 1 else ""
        scored = ", re-scored" if self.bits == 1 else ""
        kind = {32: "fp32", 16: "fp16", 8: "int8", 1: "1 bit"}[self.bits]
        return kind + scored + cut

    def bytes_of(self, dimension: int) -> float:
        """Bytes of one vector."""
        return self._kept(dimension) * self.bits / 8

    def cut(self, rows: Float32) -> Float32:
        """The first dimensions, of unit length."""
        if self.share == 1:
            return rows
        kept = rows[:, : self._kept(rows.shape[1])]
        lengths = np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-12)
        return np.ascontiguousarray(kept / lengths, np.float32)

    def left_of(self, rows: Float32) -> Float32:
        """What is left of vectors that were kept so, in the dimensions that are left."""
        return _decoded(self.cut(rows), self.bits)

    def _kept(self, dimension: int) -> int:
        return max(1, round(self.share * dimension))


WHOLE = VectorForm(32)
FORMS = (
    WHOLE,
    VectorForm(16),
    VectorForm(8),
    VectorForm(1),
    VectorForm(32, 3 / 4),
    VectorForm(32, 1 / 2),
    VectorForm(32, 1 / 4),
)
"""What is measured."""


class CompressedVectors:
    """The vectors of some channels in one form: `protocols.VectorSearch`.

    Other channels, of `others`, stay whole.
    """

    def __init__(
        self, channels: Channels, form: VectorForm, others: Channels | None = None
    ) -> None:
        self._held = {
            name: _Held.of(items, rows, form if name in channels else WHOLE)
            for name, (items, rows) in {**(others or {}), **channels}.items()
        }

    def search(
        self,
        channel: ChannelName,
        queries: Float32,
        k: int,
        document_ids: Sequence[str] | None = None,
    ) -> list[Nearest]:
        """The nearest items of each query, scored by what is kept of them."""
        held = self._held.get(channel)
        if held is None or k < 1:
            return [[] for _ in queries]
        among = held.among(document_ids)
        return [
            held.nearest(query, whole, k, among)
            for query, whole in zip(held.form.cut(queries), queries, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Held:
    """One channel: `rows` as they are after compression, signs where they are of 1 bit."""

    items: NDArray[np.object_]
    documents: NDArray[np.object_]
    rows: Float32
    whole: Float32
    form: VectorForm

    @classmethod
    def of(cls, items: Sequence[str], rows: Float32, form: VectorForm) -> "_Held":
        return cls(
            np.array(items, np.object_),
            np.array([ids.document_of(item) for item in items], np.object_),
            form.left_of(rows),
            rows,
            form,
        )

    def among(self, document_ids: Sequence[str] | None) -> NDArray[np.int64]:
        """Places of the items of some documents, or of all."""
        if document_ids is None:
            return np.arange(len(self.items))
        return np.flatnonzero(np.isin(self.documents, np.array(document_ids, np.object_)))

    def nearest(self, query: Float32, whole: Float32, k: int, among: NDArray[np.int64]) -> Nearest:
        rescored = self.form.bits == 1
        if rescored:
            agree = self.rows[among] @ _signs(query)
            among = among[np.argsort(-agree, kind="stable")[: RESCORED * k]]
        scores = (self.whole if rescored else self.rows)[among] @ (whole if rescored else query)
        return nearest.best(self.items[among].tolist(), scores.tolist(), k)


def _decoded(rows: Float32, bits: int) -> Float32:
    """Vectors after their numbers were kept in so many bits."""
    match bits:
        case 16:
            return rows.astype(np.float16).astype(np.float32)
        case 8:
            codec = faiss.IndexScalarQuantizer(rows.shape[1], faiss.ScalarQuantizer.QT_8bit)
            codec.train(rows)
            return np.asarray(codec.sa_decode(codec.sa_encode(rows)), np.float32)
        case 1:
            return _signs(rows)
    return rows


def _signs(rows: Float32) -> Float32:
    return np.where(rows < 0, -1, 1).astype(np.float32)


def searches_per_second(rows: Float32, queries: Float32, form: VectorForm, k: int) -> float:
    """How many queries FAISS answers in a second, one by one on one thread, among all rows."""
    kept, asked = form.cut(rows), form.cut(queries)
    search = _by_signs(kept, rows) if form.bits == 1 else _by_numbers(kept, form.bits)
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    seconds = []
    for query in (*asked[:1], *asked):  # the first is asked twice, to warm up
        start = time.perf_counter()
        search(query[np.newaxis], k)
        seconds.append(time.perf_counter() - start)
    faiss.omp_set_num_threads(threads)
    return 1 / max(float(np.median(seconds[1:])), 1e-9)


def _by_numbers(rows: Float32, bits: int) -> Callable[[Float32, int], object]:
    """A search among vectors of 32, 16 or 8 bits a number."""
    dimension = rows.shape[1]
    index: faiss.Index = faiss.IndexFlatIP(dimension)
    if bits < 32:
        kind = faiss.ScalarQuantizer.QT_fp16 if bits == 16 else faiss.ScalarQuantizer.QT_8bit
        index = faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)
        index.train(rows)
    index.add(rows)
    return index.search


def _by_signs(rows: Float32, whole: Float32) -> Callable[[Float32, int], object]:
    """A search among signs, whose nearest are scored again by their whole vectors."""
    index = faiss.IndexBinaryFlat(8 * -(-rows.shape[1] // 8))
    index.add(_packed(rows))

    def search(queries: Float32, k: int) -> object:
        _, found = index.search(_packed(queries), RESCORED * k)
        return [
            np.argsort(-(whole[places] @ query))
            for query, places in zip(queries, found, strict=True)
        ]

    return search


def _packed(rows: Float32) -> NDArray[np.uint8]:
    """Signs, eight in a byte."""
    return np.packbits(rows >= 0, axis=1)
