"""A chat request in the form that a server takes.

Servers differ in what they refuse: the system role, `max_tokens`, a temperature, a schema, usage in
streams. A request begins in the full form; each part that a server refuses is left out, or put in
the other way, from then on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from mmrag.config import VlmSettings
from mmrag.protocols import Limits, ToolSpec
from mmrag.text.notation import from_json

_SYSTEM_REFUSED = re.compile(
    r"system[\s_'\"`-]*(?:role|message|prompt|instruction|turn)s?\b.{0,60}\b(?:not|no|un\w+|in\w+)\b"
    r"|\b(?:not|un\w+|in\w+)\b.{0,60}system[\s_'\"`-]*(?:role|message|prompt|instruction)"
    r"|(?:role|roles)\b.{0,40}\bsystem\b|roles must alternate"
    r"|only\s+['\"`]?user['\"`]?(?:,| and).{0,20}assistant|developer instruction is not enabled",
    re.IGNORECASE,
)
_PARAMETER_REFUSED = re.compile(
    r"unsupported|not support|n't support|unknown|unrecogni[sz]ed|unexpected|extra (?:input|field)"
    r"|extra_forbidden|not permitted|not allowed|forbidden|invalid|not accept|n't accept|deprecated"
    r"|only the default|no such|not implemented|use '?max_completion_tokens|must be|failed to"
    r"|unable to|not available|cannot",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(r"too large|exceed|maximum|at most|less than", re.IGNORECASE)

LimitName = Literal["max_tokens", "max_completion_tokens", ""]


@dataclass(frozen=True, slots=True)
class RequestForm:
    """Which parts of a request a server takes."""

    has_system: bool = True
    limit: LimitName = "max_tokens"
    temperature: bool = True
    usage: bool = True  # asks for the tokens read and written
    stream: bool = True
    schema: bool = True
    tools: bool = True
    extra: bool = True

    def body(
        self,
        settings: VlmSettings,
        messages: list[dict[str, Any]],
        limits: Limits,
        schema: Mapping[str, object] | None,
        tools: Sequence[ToolSpec] = (),
    ) -> dict[str, Any]:
        """The request as it is sent, beside its messages' pictures in this form's roles."""
        told: dict[str, Any] = {
            "model": settings.model,
            "messages": messages if self.has_system else without_system(messages),
            "stream": self.stream,
        }
        if self.temperature:
            told["temperature"] = 0
        if self.limit:
            told[self.limit] = limits.max_new_tokens
        if self.stream and self.usage:
            told["stream_options"] = {"include_usage": True}
        if tools and self.tools:
            told["tools"] = [_tool(tool) for tool in tools]
        elif schema is not None and self.schema:
            form = {"name": "reply", "strict": True, "schema": dict(schema)}
            told["response_format"] = {"type": "json_schema", "json_schema": form}
        if self.extra and settings.extra:
            told |= from_json(settings.extra)
        return told

    def simpler(self, said: str, settings: VlmSettings) -> "RequestForm | None":
        """The form without what the server's words refuse; None where they refuse nothing of it."""
        if self.has_system and _SYSTEM_REFUSED.search(said):
            return replace(self, has_system=False)
        if not _PARAMETER_REFUSED.search(said):
            return None
        if self.tools and re.search(r"\btools?\b|\bfunction", said):
            return replace(self, tools=False)
        if self.schema and re.search(r"response_format|json_schema|grammar|guided|schema", said):
            return replace(self, schema=False)
        if self.usage and re.search(r"stream_options|include_usage", said):
            return replace(self, usage=False)
        if self.limit == "max_tokens" and "max_completion_tokens" in said:
            return replace(self, limit="max_completion_tokens")
        if self.limit and self.limit in said and not _TOO_LARGE.search(said):
            other: LimitName = "max_completion_tokens" if self.limit == "max_tokens" else ""
            return replace(self, limit=other)
        if self.temperature and "temperature" in said:
            return replace(self, temperature=False)
        if self.extra and settings.extra and any(key in said for key in from_json(settings.extra)):
            return replace(self, extra=False)
        if self.stream and re.search(r"\bstream(?:ing)?\b", said, re.IGNORECASE):
            return replace(self, stream=False)
        if (self.usage or self.schema or self.tools) and re.search(
            r"field|param|propert|argument|key", said
        ):
            return replace(self, usage=False, schema=False, tools=False)  # it does not say which
        return None


def _tool(tool: ToolSpec) -> dict[str, Any]:
    about = {"name": tool.name, "description": tool.about, "parameters": dict(tool.schema)}
    return {"type": "function", "function": about}


def without_system(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with what the system says put first in the user's turn."""
    told = "\n\n".join(turn["content"] for turn in messages if turn["role"] == "system")
    others = [turn for turn in messages if turn["role"] != "system"]
    at = next((at for at, turn in enumerate(others) if turn["role"] == "user"), None)
    if not told or at is None:
        return others
    content = others[at]["content"]
    if isinstance(content, str):
        content = f"{told}\n\n{content}"
    else:
        content = [{"type": "text", "text": told}, *content]
    others[at] = {"role": "user", "content": content}
    return others
