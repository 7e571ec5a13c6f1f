"""The files within the files of a run: unpacked, read in further rounds, and forgotten with them.

A file within another is known by its bytes like any other, under a path such as `a.zip!/b.pdf`, and
with the size and time of the file that holds it: that one unchanged, so are they. A file that holds
others has no stamp in the index before all of them were read, so that a run that is cut short
unpacks it again.
"""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from mmrag import ids
from mmrag.ingest.events import FileParsed, ParseTask
from mmrag.paths import INSIDE, containers_of
from mmrag.pipeline.plan import Plan
from mmrag.store.catalog import Catalog
from mmrag.store.sources import Failure, SourceFile
from mmrag.types import Problem

MAX_DEPTH = 3
"""Files within files within files that are read; chosen by hand."""
_PREFIX = "unpacked-"  # of the folder, within that of the index


class MemberFiles:
    """What one run knows of the files within those that it reads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        root = catalog.layout.root
        for left in root.glob(f"{_PREFIX}*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
        self._real: dict[str, Path] = {}  # by path of a member, the file on disk that it lies in
        self._stamps: dict[
            str, tuple[str, SourceFile]
        ] = {}  # of what holds files, when all is done
        self._now: dict[str, frozenset[str]] = {}  # paths within what was read now, by its own
        self._waiting: list[tuple[SourceFile, Path]] = []  # members that were unpacked

    def close(self) -> None:
        """Remove what was unpacked."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def unpacking(self, tasks: Iterable[ParseTask]) -> list[ParseTask]:
        """The tasks, each with a folder for the files within its own."""
        return [replace(task, unpack_to=self._folder / task.document_id) for task in tasks]

    def real_file(self, path: str) -> Path:
        """The file on disk at a path, or the one that it lies within."""
        return self._real.get(path, Path(path))

    def note(self, event: FileParsed, sources: Iterable[SourceFile]) -> list[SourceFile]:
        """The files of a document that was read, without their stamps where others lie within."""
        held = list(sources)
        for source in held:
            inner = {f"{source.path}{INSIDE}{name}": file for name, file in event.members}
            self._now[source.path] = frozenset(inner)
            if inner:
                self._stamps[source.path] = (event.document.document.id, source)
            for path, file in inner.items():
                self._real[path] = self.real_file(source.path)
                self._waiting.append((replace(source, path=path), file))
        return [SourceFile(source.path) for source in held] if event.members else held

    def note_failed(self, path: str) -> None:
        """Nothing of a file could be read: nothing lies within it."""
        self._now[path] = frozenset()

    def next_round(self, plan: Plan, *, is_last: bool) -> None:
        """Make tasks of what was unpacked and is not in the index; let the index know the rest."""
        waiting, self._waiting = self._waiting, []
        by_sha = {item.sha256: item.id for item in self._catalog.documents.all()}
        taken = {name: sha256 for sha256, name in by_sha.items()}
        held: list[tuple[str, SourceFile]] = []
        begun, plan.tasks = set(plan.waiting), []
        for source, file in waiting:
            if file.is_symlink() or not file.is_file():
                continue
            sha256 = ids.file_sha256(file)
            known = by_sha.get(sha256)
            if sha256 in plan.waiting and sha256 not in begun:
                plan.waiting[sha256].append(source)
            elif known is not None and (sha256 in begun or not plan.is_read_again(known)):
                held.append((known, source))
            elif is_last:
                told = f"it lies within more than {MAX_DEPTH} files, one in the other"
                self._catalog.set_failure(Failure(source, sha256, Problem("open", told)))
            else:
                name = known or ids.new_document_id(sha256, taken)
                path = Path(source.path)
                plan.tasks.append(ParseTask(path, sha256, name, file=file, is_within=True))
                plan.waiting[sha256] = [source]
        if held:
            self._catalog.update_sources(held)

    def finish(self) -> None:
        """All was read: stamp what holds files, and forget what lies in it no longer."""
        known = {
            *self._catalog.sources.all(),
            *(f.source.path for f in self._catalog.failures.all()),
        }
        gone = [path for path in known if self._is_gone(path)]
        if self._stamps or gone:
            self._catalog.update_sources(list(self._stamps.values()), gone)

    def _is_gone(self, path: str) -> bool:
        """Whether a file that this path lies within was read, and holds it no longer."""
        chain = [*containers_of(path), path]
        return any(
            holder in self._now and inner not in self._now[holder]
            for holder, inner in pairwise(chain)
        )
