"""Vision-language models behind an OpenAI-compatible chat API: Ollama, llama.cpp, vLLM, LM Studio.

It connects to the profile's base_url and nowhere else: no proxy, key or header is taken from the
environment but the key in the variable that the profile names, and no redirect is followed. An
offline profile reaches this machine alone.
"""

import base64
import io
import os
import random
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore, Timer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import openai

from mmrag import network
from mmrag.backends.server_faults import Fault, explained
from mmrag.backends.vision_inputs import fitted
from mmrag.config import VlmSettings
from mmrag.errors import ConfigError, ModelError, ModelMissing, ModelRefused, ModelTimeout
from mmrag.protocols import ChatModel, Limits, Turn

if TYPE_CHECKING:
    from PIL import Image

CONNECT_SECONDS = 10.0
LIST_SECONDS = 5.0
FIRST_PAUSE = 0.5  # seconds; doubled with every further try, with a random part against stampedes
LONGEST_PAUSE = 20.0
_CONTROL = re.compile(r"<(?=[A-Za-z/|])|\[(?=/?[A-Z_]{3,}\])")
"""Where a control token may begin (`<image>`, `<|im_end|>`, `[INST]`). Servers read them in texts
too; a space behind makes them words."""
HEADERS = frozenset({
    "host", "accept", "accept-encoding", "connection", "content-type", "content-length",
    "user-agent", "authorization",
})  # fmt: skip
"""What is sent. The client adds more of its own, some from the environment: they are dropped."""


class ServerModel:
    """A ChatModel behind a server. Nothing is sent before the first reply is asked for."""

    def __init__(self, settings: VlmSettings, offline: bool) -> None:
        self._settings = settings
        self._url = _checked_url(settings, offline)
        self._key = _key(settings)
        self._client = openai.OpenAI(
            base_url=self._url,
            api_key=self._key or "none",
            max_retries=0,  # here, where it is known which faults go away
            http_client=openai.DefaultHttpxClient(
                trust_env=False,
                follow_redirects=False,
                event_hooks={"request": [self._only_ours]},
            ),
        )
        self._slots = BoundedSemaphore(settings.parallel)
        self.name = settings.model
        self.max_images = settings.max_images
        self.parallel = settings.parallel

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Iterator[str]:
        """The reply in pieces, greedy. `limits.seconds` count the tries and the pauses too.

        What fails before the first piece is tried again where that may help. Raises `ModelMissing`
        where server, model or key are not there, `ModelRefused`, `ModelTimeout`, `ModelError`.
        """
        count = sum(len(turn.images) for turn in turns)
        if count > self.max_images:
            raise ModelRefused(
                f"{self.name}: {count} pictures in one prompt, and [vlm] max_images allows "
                f"{self.max_images}"
            )
        deadline = time.monotonic() + limits.seconds
        messages = [self._message(turn) for turn in turns]
        if not self._slots.acquire(timeout=limits.seconds):
            raise ModelTimeout(
                f"{self._url}: no turn within {limits.seconds:g} s: {self._settings.parallel} "
                "requests were under way all the time ([vlm] parallel)"
            )
        try:
            yield from self._tries(messages, limits, deadline)
        finally:
            self._slots.release()

    def models(self) -> list[str]:
        """The names of what the server has. Raises `ModelMissing`, `ModelError`."""
        try:
            found = self._client.models.list(timeout=LIST_SECONDS)
            return sorted(str(model.id) for model in found.data or [])
        except (openai.APIError, ValueError, TypeError, AttributeError) as error:
            raise self._fault(error).error from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _tries(
        self, messages: list[dict[str, Any]], limits: Limits, deadline: float
    ) -> Iterator[str]:
        pause = FIRST_PAUSE
        for left in range(self._settings.retries, -1, -1):
            begun = False
            try:
                for piece in self._pieces(messages, limits, deadline):
                    begun = True
                    yield piece
                return
            except (openai.APIError, ValueError, TypeError, AttributeError, _Cut) as error:
                if time.monotonic() >= deadline:
                    raise self._late(limits) from error
                fault = self._fault(error)
                wait = max(pause * random.uniform(0.5, 1), fault.wait)  # noqa: S311
                if begun or not left or not fault.passing or time.monotonic() + wait >= deadline:
                    raise fault.error from error
            time.sleep(min(wait, LONGEST_PAUSE))
            pause *= 2

    def _pieces(
        self, messages: list[dict[str, Any]], limits: Limits, deadline: float
    ) -> Iterator[str]:
        """One request. Raises `_Cut` where the stream ends before the reply does."""
        remaining = max(0.01, deadline - time.monotonic())
        request: dict[str, Any] = {"messages": messages, "model": self._settings.model}
        stream = self._client.chat.completions.create(
            **request,
            stream=True,
            temperature=0,
            max_tokens=limits.max_new_tokens,
            timeout=openai.Timeout(remaining, connect=min(remaining, CONNECT_SECONDS)),
        )
        finished = False
        with stream, _ended_at(deadline, stream):
            for chunk in stream:
                for choice in chunk.choices or ():
                    if choice.delta and choice.delta.content:
                        yield choice.delta.content
                    finished = finished or choice.finish_reason is not None
        if not finished:
            raise _Cut

    def _fault(self, error: Exception) -> Fault:
        if isinstance(error, _Cut):
            text = f"{self._url}: the reply was cut off before its end: see the server's log"
            return Fault(ModelError(text), passing=True)
        fault = explained(error, self._url, self._settings, has_key=bool(self._key))
        return Fault(self._unknown_model()) if fault.unknown_model else fault

    def _unknown_model(self) -> ModelError:
        """What a server that answers 404 has instead."""
        model = self._settings.model
        try:
            found = self._client.models.list(timeout=LIST_SECONDS)
            names = sorted(str(entry.id) for entry in found.data or [])
        except (openai.APIError, ValueError, TypeError, AttributeError):
            return ModelMissing(
                f"{self._url}: answers, but has no OpenAI-compatible chat API there: "
                "[vlm] base_url usually ends in /v1"
            )
        if not names:
            return ModelMissing(f"{self._url}: has no model at all: load {model} there first")
        return ModelMissing(
            f"{self._url}: has no model {model!r}; it has {', '.join(names[:20])}: set [vlm] model "
            f"to one that sees pictures, or load it there (Ollama: ollama pull {model})"
        )

    def _late(self, limits: Limits) -> ModelTimeout:
        return ModelTimeout(
            f"{self._url}: no end of the reply within {limits.seconds:g} s: raise [vlm] timeout_s, "
            "or lower max_new_tokens, image_pixels or parallel"
        )

    def _message(self, turn: Turn) -> dict[str, Any]:
        text = _CONTROL.sub(r"\g<0> ", turn.text)
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

    def _only_ours(self, request: Any) -> None:
        for name in [name for name in request.headers if name.lower() not in HEADERS]:
            del request.headers[name]
        request.headers["user-agent"] = "mmrag"
        request.headers["connection"] = "close"  # next to a reply a new line costs nothing
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"
        else:
            request.headers.pop("authorization", None)


