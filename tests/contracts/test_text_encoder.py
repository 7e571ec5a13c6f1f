"""What every text encoder must do."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from mmrag.config import TextSettings
from mmrag.protocols import TextEncoder

TEXTS = [
    "What was the revenue of 2023?",
    "a much longer text, which speaks of many things: " + "ships and sealing wax " * 30,
    "",
    "cabbages and kings",
    "naïve café, 東京, \x00 and \u202e",
    "x" * 700,
]


@pytest.fixture(
    scope="module",
    params=[
        "minilm for questions",
        "minilm",
        "minilm, whole",
        "minilm in torch",
        "sentence-transformers",
    ],
)
def encoder(request: pytest.FixtureRequest) -> TextEncoder:
    settings = TextSettings(precision="fp32", device="cpu", batch_size=2)
    if request.param == "sentence-transformers":
        from mmrag.backends import sentence_transformers_text

        model = str(request.getfixturevalue("tiny_text_model"))
        return sentence_transformers_text.load(settings.model_copy(update={"model": model}), True)
    from mmrag.backends import minilm

    if request.param == "minilm in torch":
        return minilm.torch_encoder(settings)
    if request.param == "minilm, whole":
        return minilm.index_encoder(settings)
    if request.param == "minilm":
        return minilm.index_encoder(TextSettings())
    return minilm.query_encoder()


def test_gives_one_float32_row_of_unit_length_per_text(encoder: TextEncoder) -> None:
    rows = encoder.encode(TEXTS)
    assert rows.shape == (len(TEXTS), encoder.space.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_no_texts_are_no_rows(encoder: TextEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.space.dimension)


def test_rows_come_in_the_order_of_the_texts_whatever_their_length(encoder: TextEncoder) -> None:
    together = encoder.encode(TEXTS)
    backwards = encoder.encode(TEXTS[::-1])[::-1]
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, backwards, atol=1e-4)
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_the_same_texts_give_the_same_rows(encoder: TextEncoder) -> None:
    np.testing.assert_array_equal(encoder.encode(TEXTS), encoder.encode(TEXTS))


def test_the_end_of_a_text_beyond_the_limit_is_not_lost(encoder: TextEncoder) -> None:
    start = "the first words are the same " * 40
    one, other = encoder.encode([start + "penguins " * 40, start + "turbines " * 40])
    assert one @ other < 0.9999


def test_its_space_says_which_weights_they_are(encoder: TextEncoder) -> None:
    space = encoder.space
    assert space.model
    assert len(space.weights) == 64
    assert space.dimension == encoder.encode(["one"]).shape[1]


def test_the_same_weights_make_the_same_space_and_others_another(
    tiny_text_model: Path, tmp_path: Path
) -> None:
    from safetensors.numpy import load_file, save_file

    from mmrag.backends import sentence_transformers_text as backend

    moved, changed = tmp_path / "moved" / "tiny-text", tmp_path / "changed" / "tiny-text"
    shutil.copytree(tiny_text_model, moved)
    shutil.copytree(tiny_text_model, changed)
    file = changed / "model.safetensors"
    save_file({name: row + 1 for name, row in load_file(file).items()}, file, {"format": "pt"})

    def space(folder: Path):
        return backend.load(TextSettings(model=str(folder), device="cpu"), True).space

    assert space(moved) == space(tiny_text_model)
    assert space(changed) != space(tiny_text_model)
