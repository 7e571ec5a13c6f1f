import json
import logging
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tiny_shapes as shapes
from huggingface_hub import constants
from PIL import Image
from safetensors.numpy import load_file, save_file

from mmrag.backends import open_clip as backend
from mmrag.backends.open_clip_files import find
from mmrag.config import ImageSettings
from mmrag.errors import ConfigError, ModelMissing, ModelRefused

ARCHITECTURE = "mmrag-tiny-shapes"


@pytest.fixture
def folder(tiny_clip: ImageSettings, tmp_path: Path) -> Path:
    """A copy of the trained model's folder, to be spoiled."""
    return Path(shutil.copytree(tiny_clip.model, tmp_path / "tiny-clip"))


@pytest.fixture(scope="module")
def architecture(tiny_clip: ImageSettings, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The model's architecture under a name, as open_clip knows its own."""
    config = json.loads((Path(tiny_clip.model) / "open_clip_config.json").read_text())
    path = tmp_path_factory.mktemp("configs") / f"{ARCHITECTURE}.json"
    path.write_text(json.dumps(config["model_cfg"]))
    backend.open_clip.add_model_config(path)
    return ARCHITECTURE


def named(**settings: str) -> ImageSettings:
    return ImageSettings(backend="open_clip", device="cpu", precision="fp32", **settings)


def test_a_trained_model_finds_the_picture_that_a_text_means(tiny_clip: ImageSettings) -> None:
    encoder = backend.load(tiny_clip, offline=True)
    chance = random.Random(5)
    pictures = encoder.encode_images([shapes.draw(name, chance) for name in shapes.CAPTIONS])
    texts = encoder.encode_texts([f"a {name}" for name in shapes.CAPTIONS])
    nearest = (texts @ pictures.T).argmax(axis=1)
    assert (nearest == np.arange(len(shapes.CAPTIONS))).mean() >= 0.9


def test_a_folder_can_be_named_in_open_clips_own_way(folder: Path) -> None:
    plain = backend.load(named(model=str(folder)), offline=True)
    prefixed = backend.load(named(model=f"local-dir:{folder}"), offline=True)
    assert prefixed.space == plain.space
    assert plain.space.model == "tiny-clip"
    assert plain.space.dimension == 32


def test_an_architecture_takes_a_local_checkpoint(architecture: str, folder: Path) -> None:
    weights = folder / "open_clip_model.safetensors"
    encoder = backend.load(named(model=architecture, checkpoint=str(weights)), offline=True)
    assert encoder.space.model == architecture
    assert encoder.space.weights == backend.load(named(model=str(folder)), True).space.weights
    assert "resize_mode shortest" in encoder.space.preprocessing  # open_clip's own default


def test_a_hub_name_is_loaded_from_the_cache_without_a_network(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    in_cache(tmp_path / "hub" / "models--org--tiny-clip", folder)
    encoder = backend.load(named(model="hf-hub:org/tiny-clip"), offline=True)
    assert encoder.space == backend.load(named(model=str(folder)), offline=True).space


def test_a_tag_brings_its_weights_its_preparation_and_its_activation(
    architecture: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    in_cache(tmp_path / "hub" / "models--org--tiny-clip", folder)
    tag = {"hf_hub": "org/tiny-clip/", "resize_mode": "squash", "quick_gelu": True}
    monkeypatch.setattr(backend.open_clip, "get_pretrained_cfg", lambda model, name: tag)
    space = backend.load(named(model=architecture, pretrained="ours"), offline=True).space
    assert space.model == f"{architecture}-quickgelu"
    assert "resize_mode squash" in space.preprocessing


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"one": {"mean": (0.5,) * 3}, "two": {"mean": (0.5,) * 3}}, "mean (0.5, 0.5, 0.5)"),
        ({"one": {"resize_mode": "squash"}}, "resize_mode squash"),
    ],
)
def test_a_checkpoint_without_a_tag_is_prepared_as_all_weights_of_its_architecture(
    architecture: str, folder: Path, monkeypatch: pytest.MonkeyPatch, tags, said: str
) -> None:
    tagged(monkeypatch, tags)
    weights = folder / "open_clip_model.safetensors"
    encoder = backend.load(named(model=architecture, checkpoint=str(weights)), offline=True)
    assert said in encoder.space.preprocessing


