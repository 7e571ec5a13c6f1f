"""The stage a worker process is in, written where it can be read after the process is gone."""

import mmap
import struct
import time
from dataclasses import dataclass

_LAYOUT = struct.Struct("=ddq48s")  # start (monotonic, 0 is idle), CPU used before, page, stage
SIZE = mmap.PAGESIZE
# Chosen by hand.
_WAITING_SHARE = 0.05  # of the time: who uses less CPU waits for something, not for its turn
_CLOCK_FACTOR = 5  # times the limit, by the clock, after which a stage ends in any case
_MAX_PAGE = 1_000_000  # larger numbers are none that an honest worker writes


@dataclass(frozen=True, slots=True)
class StageNow:
    """Stage and page a process is in, and for how long. Page 0 is the file as a whole.

    `cpu_before` are the seconds of CPU that the process had used when the stage began.
    """

    stage: str
    page: int
    seconds: float
    cpu_before: float = 0.0

    def overdue(self, limit: float, cpu_now: float) -> bool:
        """Whether the stage has had its `limit` seconds; `cpu_now` is the CPU used until now.

        They are seconds of CPU, so that no page is lost to a busy machine; but seconds by the
        clock where the process hardly works, and at most five times as many in any case.
        """
        if self.seconds <= limit:
            return False
        used = cpu_now - self.cpu_before
        return (
            used > limit
            or used < self.seconds * _WAITING_SHARE
            or self.seconds > limit * _CLOCK_FACTOR
        )


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
        self._write("start", 0, 0.0)

    def enter(self, stage: str, page: int) -> None:
        """For the worker: a stage begins."""
        self._write(stage, page, time.process_time())

    def idle(self) -> None:
        """Nothing that can hang is under way."""
        _LAYOUT.pack_into(self._memory, 0, 0.0, 0.0, 0, b"")

    def now(self) -> StageNow | None:
        """What is under way; None where nothing is."""
        started, cpu, page, stage = _LAYOUT.unpack_from(self._memory, 0)
        if not started:
            return None
        name = stage.rstrip(b"\x00").decode("utf-8", "replace")
        if not name.isprintable() or not 0 <= page <= _MAX_PAGE:
            name, page = "read", 0
        return StageNow(name, page, time.monotonic() - started, cpu)

    def close(self) -> None:
        self._memory.close()

    def _write(self, stage: str, page: int, cpu: float) -> None:
        _LAYOUT.pack_into(self._memory, 0, time.monotonic(), cpu, page, stage.encode()[:48])
