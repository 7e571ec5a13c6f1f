"""The stage a worker process is in, written where it can be read after the process is gone."""

import mmap
import struct
import time
from dataclasses import dataclass

from mmrag.ingest.sandbox.usage import Usage, waited

_LAYOUT = struct.Struct("=dddq48s")
"""Start (monotonic, 0 is idle), seconds of CPU and in line for it before, page, stage."""
SIZE = mmap.PAGESIZE
# Chosen by hand.
_WAITING_SHARE = 0.05  # of the time: who uses less CPU waits for something, not for its turn
_CLOCK_FACTOR = 60  # times the limit, by the clock, after which a stage ends in any case
_MAX_PAGE = 1_000_000  # larger numbers are none that an honest worker writes


@dataclass(frozen=True, slots=True)
class StageNow:
    """Stage and page a process is in, and for how long. Page 0 is the file as a whole.

    `cpu_before` and `waited_before` are the seconds that the process had been on a processor, and
    in line for one, when the stage began.
    """

    stage: str
    page: int
    seconds: float
    cpu_before: float = 0.0
    waited_before: float = 0.0

    def overdue(self, limit: float, now: Usage) -> bool:
        """Whether the stage has had its `limit` seconds; `now` is what its process has had by now.

        Time in line for a processor does not count, so that no page is lost to a busy machine;
        time on one does, and so does waiting for anything else. Sixty times the limit by the clock
        is the end in any case. Where the system does not tell how long a process was in line, one
        that hardly works counts as waiting for something else.
        """
        if self.seconds <= limit:
            return False
        used = now.cpu - self.cpu_before
        if used > limit or self.seconds > limit * _CLOCK_FACTOR:
            return True
        if now.waited is None:
            return used < self.seconds * _WAITING_SHARE
        return not now.is_in_line and self.seconds - (now.waited - self.waited_before) > limit


class StageBoard:
    """A page of memory shared by a worker, which writes, and its parent, which reads.

    What stands there is a worker's word: it decides when that worker is ended, and names the stage
    in a problem of its file.

    Time is the system's monotonic clock, which both processes share.
    """

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, SIZE)

    def start(self) -> None:
        """For the parent: the worker is being started."""
        self._write("start", 0, 0.0, 0.0)

    def enter(self, stage: str, page: int) -> None:
        """For the worker: a stage begins."""
        self._write(stage, page, time.process_time(), waited() or 0.0)

    def idle(self) -> None:
        """Nothing that can hang is under way."""
        _LAYOUT.pack_into(self._memory, 0, 0.0, 0.0, 0.0, 0, b"")

    def now(self) -> StageNow | None:
        """What is under way; None where nothing is."""
        started, cpu, in_line, page, stage = _LAYOUT.unpack_from(self._memory, 0)
        if not started:
            return None
        name = stage.rstrip(b"\x00").decode("utf-8", "replace")
        if not name.isprintable() or not 0 <= page <= _MAX_PAGE:
            name, page = "read", 0
        return StageNow(name, page, time.monotonic() - started, cpu, in_line)

    def close(self) -> None:
        self._memory.close()

    def _write(self, stage: str, page: int, cpu: float, in_line: float) -> None:
        _LAYOUT.pack_into(
            self._memory, 0, time.monotonic(), cpu, in_line, page, stage.encode()[:48]
        )