def test_the_tag_is_demanded_where_the_weights_of_an_architecture_differ(
    architecture: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged(monkeypatch, {"one": {"quick_gelu": True}, "two": {}})
    weights = folder / "open_clip_model.safetensors"
    with pytest.raises(ConfigError, match=r"name the tag .*: one, two"):
        find(named(model=architecture, checkpoint=str(weights)), offline=True)


def tagged(monkeypatch: pytest.MonkeyPatch, tags: dict[str, dict[str, object]]) -> None:
    """Let open_clip know these pretrained tags of any architecture."""
    monkeypatch.setattr(
        backend.open_clip, "list_pretrained_tags_by_model", lambda model: list(tags)
    )
    monkeypatch.setattr(backend.open_clip, "get_pretrained_cfg", lambda model, name: tags[name])


def in_cache(model: Path, folder: Path) -> None:
    """Put `folder` where huggingface_hub keeps a downloaded repository."""
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text("0123")
    shutil.copytree(folder, model / "snapshots" / "0123")


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({}, ConfigError, "needs an architecture"),
        ({"model": "ViT-B-33"}, ConfigError, "did you mean .*ViT-B-32"),
        ({"model": "ViT-B-32"}, ConfigError, "needs weights.*laion2b_s34b_b79k"),
        ({"model": "ViT-B-32", "pretrained": "best"}, ConfigError, "no tag 'best'; it has.*openai"),
        ({"model": "ViT-B-32", "pretrained": "openai"}, ModelMissing, "mmrag models pull"),
        ({"model": "hf-hub:no/such-model"}, ModelMissing, "mmrag models pull"),
        ({"model": "local-dir:/no/folder"}, ModelMissing, "open_clip_config.json"),
        ({"model": "ViT-B-32", "checkpoint": "/no/such.safetensors"}, ModelMissing, "no such"),
    ],
)
def test_what_cannot_be_found_is_a_clear_error(
    settings: dict[str, str],
    error: type[Exception],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(error, match=message):
        find(named(**settings), offline=True)


def test_a_tag_with_pickle_alone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub.errors import EntryNotFoundError

    from mmrag.backends import open_clip_files

    def not_in_the_repository(*place: str, local_files_only: bool) -> None:
        raise EntryNotFoundError("404: open_clip_model.safetensors")

    monkeypatch.setattr(open_clip_files, "hf_hub_download", not_in_the_repository)
    with pytest.raises(ModelRefused, match="only pickle weights"):
        find(named(model="ViT-B-32", pretrained="openai"), offline=False)


def only_pickle(folder: Path) -> None:
    (folder / "open_clip_model.safetensors").unlink()
    (folder / "open_clip_pytorch_model.bin").write_bytes(b"pickle")


def cut_short(folder: Path) -> None:
    weights = folder / "open_clip_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])


def lacks_a_tower(folder: Path) -> None:
    weights = folder / "open_clip_model.safetensors"
    tensors = load_file(weights)
    save_file({key: row for key, row in tensors.items() if "visual" not in key}, weights)


def of_another_size(folder: Path) -> None:
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["model_cfg"]["embed_dim"] = 64
    (folder / "open_clip_config.json").write_text(json.dumps(config))


def no_config(folder: Path) -> None:
    (folder / "open_clip_config.json").unlink()


def damaged_config(folder: Path) -> None:
    (folder / "open_clip_config.json").write_text('{"model_cfg": ')


def no_weights(folder: Path) -> None:
    (folder / "open_clip_model.safetensors").unlink()


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (only_pickle, ModelRefused, "pickle weights can run code"),
        (cut_short, ModelRefused, "not a whole .safetensors file"),
        (lacks_a_tower, ModelRefused, "Missing key"),
        (of_another_size, ModelRefused, "size mismatch"),
        (no_config, ModelMissing, "has no open_clip_config.json"),
        (damaged_config, ModelRefused, "cannot be loaded"),
        (no_weights, ModelMissing, "cut short"),
    ],
)
def test_a_spoilt_folder_is_a_clear_error(
    spoil: Callable[[Path], None], error: type[Exception], message: str, folder: Path
) -> None:
    spoil(folder)
    with pytest.raises(error, match=message):
        backend.load(named(model=str(folder)), offline=True)


def test_pickle_beside_safetensors_is_never_read(folder: Path) -> None:
    (folder / "open_clip_pytorch_model.bin").write_bytes(b"not even pickle")
    (folder / "open_clip_model.safetensors").rename(folder / "model.safetensors")
    assert len(backend.load(named(model=str(folder)), offline=True).encode_texts(["blue"])) == 1


def test_a_folder_with_several_weights_asks_which(folder: Path) -> None:
    weights = folder / "open_clip_model.safetensors"
    shutil.copy(weights, folder / "one.safetensors")
    weights.rename(folder / "two.safetensors")
    with pytest.raises(ConfigError, match=r"one\.safetensors, two\.safetensors"):
        find(named(model=str(folder)), offline=True)
    chosen = find(named(model=str(folder), checkpoint=str(folder / "two.safetensors")), True)
    assert chosen.weights.name == "two.safetensors"


def test_other_weights_are_another_space(folder: Path) -> None:
    before = backend.load(named(model=str(folder)), offline=True).space
    weights = folder / "open_clip_model.safetensors"
    save_file({key: np.asarray(row * 2) for key, row in load_file(weights).items()}, weights)
    after = backend.load(named(model=str(folder)), offline=True).space
    assert (after.model, after.dimension) == (before.model, before.dimension)
    assert after.weights != before.weights


def test_out_of_memory_halves_the_batch_for_good(
    tiny_clip: ImageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = backend.load(tiny_clip.model_copy(update={"batch_size": 8}), offline=True)
    pictures = [shapes.draw(name, random.Random(1)) for name in shapes.CAPTIONS]
    expected = encoder.encode_images(pictures)
    whole, sizes = encoder.model.encode_image, []

    def room_for_three(batch):
        sizes.append(len(batch))
        if len(batch) > 3:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return whole(batch)

    monkeypatch.setattr(encoder.model, "encode_image", room_for_three)
    np.testing.assert_allclose(encoder.encode_images(pictures), expected, atol=0.02)
    assert sizes == [8, 4, 2, 2, 4, 2, 2, 2, 2]
    assert len(encoder.encode_images(pictures[:3])) == 3
    assert max(sizes[9:]) == 2


def test_out_of_memory_for_one_picture_is_told(
    tiny_clip: ImageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = backend.load(tiny_clip, offline=True)

    def no_room(batch):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(encoder.model, "encode_image", no_room)
    with pytest.raises(MemoryError):
        encoder.encode_images([Image.new("RGB", (9, 9))])


def test_loading_logs_nothing(tiny_clip: ImageSettings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        backend.load(tiny_clip, offline=True)
    assert [record for record in caplog.records if record.name == "root"] == []
