import importlib.util
import json
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image
from tiny_llava import MODELS

from mmrag.backends import generation, llava, llava_files, vision_inputs, weights_memory
from mmrag.config import VlmSettings
from mmrag.errors import ConfigError, ModelError, ModelMissing, ModelRefused, ModelTimeout
from mmrag.protocols import Limits, Turn

ASK = [Turn("user", "What is shown?")]


def settings(folder: Path, **changes: object) -> VlmSettings:
    values = {"backend": "transformers", "model": str(folder), "device": "cpu"}
    return VlmSettings(**{**values, **changes})


@pytest.fixture(scope="module")
def model(tiny_vlms: Path) -> llava.LlavaModel:
    return llava.load(settings(tiny_vlms / "llava", precision="fp32"), offline=True)


@pytest.fixture
def folder(tiny_vlms: Path, tmp_path: Path) -> Path:
    """A copy of the tiny LLaVA to break."""
    return shutil.copytree(tiny_vlms / "llava", tmp_path / "llava")


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_the_pieces_add_up_to_what_the_model_generates(model: llava.LlavaModel, chart):
    turns = [Turn("user", "What is shown?", (chart,))]
    inputs = model.inputs(turns)
    whole = model.model.generate(**inputs, do_sample=False, max_new_tokens=40)
    new = whole[0, inputs["input_ids"].shape[1] :]
    expected = model.processor.tokenizer.decode(new, skip_special_tokens=True)
    assert "".join(model.stream(turns, Limits(40, 60))) == expected


def test_a_reply_ends_at_its_end_token_and_does_not_show_it(model: llava.LlavaModel, monkeypatch):
    inputs = model.inputs(ASK)
    new = model.model.generate(**inputs, do_sample=False, max_new_tokens=30)[0]
    end = int(new[inputs["input_ids"].shape[1] + 4])
    whole = "".join(model.stream(ASK, Limits(30, 60)))
    monkeypatch.setattr(model.model.generation_config, "eos_token_id", end)
    short = "".join(model.stream(ASK, Limits(30, 60)))
    assert whole.startswith(short.rstrip(model.processor.tokenizer.decode([end])))
    assert len(short) < len(whole)


def test_one_token_more_is_allowed_than_asked_for_never(model: llava.LlavaModel):
    assert len(list(model.stream(ASK, Limits(5, 60)))) <= 5


@pytest.mark.parametrize(
    ("name", "beginning"),
    [("llava", "Be brief. USER: <image>"), ("llava-next", "<<SYS>>\nBe brief."),
     ("onevision", "<|im_start|>system \nBe brief.<|im_end|><|im_start|>user <image>")],
)  # fmt: skip
def test_the_prompt_has_the_form_of_the_models_own_template(tiny_vlms, chart, name, beginning):
    model = llava.load(settings(tiny_vlms / name), offline=True)
    turns = [Turn("system", "Be brief."), Turn("user", "Hello", (chart,))]
    tokens = model.inputs(turns)["input_ids"][0]
    prompt = model.processor.tokenizer.decode(tokens).removeprefix("<s>").strip()
    assert prompt.startswith(beginning)


def test_where_the_template_knows_no_system_role_the_user_says_it(folder: Path):
    template = (folder / "chat_template.jinja").read_text()
    refuse = (
        "{% for m in messages if m['role'] == 'system' %}{{ raise_exception('no') }}{% endfor %}"
    )
    (folder / "chat_template.jinja").write_text(refuse + template)
    model = llava.load(settings(folder), offline=True)
    tokens = model.inputs([Turn("system", "Be brief."), Turn("user", "Hello")])["input_ids"][0]
    assert "USER: Be brief.\n\nHello" in model.processor.tokenizer.decode(tokens)


def test_control_tokens_of_a_document_do_not_become_control_tokens(model: llava.LlavaModel, chart):
    with_picture = model.inputs([Turn("user", "a <image> b </s><s>", (chart,))])["input_ids"]
    without = model.inputs([Turn("user", "a b", (chart,))])["input_ids"]
    for token in ("<image>", "</s>", "<s>"):
        number = model.processor.tokenizer.convert_tokens_to_ids(token)
        assert (with_picture == number).sum() == (without == number).sum()


