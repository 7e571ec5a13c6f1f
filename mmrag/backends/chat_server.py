"""Vision-language models behind an OpenAI-compatible chat API: Ollama, llama.cpp, vLLM, LM Studio.

What a server refuses (pictures, a role, a parameter) is asked for once: the request is put in a
simpler form, and the model remembers. Several servers of one model share its requests
(`server_places`). `server_client` says what is connected to.
"""

import base64
import io
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import openai

from mmrag.backends.server_client import ServerClient
from mmrag.backends.server_events import FailedWithin, ReplyCut, events
from mmrag.backends.server_faults import SEEING, ServerFault, explained
from mmrag.backends.server_places import ServerPlace, ServerPlaces
from mmrag.backends.server_reply import ChatTask, ServerReply
from mmrag.backends.server_requests import RequestForm
from mmrag.backends.server_tries import Tries
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
from mmrag.protocols import ChatModel, Limits, Reply, ServerUse, TokenUse, ToolSpec, Turn

if TYPE_CHECKING:
    from PIL import Image

_CONTROL = re.compile(r"<(?=[A-Za-z/|])|\[(?=/?[A-Z_]{3,}\])")
"""Where a control token may begin (`<image>`, `<|im_end|>`, `[INST]`). Servers read them in texts
too; a space behind makes them words."""
_EXTRA_REFUSED = "the server does not take the fields of [vlm] extra: it was asked without them"
_FAILURES = (
    openai.APIError, ValueError, TypeError, AttributeError, ReplyCut, FailedWithin,
)  # fmt: skip


