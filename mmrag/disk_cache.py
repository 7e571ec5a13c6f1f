"""What was made once and may be wanted again, kept on disk by what it was made of, within a bound.

A key is a hash of all that an entry depends on, never the name of a file: of results of vision the
hash of a picture's bytes, its place, a task with its parameters and the models that made it. What
is used least recently goes first where the bound in bytes is passed.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import platformdirs

MAX_BYTES = 512 << 20
"""Of one cache; chosen by hand: some 3,000 pages with their pictures."""
_LEFT_SHARE = 0.8  # of the bound, after a clearance: so that one does not follow each write


def folder(of: str) -> Path:
    """Where a cache lies: beside the user's other caches, on Linux in `~/.cache/mmrag/`."""
    return Path(platformdirs.user_cache_dir("mmrag", appauthor=False)) / of


def key(parts: Mapping[str, object]) -> str:
    """The name of an entry, by all that it depends on."""
    told = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


class DiskCache:
    """Bytes by key, bounded; what cannot be read or written is as if it were not there."""

    def __init__(self, root: Path, max_bytes: int = MAX_BYTES) -> None:
        self.root = root
        self._max_bytes = max_bytes
        self._held: int | None = None  # bytes, once counted
        self.hits = self.misses = 0

    def get(self, name: str) -> bytes | None:
        """What is kept under a key, which counts as used now."""
        path = self._path(name)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            self.misses += 1
            return None
        self.hits += 1
        return data

    def path(self, name: str) -> Path | None:
        """The file that is kept under a key, which counts as used now; None where there is none."""
        path = self._path(name)
        try:
            os.utime(path)
        except OSError:
            return None
        return path

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under a key; others see all of them or none."""
        if len(data) > self._max_bytes:
            return
        path = self._path(name)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(data)
            Path(file.name).replace(path)
            if self._held is None:
                self._held = sum(size for _, size, _ in self._entries())
            else:
                self._held += len(data)
            if self._held > self._max_bytes:
                self._clear()

    def _clear(self) -> None:
        """Let go of what was used least recently."""
        left = sorted(self._entries())
        self._held = sum(size for _, size, _ in left)
        for _, size, path in left:
            if self._held <= _LEFT_SHARE * self._max_bytes:
                return
            with suppress(OSError):
                path.unlink()
                self._held -= size

    def _entries(self) -> list[tuple[float, int, Path]]:
        """When each was used last, its size, its file."""
        found = []
        for path in self.root.glob("*/*"):
            with suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        return found

    def _path(self, name: str) -> Path:
        return self.root / name[:2] / name
