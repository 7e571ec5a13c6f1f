"""Prompts for a model in this process: by its own chat template, with its own tokens of pictures.

Each family turns a picture into tokens in its own way: one view, a view and tiles, patches by size.
How many that will be is asked of the family's own processor before a prompt is built.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import TemplateError
from PIL import Image

from mmrag.backends import torchvision_ops
from mmrag.backends.vision_inputs import fitted, fitted_size
from mmrag.config import VlmSettings
from mmrag.protocols import Turn

torchvision_ops.ensure()

from transformers.utils import logging as hf_logging  # noqa: E402 - needs the line above

_THINKING = "enable_thinking"
"""The variable by which a chat template lets a model think, as Qwen3 named it."""
_PROBE = "mmrag-probe"


@dataclass(frozen=True, slots=True)
class PromptLength:
    """Tokens of a prompt: those of its text and template, and those of its pictures."""

    text: int
    pictures: int

    @property
    def total(self) -> int:
        return self.text + self.pictures


class Prompts:
    """Builds prompts with a processor of transformers, and says before how long they will be."""

    def __init__(self, processor: Any, settings: VlmSettings) -> None:
        self._processor = processor
        self._pixels = settings.image_pixels
        self._control = _control_tokens(processor)
        switches = _THINKING in str(processor.chat_template)
        self._variables = {_THINKING: settings.thinking == "on"} if switches else {}
        self._hears_system = self._knows_system_role()
        self._tokens_of_size: dict[tuple[tuple[int, int], int], int] = {}

    def built(self, turns: Sequence[Turn]) -> Any:
        """Token IDs and pixels of a prompt, each with one row."""
        with quiet():
            return self._processor.apply_chat_template(
                [self._message(turn) for turn in self._heard(turns)],
                add_generation_prompt=True,
                tokenize=True,
                return_dict=True,
                return_tensors="pt",
                **self._variables,
            )

    def length(self, turns: Sequence[Turn]) -> PromptLength:
        """Tokens that a prompt will have; no picture of it is prepared for that."""
        sizes = [fitted_size(image.size, self._pixels) for turn in turns for image in turn.images]
        return PromptLength(
            self._count([replace(turn, images=()) for turn in turns]),
            sum(self._tokens_of(size, alone=len(sizes) == 1) for size in sizes),
        )

    def _tokens_of(self, size: tuple[int, int], *, alone: bool) -> int:
        """Tokens that a picture of this size adds to a prompt, by blank ones.

        Beside another one it may be seen whole alone, without its tiles (LLaVA-OneVision).
        """
        shown = 1 if alone else 2
        if (size, shown) not in self._tokens_of_size:
            blank = (Image.new("RGB", size),) * shown
            added = self._count([Turn("user", _PROBE, blank)]) - self._count([Turn("user", _PROBE)])
            self._tokens_of_size[size, shown] = -(-added // shown)
        return self._tokens_of_size[size, shown]

    def _count(self, turns: Sequence[Turn]) -> int:
        return int(self.built(turns)["input_ids"].shape[1])

    def _heard(self, turns: Sequence[Turn]) -> Sequence[Turn]:
        return turns if self._hears_system else _without_system(turns)

    def _message(self, turn: Turn) -> dict[str, Any]:
        pictures = [
            {"type": "image", "image": fitted(image, self._pixels)} for image in turn.images
        ]
        text = turn.text
        for token in self._control:
            text = text.replace(token, f"{token[0]} {token[1:]}")
        text = turn.tag + text
        return {"role": turn.role, "content": [*pictures, {"type": "text", "text": text}]}

    def _knows_system_role(self) -> bool:
        """Whether the chat template tells the model what a system turn says."""
        turns = [self._message(Turn("system", _PROBE)), self._message(Turn("user", "?"))]
        try:
            return _PROBE in self._processor.apply_chat_template(
                turns, add_generation_prompt=True, **self._variables
            )
        except TemplateError:
            return False


@contextmanager
def quiet() -> Iterator[None]:
    """Without transformers' warnings of missing tensors and long prompts: they are errors here."""
    before = hf_logging.get_verbosity()
    hf_logging.set_verbosity_error()
    try:
        yield
    finally:
        hf_logging.set_verbosity(before)


def _control_tokens(processor: Any) -> list[str]:
    """What has a meaning of its own in a prompt, and may not come from a document's text."""
    added = processor.tokenizer.added_tokens_decoder.values()
    tokens = {str(token) for token in added if token.special}
    tokens |= {str(token) for token in processor.tokenizer.all_special_tokens}
    tokens |= {str(getattr(processor, name, "")) for name in ("image_token", "video_token")}
    return sorted((token for token in tokens if len(token) > 1), key=len, reverse=True)


def _without_system(turns: Sequence[Turn]) -> list[Turn]:
    """System turns said by the user, for a template that has no such role."""
    told = "\n\n".join(turn.text for turn in turns if turn.role == "system")
    others = [turn for turn in turns if turn.role != "system"]
    at = next((at for at, turn in enumerate(others) if turn.role == "user"), None)
    if not told or at is None:
        return others
    first = others[at]
    others[at] = Turn("user", f"{told}\n\n{first.text}".strip(), first.images)
    return others
