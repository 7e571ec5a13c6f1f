"""What every multi-vector encoder of pages must do."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mmrag.config import LateSettings
from mmrag.protocols import MultiVectorEncoder


@pytest.fixture(scope="module", params=["sentence-transformers"])
def encoder(request: pytest.FixtureRequest) -> MultiVectorEncoder:
    from mmrag.backends import multi_vector

    folder: Path = request.getfixturevalue("tiny_page_model")
    settings = LateSettings(model=str(folder), device="cpu", precision="fp32", pool_factor=1)
    return multi_vector.load(settings, True)


@pytest.fixture(scope="module")
def pages() -> list[Image.Image]:
    made = []
    for lines in (2, 5, 9):
        page = Image.new("RGB", (80, 100), "white")
        pen = ImageDraw.Draw(page)
        for line in range(lines):
            pen.rectangle((8, 8 + 9 * line, 70 - 5 * line, 12 + 9 * line), fill="black")
        made.append(page)
    return made


def test_a_page_is_many_unit_vectors_of_the_space(encoder: MultiVectorEncoder, pages) -> None:
    for rows in encoder.encode_pages(pages):
        assert rows.dtype == np.float32
        assert rows.ndim == 2
        assert len(rows) > 3
        assert rows.shape[1] == encoder.space.dimension
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)


def test_pages_keep_their_order(encoder: MultiVectorEncoder, pages) -> None:
    together = encoder.encode_pages(pages)
    for page, rows in zip(pages, together, strict=True):
        [alone] = encoder.encode_pages([page])
        np.testing.assert_allclose(alone, rows, atol=1e-4)


def test_no_pages_are_no_vectors(encoder: MultiVectorEncoder) -> None:
    assert list(encoder.encode_pages([])) == []


def test_a_question_is_unit_vectors_of_the_space(encoder: MultiVectorEncoder) -> None:
    rows = encoder.encode_query("what is drawn here?")
    assert rows.ndim == 2
    assert rows.shape[1] == encoder.space.dimension
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert len(encoder.encode_query("what is drawn here, and there?")) > len(rows)


def test_a_picture_without_colour_and_one_with_holes_are_pages(
    encoder: MultiVectorEncoder, pages
) -> None:
    found = encoder.encode_pages([pages[0].convert("L"), pages[0].convert("RGBA")])
    np.testing.assert_allclose(found[0], found[1], atol=1e-4)
