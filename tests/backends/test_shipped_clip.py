"""The image encoder that comes with mmrag."""

import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eval.encoder.measure import compressed, grey, small
from mmrag.backends import minilm, open_clip, shipped_clip, shipped_clip_files
from mmrag.config import ImageSettings
from mmrag.errors import ModelRefused
from mmrag.index import Index

SETTINGS = ImageSettings(backend="open_clip", model=shipped_clip.NAME)
TWINS = 0.98
"""Cosine of figures that the corpus draws alike but for a number, region by region."""
TEXTS = ["bar chart of ferry passengers by month", "a table", ""]


@pytest.fixture(scope="module")
def encoder() -> shipped_clip.ShippedClip:
    return shipped_clip.ShippedClip(SETTINGS)


def test_its_text_tower_is_minilm_in_open_clip_too(encoder: shipped_clip.ShippedClip) -> None:
    towers = open_clip.load(SETTINGS.model_copy(update={"precision": "fp32"}), offline=True)
    np.testing.assert_allclose(
        towers.encode_texts(TEXTS[:2]), encoder.encode_texts(TEXTS[:2]), atol=0.02
    )
    assert encoder.text_space == minilm.query_encoder().space
    assert encoder.logit_scale == pytest.approx(towers.logit_scale)


def test_texts_and_pictures_are_encoded_without_torch() -> None:
    code = (
        "import sys; from PIL import Image; from mmrag.models import Models;"
        "from mmrag.backends import accelerators; accelerators.DRIVERS = ();"
        "encoder = Models.open('embedded').image_encoder();"
        "encoder.expect(100_000); encoder.encode_texts(['a chart']);"
        "encoder.encode_images([Image.new('RGB', (9, 9))]);"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_its_graph_gives_the_vectors_of_open_clip(encoder: shipped_clip.ShippedClip) -> None:
    exact = open_clip.load(SETTINGS.model_copy(update={"precision": "fp32"}), offline=True)
    noise = np.random.default_rng(1).integers(0, 255, (90, 140, 3), np.uint8)
    pictures = [
        Image.fromarray(noise),
        Image.fromarray(noise).resize((700, 300)),
        Image.new("L", (40, 300), 90),
        Image.new("RGBA", (300, 7), (10, 90, 200, 128)),
        Image.new("RGB", (1, 1)),
    ]
    same = (encoder.encode_images(pictures) * exact.encode_images(pictures)).sum(axis=1)
    assert same.min() >= 0.9999


def test_other_weights_than_the_published_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = Path(shutil.copy(shipped_clip_files.WEIGHTS, tmp_path))
    with changed.open("r+b") as file:
        file.seek(-1, io.SEEK_END)
        file.write(b"\x7f")
    monkeypatch.setattr(shipped_clip_files, "WEIGHTS", changed)
    with pytest.raises(ModelRefused, match="not the published"):
        shipped_clip.load(SETTINGS)
    changed.unlink()
    with pytest.raises(ModelRefused, match="install mmrag again"):
        shipped_clip.load(SETTINGS)


def cut(picture: Image.Image) -> Image.Image:
    return picture.crop((round(0.1 * picture.width), 0, picture.width, picture.height))


@pytest.mark.parametrize("change", [small, compressed, grey, cut])
def test_a_changed_figure_of_the_sample_corpus_finds_itself(
    encoder: shipped_clip.ShippedClip,
    sample_index: Path,
    change: Callable[[Image.Image], Image.Image],
) -> None:
    with Index.open(sample_index) as index:
        pictures = {
            figure.picture: index.pictures.open(figure.id).convert("RGB")
            for document in index.documents()
            for figure in index.catalog.figures.of_document(document.id)
            if figure.picture
        }
    assert len(pictures) > 25
    whole = encoder.encode_images(list(pictures.values()))
    changed = encoder.encode_images([change(picture) for picture in pictures.values()])
    nearest = (changed @ whole.T).argmax(axis=1)
    found = np.einsum("nd,nd->n", whole[nearest], whole) > TWINS
    assert found.mean() >= 0.95
