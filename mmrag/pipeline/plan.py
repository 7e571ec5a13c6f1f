"""What a run has to do: the files that were found, compared with those in the index.

A file whose size and time of change are those in the index is not opened. Any other is known by
the SHA-256 of its bytes: a copy or a renamed file is not read again.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mmrag import ids
from mmrag.errors import DocumentError
from mmrag.ingest.events import ParseTask
from mmrag.ingest.formats.passwords import LOCKED
from mmrag.ingest.formats.table import SUFFIXES
from mmrag.ingest.reasons import ran_out_of_time
from mmrag.ingest.walk import FoundFiles
from mmrag.paths import containers_of, is_address, is_below, text_of
from mmrag.store.catalog import Catalog
from mmrag.store.sources import Failure, SourceFile
from mmrag.types import Problem


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run does beside adding what is new and replacing what changed."""

    keep_missing: bool = False  # documents stay whose file has vanished
    retry_failed: bool = False  # files are read again that failed, or were read in part
    rebuild: bool = False  # all files are read again
    verify: bool = False  # the bytes of files are compared that have the size and time of before
    allow_removals: bool = False  # documents go even where most files of a folder have vanished


DEFAULT = RunOptions()


@dataclass(slots=True)
class Plan:
    """What is to be done, in order: `held` and `gone` for the sources, then the tasks."""

    tasks: list[ParseTask] = field(default_factory=list)
    waiting: dict[str, list[SourceFile]] = field(default_factory=dict)  # by SHA-256 of a task
    held: list[tuple[str, SourceFile]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)  # found without reading on
    late: set[str] = field(default_factory=set)  # SHA-256 of what ran out of time when last read
    unchanged: int = 0
    copies: int = 0
    renamed: int = 0
    removed: int = 0
    indexed: int = 0  # files below the roots that the index holds
    found: int = 0  # files that are there now
    again: set[str] = field(default_factory=set)  # documents that are read again, whatever changed
    rebuild: bool = False  # all are
    replaces: bool = False  # what the index holds of a file gives way to what is read

    def is_read_again(self, document_id: str) -> bool:
        """Whether a document is read though its bytes are those in the index."""
        return self.rebuild or document_id in self.again

    @property
    def loses_most(self) -> bool:
        """Whether more than half of what the index holds of these folders would be removed.

        Where no fewer files are there than vanished, the folder is in use and was renewed.
        """
        return 2 * self.removed > self.indexed and self.removed > self.found


def compare(
    catalog: Catalog,
    found: FoundFiles,
    options: RunOptions = DEFAULT,
    *,
    retry_locked: bool = False,
    sha256_of: Callable[[Path], str] = ids.file_sha256,
    expect: Callable[[Sequence[Path]], None] = lambda files: None,
    on_file: Callable[[int, str], None] = lambda number, path: None,
) -> Plan:
    """Plan a run over the files found; `on_file` is told the number and path of each.

    Only files below `found.roots` can be found missing. `retry_locked` reads files again that
    wanted a password. `sha256_of` reads a file, and raises `OSError` or `DocumentError`; `expect`
    is told before of which files behind addresses it will be asked.
    """
    with catalog.snapshot():
        return _Comparison(catalog, found, options, retry_locked, sha256_of).plan(expect, on_file)


