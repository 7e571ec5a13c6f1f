"""Vision-language models behind an OpenAI-compatible chat API: Ollama, llama.cpp, vLLM, LM Studio.

What a server refuses (pictures, a role, a parameter) is asked for once: the request is put in a
simpler form, and the model remembers. `server_client` says what is connected to.
"""

import base64
import io
import random
import re
import time
from collections.abc import Mapping, Sequence
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any

import openai

from mmrag.backends.server_client import ServerClient
from mmrag.backends.server_events import FailedWithin, ReplyCut, events
from mmrag.backends.server_faults import SEEING, ServerFault, explained
from mmrag.backends.server_reply import ChatTask, ServerReply
from mmrag.backends.server_requests import RequestForm
from mmrag.backends.vision_inputs import fitted
from mmrag.config import VlmSettings
from mmrag.errors import (
    ModelError,
    ModelMissing,
    ModelRefused,
    ModelTimeout,
    PicturesRefused,
    ReplyWithdrawn,
)
from mmrag.protocols import ChatModel, Limits, Reply, TokenUse, ToolSpec, Turn

if TYPE_CHECKING:
    from PIL import Image

FIRST_PAUSE = 0.5  # seconds; doubled with every further try, with a random part against stampedes
LONGEST_PAUSE = 20.0
_CONTROL = re.compile(r"<(?=[A-Za-z/|])|\[(?=/?[A-Z_]{3,}\])")
"""Where a control token may begin (`<image>`, `<|im_end|>`, `[INST]`). Servers read them in texts
too; a space behind makes them words."""
_EXTRA_REFUSED = "the server does not take the fields of [vlm] extra: it was asked without them"
_FAILURES = (
    openai.APIError, ValueError, TypeError, AttributeError, ReplyCut, FailedWithin,
)  # fmt: skip


