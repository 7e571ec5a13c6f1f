"""Tiny checkpoints of the profiles' families go through what a user's weights go through."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from tiny_families import MODELS

from mmrag.backends import llava, weights_memory
from mmrag.config import VlmSettings
from mmrag.errors import PromptTooLong
from mmrag.protocols import Limits, Turn

CLASSES = {
    "qwen3-vl": "Qwen3VLForConditionalGeneration",
    "qwen3.5": "Qwen3_5ForConditionalGeneration",
    "granite-vision-4": "Granite4VisionForConditionalGeneration",
    "granite-docling": "Idefics3ForConditionalGeneration",
    "smolvlm": "SmolVLMForConditionalGeneration",
    "minicpm-v-4.6": "MiniCPMV4_6ForConditionalGeneration",
}
SEVERAL = {"qwen3-vl", "qwen3.5", "granite-docling", "smolvlm", "minicpm-v-4.6"}
QWEN = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n<|vision_start|><|image_pad|>"
BEGINNINGS = {
    "qwen3-vl": QWEN,
    "qwen3.5": QWEN,
    "granite-vision-4": "<|start_of_role|>system<|end_of_role|>Be brief.<|end_of_text|>\n"
    "<|start_of_role|>user<|end_of_role|><image>",
    "granite-docling": "<|start_of_role|>system<|end_of_role|>Be brief.<|end_of_text|>\n"
    "<|start_of_role|>user<|end_of_role|><fake_token_around_image><row_1_col_1><image>",
    "smolvlm": "<|im_start|>System: Be brief.<end_of_utterance>\n"
    "User:<fake_token_around_image><row_1_col_1><image>",
    "minicpm-v-4.6": "<|im_start|>system\nBe brief.<|im_end|>\n"
    "<|im_start|>user\n<image_id>0</image_id><image><|image_pad|>",
}  # fmt: skip
SHAPES = [(1, 1), (3, 900), (2400, 20), (500, 320)]


def settings(folder: Path, **changes: object) -> VlmSettings:
    values = {"backend": "transformers", "model": str(folder), "device": "cpu", "precision": "fp32"}
    return VlmSettings(**{**values, **changes})


@pytest.fixture(scope="module")
def loaded() -> dict[str, llava.LlavaModel]:
    return {}


@pytest.fixture(params=MODELS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def model(name: str, tiny_families: Path, loaded: dict[str, llava.LlavaModel]) -> llava.LlavaModel:
    if name not in loaded:
        loaded[name] = llava.load(settings(tiny_families / name), offline=True)
    return loaded[name]


def ask(text: str, *images: Image.Image) -> list[Turn]:
    return [Turn("system", "Be brief."), Turn("user", text, images)]


def test_it_is_loaded_as_its_own_class_and_tells_of_a_picture_in_pieces(name, model, chart) -> None:
    assert type(model.model).__name__ == CLASSES[name]
    assert model.max_images == (4 if name in SEVERAL else 1)
    turns = ask("What is shown?", chart)
    pieces = list(model.stream(turns, Limits(12, 60)))
    inputs = model.inputs(turns)
    whole = model.model.generate(**inputs, do_sample=False, max_new_tokens=12)
    expected = model.processor.tokenizer.decode(whole[0, inputs["input_ids"].shape[1] :])
    assert "".join(pieces).strip() == expected.strip()


def test_the_prompt_has_the_form_of_its_template_and_the_picture_its_tokens(
    name, model, chart
) -> None:
    tokens = model.inputs(ask("Hello", chart))["input_ids"][0]
    prompt = model.processor.tokenizer.decode(tokens)
    assert prompt.startswith(BEGINNINGS[name])
    assert "Hello" in prompt


def test_tokens_are_counted_before_the_prompt_is_built(model, chart) -> None:
    """Within one token a picture, which the text beside it may take or give."""
    for size in SHAPES:
        turns = ask("What?", *[Image.new("RGB", size), chart][: model.max_images])
        length = model.prompt_length(turns)
        assert abs(length.total - model.inputs(turns)["input_ids"].shape[1]) <= 2
        assert length.pictures > 0
    assert model.prompt_length(ask("What?")).pictures == 0


@pytest.mark.promise(60)
def test_a_prompt_that_does_not_fit_is_refused_before_its_picture_is_prepared(
    name, tiny_families, chart, monkeypatch
) -> None:
    short = llava.load(settings(tiny_families / name), offline=True)
    monkeypatch.setattr(short, "_context", short.prompt_length(ask("", chart)).total + 30)
    built = []
    monkeypatch.setattr(short, "inputs", built.append)
    with pytest.raises(PromptTooLong, match="of them for pictures"):
        list(short.stream(ask("", chart), Limits(5, 60)))
    assert not built


@pytest.mark.parametrize("size", SHAPES)
def test_it_takes_pictures_of_any_shape_and_mode(model, size) -> None:
    for mode in ("L", "RGBA"):
        assert list(model.stream(ask("What?", Image.new(mode, size)), Limits(1, 60))) is not None


def test_control_tokens_of_a_document_do_not_become_control_tokens(model, chart) -> None:
    tokenizer = model.processor.tokenizer
    forged = " ".join(tokenizer.all_special_tokens)
    with_them, without = (model.inputs(ask(text, chart))["input_ids"] for text in (forged, "a"))
    for token in set(tokenizer.all_special_ids):
        assert (with_them == token).sum() == (without == token).sum()


@pytest.mark.parametrize("quantization", ["8bit", "4bit"])
def test_quantized_it_takes_the_memory_that_was_foretold(
    name, tiny_families, chart, quantization
) -> None:
    folder = tiny_families / name
    small = llava.load(settings(folder, quantization=quantization, precision="bf16"), offline=True)
    foretold = weights_memory.needed_bytes(folder, quantization, torch.bfloat16.itemsize)
    assert foretold == pytest.approx(small.memory_bytes(), rel=0.05)
    assert list(small.stream(ask("What?", chart), Limits(2, 60))) is not None


def test_a_model_with_a_switch_for_thinking_is_told_not_to(tiny_families, chart) -> None:
    prompts = {}
    for thinking in ("auto", "on"):
        model = llava.load(settings(tiny_families / "qwen3.5", thinking=thinking), offline=True)
        tokens = model.inputs(ask("Hello", chart))["input_ids"][0]
        prompts[thinking] = model.processor.tokenizer.decode(tokens)
    assert prompts["auto"].endswith("<think>\n\n</think>\n\n")
    assert prompts["on"].endswith("<think>\n")


def test_document_tags_stay_in_a_reply_and_end_tokens_do_not(tiny_families, chart) -> None:
    model = llava.load(settings(tiny_families / "granite-docling"), offline=True)
    tokenizer = model.processor.tokenizer
    tag, stop = (tokenizer.convert_tokens_to_ids(token) for token in ("<fcel>", "<nl>"))
    model.model.generation_config.eos_token_id = [tokenizer.eos_token_id, stop]
    head = model.model.get_output_embeddings()
    with torch.no_grad():
        head.weight[:] = 0
        head.bias = torch.nn.Parameter(torch.zeros(head.weight.shape[0]))
        head.bias[tag] = 1
    assert "".join(model.stream(ask("What?", chart), Limits(3, 60))) == "<fcel>" * 3
