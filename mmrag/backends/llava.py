"""Vision-language models in this process: the LLaVA family and what else transformers loads alike.

Loaded by AutoProcessor and AutoModelForImageTextToText, prompted by the model's own chat template,
whole or quantized by bitsandbytes; no remote code, safetensors only, nothing downloaded offline.
"""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any

import torch

from mmrag.backends import devices, quantized, torchvision_ops, weights
from mmrag.backends.generation import Brake, generate
from mmrag.backends.llava_files import LlavaFiles, check_memory, find
from mmrag.backends.llava_prompts import PromptLength, Prompts, quiet
from mmrag.backends.step_graphs import StepGraphs
from mmrag.backends.thoughts import LateThought, ThoughtFilter, opens_thought
from mmrag.config import VlmSettings
from mmrag.errors import (
    ModelRefused,
    NoReply,
    PicturesRefused,
    PromptTooLong,
    ReplyWithdrawn,
)
from mmrag.protocols import ChatModel, Limits, Reply, TokenUse, Turn

torchvision_ops.ensure()

from transformers import (  # noqa: E402 - needs the line above
    AutoModelForImageTextToText,
    AutoProcessor,
)
from transformers.utils import logging as hf_logging  # noqa: E402

LEAST_ROOM = 32
"""Tokens that must be left for the reply."""
_TURN_END = 40  # tokens at the end of a prompt, in which its template may open a thought
_CELL_TAG = "<fcel>"  # of OTSL: a tokenizer that has it is of a model that writes tags as its text


class LlavaModel:
    """A ChatModel in this process. One reply at a time; a second caller waits.

    `model` and `processor` are those of transformers, as they were loaded; `graphs` replays steps.
    """

    def __init__(self, files: LlavaFiles, settings: VlmSettings) -> None:
        self._settings = settings
        self._context = files.context
        device = devices.choose_device(settings.device)
        self._dtype = _dtype(settings, device)
        check_memory(files, settings, self._dtype, device)
        if settings.quantization != "none":
            quantized.import_bitsandbytes()
        hf_logging.disable_progress_bar()  # the command line shows its own
        with weights.loading(files.folder), devices.memory_errors():
            self.processor = AutoProcessor.from_pretrained(
                files.folder, local_files_only=True, trust_remote_code=False
            )
            self.model = _load(files, settings, self._dtype, device)
        if not self.processor.chat_template:
            raise ModelRefused(
                f"{files.folder}: has no chat template: fetch the model again with "
                "`mmrag models pull <profile>`; checkpoints of 2024 and later bring one"
            )
        self._brake = Brake(self.model)
        self.graphs = StepGraphs(self.model, self._brake)
        self._lock = Lock()
        self._tokenizing = Lock()  # tokenizers are not made for threads
        self._prompts = Prompts(self.processor, settings)
        tokenizer = self.processor.tokenizer
        self._writes_tags = _CELL_TAG in tokenizer.get_vocab()
        self._ends = {
            tokenizer.bos_token_id,
            tokenizer.eos_token_id,
            tokenizer.pad_token_id,
            *_stops(self.model),
        }
        suffix = "" if settings.quantization == "none" else f"-{settings.quantization}"
        self.name = files.name + suffix
        self.max_images = (
            settings.max_images if files.several_pictures else min(1, settings.max_images)
        )
        self.on_gpu = device.type == "cuda"
        self.parallel = 1
        self.tokens = TokenUse()  # of all replies so far

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Reply:
        """The reply in pieces; greedy, so that the same prompt gets the same reply.

        Raises `PicturesRefused`, `ModelRefused` where the prompt holds too many pictures,
        `PromptTooLong`, `ModelTimeout`, `NoReply`, `ReplyWithdrawn`, `ModelError`.
        """
        tokenizer = self.processor.tokenizer
        with self._tokenizing:
            self._check(turns)
            inputs = self.inputs(turns)
            end = str(tokenizer.decode(inputs["input_ids"][0, -_TURN_END:]))
        length = inputs["input_ids"].shape[1]
        most = min(limits.max_new_tokens, self._context - length)
        made: list[int] = []

        def run(streamer: object) -> None:
            # in inference_mode quantized layers take a seventh less than in no_grad
            with torch.inference_mode(), self.graphs.reply(length, most) as cached:
                output = self.model.generate(
                    **inputs, **cached, do_sample=False, num_beams=1, max_new_tokens=most,
                    streamer=streamer,
                )  # fmt: skip
            made.append(output.shape[1] - length)
            self.tokens = self.tokens.plus(length, made[-1])

        def decode(tokens: Sequence[int]) -> str:
            if not self._writes_tags:
                return str(tokenizer.decode(tokens, skip_special_tokens=True))
            kept = [token for token in tokens if token not in self._ends]
            return str(tokenizer.decode(kept, skip_special_tokens=False))

        visible = ThoughtFilter(inside=opens_thought(end))
        with self._lock:
            yield from self._visible(
                generate(run, self._brake, limits.seconds, decode), visible, most
            )
        used_up = made and made[-1] >= most
        return (f"the reply stops where its {most} tokens were used up",) if used_up else ()

    def _visible(self, pieces: Iterator[str], visible: ThoughtFilter, most: int) -> Iterator[str]:
        """The reply without its thoughts. Raises `NoReply`, `ReplyWithdrawn`."""
        told = False
        try:
            for piece in pieces:
                for text in visible.feed(piece):
                    told = told or bool(text)
                    yield text
        except LateThought as error:
            raise ReplyWithdrawn(
                f"{self.name}: what it said turned out to be its thoughts: take a model whose "
                "chat template says where they begin"
            ) from error
        for text in visible.end():
            told = told or bool(text)
            yield text
        if not told:
            thought = ": all it said was thought" if visible.has_thought else ""
            raise NoReply(
                f"{self.name}: gave no answer within {most} tokens{thought}: raise [vlm] "
                "max_new_tokens, or take another model"
            )

    def close(self) -> None:
        """Give the memory back, once the reply under way has come to its end."""
        with self._lock:
            self.model = self.graphs = None  # type: ignore[assignment]  # each holds the other
            devices.give_back_memory()

    def prompt_length(self, turns: Sequence[Turn]) -> PromptLength:
        """Tokens of a prompt before it is built, those of its pictures apart."""
        return self._prompts.length(turns)

    def memory_bytes(self) -> int:
        """What the weights take, as they are loaded."""
        return int(self.model.get_memory_footprint())

    def gpu_peak_bytes(self) -> int:
        """The most that was held of the GPU so far; 0 where it lies in memory."""
        return int(torch.cuda.max_memory_allocated(self.model.device)) if self.on_gpu else 0

    def inputs(self, turns: Sequence[Turn]) -> Any:
        """What the model is given for a prompt: token IDs and pixels, each with one row.

        Raises `PicturesRefused` and `ModelRefused` where it takes fewer pictures.
        """
        self._check_pictures(turns)
        return self._prompts.built(turns).to(self.model.device, dtype=self._dtype)

    def _check(self, turns: Sequence[Turn]) -> None:
        """Look at a prompt before its pictures are prepared.

        Raises `PromptTooLong` where too little room is left for a reply, and what `inputs` does.
        """
        self._check_pictures(turns)
        length = self.prompt_length(turns)
        if self._context - length.total >= LEAST_ROOM:
            return
        of_pictures = f", {length.pictures} of them for pictures" if length.pictures else ""
        raise PromptTooLong(
            f"{self.name}: the prompt has {length.total} tokens{of_pictures}, and the model reads "
            f"{self._context} with its reply: ask with less evidence (-k), fewer or smaller "
            "pictures ([vlm] max_images, image_pixels)"
        )

    def _check_pictures(self, turns: Sequence[Turn]) -> None:
        count = sum(len(turn.images) for turn in turns)
        if count and not self.max_images:
            raise PicturesRefused(f"{self.name}: [vlm] max_images = 0: it is shown no pictures")
        if count > self.max_images:
            raise ModelRefused(
                f"{self.name}: {count} pictures in one prompt, and it takes {self.max_images}"
            )