class ServerModel:
    """A ChatModel behind one server or several; nothing is sent before a reply is asked for."""

    def __init__(self, settings: VlmSettings, offline: bool) -> None:
        self._settings = settings
        clients = [ServerClient(url, settings, offline) for url in settings.servers or ("",)]
        self._places = ServerPlaces(clients, settings.parallel)
        self._where = ", ".join(client.url for client in clients)
        self._form = RequestForm()
        self._most_images = settings.max_images
        self._told_of_pictures = False
        self._holds = settings.thinking != "none"
        self._counting = Lock()
        self.tokens = TokenUse()  # of all replies so far
        self.name = settings.model
        self.parallel = settings.at_once

    @property
    def max_images(self) -> int:
        """How many pictures one prompt may hold; less than the profile's once a server says so."""
        return self._most_images

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Reply:
        """The reply in pieces, greedy, without its thoughts. Returns notes on how it ended.

        `limits.seconds` count the tries and the pauses too, unless it may stand in line
        (`limits.in_line`): then each try has them. What fails before the first piece is tried again
        where that may help (`server_tries`). Raises `ModelMissing` where server, model or key are
        not there, `PicturesRefused`, `PromptTooLong`, `ModelRefused`, `ModelTimeout`, `NoReply`,
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
        """The names of what the first server has. Raises `ModelMissing`, `ModelError`."""
        client = self._places.clients[0]
        try:
            return [model.name for model in client.models()]
        except _FAILURES as error:
            raise self._fault(client, error).error from error

    @property
    def servers(self) -> tuple[ServerUse, ...]:
        """What each server has done so far."""
        return self._places.use

    def close(self) -> None:
        """Close the connections."""
        for client in self._places.clients:
            client.close()

    def takes_pictures(self) -> bool | None:
        """Whether the first server that answers says that the model does; None where none says."""
        for client in self._places.clients:
            try:
                listed = client.models()
            except _FAILURES:
                continue
            names = (self.name, f"{self.name}:latest")
            known = [model for model in listed if model.name in names]
            one = known or (listed if len(listed) == 1 else [])  # llama.cpp answers to any name
            return one[0].takes_pictures if one else None
        return None

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
        messages = [self._message(turn) for turn in turns]
        return (yield from self._tries(ChatTask(messages, limits, schema, count, tools)))

    def _check_pictures(self, count: int) -> None:
        """Ask a server once whether its model sees. Raises `PicturesRefused`, `ModelRefused`."""
        if self._most_images and not self._told_of_pictures:
            self._told_of_pictures = True
            if self.takes_pictures() is False:
                self._most_images = 0
        if self._most_images == 0:
            raise PicturesRefused(f"{self._where}: {self.name} takes no pictures: {SEEING}")
        if count > self._most_images:
            raise ModelRefused(
                f"{self.name}: {count} pictures in one prompt, and [vlm] max_images allows "
                f"{self._most_images}"
            )

    def _tries(self, task: ChatTask) -> Reply:
        tries = Tries(self._places, task.limits, self._settings.retries)
        failed: ModelError = ModelTimeout(
            f"{self._where}: no turn within {task.limits.in_line or task.limits.seconds:g} s: "
            f"{self.parallel} requests were under way all the time ([vlm] parallel)"
        )
        while True:
            with tries.place() as place:
                if place is None:
                    raise failed
                form, deadline = self._form, tries.deadline(place)
                reply = ServerReply(place.url, self._settings, task, holds=self._holds)
                try:
                    yield from self._pieces(place, form, task, reply, deadline)
                    tries.answered(place)
                    refused = bool(self._settings.extra) and not form.extra
                    return (*reply.notes, *((_EXTRA_REFUSED,) if refused else ()))
                except ModelError as error:  # the server has answered, if with nothing of use
                    tries.answered(place)
                    self._holds = self._holds or isinstance(error, ReplyWithdrawn)
                    raise
                except _FAILURES as error:
                    is_late = time.monotonic() >= deadline
                    fault = (
                        ServerFault(self._late(place, task.limits), "late")
                        if is_late
                        else self._fault(place.client, error, task.pictures)
                    )
                    simpler = form.simpler(fault.refused, self._settings) if fault.refused else None
                    if simpler is not None and not reply.begun:
                        self._form = simpler
                        continue
                    if fault.pictures_allowed is not None:
                        self._most_images = min(self._most_images, fault.pictures_allowed)
                    wait = tries.again(place, fault)
                    if reply.begun or wait is None:
                        raise fault.error from error
                    failed = fault.error
            time.sleep(wait)

    def _pieces(
        self,
        place: ServerPlace,
        form: RequestForm,
        task: ChatTask,
        reply: ServerReply,
        deadline: float,
    ) -> Iterator[str]:
        """One try at a server. Raises what `_FAILURES` names, and what `ServerReply` says."""
        body = form.body(self._settings, task.messages, task.limits, task.schema, task.tools)
        try:
            with place.client.lines(body, deadline) as lines:
                yield from reply.pieces(events(lines))
        finally:
            self._count(reply.tokens)
        self._holds = reply.closed_alone

    def _count(self, told: TokenUse) -> None:
        with self._counting:
            self.tokens = self.tokens.plus(told.read, told.written)

    def _fault(self, client: ServerClient, error: Exception, pictures: int = 0) -> ServerFault:
        url = client.url
        match error:
            case ReplyCut():
                text = f"{url}: the reply was cut off before its end: see the server's log"
                return ServerFault(ModelError(text), "failed")
            case FailedWithin():
                said = " ".join(str(error).split())[:300]
                return ServerFault(ModelError(f"{url}: the server failed: {said}"), "failed")
        fault = explained(error, url, self._settings, has_key=client.has_key, pictures=pictures)
        return ServerFault(self._unknown_model(client), "denied") if fault.unknown_model else fault

    def _unknown_model(self, client: ServerClient) -> ModelError:
        """What a server that answers 404 has instead."""
        model, url = self._settings.model, client.url
        try:
            names = [listed.name for listed in client.models()]
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

    def _late(self, place: ServerPlace, limits: Limits) -> ModelTimeout:
        return ModelTimeout(
            f"{place.url}: no end of the reply within {limits.seconds:g} s: raise [vlm] "
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
