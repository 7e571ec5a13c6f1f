"""What a worker process may use, and that it ends with its parent."""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
MEGABYTE = 1 << 20


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when process `parent`, which started it, ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def limit_memory(megabytes: int) -> None:
    """Let the address space grow by at most `megabytes` beyond what the libraries have mapped."""
    wanted, hard = within_hard(resource.RLIMIT_AS, _mapped() + megabytes * MEGABYTE)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def within_hard(kind: int, wanted: int) -> tuple[int, int]:
    """A limit that may be set, at most the hard one; and the hard one."""
    _, hard = resource.getrlimit(kind)
    return (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)), hard


def _mapped() -> int:
    """Bytes of address space in use; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * resource.getpagesize()
    except OSError:
        return 0
