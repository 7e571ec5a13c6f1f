"""Searches that a running server answers: no index is opened here, and no model loaded."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from mmrag import ids
from mmrag.errors import IndexUnusable, MmragError, ModelError, UsageError
from mmrag.serve.settings import read_token
from mmrag.text.notation import from_json
from mmrag.types import ChannelScore, Hit, SearchResult

_SECONDS = 120.0  # for one answer, which may load a model first; chosen by hand
_ERRORS: Mapping[str, type[MmragError]] = {"index": IndexUnusable, "model": ModelError}
"""By the type that the server says; all others are wrong usage."""


def search(server: str, body: Mapping[str, object]) -> dict[str, Any]:
    """What the server at an address finds: `http://127.0.0.1:8640`, or `.../i/NAME` of one index.

    Raises `UsageError` where nothing answers there, and what the server says.
    """
    address = urlsplit(server if "://" in server else f"http://{server}")
    if address.scheme not in ("http", "https") or not address.netloc:
        raise UsageError(f"{server!r} is not the address of a server: http://127.0.0.1:8640")
    root = f"{address.scheme}://{address.netloc}"
    _, _, name = address.path.rstrip("/").rpartition("/i/")
    if not name:
        name = _asked(f"{root}/v1/indexes", None)["indexes"][0]
    return _asked(f"{root}/v1/indexes/{quote(name)}/search", body)


def picture(path: Path) -> str:
    """A file as a request holds it. Raises `UsageError`."""
    try:
        return base64.b64encode(path.read_bytes()).decode("ascii")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def result(told: Mapping[str, Any]) -> SearchResult:
    """The result that a server told."""
    hits = tuple(
        Hit(
            **{
                **{key: hit[key] for key in hit if key not in ("channels", "bbox")},
                "document_id": ids.document_of(hit["image_id"]),
                "bbox": None if hit["bbox"] is None else tuple(hit["bbox"]),
                "channels": {
                    name: ChannelScore(part["rank"], part["score"])
                    for name, part in hit["channels"].items()
                },
            }
        )
        for hit in told["hits"]
    )
    return SearchResult(told["query"], hits, told["timings"], tuple(told["notes"]))


def _asked(url: str, body: Mapping[str, object] | None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token := read_token(None):
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - http or https alone
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            told: dict[str, Any] = from_json(answer.read())
            return told
    except urllib.error.HTTPError as error:
        raise _refused(url, error) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise UsageError(
            f"{url}: no server of mmrag answers there ({reason}): start one with `mmrag serve`, or "
            "leave out --server and MMRAG_SERVER"
        ) from error


def _refused(url: str, error: urllib.error.HTTPError) -> MmragError:
    try:
        told = from_json(error.read())["error"]
        kind, message = str(told["type"]), str(told["message"])
    except (OSError, ValueError, KeyError, TypeError):
        kind, message = "", f"{error.code} {error.reason}"
    return _ERRORS.get(kind, UsageError)(f"{url}: {message}")
