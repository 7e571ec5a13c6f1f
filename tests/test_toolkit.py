import numpy as np
import pytest
from PIL import Image

from mmrag.config import Settings
from mmrag.errors import ConfigError
from mmrag.models import Models
from mmrag.toolkit import Vision
from mmrag.types import Float32, Space


class Colours:
    """Pictures and texts point along their colour: red is x, all else y."""

    space = Space("colours", "0" * 64, "none", 2)
    text_space: Space | None = None
    logit_scale = 10.0

    def encode_images(self, images) -> Float32:
        rows = [image.getpixel((0, 0))[0] > 100 for image in images]
        return np.array([(red, not red) for red in rows], np.float32)

    def encode_texts(self, texts) -> Float32:
        return np.array([("red" in text, "red" not in text) for text in texts], np.float32)

    def split(self, text):
        return [text]


def test_each_picture_gets_its_labels_in_order():
    pictures = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue", "red")]
    models = Models(Settings(), image_encoder=Colours)
    found = Vision(models).classify(pictures, ["red", "blue"])
    assert [scores[0].label for scores in found] == ["red", "blue", "red"]


def test_no_picture_gives_no_labels():
    assert Vision(Models(Settings(), image_encoder=Colours)).classify([], ["red"]) == []


def test_a_profile_without_an_image_model_says_which_to_choose():
    picture = Image.new("RGB", (4, 4))
    with pytest.raises(ConfigError, match="--profile embedded"):
        Vision(Models(Settings(name="bare"))).classify([picture], ["red"])


def test_the_model_is_loaded_once_for_all_tasks():
    made = []

    def make() -> Colours:
        made.append(1)
        return Colours()

    vision = Vision(Models(Settings(), image_encoder=make))
    for _ in range(2):
        vision.classify([Image.new("RGB", (4, 4))], ["red"])
    assert made == [1]
