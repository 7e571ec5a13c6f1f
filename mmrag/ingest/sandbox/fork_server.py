"""The process that workers are forked from: it has loaded what they need, and never sees a file.

It has one thread, and ends with the process that started it; its workers end with it.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait

from mmrag.ingest import parsing, session  # noqa: F401 - what a worker imports for its first job
from mmrag.ingest.formats import passwords  # noqa: F401
from mmrag.ingest.layout import model
from mmrag.ingest.sandbox import limits, worker
from mmrag.ingest.sandbox.forking import ENDED, FORKED, TOLD, WITH_LAYOUT


def main() -> None:
    """Fork workers until the process that asks for them has gone.

    Arguments: the descriptor of the socket that it asks by, and its number. Returns in each worker,
    too, once that has done its work.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked for the workers ends them itself
    gc.collect()
    gc.freeze()  # what has been loaded is left where it is, so that all share its memory
    server = _ForkServer(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
    try:
        request = server.serve()
    finally:
        server.close()
    if request is not None:
        worker.run(request.connection, request.board)


@dataclass(frozen=True, slots=True)
class _Request:
    """The descriptors that come with a request, in their order."""

    connection: int
    board: int
    errors: int
    folder: int
    line: int


class _Child:
    """A worker, and the line to who asked for it: closed there, it has the worker killed."""

    def __init__(self, pid: int, line: int) -> None:
        self.pid = pid
        self.end = os.pidfd_open(pid)  # can be read once it has ended
        self.line = socket.socket(fileno=line)
        self.is_killed = False

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)  # it has not been reaped: the number is still its own
        self.is_killed = True

    def reap(self) -> None:
        _, status = os.waitpid(self.pid, 0)
        _tell(self.line, ENDED, os.waitstatus_to_exitcode(status))
        self.close()

    def close(self) -> None:
        os.close(self.end)
        self.line.close()


class _ForkServer:
    """Takes requests, and tells of each worker when it begins and how it ended."""

    def __init__(self, requests: socket.socket, owner: int) -> None:
        self._requests = requests
        self._owner = owner
        self._children: list[_Child] = []
        self._owner_end: int | None = None

    def serve(self) -> _Request | None:
        """In a worker, what it was asked for; in the server None, once its owner has gone."""
        with suppress(ProcessLookupError):
            self._owner_end = os.pidfd_open(self._owner)
        while self._owner_end is not None and os.getppid() == self._owner:
            ends = [child.end for child in self._children]
            lines = [child.line for child in self._children if not child.is_killed]
            ready = wait([self._requests, self._owner_end, *ends, *lines])
            self._look_after_children(ready)
            if self._requests in ready:
                kind, descriptors, _, _ = socket.recv_fds(
                    self._requests, len(WITH_LAYOUT), 5, socket.MSG_CMSG_CLOEXEC
                )
                if not descriptors:
                    return None
                if kind == WITH_LAYOUT:
                    model.load()
                    gc.freeze()
                request = _Request(*descriptors)
                if self._is_forked(request):
                    return request
        return None

    def close(self) -> None:
        """Let go of all descriptors; in a worker, too, which has none of the others then."""
        self._requests.close()
        for child in self._children:
            child.close()
        if self._owner_end is not None:
            os.close(self._owner_end)

    def _look_after_children(self, ready: Collection[object]) -> None:
        for child in list(self._children):
            if child.end in ready:
                child.reap()
                self._children.remove(child)
            elif child.line in ready:
                child.kill()

    def _is_forked(self, request: _Request) -> bool:
        """Whether this is the process that was forked."""
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            with socket.socket(fileno=request.line) as line:
                _tell(line, FORKED, -(error.errno or 0))
            pid = -1
        if pid == 0:
            limits.die_with_parent(server)
            os.dup2(request.errors, 2)
            with suppress(OSError):  # a folder that may not be entered, which was its owner's
                os.fchdir(request.folder)
            with socket.socket(fileno=request.line) as line:
                _tell(line, FORKED, os.getpid())
        elif pid > 0:
            self._children.append(_Child(pid, request.line))
        os.close(request.errors)
        os.close(request.folder)
        if pid != 0:
            os.close(request.connection)
            os.close(request.board)
        return pid == 0


def _tell(line: socket.socket, what: int, value: int) -> None:
    with suppress(OSError):  # who asked has gone
        line.sendall(TOLD.pack(what, value))
