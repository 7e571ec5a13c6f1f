"""The stage a worker process is in, written where it can be read after the process is gone."""

import mmap
import struct
import time
from dataclasses import dataclass

_LAYOUT = struct.Struct("=dq48s")  # start (monotonic seconds, 0 is idle), page, stage
SIZE = mmap.PAGESIZE


@dataclass(frozen=True, slots=True)
class StageNow:
    """Stage and page a process is in, and for how long. Page 0 is the file as a whole."""

    stage: str
    page: int
    seconds: float


class StageBoard:
    """A page of memory shared by a worker, which writes, and its parent, which reads.

    Time is the system's monotonic clock, which both processes share.
    """

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, SIZE)

    def enter(self, stage: str, page: int) -> None:
        """A stage begins."""
        _LAYOUT.pack_into(self._memory, 0, time.monotonic(), page, stage.encode()[:48])

    def idle(self) -> None:
        """Nothing that can hang is under way."""
        _LAYOUT.pack_into(self._memory, 0, 0.0, 0, b"")

    def now(self) -> StageNow | None:
        """What is under way; None where nothing is."""
        started, page, stage = _LAYOUT.unpack_from(self._memory, 0)
        if not started:
            return None
        name = stage.rstrip(b"\x00").decode("utf-8", "replace")
        return StageNow(name, page, time.monotonic() - started)

    def close(self) -> None:
        self._memory.close()
