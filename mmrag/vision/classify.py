"""Which of some labels fits a picture: zero-shot classification with a CLIP model.

As in Radford et al. 2021 (arXiv:2103.00020), section 3.1: each label stands in several sentences,
the mean of their vectors represents it, and the cosines to the picture, multiplied by the scale
that the model learned in training, go through a softmax.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mmrag.errors import UsageError
from mmrag.protocols import ImageEncoder
from mmrag.types import Float32
from mmrag.vision.embed import unit_mean

if TYPE_CHECKING:
    from PIL import Image

TEMPLATES = ("a {}", "a picture of a {}", "a photo of a {}", "an image that shows a {}")
"""Sentences around a label, with `{}` for it."""


@dataclass(frozen=True, slots=True)
class LabelScore:
    """A label and how probable it is among those given: the probabilities sum to 1."""

    label: str
    probability: float


def classify(
    pictures: "Sequence[Image.Image]",
    labels: Sequence[str],
    encoder: ImageEncoder,
    templates: Sequence[str] = TEMPLATES,
) -> list[list[LabelScore]]:
    """For each picture the labels, the most probable first.

    The probabilities say which label fits best, not whether any fits: they sum to 1 even where
    none does. Raises `UsageError` for labels or templates that cannot be used.
    """
    check(labels, templates)
    rows = np.stack([_label_vector(label, encoder, templates) for label in labels])
    seen = encoder.encode_images(pictures)
    return [_scores(labels, rows @ picture, encoder.logit_scale) for picture in seen]


def _scores(labels: Sequence[str], cosines: Float32, scale: float) -> list[LabelScore]:
    """The softmax over the scaled cosines, in double precision, best first."""
    logits = scale * cosines.astype(np.float64)
    odds = np.exp(logits - logits.max())
    probabilities = odds / odds.sum()
    scores = [
        LabelScore(label, float(probability))
        for label, probability in zip(labels, probabilities, strict=True)
    ]
    return sorted(scores, key=lambda score: score.probability, reverse=True)


def _label_vector(label: str, encoder: ImageEncoder, templates: Sequence[str]) -> Float32:
    """The unit mean of a label's sentences, shape `(dimension,)`."""
    return unit_mean([template.replace("{}", label) for template in templates], encoder)


def check(labels: Sequence[str], templates: Sequence[str]) -> None:
    """Raises `UsageError` for labels or templates that cannot be used."""
    if not labels or not all(label.strip() for label in labels):
        raise UsageError("labels: give at least one, and none empty, such as chart,table,photo")
    seen: set[str] = set()
    for label in labels:
        key = label.strip().casefold()
        if key in seen:
            raise UsageError(f"labels: {label!r} is given twice")
        seen.add(key)
    if not templates:
        raise UsageError('templates: give at least one, such as "a picture of a {}"')
    for template in templates:
        if "{}" not in template:
            raise UsageError(f"template {template!r}: put {{}} where the label goes")
