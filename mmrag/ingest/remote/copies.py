"""Copies of files behind addresses: hashed while they are fetched, and kept where there is room."""

import shutil
import threading
from collections.abc import Iterable
from pathlib import Path

from mmrag.ingest.formats.table import SUFFIXES
from mmrag.ingest.remote import fetching
from mmrag.paths import text_of

SHARE_OF_FREE_DISK = 0.5
"""That copies may take; chosen by hand: the index takes less than its files."""


class Copies:
    """Copies in a folder, which take a share of its disk. Several threads may fetch at once."""

    def __init__(self, folder: Path, most_bytes: int, share: float = 1.0) -> None:
        """`most_bytes` is the size of the largest file that is fetched, `share` that of this
        folder in what all copies on its disk may take.
        """
        self._folder = folder
        self._most_bytes = most_bytes
        self._copies: dict[Path, Path] = {}
        self._number = 0
        self._room = int(shutil.disk_usage(folder).free * SHARE_OF_FREE_DISK * share)
        self._lock = threading.Lock()

    def __contains__(self, file: Path) -> bool:
        return file in self._copies

    @property
    def files(self) -> list[Path]:
        """Those that there are copies of."""
        return list(self._copies)

    @property
    def has_room(self) -> bool:
        return self._room > 0

    def at(self, file: Path) -> Path:
        """Where the copy of a file is, of which there is one."""
        return self._copies[file]

    def fetch(self, file: Path, *, keeps: bool = False) -> str:
        """The SHA-256 of a file, whose copy is kept if there is room, or where `keeps` says so.

        Raises `OSError`, `DocumentError`.
        """
        with self._lock:
            self._number += 1
            number = self._number
        suffix = file.suffix.lower()
        copy = self._folder / f"{number}{suffix if suffix in SUFFIXES else ''}"
        sha256 = fetching.fetch(text_of(file), copy, self._most_bytes)
        with self._lock:
            self._copies[file] = copy
            self._room -= copy.stat().st_size
        if not (keeps or self.has_room):
            self.let_go([file])
        return sha256

    def let_go(self, files: Iterable[Path]) -> None:
        """Remove the copies of files."""
        for file in files:
            with self._lock:
                copy = self._copies.pop(file)
                self._room += copy.stat().st_size
            copy.unlink()
