import threading

import numpy as np
import pytest
from PIL import Image

from mmrag.encode.images import encode_images
from mmrag.errors import UsageError
from mmrag.types import Space

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}


class MeanColour:
    """A picture becomes the direction of its mean colour."""

    space = Space("colour", "0" * 64, "none", 3)

    def __init__(self, memory: int = 1000) -> None:
        self.batches: list[int] = []
        self.memory = memory

    def encode_images(self, images):
        if len(images) > self.memory:
            raise MemoryError
        self.batches.append(len(images))
        rows = [np.asarray(image, np.float32).mean(axis=(0, 1)) for image in images]
        matrix = np.array(rows, np.float32).reshape(len(images), 3)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def open_picture(name):
    if name not in COLOURS:
        raise UsageError(f"picture {name} is not stored")
    return Image.new("RGB", (4, 4), COLOURS[name])


def test_each_item_gets_the_vector_of_its_picture():
    names = ["red", "green", "blue", "green", "red"]
    done = []
    encoded = encode_images(
        MeanColour(), "image", list("abcde"), names, open_picture, 2, done.append
    )
    assert encoded.batch.item_ids == tuple("abcde")
    np.testing.assert_allclose(encoded.batch.rows, np.eye(3)[[0, 1, 2, 1, 0]], atol=1e-6)
    assert encoded.unreadable == ()
    assert done == [2, 4, 5]


def test_a_picture_that_cannot_be_read_is_named_and_the_rest_goes_on():
    encoded = encode_images(
        MeanColour(), "image", list("abc"), ["red", "lost", "blue"], open_picture, 2
    )
    assert encoded.batch.item_ids == ("a", "c")
    np.testing.assert_allclose(encoded.batch.rows, np.eye(3)[[0, 2]], atol=1e-6)
    assert encoded.unreadable == (("b", "picture lost is not stored"),)


def test_a_batch_without_any_readable_picture_is_no_error():
    encoded = encode_images(MeanColour(), "image", list("ab"), ["lost", "gone"], open_picture)
    assert encoded.batch.rows.shape == (0, 3)
    assert len(encoded.unreadable) == 2


def test_batches_are_halved_when_memory_runs_out():
    encoder = MeanColour(memory=2)
    encoded = encode_images(encoder, "image", list("abcdef"), ["red"] * 6, open_picture, 6)
    assert len(encoded.batch.item_ids) == 6
    assert encoder.batches == [1, 1, 1, 1, 1, 1]


def test_the_next_batch_is_decoded_while_the_model_works():
    decoded = threading.Event()

    def tracked(name):
        if name == "blue":
            decoded.set()
        return open_picture(name)

    encoder = MeanColour()
    encode = encoder.encode_images
    seen = []

    def wait_for_the_next(images):
        seen.append(decoded.wait(timeout=20))
        return encode(images)

    encoder.encode_images = wait_for_the_next
    encode_images(encoder, "image", list("ab"), ["red", "blue"], tracked, 1)
    assert seen == [True, True]


def test_items_and_pictures_must_be_as_many():
    with pytest.raises(ValueError, match="zip"):
        encode_images(MeanColour(), "image", ["a"], [], open_picture)


@pytest.mark.parametrize("mode", ["RGB", "P", "L", "RGBA", "1"])
def test_a_large_picture_is_reduced_in_its_proportions_as_it_is_decoded(mode):
    seen = []

    class Seeing(MeanColour):
        def encode_images(self, images):
            seen.extend(image.size for image in images)
            return super().encode_images([image.convert("RGB") for image in images])

    sizes = {"strip": (20_000, 400), "wide": (4000, 2000), "page": (900, 1200)}
    encode_images(
        Seeing(),
        "image",
        list(sizes),
        list(sizes),
        lambda name: Image.new(mode, sizes[name], "white"),
    )
    assert seen == [(10_000, 200), (2000, 1000), (900, 1200)]
