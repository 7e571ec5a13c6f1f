"""Paths given by the user to the files that will be read."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pathspec

from mmrag.errors import UsageError
from mmrag.ingest.formats.table import SUFFIXES
from mmrag.types import Problem

MISSING = Problem("walk", "no such file or folder")


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What a walk found: absolute paths, sorted, each once; folders that could not be listed.

    `roots` are the folders and files that were asked for: a file known to the index below a root
    and not in `files` has vanished. `unread` counts the files of other types by their suffix, in
    lower case.
    """

    files: tuple[Path, ...]
    roots: tuple[Path, ...]
    problems: tuple[tuple[Path, Problem], ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)


def find_files(paths: Sequence[Path], ignore: Sequence[str] = ()) -> FoundFiles:
    """Every file below `paths` with a known suffix; a file that is named is always taken.

    `ignore` are gitignore patterns, relative to the folder that is walked. Hidden files and
    folders are left out. A path that does not exist is a problem of the walk; raises `UsageError`
    where none of them exists, and for a pattern that cannot be read.
    """
    try:
        rules = pathspec.GitIgnoreSpec.from_lines(ignore)
    except ValueError as error:
        raise UsageError(f"ignore pattern cannot be read: {error}") from error
    files: dict[Path, None] = {}
    roots: list[Path] = []
    problems: list[tuple[Path, Problem]] = []
    unread: Counter[str] = Counter()
    for path in paths:
        root = _absolute(path)
        if not os.path.lexists(root):
            problems.append((root, MISSING))
            continue
        roots.append(root)
        if root.is_dir():
            for file in _walk(root, rules, problems):
                if file.suffix.lower() in SUFFIXES:
                    files.setdefault(file)
                else:
                    unread[file.suffix.lower()] += 1
        else:
            files.setdefault(root)
    if problems and not roots:
        raise UsageError(f"{', '.join(map(str, paths))}: {MISSING.message}")
    return FoundFiles(tuple(sorted(files, key=os.fsencode)), tuple(roots), tuple(problems), unread)


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
