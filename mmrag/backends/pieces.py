"""Long texts in pieces that a model reads whole, instead of losing their end without a word."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from mmrag.types import Float32

_SPACE = re.compile(r"\s+")


def pieces(text: str, fits: Callable[[str], bool]) -> list[str]:
    """`text` as it is where it fits, else in halves of halves, cut between words.

    Halving makes pieces of like length, so that none of them weighs too much in a mean. A word
    too long is cut within.
    """
    if fits(text):
        return [text]
    text = text.strip()
    if len(text) < 2:
        return [text]
    middle = len(text) // 2
    gaps = [gap.span() for gap in _SPACE.finditer(text)]
    left, right = min(gaps, key=lambda gap: abs(gap[0] - middle), default=(middle, middle))
    return [part for half in (text[:left], text[right:]) for part in pieces(half, fits)]


def mean_rows(rows: Float32, counts: Sequence[int]) -> Float32:
    """One unit vector for each group of `counts[i]` neighbouring rows: the mean of the group."""
    if not counts:
        return rows[:0]
    starts = np.cumsum([0, *counts[:-1]])
    sums = np.add.reduceat(rows, starts, axis=0)
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), np.float32)
