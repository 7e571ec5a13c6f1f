"""What went wrong with a request to a chat server, in words that say what to do."""

import re
from dataclasses import dataclass

import openai

from mmrag.config import VlmSettings
from mmrag.errors import (
    ModelError,
    ModelMissing,
    ModelRefused,
    ModelTimeout,
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
_TOO_LONG = re.compile(r"context|too long|too many tokens|maximum.{0,40}tokens", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed request."""

    error: ModelError
    passing: bool = False  # may be gone with another try
    wait: float = 0.0  # seconds that the server asks to wait
    unknown_model: bool = False


def explained(error: Exception, url: str, settings: VlmSettings, *, has_key: bool) -> Fault:
    """The fault behind an error of the client."""
    said = _said(error)
    if _NO_MEMORY.search(said):
        return Fault(
            ModelRefused(
                f"{url}: the server ran out of memory: {said}: lower [vlm] image_pixels, "
                "max_images or parallel, or load a smaller model there"
            )
        )
    match error:
        case openai.APITimeoutError():
            return Fault(
                ModelTimeout(f"{url}: no answer within the time allowed ([vlm] timeout_s)")
            )
        case openai.APIStatusError():
            return _by_status(error, said, url, settings, has_key=has_key)
        case openai.APIConnectionError():
            return _no_connection(error, url)
        case openai.APIError():
            return Fault(ModelError(f"{url}: the server failed: {said}"), passing=True)
    return Fault(
        ModelError(
            f"{url}: what came back is not a reply of an OpenAI-compatible chat API ({said}): "
            "check [vlm] base_url"
        )
    )


def _by_status(
    error: openai.APIStatusError, said: str, url: str, settings: VlmSettings, *, has_key: bool
) -> Fault:
    status = error.status_code
    if status in (401, 403):
        variable = settings.api_key_env
        advice = (
            f"the key in {variable} was not accepted"
            if has_key
            else "put its API key into an environment variable and the variable's name into "
            "[vlm] api_key_env"
        )
        return Fault(ModelMissing(f"{url}: the server wants authorisation ({status}): {advice}"))
    if status == 404 or (400 <= status < 500 and _NO_MODEL.search(said)):
        return Fault(ModelMissing(said), unknown_model=True)
    if 300 <= status < 400:
        to = error.response.headers.get("location", "elsewhere")
        text = f"{url}: redirects to {to}, and redirects are not followed: set [vlm] base_url"
        return Fault(ModelMissing(text))
    if status == 429 or status >= 500 or status in (408, 409, 425):
        text = f"{url}: the server failed with status {status}: {said}: see its log"
        return Fault(ModelError(text), passing=True, wait=_asked_to_wait(error))
    text = f"{url}: the server refused the request with status {status}: {said}"
    if _TOO_LONG.search(said):
        advice = "ask with less evidence (-k), fewer pictures ([vlm] max_images), or give the "
        return Fault(PromptTooLong(f"{text}: {advice}server a longer context"))
    return Fault(ModelRefused(text))


def _no_connection(error: openai.APIConnectionError, url: str) -> Fault:
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
        return Fault(ModelError(text), passing=True)
    return Fault(
        ModelMissing(
            f"{url}: no server answers there ({reason}): start it, or set [vlm] base_url; "
            "the profile's first lines say how"
        )
    )


def _asked_to_wait(error: openai.APIStatusError) -> float:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "0")))
    except ValueError:  # a date
        return 0.0


def _said(error: Exception) -> str:
    """The server's own words, on one line of bearable length."""
    body = getattr(error, "body", None)
    told = body.get("message") if isinstance(body, dict) else None
    if isinstance(body, dict) and isinstance(body.get("error"), str):
        told = body["error"]
    text = " ".join(str(told or getattr(error, "message", "") or error).split())
    return (text if len(text) <= 300 else f"{text[:300]}...") or type(error).__name__
