"""Paths and addresses given by the user to the files that will be read."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pathspec

from mmrag.errors import UsageError
from mmrag.ingest.formats.table import SUFFIXES
from mmrag.paths import is_address
from mmrag.types import Problem

if TYPE_CHECKING:
    from mmrag.ingest.remote.listing import Listed, RemoteFile

MISSING = Problem("walk", "no such file or folder")


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What a walk found: absolute paths, sorted, each once; folders that could not be listed.

    `roots` are the folders and files that were asked for: a file known to the index below a root
    and not in `files` has vanished. `unread` counts the files of other types by their suffix, in
    lower case. `remote` are those of the files that lie behind an address.
    """

    files: tuple[Path, ...]
    roots: tuple[Path, ...]
    problems: tuple[tuple[Path, Problem], ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)
    remote: "Mapping[Path, RemoteFile]" = field(default_factory=dict)


def find_files(paths: Sequence[Path | str], ignore: Sequence[str] = ()) -> FoundFiles:
    """Every file below `paths` with a known suffix; a file that is named is always taken.

    A path that is an address (`s3://bucket/papers`) is listed there. `ignore` are gitignore
    patterns, relative to the folder that is walked. Hidden files and folders are left out. A path
    that does not exist is a problem of the walk; raises `UsageError` where none of them exists, for
    an address that is not taken, and for a pattern that cannot be read.
    """
    try:
        rules = pathspec.GitIgnoreSpec.from_lines(ignore)
    except ValueError as error:
        raise UsageError(f"ignore pattern cannot be read: {error}") from error
    search = _Search(rules)
    for path in paths:
        if is_address(str(path)):
            search.add_address(str(path))
        else:
            search.add_path(Path(path))
    if search.problems and not search.roots:
        told = "; ".join(dict.fromkeys(problem.message for _, problem in search.problems))
        raise UsageError(f"{', '.join(map(str, paths))}: {told}")
    return search.found()


class _Search:
    """What was found so far."""

    def __init__(self, rules: pathspec.GitIgnoreSpec) -> None:
        self._rules = rules
        self.roots: list[Path] = []
        self.problems: list[tuple[Path, Problem]] = []
        self._files: set[Path] = set()
        self._unread: Counter[str] = Counter()
        self._remote: dict[Path, RemoteFile] = {}

    def add_path(self, path: Path) -> None:
        root = _absolute(path)
        if not os.path.lexists(root):
            self.problems.append((root, MISSING))
            return
        self.roots.append(root)
        if root.is_dir():
            for file in _walk(root, self._rules, self.problems):
                self._add_found(file)
        else:
            self._files.add(root)

    def add_address(self, address: str) -> None:
        root, listed = Path(address), _listed(address, self._rules)
        self.problems += listed.problems
        if listed.is_there:
            self.roots.append(root)
        self._remote.update(listed.files)
        for file in listed.files:
            if file == root:
                self._files.add(file)
            else:
                self._add_found(file)

    def _add_found(self, file: Path) -> None:
        suffix = file.suffix.lower()
        if suffix in SUFFIXES:
            self._files.add(file)
        else:
            self._unread[suffix] += 1

    def found(self) -> FoundFiles:
        files = tuple(sorted(self._files, key=os.fsencode))
        return FoundFiles(
            files, tuple(self.roots), tuple(self.problems), self._unread, self._remote
        )


def _listed(address: str, rules: pathspec.GitIgnoreSpec) -> "Listed":
    """What lies at and below an address. Raises `UsageError`."""
    from mmrag.ingest.remote import listing

    return listing.listed(address, rules.match_file)


def _absolute(path: Path) -> Path:
    """Absolute, with `..` and links in folders resolved; a file keeps the name it was given."""
    parent, name = path.expanduser().absolute().parent, path.name
    if name in ("", ".", "..") or path.is_dir():
        return path.expanduser().resolve()
    return parent.resolve() / name


def _walk(
    root: Path, rules: pathspec.GitIgnoreSpec, problems: list[tuple[Path, Problem]]
) -> Iterator[Path]:
    """Files below `root`; links to folders are followed, a folder within itself is not."""
    stack: list[tuple[Path, frozenset[tuple[int, int]]]] = [(root, frozenset())]
    while stack:
        folder, above = stack.pop()
        try:
            status = folder.stat()
            entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            problems.append((folder, Problem("walk", f"cannot be listed: {error.strerror}")))
            continue
        key = (status.st_dev, status.st_ino)
        if key in above:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = folder / entry.name
            name = os.fsencode(path.relative_to(root)).decode("utf-8", "replace")
            if _is_folder(entry):
                if not rules.match_file(name + "/"):
                    stack.append((path, above | {key}))
            elif not rules.match_file(name):
                yield path


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether an entry leads to a folder; a link that leads to itself is left to the reader."""
    try:
        return entry.is_dir()
    except OSError:
        return False