class ServerModel:
    """A ChatModel behind a server. Nothing is sent before the first reply is asked for."""

    def __init__(self, settings: VlmSettings, offline: bool) -> None:
        self._settings = settings
        self._client = ServerClient(settings, offline)
        self._slots = BoundedSemaphore(settings.parallel)
        self._form = RequestForm()
        self._most_images = settings.max_images
        self._told_of_pictures = False
        self._holds = settings.thinking != "none"
        self._counting = Lock()
        self.tokens = TokenUse()  # of all replies so far
        self.name = settings.model
        self.parallel = settings.parallel

    @property
    def max_images(self) -> int:
        """How many pictures one prompt may hold; less than the profile's once a server says so."""
        return self._most_images

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Reply:
        """The reply in pieces, greedy, without its thoughts. Returns notes on how it ended.

        `limits.seconds` count the tries and the pauses too. What fails before the first piece is
        tried again where that may help. Raises `ModelMissing` where server, model or key are not
        there, `PicturesRefused`, `PromptTooLong`, `ModelRefused`, `ModelTimeout`, `NoReply`,
        `ReplyWithdrawn`, `ModelError`.
        """
        return (yield from self._reply(turns, limits, None))

    def structured(
        self, turns: Sequence[Turn], limits: Limits, schema: Mapping[str, object]
    ) -> Reply:
        """`stream`, of JSON that keeps to `schema` where the server can see to that."""
        return (yield from self._reply(turns, limits, schema))

    def with_tools(
        self,
        turns: Sequence[Turn],
        limits: Limits,
        tools: Sequence[ToolSpec],
        schema: Mapping[str, object],
    ) -> Reply:
        """`stream`, where a call of a tool comes as JSON; as `structured` without such an API."""
        return (yield from self._reply(turns, limits, schema, tools))

    def models(self) -> list[str]:
        """The names of what the server has. Raises `ModelMissing`, `ModelError`."""
        try:
            return [model.name for model in self._client.models()]
        except _FAILURES as error:
            raise self._fault(error).error from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def takes_pictures(self) -> bool | None:
        """Whether the server says that the model does; None where it does not say."""
        try:
            listed = self._client.models()
        except _FAILURES:
            return None
        names = (self.name, f"{self.name}:latest")
        known = [model for model in listed if model.name in names]
        one = known or (listed if len(listed) == 1 else [])  # llama.cpp answers to any name
        return one[0].takes_pictures if one else None

    def _reply(
        self,
        turns: Sequence[Turn],
        limits: Limits,
        schema: Mapping[str, object] | None,
        tools: Sequence[ToolSpec] = (),
    ) -> Reply:
        count = sum(len(turn.images) for turn in turns)
        if count:
            self._check_pictures(count)
        deadline = time.monotonic() + limits.seconds
        messages = [self._message(turn) for turn in turns]
        task = ChatTask(messages, limits, schema, count, deadline, tools)
        if not self._slots.acquire(timeout=limits.seconds):
            raise ModelTimeout(
                f"{self._client.url}: no turn within {limits.seconds:g} s: "
                f"{self._settings.parallel} requests were under way all the time ([vlm] parallel)"
            )
        try:
            return (yield from self._tries(task))
        finally:
            self._slots.release()

    def _check_pictures(self, count: int) -> None:
        """Ask the server once whether its model sees. Raises `PicturesRefused`, `ModelRefused`."""
        if self._most_images and not self._told_of_pictures:
            self._told_of_pictures = True
            if self.takes_pictures() is False:
                self._most_images = 0
        if self._most_images == 0:
            raise PicturesRefused(f"{self._client.url}: {self.name} takes no pictures: {SEEING}")
        if count > self._most_images:
            raise ModelRefused(
                f"{self.name}: {count} pictures in one prompt, and [vlm] max_images allows "
                f"{self._most_images}"
            )

    def _tries(self, task: ChatTask) -> Reply:
        pause, left = FIRST_PAUSE, self._settings.retries
        while True:
            form = self._form
            reply = ServerReply(self._client.url, self._settings, task, holds=self._holds)
            try:
                body = form.body(
                    self._settings, task.messages, task.limits, task.schema, task.tools
                )
                try:
                    with self._client.lines(body, task.deadline) as lines:
                        yield from reply.pieces(events(lines))
                finally:
                    self._count(reply.tokens)
                self._holds = reply.closed_alone
                refused = bool(self._settings.extra) and not form.extra
                return (*reply.notes, *((_EXTRA_REFUSED,) if refused else ()))
            except ReplyWithdrawn:
                self._holds = True
                raise
            except _FAILURES as error:
                if time.monotonic() >= task.deadline:
                    raise self._late(task.limits) from error
                fault = self._fault(error, task.pictures)
                if fault.pictures_allowed is not None:
                    self._most_images = min(self._most_images, fault.pictures_allowed)
                simpler = form.simpler(fault.refused, self._settings) if fault.refused else None
                if simpler is not None and not reply.begun:
                    self._form = simpler
                    continue
                wait = max(pause * random.uniform(0.5, 1), fault.wait)  # noqa: S311
                ends = time.monotonic() + wait >= task.deadline
                if reply.begun or not left or not fault.passing or ends:
                    raise fault.error from error
            time.sleep(min(wait, LONGEST_PAUSE))
            pause, left = pause * 2, left - 1

    def _count(self, told: TokenUse) -> None:
        with self._counting:
            self.tokens = self.tokens.plus(told.read, told.written)

    def _fault(self, error: Exception, pictures: int = 0) -> ServerFault:
        url = self._client.url
        match error:
            case ReplyCut():
                text = f"{url}: the reply was cut off before its end: see the server's log"
                return ServerFault(ModelError(text), passing=True)
            case FailedWithin():
                said = " ".join(str(error).split())[:300]
                return ServerFault(ModelError(f"{url}: the server failed: {said}"), passing=True)
        has_key = self._client.has_key
        fault = explained(error, url, self._settings, has_key=has_key, pictures=pictures)
        return ServerFault(self._unknown_model()) if fault.unknown_model else fault

    def _unknown_model(self) -> ModelError:
        """What a server that answers 404 has instead."""
        model, url = self._settings.model, self._client.url
        try:
            names = [listed.name for listed in self._client.models()]
        except _FAILURES:
            return ModelMissing(
                f"{url}: answers, but has no OpenAI-compatible chat API there: "
                "[vlm] base_url usually ends in /v1"
            )
        if not names:
            return ModelMissing(f"{url}: has no model at all: load {model} there first")
        return ModelMissing(
            f"{url}: has no model {model!r}; it has {', '.join(names[:20])}: set [vlm] model "
            f"to one that sees pictures, or load it there (Ollama: ollama pull {model})"
        )

    def _late(self, limits: Limits) -> ModelTimeout:
        return ModelTimeout(
            f"{self._client.url}: no end of the reply within {limits.seconds:g} s: raise [vlm] "
            "timeout_s, or lower max_new_tokens, image_pixels or parallel"
        )

    def _message(self, turn: Turn) -> dict[str, Any]:
        text = turn.tag + _CONTROL.sub(r"\g<0> ", turn.text)
        if not turn.images:
            return {"role": turn.role, "content": text}
        pictures = [
            {"type": "image_url", "image_url": {"url": self._data_url(image)}}
            for image in turn.images
        ]
        return {"role": turn.role, "content": [*pictures, {"type": "text", "text": text}]}

    def _data_url(self, image: "Image.Image") -> str:
        out = io.BytesIO()
        fitted(image, self._settings.image_pixels).save(out, "PNG")
        return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def load(settings: VlmSettings, offline: bool) -> ChatModel:
    """The server that a profile names; not asked yet. Raises `ConfigError`."""
    return ServerModel(settings, offline)
