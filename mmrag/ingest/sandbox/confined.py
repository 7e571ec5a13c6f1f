"""Another program under limits: of memory and of files, without a network, until its parent ends.

Run as a process of its own, which becomes that program: arguments are the parent's process ID and
the command.
"""

import ctypes
import os
import resource
import sys

from mmrag.ingest.sandbox.limits import die_with_parent, within_hard

MEMORY_BYTES = 4 << 30
"""Of address space; chosen by hand: LibreOffice maps 1 to 2 GB before it does anything."""
FILE_BYTES = 1 << 30
"""Of each file that it writes; chosen by hand."""
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h


def main() -> None:
    """Become the program."""
    die_with_parent(int(sys.argv[1]))
    for kind, wanted in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        limit, _ = within_hard(kind, wanted)
        resource.setrlimit(kind, (limit, limit))
    leave_network()
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the program that the parent names


def leave_network() -> bool:
    """Move to a network of its own without any device (Linux); whether the system lets it."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    ways = (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET)
    return any(int(libc.unshare(way)) == 0 for way in ways)
