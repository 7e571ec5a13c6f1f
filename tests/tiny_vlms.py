"""Tiny true vision-language models, and a chat server that does what a test tells it.

Fixtures for the whole suite: `tests/conftest.py` makes them known.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from made_once import MadeOnce
from PIL import Image, ImageDraw

from mmrag.config import VlmSettings


@pytest.fixture(scope="session")
def tiny_vlms(made_once: MadeOnce) -> Path:
    """A folder with llava, llava-next, bakllava and onevision, as `tiny_llava.MODELS` makes."""
    import tiny_llava

    def make_all(root: Path) -> None:
        for name, make in tiny_llava.MODELS.items():
            make(root / name)

    return made_once("tiny-vlms", make_all)


@pytest.fixture(scope="session")
def tiny_families(made_once: MadeOnce) -> Path:
    """A folder with a checkpoint of each family of 2025 and 2026, as `tiny_families.MODELS`."""
    import tiny_families

    def make_all(root: Path) -> None:
        for name, make in tiny_families.MODELS.items():
            make(root / name)

    return made_once("tiny-families", make_all)


@pytest.fixture(scope="session")
def served_vlm(tiny_vlms: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VlmSettings]:
    """Settings for a process of `transformers serve` with the tiny OneVision."""
    for package in ("fastapi", "uvicorn"):
        pytest.importorskip(package, reason="transformers serve needs fastapi and uvicorn")
    folder, log = tiny_vlms / "onevision", tmp_path_factory.mktemp("serve") / "log"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    cache = tmp_path_factory.mktemp("empty-cache")
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(cache)}
    child = Path(__file__).with_name("serve_child.py")
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, child, folder, str(port)], stdout=output, stderr=output,
            env=environment,
        )  # fmt: skip
    try:
        until = time.monotonic() + 120
        while not _answers(port):
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        url = f"http://127.0.0.1:{port}/v1"
        yield VlmSettings(backend="server", model=str(folder), base_url=url, retries=0)
    finally:
        server.kill()
        server.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def chart() -> Image.Image:
    """A picture of three bars."""
    image = Image.new("RGB", (320, 200), "white")
    pen = ImageDraw.Draw(image)
    for at, height in enumerate((60, 90, 140)):
        pen.rectangle((40 + at * 80, 190 - height, 90 + at * 80, 190), fill="navy")
    return image


@dataclass
class Reply:
    """What the scripted server does with one request."""

    pieces: tuple[str, ...] = ()
    status: int = 200
    body: bytes | None = None  # instead of a stream
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0  # seconds before each piece
    lag: float = 0.0  # more seconds before the last one
    ends: bool = True  # whether the stream comes to its end, or the line is cut
    keeps_alive: float = 0.0  # seconds during which only comments come
    events: tuple[dict | str, ...] | None = None  # instead of pieces: choices, or lines as they are
    finish: str | None = "stop"
    usage: dict | None = None  # of an event of its own behind the last


class ScriptedServer:
    """An OpenAI-compatible server whose replies a test writes; the last one is repeated.

    `answers`, where set, makes the reply from the request's body instead.
    """

    def __init__(self, port: int = 0) -> None:
        self.replies: list[Reply] = [Reply(("a reply",))]
        self.answers: Callable[[dict], Reply] | None = None
        self.names: list[str] = ["tiny"]
        self.listing: dict | None = None  # what /v1/models says, where names alone do not do
        self.requests: list[dict] = []
        self.headers: list[dict[str, str]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def settings(self, **changes: object) -> VlmSettings:
        return served_by(self, **changes)

    @property
    def port(self) -> int:
        return self._http.server_address[1]

    @property
    def at_once(self) -> int:
        """Replies that are under way."""
        return self._at_once

    def says(self, *pieces: str) -> None:
        self.replies = [Reply(pieces)]

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def prompt(self, at: int = -1) -> str:
        """All text of a request."""
        texts = []
        for message in self.requests[at]["messages"]:
            content = message["content"]
            parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
            texts += [part["text"] for part in parts if part["type"] == "text"]
        return "\n".join(texts)

    def pictures(self, at: int = -1) -> int:
        contents = [message["content"] for message in self.requests[at]["messages"]]
        parts = [part for content in contents if isinstance(content, list) for part in content]
        return sum(part["type"] == "image_url" for part in parts)

    def _reply(self, body: dict, headers: dict[str, str]) -> Reply:
        with self._lock:
            self.requests.append(body)
            self.headers.append(headers)
            if self.answers is not None:
                return self.answers(body)
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def _handler(outer) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def log_message(self, *args: object) -> None:
                return

            def do_GET(self) -> None:
                names = [{"id": name} for name in outer.names]
                listing = outer.listing or {"object": "list", "data": names}
                self._send(200, {}, json.dumps(listing).encode())

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                reply = outer._reply(body, {k.lower(): v for k, v in self.headers.items()})
                self._is_counted = True
                with outer._lock:
                    outer._at_once += 1
                    outer.most_at_once = max(outer.most_at_once, outer._at_once)
                try:
                    self._answer(reply)
                except OSError:
                    return  # the client has left
                finally:
                    self._uncount()

            def _uncount(self) -> None:
                """Before the last line is sent: who has it may come with the next request."""
                if self._is_counted:
                    self._is_counted = False
                    with outer._lock:
                        outer._at_once -= 1

            def _answer(self, reply: Reply) -> None:
                if reply.body is not None:
                    self._send(reply.status, reply.headers, reply.body)
                    return
                self.send_response(reply.status)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                until = time.monotonic() + reply.keeps_alive
                while time.monotonic() < until:
                    self._write(b": still here\n\n")
                    time.sleep(0.02)
                for number, piece in enumerate(reply.pieces, start=1):
                    time.sleep(reply.pause + reply.lag * (number == len(reply.pieces)))
                    self._event({"delta": {"content": piece}, "finish_reason": None})
                for event in reply.events or ():
                    if isinstance(event, str):
                        self._write(f"{event}\n\n".encode())
                    else:
                        self._event(event)
                if reply.ends:
                    self._event({"delta": {}, "finish_reason": reply.finish})
                    if reply.usage:
                        self._write(f"data: {json.dumps({'usage': reply.usage})}\n\n".encode())
                    self._uncount()
                    self._write(b"data: [DONE]\n\n")

            def _event(self, choice: dict) -> None:
                data = {"id": "1", "object": "chat.completion.chunk", "choices": [choice]}
                self._write(f"data: {json.dumps(data)}\n\n".encode())

            def _write(self, data: bytes) -> None:
                self.wfile.write(data)
                self.wfile.flush()

            def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in {"content-type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler


@pytest.fixture
def scripted_server() -> Iterator[ScriptedServer]:
    """A chat server that does what the test tells it."""
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def scripted_servers() -> Iterator[Callable[[int], list[ScriptedServer]]]:
    """Makes some of them."""
    made: list[ScriptedServer] = []

    def make(count: int) -> list[ScriptedServer]:
        made.extend(ScriptedServer() for _ in range(count))
        return made[-count:]

    yield make
    for server in made:
        server.close()


def served_by(*servers: ScriptedServer, **changes: object) -> VlmSettings:
    """Settings for the model of some servers, which are tried once each."""
    urls = tuple(server.url for server in servers)
    values = {"backend": "server", "model": "tiny", "base_url": urls, "retries": 0}
    return VlmSettings(**{**values, **changes})
