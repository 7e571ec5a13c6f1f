import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import constants
from huggingface_hub.errors import LocalEntryNotFoundError
from safetensors.numpy import save_file

from mmrag.backends import weights
from mmrag.errors import ConfigError, ModelMissing, ModelRefused


def tensors(path: Path, **named: int) -> Path:
    """A .safetensors file with tensors of the sizes named."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: np.zeros(size, np.float32) for name, size in named.items()}, path)
    return path


def test_a_folder_with_safetensors_is_taken_as_it_is(tmp_path: Path) -> None:
    tensors(tmp_path / "model.safetensors", a=1)
    (tmp_path / "pytorch_model.bin").write_bytes(b"the same as pickle, which nobody reads")
    assert weights.locate(str(tmp_path), offline=True) == tmp_path


@pytest.mark.parametrize("model", ["no/such-model", "/no/such/folder", "../nowhere", "a b?"])
def test_a_model_that_is_not_here_says_how_to_get_it(model: str) -> None:
    with pytest.raises(ModelMissing, match="mmrag models pull"):
        weights.locate(model, offline=True)


def test_a_name_is_found_in_the_hub_cache_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    model = tmp_path / "models--org--name"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text("0123")
    tensors(model / "snapshots" / "0123" / "model.safetensors", a=1)
    assert weights.locate("org/name", offline=True) == model / "snapshots" / "0123"


@pytest.mark.promise(30)
def test_a_folder_with_pickle_alone_is_refused_with_the_line_that_converts(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelRefused, match=r"weights_only=True.*pytorch_model\.safetensors"):
        weights.locate(str(tmp_path), offline=True)


@pytest.mark.promise(30)
def test_pickle_in_one_part_of_a_model_is_refused(tmp_path: Path) -> None:
    tensors(tmp_path / "model.safetensors", a=1)
    (tmp_path / "2_Dense").mkdir()
    (tmp_path / "2_Dense" / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelRefused, match="2_Dense"):
        weights.check(tmp_path)


def test_an_empty_folder_has_no_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="cut short"):
        weights.check(tmp_path)


def test_a_half_downloaded_model_names_the_absent_part(tmp_path: Path) -> None:
    tensors(tmp_path / "model-1.safetensors", a=1)
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelMissing, match=r"half downloaded, without model-2\.safetensors"):
        weights.check(tmp_path)


def test_a_damaged_list_of_parts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors.index.json").write_text('{"weight_map":')
    with pytest.raises(ModelRefused, match=r"index\.json"):
        weights.check(tmp_path)


def test_a_weights_file_must_be_there_and_safetensors(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no such"):
        weights.check_file(tmp_path / "absent.safetensors")
    for name, message in (("model.pt", "pickle"), ("model.gguf", "safetensors files only")):
        (tmp_path / name).write_bytes(b"x")
        with pytest.raises(ModelRefused, match=message):
            weights.check_file(tmp_path / name)


def test_the_hash_of_one_file_is_its_sha256_and_that_of_several_depends_on_each(
    tmp_path: Path,
) -> None:
    one = tensors(tmp_path / "a.safetensors", a=1)
    alone = hashlib.sha256(one.read_bytes()).hexdigest()
    assert weights.digest(one) == weights.digest(tmp_path) == alone
    tensors(tmp_path / "b.safetensors", b=1)
    both = weights.digest(tmp_path)
    tensors(tmp_path / "b.safetensors", b=2)
    assert len({alone, both, weights.digest(tmp_path)}) == 3


def test_weights_of_another_architecture_are_refused_and_an_unused_pooler_is_not(
    tmp_path: Path,
) -> None:
    names = {f"bert.layer{number}": 1 for number in range(6)}
    tensors(tmp_path / "model.safetensors", **names)
    weights.check_names(tmp_path, [*names, "pooler.weight"])
    weights.check_names(tmp_path, [name.removeprefix("bert.") for name in names])
    weights.check_names(tmp_path, [f"encoder.{name}" for name in names])
    with pytest.raises(ModelRefused, match="0 of 2 tensors"):
        weights.check_names(tmp_path, ["vision.layer", "text.layer"])


def test_while_a_model_is_loaded_offline_no_library_may_ask_the_hub(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with weights.loading("model", offline=True):
        assert constants.is_offline_mode()
    assert not constants.is_offline_mode()
    with weights.loading("model", offline=False):
        assert not constants.is_offline_mode()


def test_a_part_that_would_have_to_be_fetched_is_missing() -> None:
    with pytest.raises(ModelMissing, match="pull"), weights.loading("model"):
        try:
            raise LocalEntryNotFoundError("no tokenizer in the cache")
        except LocalEntryNotFoundError as error:
            raise OSError("cannot load the tokenizer") from error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RuntimeError("size mismatch for " + "x" * 900), "architecture"),
        (MemoryError(), "not enough memory"),
        (AssertionError(), "AssertionError"),
        (ValueError("pass trust_remote_code=True"), "code of its own"),
    ],
)
def test_whatever_a_library_raises_is_one_clear_line(error: Exception, message: str) -> None:
    with pytest.raises(ModelRefused, match=message) as refused, weights.loading("the/model"):
        raise error
    assert "the/model" in str(refused.value)
    assert len(str(refused.value)) < 500


def test_errors_of_our_own_pass() -> None:
    with pytest.raises(ConfigError, match="mine"), weights.loading("model"):
        raise ConfigError("mine")
