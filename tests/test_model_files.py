import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import huggingface_hub
import pytest

from mmrag import config, model_files
from mmrag.config import ImageSettings, Settings, TextSettings, VlmSettings
from mmrag.errors import ModelMissing, UsageError


@pytest.fixture
def hub(tmp_path: Path, monkeypatch) -> Path:
    """An empty cache of the hub."""
    from huggingface_hub import constants

    cache = tmp_path / "hub"
    cache.mkdir()
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return cache


def in_hub(hub: Path, name: str, folder: Path) -> Path:
    """`folder` as the hub's cache would hold it: files called by their hash, and links to them."""
    root = hub / f"models--{name.replace('/', '--')}"
    snapshot, commit = root / "snapshots" / ("a" * 40), "a" * 40
    for made in (snapshot, root / "blobs", root / "refs"):
        made.mkdir(parents=True)
    (root / "refs" / "main").write_text(commit)
    for file in folder.iterdir():
        blob = root / "blobs" / hashlib.sha256(file.read_bytes()).hexdigest()
        shutil.copy(file, blob)
        (snapshot / file.name).symlink_to(blob)
    return snapshot


def vlm(model: object) -> Settings:
    return Settings(name="mine", vlm=VlmSettings(backend="transformers", model=str(model)))


def state(settings: Settings, role: str = "vlm") -> model_files.Model:
    return next(row for row in model_files.of_profile(settings) if row.role == role)


@pytest.mark.parametrize("name", config.profile_names())
def test_every_profile_can_be_listed(hub, name):
    rows = model_files.of_profile(config.load(name))
    assert {row.profile for row in rows} == {name}
    assert rows[0].role == "text"
    assert all(row.detail for row in rows)


def test_the_embedded_model_is_whole_and_has_its_published_hash():
    (row,) = model_files.of_profile(Settings())
    assert row.state == "whole"
    (file,) = model_files.verify(Settings())
    assert (file.state, file.sha256[:8]) == ("whole", "53aa5117")


def test_a_folder_of_weights_is_whole(tiny_vlms):
    row = state(vlm(tiny_vlms / "llava"))
    assert row.state == "whole"
    assert row.size == (tiny_vlms / "llava" / "model.safetensors").stat().st_size


def test_a_model_of_the_hub_is_found_in_its_cache(hub, tiny_vlms):
    assert state(vlm("me/tiny")).state == "missing"
    assert "mmrag models pull mine" in state(vlm("me/tiny")).detail
    in_hub(hub, "me/tiny", tiny_vlms / "llava")
    assert state(vlm("me/tiny")).state == "whole"
    assert [file.state for file in model_files.verify(vlm("me/tiny"))] == ["whole", "whole"]


def test_a_file_that_changed_on_disk_is_damaged(hub, tiny_vlms):
    snapshot = in_hub(hub, "me/tiny", tiny_vlms / "llava")
    blob = (snapshot / "model.safetensors").resolve()
    data = bytearray(blob.read_bytes())
    data[-1] ^= 1
    blob.write_bytes(data)
    assert model_files.verify(vlm("me/tiny"))[-1].state == "damaged"


def test_half_a_download_names_what_is_missing(hub, tiny_vlms, tmp_path):
    folder = shutil.copytree(tiny_vlms / "llava", tmp_path / "half")
    index = {"weight_map": {"a": "model.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    row = state(vlm(folder))
    assert row.state == "half"
    assert "model-00002-of-00002.safetensors" in row.detail
    assert [file.state for file in model_files.verify(vlm(folder))] == ["whole", "whole", "missing"]
    (folder / "model.safetensors").unlink()
    assert state(vlm(folder)).state == "half"


def test_weights_cut_short_are_half(tiny_vlms, tmp_path):
    folder = shutil.copytree(tiny_vlms / "llava", tmp_path / "cut")
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-10])
    assert state(vlm(folder)).state == "half"
    assert model_files.verify(vlm(folder))[-1].state == "half"
    file.write_bytes(b"\xff" * 20)
    assert state(vlm(folder)).state == "half"


def test_pull_is_forbidden_offline_and_needs_nothing_where_all_is_there(hub, tiny_vlms):
    with pytest.raises(UsageError, match="--offline"):
        model_files.pull(vlm("me/tiny"), offline=True)
    rows = model_files.pull(vlm(tiny_vlms / "llava"), offline=True)
    assert [row.state for row in rows] == ["whole", "whole"]


def test_pull_takes_safetensors_and_no_code(hub, tiny_vlms, monkeypatch):
    asked = []

    def fetch(name, allow_patterns, **options):
        if options.get("local_files_only"):
            return real(name, allow_patterns=allow_patterns, **options)
        asked.append((name, allow_patterns))
        return in_hub(hub, name, tiny_vlms / "llava")

    real = huggingface_hub.snapshot_download
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    image = ImageSettings(backend="open_clip", model="hf-hub:me/clip")
    rows = model_files.pull(vlm("me/tiny").model_copy(update={"image": image}))
    assert [name for name, _ in asked] == ["me/clip", "me/tiny"]
    for _, patterns in asked:
        assert not [pattern for pattern in patterns if pattern.endswith((".bin", ".py", "*"))]
    assert rows[-1].state == "whole"


