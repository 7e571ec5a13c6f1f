"""How well a chart was read: what it is, its values, and RMS-F1 (Liu et al. 2023, DePlot)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

TAU = THETA = 0.5
"""Distances of keys and of values from which on two entries have nothing in common."""


class Entry(NamedTuple):
    """A value of a chart under its row and series."""

    key: str
    value: float


def rms(read: Sequence[Entry], true: Sequence[Entry]) -> tuple[float, float, float]:
    """Precision, recall and F1 of entries as a relative mapping (DePlot, section 3.2).

    Keys are compared by their normalised Levenshtein distance (NL), values by their relative one
    D = min(1, |p - t| / |t|); each counts as 1 from `TAU` and `THETA` on. Entries are assigned to
    each other so that the sum of (1 - NL) is largest. The similarity of a pair is (1 - NL)(1 - D);
    precision is their sum over the entries read, recall over the true ones.
    """
    if not read or not true:
        return 0.0, 0.0, 0.0
    names = np.array([[1 - _key_distance(p.key, t.key) for t in true] for p in read])
    pairs = np.array(
        [[names[i, j] * (1 - _value_distance(p.value, t.value)) for j, t in enumerate(true)]
         for i, p in enumerate(read)]
    )  # fmt: skip
    rows, columns = linear_sum_assignment(-(names + 1e-6 * pairs))
    total = float(pairs[rows, columns].sum())
    precision, recall = total / len(read), total / len(true)
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def _key_distance(one: str, other: str) -> float:
    distance = Levenshtein.normalized_distance(one.lower(), other.lower())
    return 1.0 if distance > TAU else float(distance)


def _value_distance(read: float, true: float) -> float:
    if true == 0:
        return 0.0 if read == 0 else 1.0
    distance = abs(read - true) / abs(true)
    return 1.0 if distance > THETA else distance