def test_which_models_take_several_pictures(tiny_vlms: Path):
    several = {
        name: llava_files.find(settings(tiny_vlms / name), offline=True).several_pictures
        for name in ("llava", "llava-next", "bakllava", "onevision")
    }
    assert several == {"llava": False, "llava-next": False, "bakllava": False, "onevision": True}


@pytest.mark.parametrize("name", MODELS)
def test_quantized_weights_take_a_fraction_of_the_memory(tiny_vlms: Path, name: str, chart):
    sizes = {}
    for quantization in ("none", "8bit", "4bit"):
        chosen = settings(tiny_vlms / name, quantization=quantization, precision="bf16")
        loaded = llava.load(chosen, offline=True)
        sizes[quantization] = loaded.memory_bytes()
        need = weights_memory.needed_bytes(tiny_vlms / name, quantization, width=2)
        assert need == pytest.approx(sizes[quantization], rel=0.05), "the check before loading"
        turns = [Turn("user", "What is shown?", (chart,))]
        assert list(loaded.stream(turns, Limits(2, 60)))
    assert sizes["4bit"] < sizes["8bit"] < sizes["none"]


@pytest.mark.parametrize("name", MODELS)
def test_tokens_are_counted_before_the_prompt_is_built(tiny_vlms: Path, name: str, chart):
    """Within one token a picture, which the text beside it may take or give."""
    model = llava.load(settings(tiny_vlms / name), offline=True)
    for size in ((1, 1), (3, 900), (2400, 20), (500, 320)):
        pictures = [Image.new("RGB", size), chart][: model.max_images]
        turns = [Turn("system", "Be brief."), Turn("user", "What?", tuple(pictures))]
        length = model.prompt_length(turns)
        assert abs(length.total - model.inputs(turns)["input_ids"].shape[1]) <= len(pictures)
        assert length.pictures > 0
    assert model.prompt_length(ASK).pictures == 0


def test_a_missing_folder_says_how_to_get_the_weights(tmp_path: Path):
    with pytest.raises(ModelMissing, match="mmrag models pull"):
        llava.load(settings(tmp_path / "nothing"), offline=True)


def test_no_model_named_is_an_error_of_the_profile():
    with pytest.raises(ConfigError, match="model"):
        llava.load(VlmSettings(backend="transformers"), offline=True)


def test_half_a_download_names_what_is_absent(folder: Path):
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors",
                            "b": "model-00002-of-00002.safetensors"}}  # fmt: skip
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelMissing, match="model-00002-of-00002"):
        llava.load(settings(folder), offline=True)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_a_file_that_is_absent_is_named(folder: Path, name: str):
    (folder / name).unlink()
    with pytest.raises(ModelMissing, match=name):
        llava.load(settings(folder), offline=True)


def test_weights_cut_short_are_refused(folder: Path):
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="cut short"):
        llava.load(settings(folder), offline=True)


def test_pickle_weights_are_refused(folder: Path):
    (folder / "model.safetensors").unlink()
    torch.save({"a": torch.zeros(2)}, folder / "pytorch_model.bin")
    with pytest.raises(ModelRefused, match="pickle"):
        llava.load(settings(folder), offline=True)


def test_a_model_without_pictures_is_refused(folder: Path):
    edit(folder / "config.json", model_type="llama")
    with pytest.raises(ModelRefused, match="llama takes no pictures"):
        llava.load(settings(folder), offline=True)


@pytest.mark.promise(60)
def test_an_adapter_is_not_left_out_in_silence(folder: Path, monkeypatch):
    (folder / "adapter_config.json").write_text("{}")
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n: None if n == "peft" else find(n))
    with pytest.raises(ModelMissing, match="pip install peft"):
        llava.load(settings(folder), offline=True)


def test_a_model_that_brings_code_is_refused(folder: Path):
    edit(folder / "config.json", model_type="mine", auto_map={"AutoModel": "mine.Model"})
    (folder / "mine.py").write_text("raise SystemExit('ran')")
    with pytest.raises(ModelRefused, match="never run"):
        llava.load(settings(folder), offline=True)


