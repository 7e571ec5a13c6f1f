"""Worker processes, forked from one that has loaded what they need: a hundredth of a start.

A process has one such server. It is started for the first worker, and again where it has ended.
"""

import atexit
import os
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO

from mmrag.ingest.sandbox.surroundings import Surroundings

BOOT = (
    "from mmrag.ingest.sandbox import threads; threads.limit(); "
    "from mmrag.ingest.sandbox.fork_server import main; main()"
)
"""What the interpreter of a server runs."""
PLAIN, WITH_LAYOUT = b".", b"L"
"""A request, with which the descriptors go: for a worker, or for one that has the layout model."""
TOLD = struct.Struct("=ii")
"""What a server tells of a worker: which of these, and its value."""
FORKED, ENDED = 1, 2
"""It has begun (its number, or the negative number of the system's error); its exit code."""
_lock = threading.Lock()
_servers: "dict[int, ForkServer]" = {}
"""That of this process, by its number: a process that is forked from this one has none yet."""


def is_possible() -> bool:
    """Whether this system forks processes that can be watched and ended for sure (Linux)."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:  # before Linux 5.3
        return False
    return True


def fork(connection: int, board: int, errors: IO[bytes]) -> "ForkedProcess":
    """A worker with these descriptors, with `errors` for its stderr.

    Raises `OSError` where the system has no room for a process.
    """
    with _lock:
        server = _servers.get(os.getpid())
        if server is not None and not server.is_running:
            server.stop()
            server = None
        if server is None:
            server = _servers[os.getpid()] = ForkServer(errors)
    return server.fork(connection, board, errors.fileno())


def keep_layout_model() -> None:
    """Have workers share the layout model from now on: one of them has needed it."""
    server = _servers.get(os.getpid())
    if server is not None:
        server.request = WITH_LAYOUT


def stop() -> None:
    """End the server of this process, if there is one, and what was forked from it."""
    with _lock:
        server = _servers.pop(os.getpid(), None)
    if server is not None:
        server.stop()


def _unlocked() -> None:
    global _lock
    _lock = threading.Lock()  # a thread that held it in the other process is none of this one


atexit.register(stop)
os.register_at_fork(after_in_child=_unlocked)


class ForkServer:
    """A server as its owner sees it. `errors` is its stderr, too: it may fail to load a library."""

    def __init__(self, errors: IO[bytes]) -> None:
        self.has_forked = False
        self.request = PLAIN
        self._requests, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", BOOT, str(theirs.fileno()), str(os.getpid())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    env=Surroundings.here().environment,
                )
            except OSError:
                self._requests.close()
                raise

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def fork(self, connection: int, board: int, errors: int) -> "ForkedProcess":
        """A worker; where the server is still loading, one that begins when it has.

        Raises `OSError` where the system has no room for it, or the server has just ended.
        """
        ours, theirs = socket.socketpair()
        folder = os.open(".", os.O_PATH)
        try:
            descriptors = [connection, board, errors, folder, theirs.fileno()]
            socket.send_fds(self._requests, [self.request], descriptors)
            worker = ForkedProcess(ours, self)
            if self.has_forked:
                worker.wait_for_begin()
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
            os.close(folder)
        return worker

    def wait(self) -> int:
        """The exit code of a server that ends."""
        return self._process.wait()

    def stop(self) -> None:
        """End it, and its workers with it."""
        self._requests.close()
        self._process.kill()
        self._process.wait()


class ForkedProcess:
    """A worker that a server has forked, with the face of a `subprocess.Popen`."""

    def __init__(self, line: socket.socket, server: ForkServer) -> None:
        self.went_with: int | None = None  # the server that it ended with, for no reason of its own
        self._line = line
        self._server = server
        self._pid = 0
        self._error = 0  # of the system, where it could not be forked
        self._code: int | None = None

    @property
    def pid(self) -> int:
        """Its number; that of the server while this is loading."""
        self._look()
        return self._pid or self._server.pid

    def wait_for_begin(self) -> None:
        """Wait until it has begun. Raises `OSError` where the system has no room for it."""
        self._hear()
        if self._error:
            raise OSError(self._error, os.strerror(self._error))

    def kill(self) -> None:
        """End it, whatever it does; and its server, where that does not get beyond its start."""
        self._look()
        if self._code is not None:
            return
        self._line.shutdown(socket.SHUT_WR)
        if not self._server.has_forked:
            self._server.stop()

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative where a signal ended it. Raises `subprocess.TimeoutExpired`."""
        while self._code is None:
            self._line.settimeout(timeout)
            try:
                self._hear()
            except TimeoutError as error:
                self._line.settimeout(None)
                raise subprocess.TimeoutExpired("a worker", timeout or 0.0) from error
        return self._code

    def _look(self) -> None:
        """Take in that it has begun, if it has."""
        if not self._pid and self._code is None:
            with suppress(BlockingIOError):
                self._hear(socket.MSG_DONTWAIT)

    def _hear(self, flags: int = 0) -> None:
        """Take in what the server tells next, or that the server has ended."""
        data = self._line.recv(TOLD.size, flags)
        if not data:
            self.went_with = self._server.pid
            self._ended(self._server.wait())
            return
        what, value = TOLD.unpack(data)
        if what == ENDED:
            self._ended(value)
        elif value > 0:
            self._pid = value
            self._server.has_forked = True
        else:
            self._error = -value
            self._ended(os.EX_OSERR)

    def _ended(self, code: int) -> None:
        self._code = code
        self._line.close()
