"""How far a line of a text is the question and no more: a heading, a row or a key sentence.

A page may have all words of a question here and there; one that answers often has them in one line.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmrag.retrieve.vocabulary import NumberedText


class FoundWords(NamedTuple):
    """Where stems of a question stand in texts, counted over all their words in a row."""

    texts: Sequence[NumberedText]
    at: NDArray[np.integer]
    roots: NDArray[np.integer]  # which of the stems


def best(found: FoundWords, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The likeness of the best line of each text, from 0 to 1.

    That is the part of the line's words that the question has, times the part of the question that
    the line has, by the `weights` of its stems; those of weight 0 count in neither.
    """
    best = np.zeros(len(found.texts))
    counts = weights[found.roots] > 0
    if not counts.any():
        return best
    starts = np.cumsum([0, *(len(text.words) for text in found.texts)])
    ends = np.concatenate(
        [
            np.empty(0),
            *(text.ends + start for text, start in zip(found.texts, starts[:-1], strict=True)),
        ]
    )
    telling = np.concatenate([np.empty(0), *(text.telling for text in found.texts)])
    lines = np.searchsorted(ends, found.at[counts], side="right")
    held = np.zeros((len(ends), len(weights)), bool)  # by line and stem
    held[lines, found.roots[counts]] = True
    share = held @ (weights / weights.sum())
    likeness = np.minimum(1.0, held.sum(axis=1) / np.maximum(telling, 1)) * share
    text_of_line = np.repeat(np.arange(len(found.texts)), [len(text.ends) for text in found.texts])
    np.maximum.at(best, text_of_line, likeness)
    return best
