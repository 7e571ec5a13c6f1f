"""Steps that are recorded give the reply of steps that are not, in every family.

On a GPU a step is recorded as a CUDA graph; elsewhere the tests replay it by taking it anew over
the tensors that it was recorded with.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
import tiny_families
import tiny_llava
import torch
from transformers import StaticCache
from transformers.modeling_outputs import CausalLMOutputWithPast

from mmrag.backends import llava, step_graphs
from mmrag.backends.step_graphs import StepGraphs
from mmrag.config import VlmSettings
from mmrag.errors import ModelTimeout
from mmrag.protocols import Limits, Turn

SLIDING = {"bakllava"}  # its window slides: transformers counts its length in Python
ENOUGH = Limits(12, 60)


class Again:
    """In place of a CUDA graph: each replay takes the step anew."""

    def __init__(self) -> None:
        self.recorded = self.replays = 0

    def __call__(self, step: Callable[[], Any]) -> tuple[Callable[[], object], Any]:
        self.recorded += 1
        output = CausalLMOutputWithPast(logits=torch.empty(0))

        def replay() -> None:
            self.replays += 1
            for name, value in step().items():
                output[name] = value

        return replay, output


@pytest.fixture
def folder(tiny_vlms: Path, tiny_families: Path) -> Callable[[str], Path]:
    return lambda name: (tiny_vlms if name in tiny_llava.MODELS else tiny_families) / name


def load(folder: Path, **changes: object) -> llava.LlavaModel:
    values = {"backend": "transformers", "model": str(folder), "device": "cpu", "precision": "fp32"}
    return llava.load(VlmSettings(**{**values, **changes}), offline=True)


def reply(model: llava.LlavaModel, *images: object, limits: Limits = ENOUGH) -> str:
    return "".join(model.stream([Turn("user", "What is shown?", tuple(images))], limits))


@pytest.mark.parametrize("name", [*tiny_llava.MODELS, *tiny_families.MODELS])
def test_a_recorded_reply_is_that_of_steps_one_by_one(name, folder, chart) -> None:
    model = load(folder(name))
    assert not model.graphs.possible, "this device records nothing"
    expected = [reply(model, chart), reply(model)]
    again = Again()
    model.graphs = StepGraphs(model.model, model._brake, again)
    assert model.graphs.possible == (name not in SLIDING)
    assert [reply(model, chart), reply(model)] == expected
    if name in SLIDING:
        assert not again.recorded
    else:  # of 12 tokens the prompt gives the first, and one step comes before the recording
        assert (again.recorded, again.replays) == (2, 20)


def test_what_a_step_is_given_must_be_alike(folder, chart) -> None:
    model = load(folder("llava"))
    step = step_graphs._Step(print, {"a": torch.zeros(1, 2), "b": None, "c": {"d": torch.ones(1)}},
                             Again())  # fmt: skip
    assert step.takes({"a": torch.ones(1, 2), "b": None, "c": {"d": torch.zeros(1)}})
    assert not step.takes({"a": torch.ones(1, 3), "b": None, "c": {"d": torch.zeros(1)}})
    assert not step.takes({"a": torch.ones(1, 2), "b": True, "c": {"d": torch.zeros(1)}})
    assert not step.takes({"a": torch.ones(1, 2), "b": None, "c": {"d": None}})
    assert model.graphs is not None


def test_a_step_that_cannot_be_recorded_is_taken_one_by_one(folder, caplog) -> None:
    model = load(folder("llava"))
    expected = reply(model)

    def fail(step: object) -> tuple[Callable[[], object], Any]:
        raise RuntimeError("operation not permitted when stream is capturing")

    model.graphs = StepGraphs(model.model, model._brake, fail)
    caplog.set_level("INFO", "mmrag.backends.step_graphs")
    assert reply(model) == reply(model) == expected
    assert not model.graphs.possible
    assert [record.message.count("stream is capturing") for record in caplog.records] == [1]


def test_no_cache_is_made_for_a_limit_far_above_what_is_said(folder) -> None:
    model = load(folder("llava"))
    again = Again()
    model.graphs = StepGraphs(model.model, model._brake, again)
    with model.graphs.reply(10, step_graphs.LONGEST_REPLY + 1) as options:
        assert not options
    with model.graphs.reply(10, 20) as options:
        (cache,) = (value for value in options.values() if isinstance(value, StaticCache))
        assert cache.layers[0].max_cache_len == 30


def test_a_deadline_is_felt_between_replayed_steps(folder) -> None:
    model = load(folder("llava"))
    replays = []

    def record(step: Callable[[], Any]) -> tuple[Callable[[], object], Any]:
        output = step()  # replays run no layer, in which the deadline would be felt

        def replay() -> None:
            replays.append(1)
            model._brake.deadline = 0.0

        return replay, output

    model.graphs = StepGraphs(model.model, model._brake, record)
    with pytest.raises(ModelTimeout):
        reply(model)
    assert len(replays) == 1


def test_kinds_of_tokens_are_those_of_the_new_token(folder, chart, monkeypatch) -> None:
    """transformers 5.17 gives those of the whole prompt, longer with every step."""
    model = load(folder("qwen3-vl"))
    expected = reply(model, chart)
    prepare = model.model.prepare_inputs_for_generation

    @wraps(prepare)
    def whole(input_ids: torch.Tensor, **given: Any) -> dict[str, Any]:
        return {**prepare(input_ids, **given), "mm_token_type_ids": given["mm_token_type_ids"]}

    monkeypatch.setattr(model.model, "prepare_inputs_for_generation", whole)
    model.graphs = StepGraphs(model.model, model._brake, Again())
    assert reply(model, chart) == expected
    assert model.graphs.replayed == 10


def test_attention_is_not_planned_anew_for_each_length() -> None:
    assert not torch.backends.cuda.cudnn_sdp_enabled()


on_a_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")


@on_a_gpu
@pytest.mark.parametrize("quantization", ["none", "4bit", "8bit"])
@pytest.mark.parametrize("name", [*tiny_llava.MODELS, *tiny_families.MODELS])
def test_on_a_gpu_a_recorded_reply_is_that_of_steps_one_by_one(
    name, quantization, folder, chart
) -> None:
    precision = "auto" if quantization == "8bit" else "fp32"
    model = load(folder(name), device="cuda", quantization=quantization, precision=precision)
    recorded = [reply(model, chart), reply(model), reply(model, chart)]
    can_be = name not in SLIDING and quantization != "8bit"
    assert (model.graphs.possible, model.graphs.replayed) == (can_be, 30 * can_be)
    model.graphs.possible = False
    assert recorded == [reply(model, chart), reply(model), reply(model, chart)]


@on_a_gpu
def test_on_a_gpu_a_failed_recording_leaves_nothing_behind(folder, monkeypatch) -> None:
    model = load(folder("llava"), device="cuda")
    layer = type(model.model.model.language_model.layers[0])
    forward = layer.forward

    def waits(self: object, hidden: torch.Tensor, *args: Any, **given: Any) -> Any:
        assert hidden.sum().item() is not None
        return forward(self, hidden, *args, **given)

    expected = reply(model)
    assert model.graphs.replayed
    monkeypatch.setattr(layer, "forward", waits)
    assert reply(model) == expected
    assert not model.graphs.possible
    assert torch.rand(1, device="cuda").item() >= 0
    assert reply(load(folder("llava"), device="cuda")) == expected
