"""The text and image encoders and the reranker of sentence-transformers: what their contracts do
not ask, most of all what happens to models that cannot be used."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmrag.backends import (
    cross_encoder,
    sentence_transformers_image,
    sentence_transformers_text,
)
from mmrag.config import ImageSettings, RerankSettings, TextSettings
from mmrag.errors import ConfigError, ModelMissing, ModelRefused


def text(model: Path | str, **own: object) -> TextSettings:
    return TextSettings(model=str(model), device="cpu", precision="fp32", **own)


@pytest.mark.parametrize(
    ("load", "settings"),
    [
        (sentence_transformers_text.load, TextSettings()),
        (sentence_transformers_image.load, ImageSettings()),
        (cross_encoder.load, RerankSettings()),
    ],
)
def test_a_profile_without_a_model_is_told_what_to_set(
    load: Callable[..., object], settings: object
) -> None:
    with pytest.raises(ConfigError, match="needs a name or a folder, such as"):
        load(settings, True)


@pytest.mark.parametrize(
    ("load", "settings"),
    [
        (sentence_transformers_text.load, TextSettings(model="no/such-model")),
        (sentence_transformers_image.load, ImageSettings(model="no/such-model")),
        (cross_encoder.load, RerankSettings(model="no/such-model")),
    ],
)
def test_a_model_that_is_not_here_says_how_to_get_it(
    load: Callable[..., object], settings: object
) -> None:
    with pytest.raises(ModelMissing, match="mmrag models pull"):
        load(settings, True)


def cut_short(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])


def of_another_architecture(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "distilbert", "architectures": ["DistilBertModel"]}
    config |= {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64}
    (folder / "config.json").write_text(json.dumps(config))


def with_code_of_its_own(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text())
    modules[1]["type"] = "own_code.Pooling"
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "own_code.py").write_text("raise SystemExit('the code of a model was run')")


def without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


@pytest.mark.parametrize(
    "spoil", [cut_short, of_another_architecture, with_code_of_its_own, without_weights]
)
@pytest.mark.filterwarnings("ignore")
def test_a_spoilt_model_is_one_clear_error(
    spoil: Callable[[Path], None], tiny_text_model: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_text_model, tmp_path / "spoilt"))
    spoil(folder)
    with pytest.raises((ModelMissing, ModelRefused), match="spoilt"):
        sentence_transformers_text.load(text(folder), offline=True)


def test_a_question_gets_the_words_that_the_model_wants_before_it(
    tiny_text_model: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_text_model, tmp_path / "prompted"))
    path = folder / "config_sentence_transformers.json"
    prompts = {"query": "ask: ", "document": "tell: "}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"prompts": prompts}))
    plain = sentence_transformers_text.load(text(tiny_text_model), True)
    asked = sentence_transformers_text.load(text(folder), True, for_query=True)
    told = sentence_transformers_text.load(text(folder), True)
    np.testing.assert_allclose(asked.encode(["one"]), plain.encode(["ask: one"]), atol=1e-5)
    np.testing.assert_allclose(told.encode(["one"]), plain.encode(["tell: one"]), atol=1e-5)
    assert asked.space == told.space


def test_a_profile_says_what_a_model_wants_that_does_not_say_it_itself(
    tiny_text_model: Path,
) -> None:
    plain = sentence_transformers_text.load(text(tiny_text_model), True)
    settings = text(tiny_text_model, query_prompt="ask: ", passage_prompt="tell: ")
    asked = sentence_transformers_text.load(settings, True, for_query=True)
    told = sentence_transformers_text.load(settings, True)
    np.testing.assert_allclose(asked.encode(["one"]), plain.encode(["ask: one"]), atol=1e-5)
    np.testing.assert_allclose(told.encode(["one"]), plain.encode(["tell: one"]), atol=1e-5)
    assert asked.space == told.space != plain.space


def test_a_model_of_texts_alone_is_no_image_encoder(tiny_text_model: Path) -> None:
    with pytest.raises(ModelRefused, match="pictures and text"):
        sentence_transformers_image.load(ImageSettings(model=str(tiny_text_model)), True)


def test_images_out_of_memory_halve_the_batch_for_good(
    tiny_clip_st: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ImageSettings(model=str(tiny_clip_st), batch_size=8, device="cpu", precision="fp32")
    encoder = sentence_transformers_image.load(settings, True)
    pictures = [Image.new("RGB", (40, 40), (20 * shade, 0, 99)) for shade in range(10)]
    expected = encoder.encode_images(pictures)
    whole, sizes = encoder.model.encode_document, []

    def room_for_three(items, batch_size, **options):
        sizes.append(batch_size)
        if batch_size > 3:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return whole(items, batch_size=batch_size, **options)

    monkeypatch.setattr(encoder.model, "encode_document", room_for_three)
    np.testing.assert_allclose(encoder.encode_images(pictures), expected, atol=1e-4)
    encoder.encode_images(pictures)
    assert sizes == [8, 4, 2, 2]


def test_a_classifier_of_several_labels_is_no_reranker(
    tiny_cross_encoder: Path, tmp_path: Path
) -> None:
    from transformers import BertConfig, BertForSequenceClassification

    folder = Path(shutil.copytree(tiny_cross_encoder, tmp_path / "labels"))
    config = BertConfig.from_pretrained(folder)
    config.num_labels = 3
    BertForSequenceClassification(config).save_pretrained(folder)
    with pytest.raises(ModelRefused, match="gives 3 labels"):
        cross_encoder.load(RerankSettings(model=str(folder), device="cpu"), True)


def test_one_model_for_texts_and_pictures_is_in_memory_once(tiny_clip_st: Path) -> None:
    """As long as anybody uses it; in another precision it is another one."""
    folder = tiny_clip_st
    image = ImageSettings(model=str(folder), device="cpu", precision="fp32")
    encoder = sentence_transformers_image.load(image, True)
    shared = sentence_transformers_text.load_model(folder, "cpu", "fp32")
    assert shared is encoder.model
    assert sentence_transformers_text.load_model(folder, "cpu", "bf16") is not shared


def test_an_image_encoder_says_before_questions_what_its_profile_sets(tiny_clip_st: Path) -> None:
    settings = ImageSettings(model=str(tiny_clip_st), device="cpu", precision="fp32")
    plain = sentence_transformers_image.load(settings, True)
    asking = sentence_transformers_image.load(
        settings.model_copy(update={"query_prompt": "ask: "}), True
    )
    np.testing.assert_allclose(
        asking.encode_texts(["one"]), plain.encode_texts(["ask: one"]), atol=1e-5
    )
    assert asking.space != plain.space
    pictures = [Image.new("RGB", (40, 40), "navy")]
    np.testing.assert_allclose(
        asking.encode_images(pictures), plain.encode_images(pictures), atol=1e-5
    )