def load(settings: VlmSettings, offline: bool) -> ChatModel:
    """The model that a profile names.

    Raises `ConfigError`, `ModelMissing` where weights or packages are absent, `ModelRefused` where
    they are pickle, cut short, of another architecture, or too large for the memory.
    """
    return LlavaModel(find(settings, offline), settings)


def _load(
    files: LlavaFiles, settings: VlmSettings, dtype: torch.dtype, device: torch.device
) -> Any:
    """The model on its device. Raises `ModelRefused` where weights are missing in the files."""
    offload = settings.cpu_offload and device.type == "cuda"
    with quiet():
        model, report = AutoModelForImageTextToText.from_pretrained(
            files.folder,
            dtype=dtype,
            device_map="auto" if offload else {"": str(device)},
            quantization_config=quantized.config(settings, dtype, offload=offload),
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # refused below, in our words
        )
    lacking = sorted(report["missing_keys"]) + sorted(map(str, report["mismatched_keys"]))
    if lacking:
        raise ModelRefused(
            f"{files.folder}: the weights are not those of {files.architecture}: {len(lacking)} "
            f"tensors are missing or of another shape, {lacking[0]} among them: fetch the model "
            "again with `mmrag models pull <profile>`"
        )
    if "disk" in (getattr(model, "hf_device_map", None) or {}).values():
        raise ModelRefused(
            f"{settings.model}: does not fit the GPU and the memory of this machine together: "
            'set in [vlm] quantization = "4bit" or choose a smaller model'
        )
    greedy = model.generation_config  # some models bring settings for sampling
    greedy.do_sample, greedy.temperature, greedy.top_p, greedy.top_k = False, None, None, None
    if greedy.pad_token_id is None:
        greedy.pad_token_id = next(iter(_stops(model)), None)
    if settings.quantization == "4bit" and device.type == "cpu":
        quantized.keep_odd_layers_unpacked(model)
    return model.eval()


def _stops(model: Any) -> Sequence[int]:
    """The tokens with which a model ends its reply."""
    stop = model.generation_config.eos_token_id
    if stop is None:
        return []
    return stop if isinstance(stop, list) else [stop]


def _dtype(settings: VlmSettings, device: torch.device) -> torch.dtype:
    """The precision of what is not quantized; bitsandbytes multiplies 8-bit by float16."""
    if settings.quantization == "8bit" and settings.precision == "auto":
        return torch.float16
    return devices.choose_dtype(settings.precision, device)
