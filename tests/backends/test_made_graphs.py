"""Graphs of the embedded encoders in 8 bits or pruned: near the whole, and of another space."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mmrag.backends import made_graphs, minilm, shipped_clip
from mmrag.config import ImageSettings, TextSettings
from mmrag.errors import ModelMissing

TEXTS = [
    "Revenue of the ferry line grew to 41 million.",
    "The pump is cleaned once a month.",
    "Figure 2: passengers by quarter",
    "Income tax is paid in three parts " * 40,
]


def cosines(one, other):
    return (one * other).sum(axis=1)


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    made = []
    for bars in range(3, 7):
        image = Image.new("RGB", (160, 120), "white")
        draw = ImageDraw.Draw(image)
        for bar in range(bars):
            draw.rectangle((20 * bar + 5, 110 - 15 * bar, 20 * bar + 18, 110), fill="steelblue")
        made.append(image)
    return made


@pytest.mark.parametrize(
    ("kind", "least"),
    [("int8 dynamic", 0.95), pytest.param("int8 static", 0.8, marks=pytest.mark.long)],
)
def test_texts_by_a_graph_of_8_bits_stay_near_the_whole_ones(
    kind, least: float, tmp_path: Path
) -> None:
    file = tmp_path / "texts.onnx"
    minilm.make_graph(kind, TEXTS, file)
    encoder = minilm.index_encoder(TextSettings(graph=str(file)))
    whole = minilm.query_encoder()
    assert cosines(encoder.encode(TEXTS), whole.encode(TEXTS)).min() >= least
    assert file.stat().st_size < 70_000_000  # 91 in whole precision


def test_vectors_of_a_graph_are_of_another_space_that_its_questions_share(tmp_path: Path) -> None:
    file = tmp_path / "texts.onnx"
    minilm.make_graph("int8 dynamic", TEXTS, file)
    encoder = minilm.index_encoder(TextSettings(graph=str(file)))
    assert encoder.space == minilm.query_encoder(str(file)).space != minilm.SPACE


def test_a_graph_that_is_gone_says_how_it_is_made() -> None:
    with pytest.raises(ModelMissing, match=r"gone\.onnx.*--apply"):
        minilm.query_encoder("/no/such/gone.onnx")


@pytest.mark.parametrize(("kind", "least"), [("int8 static", 0.6), ("pruned", 0.3)])
@pytest.mark.filterwarnings("ignore")
def test_pictures_by_a_graph_of_their_own(
    kind, least: float, pictures: list[Image.Image], tmp_path: Path
) -> None:
    file = tmp_path / "pictures.onnx"
    shipped_clip.make_graph(kind, pictures, file)
    encoder = shipped_clip.load(ImageSettings(graph=str(file)))
    whole = shipped_clip.load(ImageSettings())
    assert encoder.space != whole.space
    found = cosines(encoder.encode_images(pictures), whole.encode_images(pictures))
    assert 1 - 1e-6 > found.min() >= least


def test_pruning_leaves_out_the_smallest_weights_of_a_kernel_and_no_norm() -> None:
    kernel = np.array([[0.1, -2], [3, -0.2]], np.float32)
    assert made_graphs.pruned(kernel, 0.5).tolist() == [[0, -2], [3, 0]]
    norm = np.array([0.1, 2], np.float32)
    assert made_graphs.pruned(norm, 0.5) is norm