def load(settings: VlmSettings, offline: bool) -> ChatModel:
    """The server that a profile names; not asked yet. Raises `ConfigError`."""
    return ServerModel(settings, offline)


class _Cut(Exception):
    """The stream ended, the reply did not."""


@contextmanager
def _ended_at(deadline: float, stream: openai.Stream[Any]) -> Iterator[None]:
    """Hang up at the deadline, also on a server that keeps the line open and says nothing."""
    timer = Timer(max(0.0, deadline - time.monotonic()), _hang_up, [stream])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(stream: openai.Stream[Any]) -> None:
    line = stream.response.extensions.get("network_stream")
    connection = line.get_extra_info("socket") if line is not None else None
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed already


def _checked_url(settings: VlmSettings, offline: bool) -> str:
    """The base_url, where it may be connected to. Raises `ConfigError`."""
    url, where = settings.base_url, "[vlm] base_url"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(
            f'{where} is {url!r}: backend = "server" needs the address of an OpenAI-compatible '
            'API, such as "http://127.0.0.1:11434/v1" (Ollama)'
        )
    if parts.username or parts.password:
        raise ConfigError(
            f"{where}: keep passwords out of profiles: put the key into an environment variable "
            "and its name into [vlm] api_key_env"
        )
    if not settings.model:
        raise ConfigError('[vlm] model: the name under which the server knows it, such as "llava"')
    if offline and not network.is_here(parts.hostname):
        raise ConfigError(
            f"{where} is {url!r}, and the profile is offline: it may connect to this machine "
            "alone. To send questions and pictures to that host set offline = false in the "
            f"profile, and use neither --offline nor {network.OFFLINE}"
        )
    return url


def _key(settings: VlmSettings) -> str:
    """The API key, from the environment alone. Raises `ConfigError` where it is not set."""
    if not settings.api_key_env:
        return ""
    key = os.environ.get(settings.api_key_env, "")
    if not key:
        raise ConfigError(
            f"[vlm] api_key_env names {settings.api_key_env}, and there is no such environment "
            "variable: set it to the server's key, or leave api_key_env empty"
        )
    return key
