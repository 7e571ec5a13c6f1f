"""What every request passes first: by which name, from where, who, and how much.

A page of another site can make a browser send requests here, and a name of its own can be made to
point here (DNS rebinding). So the name in Host has to be one of ours, on every route; a browser has
to say that the request comes from our own page, or from an address that a person opened; and beyond
this machine there has to be a token. What goes wrong is told without a word of a document.
"""

import asyncio
import hashlib
import hmac
import logging
import re
import time
import traceback
from http.cookies import CookieError, SimpleCookie
from pathlib import PurePath
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mmrag.serve.metrics import Metrics
from mmrag.serve.responses import problem
from mmrag.serve.settings import ServeSettings

log = logging.getLogger("mmrag.serve")
UNEXPECTED = "something went wrong here; the log says where"
"""Of an error that `log_place` was given: its own words may be those of a document."""
COOKIE = "mmrag_session"
LOGIN = "/login"
OPEN_PATHS = ("/health", "/ready", LOGIN, "/static/")
"""Routes that say nothing of an index: they need no token."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every response that does not say otherwise."""
_SAFE = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_LONGEST_TARGET = 16_000  # bytes of path and query; chosen by hand


class Guard:
    """An ASGI app in front of another one."""

    def __init__(self, app: ASGIApp, settings: ServeSettings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no route of ours speaks anything else
            return
        exchange = _Exchange(scope, receive, send, self._limit(scope), self._settings.body_seconds)
        refused = self._refused(scope)
        started = time.perf_counter()
        try:
            await (refused or self._app)(scope, exchange.receive, exchange.send)
        except Exception as error:
            if not isinstance(error, ClientDisconnect):
                log_place(error)
            if not exchange.started:
                told = problem("unexpected", UNEXPECTED, 500)
                await told(scope, receive, exchange.send)
        finally:
            route = "refused" if refused else getattr(scope.get("route"), "path", "none")
            seconds = time.perf_counter() - started
            self._metrics.request(route, scope["method"], exchange.status, seconds)
            log.info("%s %s %s %.0f ms", scope["method"], route, exchange.status, 1000 * seconds)

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request that may not pass."""
        headers = Headers(scope=scope)
        if len(scope["raw_path"]) + len(scope["query_string"]) > _LONGEST_TARGET:
            return problem("usage", "the address is too long", 414)
        told = foreign(headers, scope["method"], self._settings.names)
        if told:
            return problem("forbidden", told, 403)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._limit(scope):
            return _too_large(self._limit(scope))
        if self._is_known(headers) or scope["path"].startswith(OPEN_PATHS):
            return None
        if "text/html" in headers.get("accept", "") and scope["method"] == "GET":
            return RedirectResponse(LOGIN, 303)
        return problem(
            "unauthorized",
            "this server wants a token: send it as `Authorization: Bearer TOKEN`",
            401,
            {"WWW-Authenticate": "Bearer"},
        )

    def _is_known(self, headers: Headers) -> bool:
        """Whether who asks has the token, or a session that was begun with it."""
        token = self._settings.token
        if not token:
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and is_same(given.strip(), token):
            return True
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        return COOKIE in cookies and is_same(cookies[COOKIE].value, session(token))

    def _limit(self, scope: Scope) -> int:
        """The most bytes that a body may have on this route."""
        path: str = scope["path"]
        if path.endswith("/upload"):
            return self._settings.upload_bytes
        if path.endswith("/search") or "/vision/" in path:
            return self._settings.picture_bytes
        return self._settings.body_bytes


class _Exchange:
    """One request and its response: bodies end at their limit, responses have all headers."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, limit: int, seconds: float
    ) -> None:
        headers = Headers(scope=scope)
        self._receive = receive
        self._send = send
        self._limit = limit
        self._seconds = seconds
        self._got = 0
        has_body = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
        self._whole = not has_body  # there is nothing left to come
        self._failed: Response | None = None
        self.started = False
        self.status = 0

    async def receive(self) -> Message:
        """The next message; as if the client had gone where its body is too long or too slow."""
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._seconds)
        except TimeoutError:
            self._failed = problem("usage", "the body did not come in time", 408)
            return {"type": "http.disconnect"}
        self._got += len(message.get("body", b""))
        if self._got > self._limit:
            self._failed = _too_large(self._limit)
            return {"type": "http.disconnect"}
        self._whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass on a message of the response, or why there is another one."""
        if message["type"] == "http.response.start":
            self.started = True
            if self._failed is not None:
                failed, self._failed = self._failed, None
                self.status = failed.status_code
                await self._start({"type": message["type"], "status": failed.status_code,
                                   "headers": failed.raw_headers})  # fmt: skip
                await self._send({"type": "http.response.body", "body": failed.body})
                self._send = _unsent
                return
            self.status = message["status"]
            await self._start(message)
            return
        await self._send(message)

    async def _start(self, message: Message) -> None:
        headers = MutableHeaders(raw=list(message["headers"]))
        if "etag" in headers:  # a file of our own: asked for again, and sent where it changed
            headers.setdefault("Cache-Control", "no-cache")
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if not self._whole:  # what was not read would be taken for the next request
            headers["Connection"] = "close"
        await self._send({**message, "headers": headers.raw})


def log_place(error: Exception) -> None:
    """Where an error arose, and of which kind; its words may be those of a document."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    file = PurePath(place.filename).name
    log.error("%s in %s, line %s", type(error).__name__, file, place.lineno)


async def _unsent(message: Message) -> None:
    """Take what belongs to a response that another one took the place of."""


def foreign(headers: Headers, method: str, names: frozenset[str]) -> str:
    """Why a request comes from where none may come from; empty where it may pass.

    Browsers send Origin with all but plain GET and HEAD, and Sec-Fetch-Site with everything; other
    programs send neither.
    """
    hosts = headers.getlist("host")
    host = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    if host is None or host[1].strip("[]").rstrip(".").lower() not in names:
        return "this server is not called so: `mmrag serve --allow-host NAME` lets it be"
    origins = headers.getlist("origin")
    if origins and [urlsplit(origin).netloc.lower() for origin in origins] != [hosts[0].lower()]:
        return "pages of other sites may not ask here"
    site = headers.get("sec-fetch-site", "none")
    if site in ("same-origin", "none"):
        return ""
    is_opened = headers.get("sec-fetch-mode") == "navigate" and method in _SAFE
    is_opened = is_opened and headers.get("sec-fetch-dest", "document") == "document"
    return "" if is_opened else "pages of other sites may not ask here"


def session(token: str) -> str:
    """What the cookie of a browser holds that has shown the token; it does not tell the token."""
    return hmac.new(token.encode(), b"session of a browser", hashlib.sha256).hexdigest()


def is_same(given: str, wanted: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def _too_large(limit: int) -> Response:
    return problem("too large", f"at most {limit} bytes are taken here", 413)