@pytest.mark.promise(60)
def test_weights_of_another_architecture_are_refused(folder: Path, tiny_vlms: Path):
    shutil.copy(tiny_vlms / "onevision" / "model.safetensors", folder)
    with pytest.raises(ModelRefused, match="not those of llava"):
        llava.load(settings(folder), offline=True)


def test_a_config_that_is_not_one_is_refused(folder: Path):
    (folder / "config.json").write_text("[]")
    with pytest.raises(ModelRefused, match=r"config\.json"):
        llava.load(settings(folder), offline=True)


def test_a_model_without_chat_template_is_refused(folder: Path):
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(ModelRefused, match="chat template"):
        llava.load(settings(folder), offline=True)


def test_too_little_memory_says_how_much_is_needed_and_free(folder: Path, monkeypatch):
    class Little:
        available = 100_000

    monkeypatch.setattr(llava_files.psutil, "virtual_memory", Little)
    with pytest.raises(ModelRefused, match=r"GB of memory are free.*quantization = \"4bit\""):
        llava.load(settings(folder), offline=True)


def test_a_gpu_that_is_not_there_is_an_error_that_says_so(folder: Path):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(ConfigError, match="CUDA"):
        llava.load(settings(folder, device="cuda"), offline=True)


@pytest.mark.parametrize(
    ("package", "quantization"), [("bitsandbytes", "4bit"), ("accelerate", "none")]
)
def test_a_package_that_is_absent_says_how_to_install_it(
    folder: Path, monkeypatch, package: str, quantization: str
):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else find(name)
    )
    with pytest.raises(ModelMissing, match=rf"{package}.*pip install 'mmrag\[llava\]'"):
        llava.load(settings(folder, quantization=quantization), offline=True)


def test_a_prompt_beyond_the_context_is_refused_with_numbers(model: llava.LlavaModel):
    with pytest.raises(ModelRefused, match=r"tokens, and the model reads 4096"):
        list(model.stream([Turn("user", "1 2 3 4 5 " * 1800)], Limits()))


def test_a_reply_takes_no_more_room_than_the_context_leaves(model: llava.LlavaModel):
    text = "1 " * 3900
    tokens = model.inputs([Turn("user", text)])["input_ids"].shape[1]
    assert 4096 - 400 < tokens < 4096 - 32, "the test's own premise"
    assert list(model.stream([Turn("user", text)], Limits(4000, 120)))


def test_what_fails_in_the_thread_is_raised_here(model: llava.LlavaModel, monkeypatch):
    def fail(**kwargs: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(model.model, "generate", fail)
    with pytest.raises(ModelError, match="ValueError: broken"):
        list(model.stream(ASK, Limits()))


def test_memory_that_runs_out_while_generating_says_what_to_lower(model, monkeypatch):
    def fail(**kwargs: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(model.model, "generate", fail)
    with pytest.raises(ModelRefused, match="image_pixels"):
        list(model.stream(ASK, Limits()))


def test_the_time_limit_is_felt_while_the_prompt_is_read(model: llava.LlavaModel):
    with pytest.raises(ModelTimeout):
        list(model.stream(ASK, Limits(10, 1e-6)))


def test_pieces_wait_for_the_last_byte_of_a_character():
    stored = "aé€b".encode()

    def decode(tokens) -> str:
        return bytes(tokens).decode(errors="replace")

    assert list(generation.pieces(iter(stored), decode)) == ["a", "é", "€", "b"]
    assert "".join(generation.pieces(iter(stored[:4]), decode)) == "aé\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("size", "fits"),
    [((2000, 1000), (672, 336)), ((300, 200), (300, 200)), ((1, 1), (32, 32)),
     ((4000, 10), (672, 84)), ((10, 672), (84, 672))],
)  # fmt: skip
def test_pictures_are_made_to_fit(size: tuple[int, int], fits: tuple[int, int]):
    assert vision_inputs.fitted(Image.new("RGB", size), 672).size == fits
    assert vision_inputs.fitted_size(size, 672) == fits


def test_transparent_parts_become_white():
    image = vision_inputs.fitted(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), 672)
    assert image.mode == "RGB"
    assert image.getpixel((5, 5)) == (255, 255, 255)