def test_pull_without_a_network_says_so(hub):
    with pytest.raises(ModelMissing, match="cannot be fetched"):
        model_files.pull(vlm("me/tiny"))


@pytest.mark.parametrize("name", ["/no/such/folder", "not a name at all!"])
def test_what_is_no_name_of_the_hub_is_not_asked_for(hub, name):
    with pytest.raises(ModelMissing):
        model_files.pull(vlm(name))


def test_models_kept_elsewhere_are_named(hub):
    served = config.load("cpu-server")
    assert state(served).state == "server"
    text = Settings(text=TextSettings(backend="sentence-transformers", model="me/text"))
    assert state(text, "text").state == "missing"


def test_an_open_clip_tag_is_found_and_verified_through_its_own_file(hub, tiny_clip):
    import open_clip

    name = str(open_clip.get_pretrained_cfg("ViT-B-32", "laion2b_s34b_b79k")["hf_hub"])
    tagged = Settings(
        image=ImageSettings(backend="open_clip", model="ViT-B-32", pretrained="laion2b_s34b_b79k")
    )
    assert state(tagged, "image").state == "missing"
    in_hub(hub, name.rpartition("/")[0], Path(tiny_clip.model))
    row = state(tagged, "image")
    assert (row.state, row.name) == ("whole", "ViT-B-32 laion2b_s34b_b79k")
    assert model_files.verify(tagged)[-1].path.endswith("open_clip_model.safetensors")


def test_weights_without_the_tokenizer_that_they_need_are_half_a_model(hub, tiny_clip, tmp_path):
    weights = next(Path(tiny_clip.model).glob("*.safetensors"))
    image = ImageSettings(backend="open_clip", model="ViT-B-16-SigLIP", checkpoint=str(weights))
    settings = Settings(name="mine", image=image)
    row = state(settings, "image")
    assert (row.state, "timm/ViT-B-16-SigLIP" in row.detail) == ("half", True)
    assert model_files.verify(settings)[-1].state == "missing"
    with pytest.raises(ModelMissing, match=r"the tokenizer of ViT-B-16-SigLIP cannot be fetched"):
        model_files.pull(settings)
    tokenizer = tmp_path / "tokenizer"
    tokenizer.mkdir()
    (tokenizer / "tokenizer.json").write_text("{}")
    in_hub(hub, "timm/ViT-B-16-SigLIP", tokenizer)
    assert state(settings, "image").state == "whole"
    assert {file.state for file in model_files.verify(settings)} == {"whole"}


def test_a_tag_that_open_clip_does_not_know_is_missing_and_says_which_there_are(hub):
    tagged = Settings(image=ImageSettings(backend="open_clip", model="ViT-B-32", pretrained="x"))
    row = state(tagged, "image")
    assert row.state == "missing"
    assert "laion2b_s34b_b79k" in row.detail


def test_a_tags_file_that_cannot_be_fetched_says_so(hub):
    image = ImageSettings(backend="open_clip", model="ViT-B-32", pretrained="laion2b_s34b_b79k")
    with pytest.raises(ModelMissing, match="laion"):
        model_files.pull(Settings(image=image))


def test_a_model_kept_whole_and_in_parts_is_counted_once(tiny_vlms, tmp_path):
    folder = shutil.copytree(tiny_vlms / "llava", tmp_path / "twice")
    whole = folder / "model.safetensors"
    part = folder / "model-00001-of-00001.safetensors"
    shutil.copy(whole, part)
    index = {"weight_map": {"a": part.name}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert state(vlm(folder)).size == part.stat().st_size
    assert [Path(file.path).name for file in model_files.verify(vlm(folder))[1:]] == [part.name]


def test_a_checkpoint_by_its_path_is_checked_and_never_fetched(hub, tiny_clip, tmp_path):
    def of(path: Path) -> Settings:
        image = ImageSettings(backend="open_clip", model="ViT-B-32", checkpoint=str(path))
        return Settings(name="mine", image=image)

    weights = next(Path(tiny_clip.model).glob("*.safetensors"))
    assert state(of(weights), "image").state == "whole"
    assert model_files.verify(of(weights))[-1].state == "whole"
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(weights.read_bytes()[:-10])
    assert state(of(cut), "image").state == "half"
    with pytest.raises(ModelMissing, match="a path of this machine"):
        model_files.pull(of(tmp_path / "none.safetensors"))


def test_the_hubs_own_checksums_are_asked_where_the_profile_is_online(hub, tiny_vlms, monkeypatch):
    class Found:
        mismatches = ({"path": "model.safetensors"},)

    in_hub(hub, "me/tiny", tiny_vlms / "llava")
    monkeypatch.setattr(huggingface_hub.HfApi, "verify_repo_checksums", lambda api, name: Found)
    online = vlm("me/tiny").model_copy(update={"offline": False})
    assert model_files.verify(online)[-1].state == "damaged"
    assert model_files.verify(vlm("me/tiny"))[-1].state == "whole"


def test_listing_the_shipped_profiles_loads_no_torch():
    code = (
        "import sys; from mmrag import config, model_files;"
        "[model_files.of_profile(config.load(name)) for name in config.profile_names()];"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
