"""The exact end of every search: whoever proposes candidates, their stored rows are compared.

Scores are cosines in double precision, each computed by itself, so that what proposes and what
lies in memory never change one.
"""

from collections.abc import Sequence

import numpy as np

from mmrag.errors import UsageError
from mmrag.protocols import Nearest
from mmrag.store.vectors import Int64, Vectors, VectorState
from mmrag.types import ChannelName, Float32

EXACT_ROWS = 5000
"""Rows of the documents asked for, up to which they are read from SQLite and nothing else is
opened. Chosen by hand."""
EXTRA_CANDIDATES = 8
"""Beyond `k`: rounding may order near-equal scores otherwise than the exact ones. By hand."""
OVERSAMPLE = 4
"""Candidates for each result that are asked of who only approximates. eval/SCALE.md, "Vectors"."""
LEAST_CANDIDATES = 200
"""Candidates that are asked of who only approximates, however few results are wanted: to compare
their rows costs two milliseconds. Chosen by hand."""
GROWTH = 4
"""How many times as many candidates are asked for where too few of them are still there."""


def candidates(k: int, *, exact: bool) -> int:
    """How many candidates are asked for at first."""
    if exact:
        return k + EXTRA_CANDIDATES
    return max(LEAST_CANDIDATES, OVERSAMPLE * k + EXTRA_CANDIDATES)


def checked(channel: ChannelName, state: VectorState, queries: Float32) -> Float32:
    """Queries as an array to search with. Raises `UsageError` where they are of another space."""
    if queries.ndim != 2 or queries.shape[1] != state.dimension:
        raise UsageError(
            f"the {channel} channel has {state.dimension} dimensions, "
            f"and the query has shape {queries.shape}"
        )
    return np.ascontiguousarray(queries, dtype=np.float32)


def of_numbers(
    vectors: Vectors, dimension: int, numbers: Sequence[Int64], queries: Float32, k: int
) -> list[Nearest]:
    """The `k` nearest to each query of those of its vectors that exist, by their stored rows."""
    return [
        among(vectors, dimension, np.unique(own), query[np.newaxis], k)[0]
        for own, query in zip(numbers, queries, strict=True)
    ]


def among(
    vectors: Vectors, dimension: int, numbers: Int64, queries: Float32, k: int
) -> list[Nearest]:
    """The same where all queries have the same vectors, whose rows are read once."""
    _, rows, items = vectors.read_some(numbers, dimension)
    listed = items.tolist()
    return [best(listed, cosines(rows, query), k) for query in queries]


def cosines(rows: Float32, query: Float32) -> list[float]:
    """The cosine of each row; it does not depend on the rows beside it, as BLAS would let it."""
    found: list[float] = np.einsum("ij,j->i", rows, query, dtype=np.float64).tolist()
    return found


def best(items: Sequence[str], scores: Sequence[float], k: int) -> Nearest:
    """The `k` best, equal ones in the order of their IDs."""
    ranked = sorted(zip((-score for score in scores), items, strict=True))
    return [(item, -score) for score, item in ranked[:k]]


def places(rows: Float32, queries: Float32, wanted: int, among: Int64) -> list[Int64]:
    """Of the rows at the places `among`, where the `wanted` nearest of each query are."""
    if len(among) <= wanted:
        return [among for _ in queries]
    scores = queries @ rows[among].T
    nearest = np.argpartition(-scores, wanted - 1, axis=1)[:, :wanted]
    return [among[own] for own in nearest]
