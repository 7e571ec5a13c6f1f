"""One writer at a time; a second one is told who holds the lock."""

import fcntl
import json
import os
import socket
from datetime import datetime
from pathlib import Path
from typing import Self

from mmrag.closing import Closing
from mmrag.errors import IndexLocked, IndexUnusable
from mmrag.store.private import descriptor, make_folder


class FileLock(Closing):
    """An exclusive lock on a file, freed by the system when its process ends in any way.

    The file stays behind unlocked: removing it would let two processes lock two files of one name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self, *, wait: bool = False) -> Self:
        """Take the lock, waiting for it or raising `IndexLocked` with the holder's name."""
        try:
            make_folder(self._path.parent)
            file = descriptor(self._path)
        except OSError as error:
            raise IndexUnusable(f"{self._path}: cannot write here: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            holder = _holder(file)
            os.close(file)
            raise IndexLocked(
                f"{self._path.parent}: {holder} is writing to this index: "
                "wait for it or stop it, then run again"
            ) from error
        self._file = file
        _write_holder(file)
        return self

    def close(self) -> None:
        """Give the lock back; nothing happens where it is not held."""
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)


def _write_holder(file: int) -> None:
    """Say in the file who holds it. On a full disk the lock holds all the same, without a name."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    note = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
    try:
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(note).encode(), 0)
    except OSError:
        return


def _holder(file: int) -> str:
    """Who wrote the note in a lock file, in words."""
    try:
        note = json.loads(os.pread(file, 4096, 0))
        return f"process {note['pid']} on {note['host']} (since {note['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
