"""Errors of mmrag as statuses of HTTP."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mmrag.errors import (
    ConfigError,
    DocumentError,
    IndexLocked,
    IndexUnusable,
    MmragError,
    ModelError,
    ModelTimeout,
    UsageError,
)
from mmrag.serve.engine import Forbidden
from mmrag.serve.pool import Busy, UnknownIndex
from mmrag.serve.rendering import page
from mmrag.serve.responses import Told, problem
from mmrag.serve.stopping import GivenUp


class NotFound(MmragError):
    """There is nothing of that ID."""


_STATUSES: tuple[tuple[type[MmragError], str, int], ...] = (
    (Forbidden, "forbidden", 403),
    (Busy, "busy", 429),
    (GivenUp, "gone", 499),  # nobody reads it
    (UnknownIndex, "not found", 404),
    (NotFound, "not found", 404),
    (ConfigError, "config", 500),
    (UsageError, "usage", 400),
    (IndexLocked, "locked", 409),
    (IndexUnusable, "index", 503),
    (DocumentError, "document", 422),
    (ModelTimeout, "model", 504),
    (ModelError, "model", 502),
    (MmragError, "unexpected", 500),
)
"""The first that fits."""
_SAID = {404: "not found", 405: "usage", 400: "usage"}


def of(error: MmragError) -> tuple[str, int]:
    """The kind of an error, and its status."""
    return next((kind, status) for type_, kind, status in _STATUSES if isinstance(error, type_))


def response(error: MmragError) -> Told:
    """An error as JSON, with its status."""
    kind, status = of(error)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Busy) else None
    return problem(kind, str(error), status, headers)


def handle(app: FastAPI) -> None:
    """Let an app answer with these."""

    async def of_mmrag(request: Request, error: Exception) -> Response:
        assert isinstance(error, MmragError)
        if "text/html" in request.headers.get("accept", ""):
            kind, status = of(error)
            return page("error.html", status, kind=kind, message=str(error))
        return response(error)

    async def of_http(request: Request, error: Exception) -> Told:
        assert isinstance(error, HTTPException)
        kind = _SAID.get(error.status_code, "usage")
        headers = dict(error.headers or {})
        return problem(kind, str(error.detail), error.status_code, headers)

    async def of_values(request: Request, error: Exception) -> Told:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        return problem("usage", f"{place}: {first['msg']}", 422)

    app.add_exception_handler(MmragError, of_mmrag)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_values)
