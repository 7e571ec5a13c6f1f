"""What a chat server sends back: a stream of events or one whole reply, of any of the known forms.

Text is the content, as a string or as a list of parts. What a model thinks (`reasoning_content`,
`reasoning`, thinking parts) is seen to be there, and goes no further.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mmrag.text.notation import from_json

_REASONING = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
_TOOLS = ("tool_calls", "function_call")
_TEXT_PARTS = ("text", "output_text")


class ReplyCut(Exception):
    """The stream ended, the reply did not."""


class FailedWithin(Exception):
    """The server told of a failure where a part of the reply should have been."""


@dataclass(frozen=True, slots=True)
class CallPart:
    """A part of a call of a tool: its place among the calls, what came of name and arguments."""

    index: int
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Event:
    """A part of a reply."""

    text: str = ""
    has_thought: bool = False
    has_tool_call: bool = False
    finish: str = ""  # "stop", "length", "tool_calls", ...; empty where it goes on
    prompt_tokens: int = 0  # that the server says it has read; 0 where it does not say
    reply_tokens: int = 0  # that it says it has written
    calls: tuple[CallPart, ...] = ()


def events(lines: Iterable[str]) -> Iterator[Event]:
    """The parts of a reply, from the lines of a response.

    Comments, empty events and events without choices are passed over. The reply has ended where a
    finish reason was given or the stream says so; a whole reply has ended in any case.

    Raises `ReplyCut`, `FailedWithin` with the server's words, `ValueError` where what comes is no
    reply at all.
    """
    ended, whole = False, ""
    for line in lines:
        if whole or line.lstrip().startswith("{"):
            whole += line + "\n"
        elif line.startswith("data:"):
            data = line.removeprefix("data:").strip()
            if data == "[DONE]":
                return
            if data:
                event = _event(_object(data))
                ended = ended or bool(event.finish)
                yield event
    if whole:
        yield _event(_object(whole), whole=True)
    elif not ended:
        raise ReplyCut


def _object(data: str) -> Mapping[str, object]:
    value = from_json(data)
    if not isinstance(value, dict):
        raise ValueError(f"{data[:80]} is no object")
    return value


def _event(value: Mapping[str, object], *, whole: bool = False) -> Event:
    if error := value.get("error"):
        told = error.get("message") if isinstance(error, dict) else error
        raise FailedWithin(str(told or "no reason given"))
    choices = value.get("choices") or []
    if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
        raise ValueError("its choices are no list of objects")
    if whole and not choices:
        raise ValueError("it has no choices")
    usage = value.get("usage")
    read, written = _counted(usage, "prompt_tokens"), _counted(usage, "completion_tokens")
    if not choices:
        return Event(prompt_tokens=read, reply_tokens=written)
    choice = choices[0]
    message = choice.get("delta") or choice.get("message") or {}
    if not isinstance(message, dict):
        raise ValueError("its message is no object")
    text, thought = _content(message.get("content"))
    finish = choice.get("finish_reason")
    return Event(
        text or str(message.get("refusal") or ""),
        thought or any(message.get(name) for name in _REASONING),
        any(message.get(name) for name in _TOOLS),
        str(finish or ""),
        read,
        written,
        tuple(_calls(message.get("tool_calls"))),
    )


def _calls(told: object) -> Iterator[CallPart]:
    """Of streams, where a call comes in parts, and of whole replies."""
    for at, item in enumerate(told if isinstance(told, list) else ()):
        function = item.get("function") if isinstance(item, dict) else None
        if isinstance(function, dict):
            place, given = item.get("index"), function.get("arguments") or ""
            yield CallPart(
                place if isinstance(place, int) else at,
                str(function.get("name") or ""),
                given if isinstance(given, str) else json.dumps(given),
            )


def _counted(usage: object, name: str) -> int:
    count = usage.get(name) if isinstance(usage, dict) else 0
    return count if isinstance(count, int) else 0


def _content(content: object) -> tuple[str, bool]:
    """The text of a content, and whether thoughts are among it."""
    if content is None or isinstance(content, str):
        return content or "", False
    if not isinstance(content, list):
        raise ValueError("its content is neither text nor a list of parts")
    text, thought = "", False
    for part in content:
        if isinstance(part, str):
            text += part
        elif isinstance(part, dict) and part.get("type") in _TEXT_PARTS:
            text += str(part.get("text") or "")
        else:
            thought = True
    return text, thought
