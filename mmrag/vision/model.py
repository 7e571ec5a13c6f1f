"""The profile's vision-language model, asked about pictures: bounded replies, strict JSON."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mmrag.errors import NoReply
from mmrag.protocols import Limits, SchemaModel, Turn
from mmrag.text.characters import clean
from mmrag.text.notation import from_json
from mmrag.vision import prompts
from mmrag.vision.looking import Bench

if TYPE_CHECKING:
    from PIL import Image

MAX_CHARACTERS = 20_000
"""Of a reply: a model that loops is cut. Chosen by hand: a dense page has some 6,000."""
_FENCE = re.compile(r"^\s*```\w*\s*|\s*```\s*$")
_COMMA = re.compile(r",\s*(?=[}\]])")
_CLOSING = {"{": "}", "[": "]"}


def name(bench: Bench) -> str:
    """The model's name, as the maker of what it says."""
    return bench.models.chat_model().name


def opening(asked: str, images: Sequence["Image.Image"]) -> list[Turn]:
    """The turns with which a conversation about pictures begins."""
    return [Turn("system", prompts.SYSTEM), Turn("user", asked, tuple(images))]


def said(bench: Bench, asked: str, images: Sequence["Image.Image"]) -> str:
    """The model's reply, cleaned. Raises what the model raises, `PicturesRefused` among them."""
    return next_said(bench, opening(asked, images))


def next_said(bench: Bench, turns: Sequence[Turn]) -> str:
    """The next reply of a conversation, cleaned."""
    return _heard(bench, turns, None)


def said_json(
    bench: Bench,
    asked: str,
    images: Sequence["Image.Image"],
    schema: Mapping[str, object],
) -> Mapping[str, object]:
    """The model's reply as a JSON object, kept to `schema` by servers that can see to that.

    A reply that is not quite JSON is repaired. Raises `NoReply` where it holds no object.
    """
    return next_json(bench, opening(asked, images), schema)


def next_json(
    bench: Bench, turns: Sequence[Turn], schema: Mapping[str, object]
) -> Mapping[str, object]:
    """The next reply of a conversation as a JSON object. Raises `NoReply` where it holds none."""
    reply = _heard(bench, turns, schema)
    value = repaired(reply)
    if not isinstance(value, dict):
        raise NoReply(f"{name(bench)}: gave no JSON object: {reply[:80]!r}")
    return value


def _heard(bench: Bench, turns: Sequence[Turn], schema: Mapping[str, object] | None) -> str:
    model = bench.models.chat_model()
    vlm = bench.models.settings.vlm
    limits = Limits(vlm.max_new_tokens, min(vlm.timeout_s, bench.seconds))
    if schema is not None and isinstance(model, SchemaModel):
        pieces = model.structured(turns, limits, schema)
    else:
        pieces = model.stream(turns, limits)
    reply = ""
    for piece in pieces:
        reply += piece
        if len(reply) > MAX_CHARACTERS:
            break
    return clean(reply[:MAX_CHARACTERS]).strip()


def repaired(text: str) -> object:
    """The JSON value in a reply; None where there is none.

    Words and fences around it, commas before a closing bracket, and brackets that were never
    closed, as of a reply that was cut off, are mended.
    """
    text = _FENCE.sub("", text)
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    if not starts:
        return None
    body, left_open = _balanced(text[min(starts) :])
    for candidate in (body, _COMMA.sub("", body + left_open)):
        try:
            value: object = from_json(candidate)
        except ValueError:
            continue
        return value
    return None


def _balanced(text: str) -> tuple[str, str]:
    """The text up to where its first bracket is closed; and what would close what stays open."""
    stack: list[str] = []
    in_string = escaped = False
    for at, char in enumerate(text):
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in _CLOSING:
            stack.append(_CLOSING[char])
        elif stack and char == stack[-1]:
            stack.pop()
            if not stack:
                return text[: at + 1], ""
    return text, ('"' if in_string else "") + "".join(reversed(stack))
