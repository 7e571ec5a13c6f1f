"""What went wrong with a request to a chat server, in words that say what to do."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import openai

from mmrag.config import VlmSettings
from mmrag.errors import (
    ModelError,
    ModelMissing,
    ModelRefused,
    ModelTimeout,
    PicturesRefused,
    PromptTooLong,
)

_NO_MEMORY = re.compile(
    r"out of memory|not enough memory|insufficient memory|requires more (?:system )?memory|\boom\b"
    r"|cudamalloc|failed to allocate",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model\b.{0,200}(?:not found|does not exist|not exist|unknown|no such|not loaded)"
    r"|(?:unknown|no such|invalid) model",
    re.IGNORECASE | re.DOTALL,
)
_TOO_LONG = re.compile(
    r"context|too long|too many tokens|maximum.{0,40}tokens|too large to process"
    r"|physical batch size|max_new_tokens.{0,40}<=|n_ctx|prompt is too",
    re.IGNORECASE,
)
_BROKEN_TOO_LONG = re.compile(
    r"context (?:size|length|window|shift)|context is full|too large to process"
    r"|physical batch size|too many tokens|(?:prompt|input)\b.{0,30}(?:too long|exceed)|n_ctx",
    re.IGNORECASE,
)
"""The same in a 500, where a word such as `context` may stand in any trace of a failure."""
_EYES = r"(?:images?|image_url|image input|pictures?|vision|visual|multi-?modal\w*|mmproj)"
_BLIND = re.compile(
    rf"mmproj|{_EYES}\b.{{0,60}}(?:\bnot\b|n't\b|unsupported|unavailable|disabled)"
    rf"|(?:\bnot?\b|n't\b|cannot|without|unsupported|unknown|unexpected|lacks?|unable to)"
    rf"[^.]{{0,60}}\b{_EYES}|only\b.{{0,30}}\btext\b|text[- ]only"
    r"|content\b.{0,80}(?:must|should) be a.{0,10}string|valid string",
    re.IGNORECASE,
)
_BAD_PICTURE = re.compile(
    r"decode|corrupt|too large|too big|too small|resolution|dimension|format|mime|base64|bytes"
    r"|pixels|download",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"(?:at most|up to|limit(?:ed)? (?:is|to|of)|max\w*(?: of)?|only) (\d+) (?:image|picture)"
    r"|(?:images?|pictures?)\b.{0,60}(?:at most|limit(?:ed)? (?:is|to|of)|max\w*(?: of)?) (\d+)",
    re.IGNORECASE,
)


FaultKind = Literal["refused", "failed", "busy", "late", "absent", "denied"]
"""What a fault is of: the request; this try of it; or the server, which is busy, did not answer in
time, is not there, or says itself that it does not serve the model to who asks."""


@dataclass(frozen=True, slots=True)
class ServerFault:
    """A failed request."""

    error: ModelError
    kind: FaultKind = "refused"
    wait: float = 0.0  # seconds that the server asks to wait
    unknown_model: bool = False
    pictures_allowed: int | None = None  # in a prompt, where it says that they were too many
    refused: str = ""  # the server's words where it did not take the request as it was put


def explained(
    error: Exception, url: str, settings: VlmSettings, *, has_key: bool, pictures: int = 0
) -> ServerFault:
    """The fault behind an error of the client; `pictures` is how many the request held."""
    said = _said(error)
    if isinstance(error, openai.APIStatusError) and pictures:
        allowed = _pictures_allowed(error.status_code, said, pictures)
        if allowed is not None:
            return ServerFault(_no_pictures(url, settings, said, allowed), pictures_allowed=allowed)
    if _NO_MEMORY.search(said):
        return ServerFault(
            ModelRefused(
                f"{url}: the server ran out of memory: {said}: lower [vlm] image_pixels, "
                "max_images or parallel, or load a smaller model there"
            )
        )
    match error:
        case openai.APITimeoutError():
            return ServerFault(
                ModelTimeout(f"{url}: no answer within the time allowed ([vlm] timeout_s)"),
                kind="late",
            )
        case openai.APIStatusError():
            return _by_status(error, said, url, settings, has_key=has_key)
        case openai.APIConnectionError():
            return _no_connection(error, url)
        case openai.APIError():
            return ServerFault(ModelError(f"{url}: the server failed: {said}"), kind="failed")
    return ServerFault(
        ModelError(
            f"{url}: what came back is not a reply of an OpenAI-compatible chat API ({said}): "
            "check [vlm] base_url"
        )
    )


def _by_status(
    error: openai.APIStatusError, said: str, url: str, settings: VlmSettings, *, has_key: bool
) -> ServerFault:
    status = error.status_code
    if status in (401, 403):
        variable = settings.api_key_env
        advice = (
            f"the key in {variable} was not accepted"
            if has_key
            else "put its API key into an environment variable and the variable's name into "
            "[vlm] api_key_env"
        )
        return ServerFault(
            ModelMissing(f"{url}: the server wants authorisation ({status}): {advice}"),
            kind="denied",
        )
    if status >= 500 and _BROKEN_TOO_LONG.search(said):
        return ServerFault(_too_long(f"{url}: the server failed with status {status}: {said}"))
    if status == 404 or (400 <= status < 500 and _NO_MODEL.search(said)):
        return ServerFault(ModelMissing(said), kind="denied", unknown_model=True)
    if 300 <= status < 400:
        to = error.response.headers.get("location", "elsewhere")
        text = f"{url}: redirects to {to}, and redirects are not followed: set [vlm] base_url"
        return ServerFault(ModelMissing(text), kind="denied")
    if status == 429 or status >= 500 or status in (408, 409, 425):
        text = f"{url}: the server failed with status {status}: {said}: see its log"
        kind: FaultKind = "busy" if status in (429, 503) else "failed"
        wait = _asked_to_wait(error)
        return ServerFault(ModelError(text), kind, wait, refused=said if status >= 500 else "")
    text = f"{url}: the server refused the request with status {status}: {said}"
    if _TOO_LONG.search(said):
        return ServerFault(_too_long(text), refused=said)
    return ServerFault(ModelRefused(text), refused=said)


def _too_long(text: str) -> PromptTooLong:
    return PromptTooLong(
        f"{text}: ask with less evidence (-k), fewer pictures ([vlm] max_images), or give the "
        "server a longer context (llama.cpp: --ctx-size and --ubatch-size, Ollama: "
        "OLLAMA_CONTEXT_LENGTH, vLLM: --max-model-len)"
    )


def _pictures_allowed(status: int, said: str, pictures: int) -> int | None:
    """How many pictures a server takes that has refused so many; None where it speaks of others."""
    if status in (401, 403, 408, 429):
        return None
    if found := _AT_MOST.search(said):
        allowed = int(found[1] or found[2])
        return allowed if allowed < pictures else None
    if _BLIND.search(said) and not _BAD_PICTURE.search(said):
        return 0
    return None


def _no_pictures(url: str, settings: VlmSettings, said: str, allowed: int) -> PicturesRefused:
    if allowed:
        return PicturesRefused(
            f"{url}: {settings.model} takes {allowed} pictures in one prompt: {said}: set [vlm] "
            f"max_images = {allowed}, or let the server take more (vLLM: --limit-mm-per-prompt)"
        )
    return PicturesRefused(f"{url}: {settings.model} takes no pictures ({said}): {SEEING}")


SEEING = (
    "load a model with vision there (llama.cpp: with its --mmproj file; Ollama: llava, qwen2.5vl), "
    "or set [vlm] max_images = 0 for answers from text alone"
)


def _no_connection(error: openai.APIConnectionError, url: str) -> ServerFault:
    cause: BaseException | None = error
    reasons = []
    while cause is not None:
        reasons.append(cause)
        cause = cause.__cause__ or cause.__context__
    reached = any(
        "ReadError" in type(r).__name__ or "Protocol" in type(r).__name__ for r in reasons
    )
    reason = " ".join(str(reasons[-1]).split()) or type(reasons[-1]).__name__
    if reached:
        text = f"{url}: the connection broke off ({reason}): see the server's log"
        return ServerFault(ModelError(text), kind="failed")
    return ServerFault(
        ModelMissing(
            f"{url}: no server answers there ({reason}): start it, or set [vlm] base_url; "
            "the profile's first lines say how"
        ),
        kind="absent",
    )


def _asked_to_wait(error: openai.APIStatusError) -> float:
    """Seconds, told as such or as a date."""
    told = error.response.headers.get("retry-after", "0")
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        left = parsedate_to_datetime(told) - datetime.now(UTC)
    except (ValueError, TypeError):  # no date, or one without a zone
        return 0.0
    return max(0.0, left.total_seconds())


def _said(error: Exception) -> str:
    """The server's own words, on one line of bearable length."""
    told = getattr(error, "body", None)
    if isinstance(told, dict):  # {"message"}, {"error": "..."}, or FastAPI's {"detail": [...]}
        told = told.get("message") or told.get("error") or told.get("detail")
    text = " ".join(str(told or getattr(error, "message", "") or error).split())
    return (text if len(text) <= 300 else f"{text[:300]}...") or type(error).__name__
