"""Files of a run that lie behind addresses: copied here while they are compared, and read here.

A copy lies in the folder of the index until its file was read. What the disk has no room for is
hashed alone, and fetched again for a round of its own.
"""

import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from mmrag import ids
from mmrag.closing import Closing
from mmrag.errors import DocumentError
from mmrag.ingest.events import ParseTask
from mmrag.ingest.formats.table import SUFFIXES
from mmrag.ingest.reasons import reason
from mmrag.ingest.walk import FoundFiles
from mmrag.paths import text_of
from mmrag.store.layout import IndexLayout
from mmrag.types import Problem

SHARE_OF_FREE_DISK = 0.5
"""That copies may take; chosen by hand: the index takes less than its files."""
_PREFIX = "fetched-"  # of the folder, within that of the index


class RemoteFiles(Closing):
    """The copies of one run. Nothing is made where no file lies behind an address."""

    def __init__(self, layout: IndexLayout, found: FoundFiles, most_bytes: int) -> None:
        """`most_bytes` is the size of the largest file that is fetched."""
        self._listed = found.remote
        self._most_bytes = most_bytes
        self._copies: dict[Path, Path] = {}
        self._number = 0
        for left in layout.root.glob(f"{_PREFIX}*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        if self._listed:
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=layout.root))
            self._room = int(shutil.disk_usage(layout.root).free * SHARE_OF_FREE_DISK)

    def close(self) -> None:
        """Remove the copies."""
        if self._listed:
            shutil.rmtree(self._folder, ignore_errors=True)

    def sha256(self, file: Path) -> str:
        """The SHA-256 of a file, here or elsewhere, with a copy kept if there is room.

        Raises `OSError`, `DocumentError`.
        """
        if file not in self._listed:
            return ids.file_sha256(file)
        sha256 = self._copied(file)
        if self._room < 0:
            self._let_go([file])
        return sha256

    def rounds(
        self, tasks: Iterable[ParseTask], lose: Callable[[ParseTask, Problem], None]
    ) -> Iterator[list[ParseTask]]:
        """The tasks with where their bytes are: first those that are here, then the others.

        `lose` is told of a file that cannot be fetched again, or is no longer the one it was.
        """
        wanted = list(tasks)
        for path in self._copies.keys() - {task.path for task in wanted}:
            self._let_go([path])  # its bytes are in the index
        away = deque(task for task in wanted if self._is_away(task))
        ready = [self._here(task) for task in wanted if not self._is_away(task)]
        while ready or away:
            if ready:
                yield ready
                self._let_go(list(self._copies))
            ready = []
            while away and (self._room > 0 or not ready):
                task = away.popleft()
                try:
                    if self._copied(task.path) == task.sha256:
                        ready.append(self._here(task))
                        continue
                    problem = Problem("open", "changed while it was read: run again")
                except (OSError, DocumentError) as error:
                    problem = Problem("open", f"cannot be fetched: {reason(error)}")
                lose(task, problem)

    def _is_away(self, task: ParseTask) -> bool:
        return task.path in self._listed and task.path not in self._copies

    def _here(self, task: ParseTask) -> ParseTask:
        return replace(task, file=self._copies.get(task.path))

    def _copied(self, file: Path) -> str:
        """Fetch a file and keep its copy, of whatever size; its SHA-256."""
        from mmrag.ingest.remote import fetching  # its package is there, or nothing was listed

        if self._listed[file].size > self._most_bytes:
            raise fetching.too_large(self._most_bytes)
        self._number += 1
        suffix = file.suffix.lower()
        copy = self._folder / f"{self._number}{suffix if suffix in SUFFIXES else ''}"
        sha256 = fetching.fetch(text_of(file), copy, self._most_bytes)
        self._copies[file] = copy
        self._room -= copy.stat().st_size
        return sha256

    def _let_go(self, files: Iterable[Path]) -> None:
        for file in files:
            copy = self._copies.pop(file)
            self._room += copy.stat().st_size
            copy.unlink()
