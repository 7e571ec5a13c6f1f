"""The profile's vision-language model, asked about pictures: bounded replies, strict JSON."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mmrag.errors import NoReply, OutOfMemory, PromptTooLong
from mmrag.protocols import Limits, SchemaModel, ToolModel, ToolSpec, Turn
from mmrag.text.characters import Cleaner
from mmrag.text.notation import from_json
from mmrag.vision import prompts
from mmrag.vision.heard import MAX_CHARACTERS, Heard, PartialObject, unfenced
from mmrag.vision.looking import Bench

if TYPE_CHECKING:
    from PIL import Image

LEAST_PIXELS = 224
"""Longer side of the least picture that is tried where memory or context is short: the smallest
input of an encoder of pictures (CLIP ViT-L/14; LLaVA 1.5 has 336)."""
_COMMA = re.compile(r",\s*(?=[}\]])")
_CLOSING = {"{": "}", "[": "]"}


def name(bench: Bench) -> str:
    """The model's name, as the maker of what it says."""
    return bench.models.chat_model().name


def opening(asked: str, images: Sequence["Image.Image"], tag: str = "") -> list[Turn]:
    """The turns with which a conversation about pictures begins; a tag is sent by itself."""
    if tag:
        return [Turn("user", asked, tuple(images), tag)]
    return [Turn("system", prompts.SYSTEM), Turn("user", asked, tuple(images))]


def said(bench: Bench, asked: str, images: Sequence["Image.Image"], *, tag: str = "") -> str:
    """The model's reply, cleaned. Raises what the model raises, `PicturesRefused` among them."""
    return next_said(bench, opening(asked, images, tag))


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
    bench: Bench,
    turns: Sequence[Turn],
    schema: Mapping[str, object],
    tools: Sequence[ToolSpec] = (),
) -> Mapping[str, object]:
    """The next reply of a conversation as a JSON object: one of `schema`, or a call of a tool.

    Tools are called by the API that the server has for that, or in JSON. Raises `NoReply` where the
    reply holds no object.
    """
    reply = _heard(bench, turns, schema, tools)
    value = repaired(reply)
    if not isinstance(value, dict):
        raise NoReply(f"{name(bench)}: gave no JSON object: {reply[:80]!r}")
    return value


def _heard(
    bench: Bench,
    turns: Sequence[Turn],
    schema: Mapping[str, object] | None,
    tools: Sequence[ToolSpec] = (),
) -> str:
    """The whole reply; to pictures half as large where memory or context do not do for them."""
    while True:
        try:
            return _reply(bench, turns, schema, tools)
        except (OutOfMemory, PromptTooLong):
            smaller = _halved(turns, bench.models.settings.vlm.image_pixels)
            if smaller is None:
                raise
            turns = smaller


def _reply(
    bench: Bench,
    turns: Sequence[Turn],
    schema: Mapping[str, object] | None,
    tools: Sequence[ToolSpec],
) -> str:
    """The reply, cleaned; counted, and told to who listens while it comes."""
    model = bench.models.chat_model()
    vlm = bench.models.settings.vlm
    limits = Limits(vlm.max_new_tokens, min(vlm.timeout_s, bench.seconds), bench.in_line)
    if tools and schema is not None and isinstance(model, ToolModel):
        pieces = model.with_tools(turns, limits, tools, schema)
    elif schema is not None and isinstance(model, SchemaModel):
        pieces = model.structured(turns, limits, schema)
    else:
        pieces = model.stream(turns, limits)
    cleaner, partial = Cleaner(), PartialObject()
    reply = ""
    with bench.meter.call(model):
        for piece in map(cleaner.feed, pieces):
            reply += piece
            if bench.listener is not None:
                for heard in [Heard(piece)] if schema is None else partial.feed(piece):
                    bench.listener(heard)
            if len(reply) > MAX_CHARACTERS:
                break
    if bench.listener is not None and schema is None:
        bench.listener(Heard("\n"))
    return reply[:MAX_CHARACTERS].strip()


def _halved(turns: Sequence[Turn], longest: int) -> list[Turn] | None:
    """The turns with pictures half as large as they were shown; None where they are small."""
    shown = max((min(max(i.size), longest) for turn in turns for i in turn.images), default=0)
    if shown < 2 * LEAST_PIXELS:
        return None
    halved = []
    for turn in turns:
        images = tuple(image.copy() for image in turn.images)
        for image in images:
            image.thumbnail((shown // 2, shown // 2))
        halved.append(replace(turn, images=images))
    return halved


def repaired(text: str) -> object:
    """The JSON value in a reply; None where there is none.

    Words and fences around it, commas before a closing bracket, and brackets that were never
    closed, as of a reply that was cut off, are mended.
    """
    text = unfenced(text)
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
