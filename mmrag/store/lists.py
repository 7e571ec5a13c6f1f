"""The lists of approximate vector stores (IVF): what holds for several of them."""

import math

LISTS_PER_ROOT = 2
"""Lists for each unit of the square root of the rows: 2,000 at a million. eval/SCALE.md."""
SAMPLED_ROWS = 64
"""Rows for each list from which its centroid is learned; FAISS asks for 39 at least."""
PROBED_LISTS = 64
"""Lists that are looked through, of all rows. eval/SCALE.md, "Vectors"."""


def list_count(rows: int, per_root: float = LISTS_PER_ROOT) -> int:
    """Lists for so many rows."""
    return max(1, round(per_root * math.sqrt(rows)))
