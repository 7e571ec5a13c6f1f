"""One worker process as its parent sees it."""

import os
import signal
import subprocess
import sys
import tempfile
from multiprocessing import Pipe
from pathlib import Path

import psutil

from mmrag.ingest.sandbox import stage_board
from mmrag.ingest.sandbox.messages import Job
from mmrag.ingest.sandbox.setup import Setup
from mmrag.ingest.sandbox.stage_board import StageBoard, StageNow

_BOOT = "from mmrag.ingest.sandbox.worker import main; main()"
_START_S = 60.0  # longest time for a process to load its libraries
_ENDING_S = 5.0
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_ARENA_MAX"), "1"
)


class WorkerProcess:
    """A worker process, the pipe to it, and the board that says what it is doing.

    It is started as a new interpreter that imports this package alone, so that a script which
    indexes at its top level is not run again in every worker.
    """

    def __init__(self, setup: Setup) -> None:
        self.pages = 0
        self.connection, theirs = Pipe()
        self.last_words = ""  # the last line on stderr of a process that has ended
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        with tempfile.TemporaryFile() as shared, theirs:
            shared.truncate(stage_board.SIZE)
            self.board = StageBoard(shared.fileno())
            self.board.start()
            descriptors = (theirs.fileno(), shared.fileno())
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOT, *map(str, descriptors)],
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=os.environ | _ONE_THREAD | {"PYTHONPATH": _import_path()},
            )
        self._tell(setup)

    def begin(self, job: Job) -> None:
        """Have the worker read a file."""
        self._tell(job)

    def overdue(self, limit: float) -> StageNow | None:
        """The stage that has had its `limit` seconds, if nothing has arrived meanwhile."""
        now = self.board.now()
        if now is None or self.connection.poll():
            return None
        limit = _START_S if now.stage == "start" else limit
        return now if now.overdue(limit, self._cpu_seconds()) else None

    def ended(self) -> str:
        """How a process whose pipe has closed came to its end, in words."""
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
            self._errors.close()
            self.board.close()
        return code

    def _cpu_seconds(self) -> float:
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:  # it has ended, and what it did is found out when it is received from
            return 0.0
        return float(times.user + times.system)

    def _tell(self, message: Setup | Job) -> None:
        try:
            self.connection.send(message)
        except (BrokenPipeError, ConnectionError):
            return  # the process has ended; whoever receives from it next finds out how


def _import_path() -> str:
    """Where this process finds its modules, for the new one; never the working folder."""
    return os.pathsep.join(entry for entry in sys.path if Path(entry).is_absolute())
