"""Files of a run that lie behind addresses: copied while they are compared, and read from there.

An engine may have its readers fetch them, which then read what they have: what they cannot reach is
fetched here. A copy here lies in the folder of the index until its file was read. What the disk has
no room for is hashed alone, and fetched again for a round of its own.
"""

import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from mmrag import ids
from mmrag.closing import Closing
from mmrag.errors import DocumentError
from mmrag.ingest.events import ParseTask
from mmrag.ingest.reasons import reason
from mmrag.ingest.remote import fetching
from mmrag.ingest.remote.copies import Copies
from mmrag.ingest.walk import FoundFiles
from mmrag.pipeline.engine import Fetch, Hashed
from mmrag.store.layout import IndexLayout
from mmrag.types import Problem

_PREFIX = "fetched-"  # of the folder, within that of the index


class RemoteFiles(Closing):
    """The copies of one run. Nothing is made where no file lies behind an address."""

    def __init__(
        self, layout: IndexLayout, found: FoundFiles, most_bytes: int, fetch: Fetch | None = None
    ) -> None:
        """`most_bytes` is the size of the largest file that is fetched, `fetch` an engine's."""
        self._listed = found.remote
        self._most_bytes = most_bytes
        self._fetch = fetch
        self._hashes: Iterator[tuple[Path, Hashed]] = iter(())
        self._known: dict[Path, Hashed] = {}  # that readers have told, and nobody asked for yet
        self._elsewhere: set[Path] = set()  # files that readers fetch
        self._unreached: dict[Path, str] = {}  # that readers did not get, and why
        for left in layout.root.glob(f"{_PREFIX}*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        if self._listed:
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=layout.root))
            self._copies = Copies(self._folder, most_bytes)

    def close(self) -> None:
        """Remove the copies."""
        if self._listed:
            shutil.rmtree(self._folder, ignore_errors=True)

    def expect(self, files: Sequence[Path]) -> None:
        """The hashes of these will be asked for: readers of the engine, if it has any, begin."""
        allowed = [file for file in files if self._listed[file].size <= self._most_bytes]
        if self._fetch is not None and allowed:
            self._hashes = self._fetch(allowed)
            self._elsewhere = set(allowed)

    def sha256(self, file: Path) -> str:
        """The SHA-256 of a file, here or elsewhere, with a copy kept if there is room.

        Raises `OSError`, `DocumentError`, and what an engine raises.
        """
        if file not in self._listed:
            return ids.file_sha256(file)
        if file in self._elsewhere:
            hashed = self._told(file)
            if hashed.sha256:
                return hashed.sha256
            self.miss(file, hashed.why)
        return self._copied(file)

    def miss(self, file: Path, why: str) -> None:
        """A reader did not get a file: it is fetched here."""
        self._elsewhere.discard(file)
        self._unreached[file] = why

    def notes(self) -> Iterator[str]:
        """What the user should know."""
        if self._unreached:
            file, why = next(iter(self._unreached.items()))
            yield (
                f"{len(self._unreached)} files were fetched by this machine, for readers of the "
                f"cluster did not get them ({file.name}: {why}): credentials are those of each "
                "machine's environment"
            )

    def rounds(
        self, tasks: Iterable[ParseTask], lose: Callable[[ParseTask, Problem], None]
    ) -> Iterator[list[ParseTask]]:
        """The tasks with where their bytes are: first those that are at hand, then the others.

        `lose` is told of a file that cannot be fetched again, or is no longer the one it was.
        """
        wanted = list(tasks)
        if self._listed:
            named = {task.path for task in wanted}
            self._copies.let_go([path for path in self._copies.files if path not in named])
        away = deque(task for task in wanted if self._is_away(task))
        ready = [self._here(task) for task in wanted if not self._is_away(task)]
        while ready or away:
            if ready:
                yield ready
                away.extend(task for task in ready if self._is_away(task))  # no reader got it
                if self._listed:
                    self._copies.let_go(self._copies.files)
            ready = []
            while away and (self._copies.has_room or not ready):
                task = away.popleft()
                try:
                    if self._copied(task.path, keeps=True) == task.sha256:
                        ready.append(self._here(task))
                        continue
                    problem = Problem("open", "changed while it was read: run again")
                except (OSError, DocumentError) as error:
                    problem = Problem("open", f"cannot be fetched: {reason(error)}")
                lose(task, problem)

    def _told(self, file: Path) -> Hashed:
        """What a reader tells of a file."""
        while file not in self._known:
            self._known.update([next(self._hashes)])
        return self._known.pop(file)

    def _is_away(self, task: ParseTask) -> bool:
        is_at_hand = task.path in self._elsewhere or task.path not in self._listed
        return not (is_at_hand or task.path in self._copies)

    def _here(self, task: ParseTask) -> ParseTask:
        has_copy = bool(self._listed) and task.path in self._copies
        return replace(task, file=self._copies.at(task.path)) if has_copy else task

    def _copied(self, file: Path, *, keeps: bool = False) -> str:
        if self._listed[file].size > self._most_bytes:
            raise fetching.too_large(self._most_bytes)
        return self._copies.fetch(file, keeps=keeps)
