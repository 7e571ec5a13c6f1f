"""One worker process as its parent sees it."""

import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import wait

from mmrag.ingest.sandbox import checks, forking, frames, messages, stage_board
from mmrag.ingest.sandbox.conversation import Conversation
from mmrag.ingest.sandbox.messages import BadMessage, Job, Message
from mmrag.ingest.sandbox.setup import Setup
from mmrag.ingest.sandbox.stage_board import StageBoard, StageNow
from mmrag.ingest.sandbox.surroundings import Surroundings
from mmrag.ingest.sandbox.usage import usage

BOOT = (
    "from mmrag.ingest.sandbox import threads; threads.limit(); "
    "from mmrag.ingest.sandbox.worker import main; main()"
)
"""What a worker that is not forked runs as a new interpreter."""
START_S = 60.0
"""Longest time for a process to load its libraries; each try after the first gets twice as much."""
_ENDING_S = 5.0  # longest time for a process to end once its socket is closed
_SEND_S = 10.0  # longest time for a worker to take a job, which is a few hundred bytes
_SILENT_STAGES = 100
"""Time limits of a stage that a worker may be silent for, whatever it claims to be doing.

Chosen by hand: a page has some 10 stages and one for each figure, each of which may take ten limits
by the clock where the machine is busy.
"""


class WorkerProcess:
    """A worker process, the socket to it, and the board on which it says what it is doing.

    It is forked from a process that has loaded this package alone, or started as one, so that a
    script which indexes at its top level is not run again in every worker. What it says is not
    trusted. Raises `OSError` where the system has no room for it.
    """

    def __init__(self, setup: Setup) -> None:
        self.pages = 0
        self.connection, theirs = socket.socketpair()
        self.connection.settimeout(_SEND_S)
        self.last_words = ""  # the last line on stderr of a process that has ended
        self._inbox = frames.Inbox(self.connection)
        self._conversation = Conversation()
        self._heard = time.monotonic()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        with tempfile.TemporaryFile() as shared, theirs:
            shared.truncate(stage_board.SIZE)
            self.board = StageBoard(shared.fileno())
            self.board.start()
            try:
                self._process = self._started(theirs.fileno(), shared.fileno())
            except OSError:
                self._close()
                raise
        self._tell(pickle.dumps(Surroundings.here()))
        self._tell(pickle.dumps(setup))

    def _started(
        self, connection: int, board: int
    ) -> "forking.ForkedProcess | subprocess.Popen[bytes]":
        if forking.is_possible():
            return forking.fork(connection, board, self._errors)
        return subprocess.Popen(
            [sys.executable, "-P", "-c", BOOT, str(connection), str(board), str(os.getpid())],
            pass_fds=(connection, board),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            env=Surroundings.here().environment,
        )

    @property
    def has_started(self) -> bool:
        """Whether it has loaded its libraries and was ready for a job."""
        return self._conversation.is_ready

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def went_with(self) -> int | None:
        """The process that it was forked from, where it has ended since that did."""
        return self._process.went_with if isinstance(self._process, forking.ForkedProcess) else None

    def is_quiet(self) -> bool:
        """Whether a process without a job has said nothing since, and lives."""
        return self._inbox.is_empty and not wait([self.connection], 0)

    def begin(self, job: Job, known_pages: int | None) -> None:
        """Have the worker read a file, which had `known_pages` when it was first opened."""
        self._conversation.begin(job, known_pages)
        self._heard = time.monotonic()
        self._tell(messages.encode_job(job))

    def receive(self) -> Iterator[Message]:
        """The messages that have come, each of them checked.

        Raises `BadMessage` for what an honest worker does not send, `EOFError` or `OSError` where
        the process has ended.
        """
        frames_in = self._inbox.take()
        for number, data in enumerate(frames_in, 1):
            job, message = messages.decode(data)
            self._conversation.admit(job, message)
            checks.check(message)
            self._heard = time.monotonic()
            last = number == len(frames_in) and self._inbox.is_empty
            if self._conversation.is_over and self.has_started and not last:
                raise BadMessage("a message that was not asked for")
            yield message

    def overdue(self, limit: float, start_limit: float) -> StageNow | None:
        """The stage that has had its `limit` seconds, if nothing has arrived meanwhile.

        A process that has not started yet has had `start_limit`.
        """
        if wait([self.connection], 0):
            return None
        silent = time.monotonic() - self._heard
        if silent > max(_SILENT_STAGES * limit, start_limit):
            return StageNow("read", 0, silent)
        now = self.board.now()
        limit = limit if self.has_started else start_limit
        if now is None or now.seconds <= limit:  # what it has had of a processor takes long to ask
            return None
        return now if now.overdue(limit, usage(self._process.pid)) else None

    def ended(self) -> str:
        """How a process whose socket has closed came to its end, in words."""
        try:
            self._process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        code = self.stop()
        if code == -signal.SIGKILL:
            return "killed by the system (signal 9): out of memory?"
        if code < 0:
            return f"signal {-code}"
        words = f": {self.last_words}" if self.last_words else ""
        return f"the parser process ended (exit code {code}{words})"

    def stop(self) -> int:
        """End the process; its exit code, negative where a signal ended it."""
        self.connection.close()
        self._process.kill()
        code = self._process.wait()
        if not self._errors.closed:
            self._errors.seek(0)
            lines = self._errors.read().decode("utf-8", "replace").split("\n")
            self.last_words = next((line for line in reversed(lines) if line.strip()), "")[:200]
        self._close()
        return code

    def _close(self) -> None:
        self.connection.close()
        self._errors.close()
        self.board.close()

    def _tell(self, data: bytes) -> None:
        try:
            frames.send(self.connection, data)
        except OSError:
            return  # the process has ended or is stuck; whoever receives next finds out how
