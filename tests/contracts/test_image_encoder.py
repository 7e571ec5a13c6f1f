"""What every image encoder must do."""

import random
from collections.abc import Callable

import numpy as np
import pytest
import tiny_shapes as shapes
from PIL import Image

from mmrag.config import ImageSettings
from mmrag.errors import ModelRefused
from mmrag.protocols import ImageEncoder

PICTURES = [
    *(shapes.draw(name, random.Random(3), (90, 60)) for name in shapes.CAPTIONS[:4]),
    Image.new("L", (200, 20), 90),
    Image.new("RGBA", (7, 300), (200, 30, 30, 128)),
    Image.new("P", (50, 50)),
    Image.new("1", (1, 1)),
]
TEXTS = ["a red circle", "blue", "", "a green square"]
LONG = "the quick brown fox jumps over the lazy dog, " * 8


@pytest.fixture(
    scope="module", params=["open_clip", "sentence-transformers", "shipped", "shipped in NumPy"]
)
def load(request: pytest.FixtureRequest) -> Callable[..., ImageEncoder]:
    """Loads the backend's tiny model, with some settings of its own."""
    if request.param == "open_clip":
        from mmrag.backends import open_clip as backend

        settings: ImageSettings = request.getfixturevalue("tiny_clip")
    elif request.param.startswith("shipped"):
        from mmrag.backends import shipped_clip

        settings = ImageSettings(backend="open_clip", model=shipped_clip.NAME)
        if request.param == "shipped in NumPy":
            return lambda **own: shipped_clip.load(settings.model_copy(update=own))
        return lambda **own: shipped_clip.load(
            settings.model_copy(update={"precision": "fp32", "device": "cpu"} | own)
        )
    else:
        from mmrag.backends import sentence_transformers_image as backend  # type: ignore[no-redef]

        folder = request.getfixturevalue("tiny_clip_st")
        settings = ImageSettings(backend="sentence-transformers", model=str(folder))
    usual = {"precision": "fp32", "device": "cpu", "batch_size": 3}
    return lambda **own: backend.load(settings.model_copy(update=usual | own), True)


@pytest.fixture(scope="module")
def encoder(load: Callable[..., ImageEncoder]) -> ImageEncoder:
    return load()


def test_gives_one_float32_row_of_unit_length_per_picture_and_text(encoder: ImageEncoder) -> None:
    for rows, count in (
        (encoder.encode_images(PICTURES), len(PICTURES)),
        (encoder.encode_texts(TEXTS), len(TEXTS)),
    ):
        assert rows.shape == (count, encoder.space.dimension)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_nothing_is_no_rows(encoder: ImageEncoder) -> None:
    assert encoder.encode_images([]).shape == (0, encoder.space.dimension)
    assert encoder.encode_texts([]).shape == (0, encoder.space.dimension)


def test_rows_come_in_order_and_do_not_depend_on_the_batch(
    load: Callable[..., ImageEncoder], encoder: ImageEncoder
) -> None:
    rows = encoder.encode_images(PICTURES)
    alone = np.concatenate([encoder.encode_images([picture]) for picture in PICTURES])
    np.testing.assert_allclose(rows, alone, atol=1e-4)
    np.testing.assert_allclose(rows, load(batch_size=64).encode_images(PICTURES), atol=1e-4)
    texts = np.concatenate([encoder.encode_texts([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode_texts(TEXTS), texts, atol=1e-4)


def test_the_same_pictures_give_the_same_rows(encoder: ImageEncoder) -> None:
    np.testing.assert_array_equal(encoder.encode_images(PICTURES), encoder.encode_images(PICTURES))


def test_bfloat16_stays_in_the_same_space(
    load: Callable[..., ImageEncoder], encoder: ImageEncoder
) -> None:
    rough = load(precision="bf16")
    assert rough.space == encoder.space
    cosines = (rough.encode_images(PICTURES) * encoder.encode_images(PICTURES)).sum(axis=1)
    assert cosines.min() > 0.99


def test_splits_a_long_text_into_pieces_that_fit_and_lose_no_word(encoder: ImageEncoder) -> None:
    parts = encoder.split(LONG)
    assert (len(parts) > 1) is (encoder.text_space is None)  # text encoders read any length
    assert " ".join(parts).split() == LONG.split()
    assert len(encoder.encode_texts(parts)) == len(parts)


def test_leaves_a_text_that_fits_whole(encoder: ImageEncoder) -> None:
    assert list(encoder.split("a red circle")) == ["a red circle"]


def test_refuses_to_cut_a_long_text_silently(encoder: ImageEncoder) -> None:
    if encoder.text_space is None:
        with pytest.raises(ModelRefused, match="split it"):
            encoder.encode_texts(["short", LONG])
    else:
        whole, cut = encoder.encode_texts([40 * LONG + "a table", 40 * LONG])
        assert not np.allclose(whole, cut, atol=1e-4)


def test_says_its_scale_and_its_space(encoder: ImageEncoder) -> None:
    assert 1 <= encoder.logit_scale <= 150
    assert encoder.space.model
    assert len(encoder.space.weights) == 64
    assert "size" in encoder.space.preprocessing
