"""EmbeddingGemma 2 by the profile `gemma`: one model and one space for texts and pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmrag import config
from mmrag.models import Models

PICTURES = [Image.new("RGB", (60, 40), colour) for colour in ("navy", "white", "red")]


@pytest.fixture
def models(tiny_gemma: Path):
    """The models of the profile, with small weights of its architecture."""
    settings = config.load("gemma")
    own = {"model": str(tiny_gemma), "device": "cpu", "precision": "fp32"}
    sections = {name: getattr(settings, name).model_copy(update=own) for name in ("text", "image")}
    with Models(settings.model_copy(update=sections)) as models:
        yield models


def test_texts_and_pictures_are_vectors_of_one_size(models: Models) -> None:
    texts = models.text_encoder().encode(["one text", "another, longer text"])
    encoder = models.image_encoder()
    pictures = encoder.encode_images(PICTURES)
    assert texts.shape == (2, 24)
    assert pictures.shape == (3, 24)
    for rows in (texts, pictures):
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert (pictures @ pictures.T)[0, 1] < 0.99999


def test_a_question_has_one_vector_for_texts_and_for_pictures(models: Models) -> None:
    asked = models.query_encoder().encode(["which one?"])
    seen = models.image_encoder().encode_texts(["which one?"])
    np.testing.assert_allclose(asked, seen, atol=1e-5)
    told = models.text_encoder().encode(["which one?"])
    assert float(asked[0] @ told[0]) < 0.99999  # other words stand before a text
