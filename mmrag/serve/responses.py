"""Responses as they go out: JSON in ASCII, so that any text survives, and events of a stream."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.responses import JSONResponse, StreamingResponse

from mmrag import contract

PING = b": still at work\n\n"
"""An event that says nothing: proxies close what is silent."""


class Told(JSONResponse):
    """One JSON object."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode("ascii")


class EventStream(StreamingResponse):
    """Server-sent events, as they come: nginx would hold them back otherwise."""

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        headers = {"X-Accel-Buffering": "no"}
        super().__init__(events, headers=headers, media_type="text/event-stream")


def problem(kind: str, message: str, status: int, headers: Mapping[str, str] | None = None) -> Told:
    """What went wrong."""
    return Told(contract.error(kind, message), status, headers)


def event(name: str, value: Mapping[str, Any]) -> bytes:
    """A server-sent event with a name."""
    return f"event: {name}\n".encode("ascii") + data(value)


def data(value: Mapping[str, Any]) -> bytes:
    """A server-sent event; JSON holds no line end that could begin another one."""
    return f"data: {json.dumps(value, separators=(',', ':'))}\n\n".encode("ascii")
