"""Approximate FAISS files: rows as 8-bit codes in lists around centroids (IVF), mapped, not read.

A search looks through the lists nearest to its query, and the rows of what it proposes are compared
exactly. Opening a file reads and checks its head, the centroids and where each list lies, some MB
at a million rows; the codes behind it stay on the disk until they are looked through. Damage to
them can cost a result, never bring in a wrong one or a wrong score, and `mmrag check` finds it.
"""

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

from mmrag.store.lists import PROBED_LISTS, SAMPLED_ROWS, list_count
from mmrag.store.vectors import Int64
from mmrag.types import Float32

_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Trained:
    """An index with its centroids, and how many vectors were there and deleted at that time."""

    index: "faiss.Index"
    count: int
    deleted: int


def sample(numbers: Int64) -> Int64:
    """Those of the rows that centroids are learned from, spread over all."""
    wanted = min(len(numbers), SAMPLED_ROWS * list_count(len(numbers)))
    return numbers[np.linspace(0, len(numbers) - 1, wanted).astype(np.int64)]


def train(rows: Float32, count: int, deleted: int) -> Trained:
    """An empty index for `count` vectors, its centroids learned from some of their rows."""
    dimension = rows.shape[1]
    lists = min(list_count(count), len(rows))
    index = faiss.index_factory(dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    # FAISS warns on standard error where there are fewer rows, as in small indexes of tests.
    index.cp.min_points_per_centroid = 1  # type: ignore[attr-defined]
    index.train(np.ascontiguousarray(rows))
    return Trained(index, count, deleted)


def mapped(path: Path) -> "faiss.Index":
    """An index whose codes stay in its file. Its head must have been checked before."""
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)


def head_size(index: "faiss.Index", size: int) -> int:
    """Bytes of a file of `size` bytes before its codes: at its end they stand beside their IDs."""
    code_bytes = int(index.code_size)  # type: ignore[attr-defined]
    return size - int(index.ntotal) * (code_bytes + _ID_BYTES)


def nearest(
    index: "faiss.Index", queries: Float32, wanted: int, among: Int64 | None
) -> list[Int64]:
    """Numbers of about the `wanted` nearest rows of each query.

    Among few rows more lists are looked through: as many of those rows as else of all.
    """
    share = 1.0 if among is None else max(1, len(among)) / max(1, index.ntotal)
    probed = min(_lists(index), round(PROBED_LISTS / min(1.0, share)))
    only = None if among is None else faiss.IDSelectorBatch(among)
    parameters = faiss.SearchParametersIVF(nprobe=probed, sel=only)  # type: ignore[call-arg]
    _, ids = index.search(queries, min(wanted, index.ntotal), params=parameters)
    return [row[row >= 0] for row in ids]


def numbers(index: "faiss.Index") -> Int64:
    """The numbers of all rows, list after list."""
    lists = index.invlists  # type: ignore[attr-defined]
    sizes = ((at, lists.list_size(at)) for at in range(_lists(index)))
    found = [faiss.rev_swig_ptr(lists.get_ids(at), size).copy() for at, size in sizes if size]
    return np.concatenate([np.empty(0, np.int64), *found])


def _lists(index: "faiss.Index") -> int:
    return int(index.nlist)  # type: ignore[attr-defined]
