"""What a process has had of the processors, so that a busy machine is not taken for a hang."""

from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds on a processor, and seconds in line for one, since a process began.

    `waited` is None where the system does not say. It is told when a turn begins: a process that
    `is_in_line` has waited since its last one besides.
    """

    cpu: float
    waited: float | None
    is_in_line: bool  # or on a processor right now


def usage(pid: int) -> Usage:
    """What a process has had; nothing where it has ended, which is found out elsewhere."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            times = process.cpu_times()
            is_in_line = process.status() == psutil.STATUS_RUNNING
    except psutil.Error:
        return Usage(0.0, None, False)
    return Usage(float(times.user + times.system), waited(str(pid)), is_in_line)


def waited(process: str = "self") -> float | None:
    """Seconds that the main thread of a process has waited for a processor (Linux, schedstats)."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return None
