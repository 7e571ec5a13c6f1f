import random
from collections.abc import Sequence

import numpy as np
import pytest
import tiny_shapes as shapes
from PIL import Image

from mmrag.config import ImageSettings
from mmrag.errors import UsageError
from mmrag.types import Float32, Space
from mmrag.vision.classify import classify

PICTURE = Image.new("RGB", (8, 8))
DIRECTIONS = {"a chart": (1, 0), "chart!": (1, 0), "a table": (0.6, 0.8), "table!": (0.6, 0.8)}


class Flat:
    """An encoder whose every picture points along x, and texts where DIRECTIONS say."""

    space = Space("flat", "0" * 64, "none", 2)
    text_space: Space | None = None
    logit_scale = 10.0

    def encode_images(self, images: Sequence[Image.Image]) -> Float32:
        return np.array([(1, 0)] * len(images), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        return np.array([DIRECTIONS[text] for text in texts], np.float32)

    def split(self, text: str) -> Sequence[str]:
        return [text]


def test_probabilities_are_the_softmax_of_scaled_cosines_best_first() -> None:
    [scores] = classify([PICTURE], ["table", "chart"], Flat(), templates=["a {}", "{}!"])
    # cosines 0.6 and 1, scale 10: 1 / (1 + e^-4) = 0.982
    assert [score.label for score in scores] == ["chart", "table"]
    assert scores[0].probability == pytest.approx(0.98201, abs=1e-4)
    assert sum(score.probability for score in scores) == pytest.approx(1)


def test_a_single_label_is_certain() -> None:
    assert classify([PICTURE], ["chart"], Flat(), ["a {}"])[0][0].probability == 1


@pytest.mark.parametrize(
    ("labels", "templates", "message"),
    [
        ([], ["a {}"], "at least one"),
        (["chart", " "], ["a {}"], "none empty"),
        (["chart", "Chart "], ["a {}"], "given twice"),
        (["chart"], [], "templates: give at least one"),
        (["chart"], ["a picture"], "where the label goes"),
    ],
)
def test_labels_and_templates_that_cannot_be_used_are_usage_errors(
    labels: list[str], templates: list[str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        classify([PICTURE], labels, Flat(), templates)


def test_braces_in_a_label_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DIRECTIONS, "a {0.__class__}", (1, 0))
    assert classify([PICTURE], ["{0.__class__}"], Flat(), ["a {}"])[0][0].label == "{0.__class__}"


def test_a_trained_model_names_what_is_drawn(tiny_clip: ImageSettings) -> None:
    from mmrag.backends import open_clip

    encoder = open_clip.load(tiny_clip, offline=True)
    chance = random.Random(8)
    pictures = [shapes.draw(name, chance) for name in shapes.CAPTIONS]
    found = classify(pictures, shapes.CAPTIONS, encoder)
    right = sum(
        scores[0].label == name for scores, name in zip(found, shapes.CAPTIONS, strict=True)
    )
    assert right >= 0.9 * len(shapes.CAPTIONS)
