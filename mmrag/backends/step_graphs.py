"""The step of one token on a GPU, recorded as a CUDA graph and replayed for the rest of a reply.

A step is a thousand small kernels, and Python takes several times as long to launch them as the
GPU to run them; a graph launches them at once. Its addresses are fixed: keys and values lie in a
cache that is as long as prompt and reply together from the start (`StaticCache` of transformers),
and what a step is given is copied to where the recorded one read it.
"""

import functools
import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from mmrag.backends import torchvision_ops
from mmrag.backends.generation import Brake

torchvision_ops.ensure()

from transformers import StaticCache  # noqa: E402 - needs the line above

Inputs = dict[str, Any]
Record = Callable[[Callable[[], Any]], tuple[Callable[[], object], Any]]
"""Takes a step; gives what replays it, and the output that each replay writes anew."""
LONGEST_REPLY = 4_096
"""Tokens of a reply for which a cache is made at once. By hand: of an 8B model 0.6 GB at most,
while a limit far above what is ever said would take the memory of a run.
"""
_STEPS_BEFORE = 1  # by which all kernels are loaded, which a recording may not do

log = logging.getLogger(__name__)


class StepGraphs:
    """Stands before a model's forward: records its second step of one token, and replays that."""

    def __init__(self, model: Any, brake: Brake, record: Record | None = None) -> None:
        self._model = model
        self._forward = model.forward
        self._cache_name = _cache_name(model)
        self._brake = brake
        self._record = record or _record_cuda
        self._inside = False  # a reply that may be recorded is under way
        self._steps = 0
        self._step: _Step | None = None
        self.replayed = 0  # steps of all replies so far
        self.possible = record is not None or model.device.type == "cuda"
        """Whether steps are recorded: on one CUDA GPU, until a recording fails."""
        self.possible = self.possible and _fits(model)

        @functools.wraps(self._forward)  # transformers looks at what it takes
        def either(*args: Any, **inputs: Any) -> Any:
            return self._either(*args, **inputs)

        if self.possible:
            model.forward = either

    @contextmanager
    def reply(self, prompt_tokens: int, new_tokens: int) -> Iterator[dict[str, object]]:
        """What to pass to `generate` so that the steps of a reply can be recorded."""
        if not self.possible or new_tokens > LONGEST_REPLY:
            yield {}
            return
        self._inside, self._steps = True, 0
        try:
            cache = _cache(self._model, prompt_tokens + new_tokens)
            yield {self._cache_name: cache, "disable_compile": True}
        finally:
            self._inside, self._step = False, None

    def _either(self, *args: Any, **inputs: Any) -> Any:
        if not self._inside or args or not _is_step(inputs, self._cache_name):
            return self._forward(*args, **inputs)
        inputs = _of_one_token(inputs)
        self._steps += 1
        if self._step is None and self.possible and self._steps > _STEPS_BEFORE:
            self._try_to_record(inputs)
        if self._step is None or not self._step.takes(inputs):
            return self._forward(**inputs)
        self._brake.check()
        self.replayed += 1
        return self._step.run(inputs)

    def _try_to_record(self, inputs: Inputs) -> None:
        try:
            self._step = _Step(self._forward, inputs, self._record)
        except RuntimeError as error:  # of CUDA: the model waits for the GPU within a step
            self.possible = False
            log.info(
                "%s is not recorded, each step is launched by Python: %s",
                type(self._model).__name__, error,
            )  # fmt: skip


class _Step:
    """A recorded step, with the tensors that it reads."""

    def __init__(self, forward: Callable[..., Any], inputs: Inputs, record: Record) -> None:
        self._kept = {name: _copied(value) for name, value in inputs.items()}
        self._tensors = _tensors(self._kept)
        self._replay, self._output = record(lambda: forward(**self._kept))

    def takes(self, inputs: Inputs) -> bool:
        """Whether they differ from the recorded ones in numbers alone."""
        given = _tensors(inputs)
        return (
            given.keys() == self._tensors.keys()
            and all(_alike(given[name], kept) for name, kept in self._tensors.items())
            and all(
                isinstance(value, torch.Tensor | dict) or inputs.get(name) is value
                for name, value in self._kept.items()
            )
        )

    def run(self, inputs: Inputs) -> Any:
        for name, tensor in _tensors(inputs).items():
            self._tensors[name].copy_(tensor)
        self._replay()
        return self._output


def _fits(model: Any) -> bool:
    """Whether all that a step changes lies in tensors of a fixed place, on one device.

    Of a window that slides, transformers keeps the length as a number of Python; in 8 bits,
    bitsandbytes counts the outliers of each step there (LLM.int8(), arXiv 2208.07339, section 3).
    """
    if (
        getattr(model, "is_loaded_in_8bit", False)
        or len(set((getattr(model, "hf_device_map", None) or {"": ""}).values())) > 1
    ):
        return False
    cache = _cache(model, 1)
    return cache.is_compileable and not any(cache.is_sliding)


def _cache(model: Any, length: int) -> StaticCache:
    return StaticCache(config=model.config.get_text_config(decoder=True), max_cache_len=length)


def _cache_name(model: Any) -> str:
    """What the model calls its keys and values: transformers renamed them with 5.24."""
    known = inspect.signature(model.forward).parameters
    return "cache" if "cache" in known else "past_key_values"


def _is_step(inputs: Inputs, cache_name: str) -> bool:
    """Whether they are one token over a cache that has a fixed place."""
    tokens, cache = inputs.get("input_ids"), inputs.get(cache_name)
    return tokens is not None and tokens.shape == (1, 1) and isinstance(cache, StaticCache)


def _of_one_token(inputs: Inputs) -> Inputs:
    """Kinds of tokens, which transformers 5.17 gives of the whole prompt, of the new one."""
    kinds = {
        name: inputs[name][..., -1:]
        for name in ("token_type_ids", "mm_token_type_ids")
        if isinstance(inputs.get(name), torch.Tensor)
    }
    return {**inputs, **kinds}


def _copied(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.clone()
    return {key: _copied(one) for key, one in value.items()} if isinstance(value, dict) else value


def _tensors(inputs: Inputs) -> dict[str, torch.Tensor]:
    """The tensors among them, those of masks by kind, too."""
    found = {}
    for name, value in inputs.items():
        if isinstance(value, torch.Tensor):
            found[name] = value
        elif isinstance(value, dict):
            found |= {f"{name}.{key}": one for key, one in _tensors(value).items()}
    return found


def _alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype and one.device == other.device


def _record_cuda(step: Callable[[], Any]) -> tuple[Callable[[], object], Any]:
    graph = torch.cuda.CUDAGraph()
    try:
        # other threads may take memory of the GPU meanwhile
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            output = step()
    except RuntimeError:
        _end_of_failed_recording()
        raise
    return graph.replay, output


def _end_of_failed_recording() -> None:
    """Torch's random numbers wait for the end of a recording that CUDA has given up.

    Until one ends, no model could be loaded on the GPU.
    """
    number = torch.zeros(1, device="cuda")
    with torch.cuda.graph(torch.cuda.CUDAGraph(), capture_error_mode="thread_local"):
        number.add_(1)
