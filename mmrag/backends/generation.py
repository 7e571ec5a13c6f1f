"""Generation in a thread of its own, token by token, that always comes to an end.

The deadline and the consumer's leaving are felt before every layer of the model, in the reading of
the prompt too: transformers' stopping criteria are asked only after whole tokens, and a prompt
with pictures may take minutes on a CPU.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

import torch

from mmrag.backends import devices
from mmrag.errors import ModelError, ModelTimeout, OutOfMemory

Decode = Callable[[Sequence[int]], str]
UNFINISHED = "\N{REPLACEMENT CHARACTER}"
"""What a tokenizer shows for a character of which bytes are still to come."""
LONGEST_UNFINISHED = 8  # tokens


class Stopped(BaseException):
    """Leaves `generate` from within; no `except Exception` on the way may hold it."""


class Brake:
    """Stops a model between two layers: at a deadline, or when asked to."""

    def __init__(self, model: torch.nn.Module) -> None:
        self.deadline = float("inf")  # seconds of the monotonic clock
        self.asked = Event()
        for module in model.modules():
            if isinstance(module, torch.nn.ModuleList):
                for layer in module:
                    layer.register_forward_pre_hook(lambda module, args: self.check())

    def release(self, seconds: float = float("inf")) -> None:
        """Let the model run, until `seconds` from now."""
        self.asked.clear()
        self.deadline = time.monotonic() + seconds

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self.deadline

    def check(self) -> None:
        """Raise `Stopped` where the model has to stop."""
        if self.asked.is_set() or self.is_late:
            raise Stopped


class _Tokens:
    """Takes what `generate` hands to a streamer: the prompt first, then token by token."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[int | BaseException | None] = SimpleQueue()
        self._prompt_seen = False

    def put(self, value: torch.Tensor) -> None:
        if self._prompt_seen:
            for token in value.flatten().tolist():
                self.queue.put(token)
        self._prompt_seen = True

    def end(self) -> None:
        """Nothing: the thread says itself when it ends."""


def generate(
    run: Callable[[_Tokens], Any], brake: Brake, seconds: float, decode: Decode
) -> Iterator[str]:
    """The text of new tokens as `run(streamer)` generates them.

    Raises `ModelTimeout` after `seconds`, `OutOfMemory` when memory runs out, `ModelError` for
    what else fails in the thread. Whoever stops reading and closes the iterator ends the thread.
    """
    tokens = _Tokens()
    brake.release(seconds)

    def work() -> None:
        outcome: BaseException | None = None
        try:
            with devices.memory_errors():
                run(tokens)
        except BaseException as error:  # handed to the reader, who raises it
            outcome = error
        tokens.queue.put(outcome)

    thread = Thread(target=work, name="generate", daemon=True)
    thread.start()
    try:
        yield from pieces(_until_end(tokens, seconds), decode)
    finally:
        brake.asked.set()
        thread.join()
        brake.release()


def _until_end(tokens: _Tokens, seconds: float) -> Iterator[int]:
    while True:
        item = tokens.queue.get()
        if isinstance(item, int):
            yield item
            continue
        match item:
            case None:
                return
            case Stopped():
                raise ModelTimeout(
                    f"no end of the reply within {seconds:g} s: raise [vlm] timeout_s, lower "
                    "[vlm] max_new_tokens or image_pixels, or take a smaller or quantized model"
                )
            case MemoryError():
                raise OutOfMemory(
                    "memory ran out during generation: lower [vlm] image_pixels, max_images or "
                    'max_new_tokens, or set quantization = "4bit"'
                ) from item
            case _:
                raise ModelError(
                    f"generation failed: {type(item).__name__}: {' '.join(str(item).split())[:300]}"
                ) from item


def pieces(tokens: Iterator[int], decode: Decode) -> Iterator[str]:
    """Text of `tokens` as it becomes certain; a character comes when its last byte has come.

    Every step decodes only since the last piece but one, which some tokenizers need to see for the
    space before a word.
    """
    seen: list[int] = []
    before, done = 0, 0
    for token in tokens:
        seen.append(token)
        known, text = decode(seen[before:done]), decode(seen[before:])
        whole = not text.endswith(UNFINISHED) or len(seen) - done >= LONGEST_UNFINISHED
        if whole and len(text) > len(known):
            yield text[len(known) :]
            before, done = done, len(seen)
    if rest := decode(seen[before:])[len(decode(seen[before:done])) :]:
        yield rest
