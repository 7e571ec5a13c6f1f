"""Of which type a document is, by its words, its layout and its paper: rules with weights.

Each sign that is seen adds its weight to a type; the shape of the paper alone makes none. The type
with the most is told with the share that it has of the best two, and with its signs as the reason;
under `MIN_WEIGHT` it is unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from mmrag.readings import PageReading
from mmrag.vision.document_signs import SIGNS
from mmrag.vision.seen_page import SeenPage
from mmrag.vision.signs import DocumentType, Sign

TYPES: tuple[DocumentType, ...] = get_args(DocumentType)
MIN_WEIGHT = 2.0
"""Of the signs of a type; with less, nothing is claimed. Chosen by hand."""


@dataclass(frozen=True, slots=True)
class TypeFound:
    """A type with its share of the weight of the best two, 0 to 1, and the signs of it."""

    type: DocumentType
    confidence: float
    reason: str


def document_type(reading: PageReading) -> TypeFound:
    """The type of a page's document, as far as the page tells it."""
    page = SeenPage(reading)
    if not page.words and not reading.fields:
        return TypeFound("unknown", 0.0, "no text was read")
    seen = {name: [sign for sign in signs if sign.holds(page)] for name, signs in SIGNS.items()}
    weights = {name: _weight(signs) for name, signs in seen.items()}
    best, second = sorted(weights, key=lambda name: -weights[name])[:2]
    if weights[best] < MIN_WEIGHT:
        return TypeFound("unknown", 0.0, "too few signs of any type")
    told = "; ".join(sign.told for sign in sorted(seen[best], key=lambda sign: -sign.weight))
    confidence = weights[best] / (weights[best] + weights[second])
    return TypeFound(best, round(confidence, 2), told)


def _weight(seen: Sequence[Sign]) -> float:
    if all(sign.is_of_paper for sign in seen):
        return 0.0
    return sum(sign.weight for sign in seen)