class _Comparison:
    def __init__(
        self,
        catalog: Catalog,
        found: FoundFiles,
        options: RunOptions,
        retry_locked: bool,
        sha256_of: Callable[[Path], str],
    ) -> None:
        self._found = found
        self._options = options
        self._retry_locked = retry_locked
        self._sha256_of = sha256_of
        documents = catalog.documents.all()
        again = {d.id for d in documents if options.retry_failed and d.status != "ok"}
        self._by_sha = {d.sha256: d.id for d in documents}
        self._sha_by_id = {d.id: d.sha256 for d in documents}
        self._sources = catalog.sources.all()
        again |= {held for source, held in self._sources.values() if not source.is_stamped}
        self._failures = {failure.source.path: failure for failure in catalog.failures.all()}
        self._holders = {
            self._sources[holder][1]
            for path in (*self._sources, *self._failures)
            for holder in containers_of(path)
            if holder in self._sources
        }
        inner = {path for path, (_, held) in self._sources.items() if held in again}
        inner |= {path for path, item in self._failures.items() if self._is_tried_again(item)}
        again |= {
            self._sources[holder][1]
            for path in inner
            for holder in containers_of(path)
            if holder in self._sources
        }
        missing = set(_vanished(found, {*self._sources, *self._failures}))
        self._missing = set() if options.keep_missing else missing
        self._paths_by_id: dict[str, set[str]] = {}
        for path, (_, document_id) in self._sources.items():
            self._paths_by_id.setdefault(document_id, set()).add(path)
        roots = [text_of(root) for root in found.roots]
        self._plan = Plan(
            indexed=sum(
                any(is_below(path, root) for root in roots)
                for path in self._sources
                if not self._is_member(path)
            ),
            found=len(found.files),
            again=again,
            rebuild=options.rebuild,
            late={d.sha256 for d in documents if any(map(ran_out_of_time, d.problems))}
            | {
                failure.sha256
                for failure in self._failures.values()
                if failure.sha256 is not None and ran_out_of_time(failure.problem)
            },
        )

    def plan(
        self, expect: Callable[[Sequence[Path]], None], on_file: Callable[[int, str], None]
    ) -> Plan:
        plan = self._plan
        expect([file for file in self._found.remote if self._is_opened(self._source(file))])
        for number, file in enumerate(self._found.files, start=1):
            self._file(file)
            on_file(number, text_of(file))
        renamed = {path for path in plan.gone if path in self._sources}
        gone = {path for path in self._missing if path in self._sources} - renamed
        plan.removed = len([path for path in gone if not self._is_member(path)])
        plan.gone = sorted({*plan.gone, *self._missing}, key=os.fsencode)
        return plan

    def _file(self, file: Path) -> None:
        """Decide what is to be done about one file."""
        path, plan = text_of(file), self._plan
        try:
            source = self._source(file)
            if self._is_unchanged(source):
                plan.unchanged += 1
                if path in self._failures:  # it was out of reach for a while
                    plan.held.append((self._sources[path][1], source))
            elif self._is_opened(source):
                self._by_content(source, self._sha256_of(file))
        except OSError as error:
            problem = Problem("open", f"cannot be read: {error.strerror}")
            plan.failures.append(Failure(SourceFile(path), None, problem))
        except DocumentError as error:
            problem = Problem("open", f"cannot be fetched: {error}")
            plan.failures.append(Failure(SourceFile(path), None, problem))

    def _is_unchanged(self, source: SourceFile) -> bool:
        """Whether a file has the size and time of what the index holds of it, which stays."""
        known, document_id = self._sources.get(source.path, (None, ""))
        is_compared = self._options.verify or self._plan.is_read_again(document_id)
        return source == known and not is_compared

    def _is_opened(self, source: SourceFile) -> bool:
        """Whether the bytes of a file decide."""
        failure = self._failures.get(source.path)
        is_tried = failure is None or failure.source != source or self._is_tried_again(failure)
        return is_tried and not self._is_unchanged(source)

    def _source(self, file: Path) -> SourceFile:
        """A file as it is now, or as it was listed where it is elsewhere."""
        listed = self._found.remote.get(file)
        if listed is None:
            return source_of(file)
        return SourceFile(text_of(file), listed.size, listed.version)

    def _is_member(self, path: str) -> bool:
        """Whether a file lies within another."""
        return any(holder in self._sources for holder in containers_of(path))

    def _is_tried_again(self, failure: Failure) -> bool:
        locked = LOCKED in failure.problem.message
        is_due = not failure.source.is_stamped
        return is_due or self._options.retry_failed or (locked and self._retry_locked)

    def _by_content(self, source: SourceFile, sha256: str) -> None:
        """Decide about a file that is new, or was touched, by the hash of its bytes."""
        plan, failure = self._plan, self._failures.get(source.path)
        document_id = self._by_sha.get(sha256)
        if sha256 in plan.waiting:
            plan.waiting[sha256].append(source)
        elif document_id is not None and not (
            plan.is_read_again(document_id) or self._is_moved_holder(document_id, source)
        ):
            self._hold(document_id, source)
        elif failure is not None and failure.sha256 == sha256 and not self._is_tried_again(failure):
            plan.failures.append(replace(failure, source=source))  # touched, no more
        else:
            plan.replaces |= document_id is not None or source.path in self._sources
            name = document_id or ids.new_document_id(sha256, self._sha_by_id)
            plan.tasks.append(ParseTask(Path(source.path), sha256, name))
            plan.waiting[sha256] = [source]

    def _is_moved_holder(self, document_id: str, source: SourceFile) -> bool:
        """Whether a file holds others whose paths begin with another one's."""
        return document_id in self._holders and source.path not in self._paths_by_id[document_id]

    def _hold(self, document_id: str, source: SourceFile) -> None:
        """The file has the bytes of a stored document: touched, renamed, or a copy."""
        plan, paths = self._plan, self._paths_by_id[document_id]
        plan.held.append((document_id, source))
        if source.path in paths:
            plan.unchanged += 1
            return
        left = sorted(path for path in paths if path not in plan.gone and self._has_left(path))
        if left:
            plan.gone.append(left[0])
            plan.renamed += 1
        else:
            plan.copies += 1

    def _has_left(self, path: str) -> bool:
        """Whether a stored file is no longer there, below the roots or anywhere else.

        One behind an address is there, unless a listing says otherwise.
        """
        stays = self._options.keep_missing or is_address(path)
        return path in self._missing or not (stays or Path(path).exists())


def source_of(file: Path) -> SourceFile:
    """A file as it is now."""
    status = file.stat()
    return SourceFile(str(file), status.st_size, status.st_mtime_ns)


def _vanished(found: FoundFiles, known: Iterable[str]) -> Iterator[str]:
    """Known paths below the roots that were not found, though their folder could be listed.

    A file that is there and was once named by itself (hidden, or of another suffix) is kept; one
    that is there otherwise is left out by the ignore patterns, and has vanished for the index. Of
    one behind an address nobody asks whether it is there.
    """
    files = {text_of(file) for file in found.files}
    roots = [text_of(root) for root in found.roots]
    unlisted = [text_of(folder) for folder, _ in found.problems]
    for path in known:
        root = next((root for root in roots if is_below(path, root)), None)
        if root is None or path in files or any(is_below(path, f) for f in unlisted):
            continue
        if not files.isdisjoint(containers_of(path)):
            continue  # it is there as long as what holds it
        hidden = any(part.startswith(".") for part in Path(path[len(root) :]).parts)
        named = hidden or Path(path).suffix.lower() not in SUFFIXES
        if not (named and (is_address(path) or Path(path).exists())):
            yield path
