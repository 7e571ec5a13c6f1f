"""The connection to an OpenAI-compatible server: what may be reached, and what is sent along.

It connects to a base_url of the profile and nowhere else: no proxy, key or header is taken from the
environment but the key in the variable that the profile names, and no redirect is followed. An
offline profile reaches this machine alone.
"""

import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import openai

from mmrag import network
from mmrag.config import VlmSettings
from mmrag.errors import ConfigError

CONNECT_SECONDS = 10.0
LIST_SECONDS = 5.0
HEADERS = frozenset({
    "host", "accept", "accept-encoding", "connection", "content-type", "content-length",
    "user-agent", "authorization",
})  # fmt: skip
"""What is sent. The client adds more of its own, some from the environment: they are dropped."""
_SEEING = frozenset({"image", "images", "vision", "multimodal", "image_url", "vlm"})
_READING = frozenset({"completion", "completions", "text", "llm"})
"""What a server says of a model without eyes; a list with none of these tells nothing."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of a server. `takes_pictures` is None where the server does not say."""

    name: str
    takes_pictures: bool | None


class ServerClient:
    """Sends requests to one server; nothing is sent before the first. Raises `ConfigError`."""

    def __init__(self, url: str, settings: VlmSettings, offline: bool) -> None:
        self.url = _checked_url(url, settings, offline)
        self._key = _key(settings)
        self._client = openai.OpenAI(
            base_url=self.url,
            api_key=self._key or "none",
            max_retries=0,  # the caller knows which faults go away
            http_client=openai.DefaultHttpxClient(
                trust_env=False,
                follow_redirects=False,
                event_hooks={"request": [self._only_ours]},
            ),
        )

    @property
    def has_key(self) -> bool:
        return bool(self._key)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def models(self) -> list[ListedModel]:
        """What the server has, by name. Raises the client's errors and `ValueError`."""
        listing = self._client.get(
            "/models", cast_to=object, options={"timeout": LIST_SECONDS}
        )  # fmt: skip
        if not isinstance(listing, dict):
            raise ValueError("the list of its models is no object")
        found: dict[str, bool | None] = {}
        for entry in [*(listing.get("data") or []), *(listing.get("models") or [])]:
            name = str(entry.get("id") or entry.get("name") or entry.get("model") or "")
            found[name] = found.get(name) if found.get(name) is not None else _sees(entry)
        return [ListedModel(name, found[name]) for name in sorted(found) if name]

    @contextmanager
    def lines(self, body: Mapping[str, Any], deadline: float) -> Iterator[Iterator[str]]:
        """The lines of the response to a chat request. Raises the client's errors.

        They are read here: the client knows fewer forms of events than servers have.
        """
        remaining = max(0.01, deadline - time.monotonic())
        request: dict[str, Any] = {name: body[name] for name in ("messages", "model")}
        rest = {name: value for name, value in body.items() if name not in request}
        with (
            self._client.chat.completions.create(
                **request,
                stream=True,  # as far as the client knows; what is sent says `rest`
                extra_body=rest,
                timeout=openai.Timeout(remaining, connect=min(remaining, CONNECT_SECONDS)),
            ) as stream,
            _ended_at(deadline, stream.response),
        ):
            yield _read(stream.response)

    def _only_ours(self, request: Any) -> None:
        for name in [name for name in request.headers if name.lower() not in HEADERS]:
            del request.headers[name]
        request.headers["user-agent"] = "mmrag"
        request.headers["connection"] = "close"  # next to a reply a new line costs nothing
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"
        else:
            request.headers.pop("authorization", None)


def _read(response: Any) -> Iterator[str]:
    """The lines of a response; failures of the HTTP library become those of the client."""
    lines = response.iter_lines()
    while True:
        try:
            line = next(lines)
        except StopIteration:
            return
        except UnicodeError:
            raise
        except Exception as error:  # of httpx or httpx2, as the client has it
            failed = (
                openai.APITimeoutError if "Timeout" in type(error).__name__
                else openai.APIConnectionError
            )  # fmt: skip
            raise failed(request=response.request) from error
        yield line


@contextmanager
def _ended_at(deadline: float, response: Any) -> Iterator[None]:
    """Hang up at the deadline, also on a server that keeps the line open and says nothing."""
    timer = Timer(max(0.0, deadline - time.monotonic()), _hang_up, [response])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(response: Any) -> None:
    line = response.extensions.get("network_stream")
    connection = line.get_extra_info("socket") if line is not None else None
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed already


def _sees(entry: Mapping[str, Any]) -> bool | None:
    """Whether a listed model takes pictures, from whichever field the server tells it in.

    llama.cpp and Mistral have `capabilities`, OpenRouter `architecture`, others `modalities`,
    `supports_vision` or a `type`.
    """
    shape = entry.get("architecture")
    places = [entry, shape] if isinstance(shape, dict) else [entry]
    said: list[str] = []
    for place in places:
        for name in ("supports_vision", "vision", "multimodal"):
            if isinstance(place.get(name), bool):
                return bool(place[name])
        if place.get("type") in ("vlm", "llm"):
            said.append(str(place["type"]))
        for name in ("input_modalities", "modalities", "modality", "capabilities"):
            value = place.get(name)
            if isinstance(value, dict) and isinstance(value.get("vision"), bool):
                return bool(value["vision"])
            if isinstance(value, dict):
                value = value.get("input")
            if isinstance(value, str):  # "text+image->text": what stands before the arrow
                value = value.partition("->")[0].split("+")
            said += [str(word).lower() for word in value] if isinstance(value, list) else []
    if _SEEING & set(said):
        return True
    return False if _READING & set(said) else None


def _checked_url(url: str, settings: VlmSettings, offline: bool) -> str:
    """A base_url, where it may be connected to. Raises `ConfigError`."""
    where = "[vlm] base_url"
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
