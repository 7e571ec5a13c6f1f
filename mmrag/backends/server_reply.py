"""One reply of a chat server: its text without thoughts, and what its end says."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmrag.backends.server_events import CallPart, Event
from mmrag.backends.thoughts import LateThought, ThoughtFilter
from mmrag.config import VlmSettings
from mmrag.errors import NoReply, PromptTooLong, ReplyWithdrawn
from mmrag.protocols import Limits, TokenUse, ToolSpec
from mmrag.text.notation import from_json

_MOST_CALLS = 8  # of tools in one reply, of which the first is run; chosen by hand
_MOST_ARGUMENTS = 20_000  # characters of one call; chosen by hand
NO_THINKING = (
    "turn its thinking off, with [vlm] extra = { chat_template_kwargs = { enable_thinking = false "
    '} } (llama.cpp, vLLM) or extra = { reasoning_effort = "none" } (Ollama)'
)


@dataclass(frozen=True, slots=True)
class ChatTask:
    """What is asked of a server, however often it is tried."""

    messages: list[dict[str, Any]]
    limits: Limits
    schema: Mapping[str, object] | None
    pictures: int
    tools: Sequence[ToolSpec] = ()

    @property
    def words(self) -> int:
        """Words of text in it: no tokenizer reads several of them as one token."""
        contents = [message["content"] for message in self.messages]
        texts = [content for content in contents if isinstance(content, str)]
        parts = [part for content in contents if isinstance(content, list) for part in content]
        texts += [part["text"] for part in parts if part["type"] == "text"]
        return sum(len(text.split()) for text in texts)


class ServerReply:
    """One reply: text out, thoughts left out, its end judged."""

    def __init__(self, url: str, settings: VlmSettings, task: ChatTask, *, holds: bool) -> None:
        self._url = url
        self._settings = settings
        self._task = task
        self._filter = ThoughtFilter(holds=holds)
        self._told = False
        self._called = False
        self._calls: dict[int, tuple[str, str]] = {}  # name and arguments, by place
        self._finish = ""
        self._read = 0
        self._written = 0
        self.begun = False
        self.notes: tuple[str, ...] = ()

    @property
    def closed_alone(self) -> bool:
        """Whether the reply began within a thought."""
        return self._filter.closed_alone

    @property
    def tokens(self) -> TokenUse:
        """As the server counts them, once it has said so."""
        return TokenUse(self._read, self._written)

    def pieces(self, parts: Iterator[Event]) -> Iterator[str]:
        """The text of the reply. Raises what `events` does, and what `ServerModel.stream` says."""
        try:
            for part in parts:
                self._called = self._called or part.has_tool_call
                for call in part.calls:
                    self._hear(call)
                self._finish = part.finish or self._finish
                self._read = part.prompt_tokens or self._read
                self._written = part.reply_tokens or self._written
                if part.has_thought:
                    self._filter.settle()
                if part.text:
                    self.begun = True
                    yield from self._passed(self._filter.feed(part.text))
        except LateThought as error:
            raise ReplyWithdrawn(
                f"{self._url}: what {self._settings.model} said turned out to be its thoughts: ask "
                'again, and leave [vlm] thinking at "auto"'
            ) from error
        except Exception:
            yield from self._passed(self._filter.end())  # what came stays valid
            raise
        self._judge_context()
        yield from self._passed(self._filter.end())
        yield from self._passed(self._tool_call())
        if not self._told:
            raise NoReply(self._why_nothing())
        self._judge_end()

    def _hear(self, call: CallPart) -> None:
        """Note a part of a call, within bounds: arguments that pass them have no end."""
        name, arguments = self._calls.get(call.index, ("", ""))
        if call.index in self._calls or len(self._calls) < _MOST_CALLS:
            whole = (arguments + call.arguments)[:_MOST_ARGUMENTS]
            self._calls[call.index] = ((name + call.name)[:_MOST_ARGUMENTS], whole)

    def _tool_call(self) -> list[str]:
        """The first call of a tool that was offered, as JSON."""
        offered = {tool.name for tool in self._task.tools}
        for _, (name, given) in sorted(self._calls.items()):
            try:
                arguments = from_json(given or "{}")
            except ValueError:
                continue
            if name in offered and isinstance(arguments, dict):
                return [json.dumps({"tool": name, **arguments})]
        return []

    def _passed(self, texts: list[str]) -> Iterator[str]:
        for text in texts:
            self._told = self._told or bool(text.strip())
            yield text

    def _judge_context(self) -> None:
        """Whether the server has read less than was sent. Raises `PromptTooLong` in time."""
        if not 0 < self._read < self._task.words:
            return
        text = (
            f"{self._url}: the server has read {self._read} tokens of a prompt of "
            f"{self._task.words} words: the rest was cut off without a word"
        )
        if not self._told:
            raise PromptTooLong(
                f"{text}: give it a longer context (Ollama: OLLAMA_CONTEXT_LENGTH=8192; llama.cpp: "
                "--ctx-size 8192), or ask with less evidence (-k)"
            )
        self.notes += (text,)

    def _judge_end(self) -> None:
        most = self._task.limits.max_new_tokens
        if self._finish in ("length", "max_tokens"):
            self.notes += (
                f"the reply stops where its {most} tokens were used up: raise [vlm] max_new_tokens",
            )
        elif self._finish == "content_filter":
            self.notes += ("the server's content filter has cut the reply off",)

    def _why_nothing(self) -> str:
        model, most = self._settings.model, self._task.limits.max_new_tokens
        if self._called:
            return (
                f"{self._url}: {model} called a tool instead of answering, and there is none: "
                "start the server without tools, or take another model"
            )
        if self._filter.has_thought:
            return (
                f"{self._url}: {model} gave no answer: all it said was thought"
                f"{f', until its {most} tokens were used up' if self._finish == 'length' else ''}: "
                f"raise [vlm] max_new_tokens, or {NO_THINKING}"
            )
        return (
            f"{self._url}: {model} ended its reply without a word"
            f"{f' ({self._finish})' if self._finish else ''}: see the server's log, whether the "
            "model has its chat template there, or take another model"
        )
