"""Where the bytes of pictures lie: what such a place must offer, and a folder that does.

A place is a file beside this one that passes `tests/contracts/test_picture_files.py`, and a line in
`mmrag.store.picture_place`.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from mmrag.errors import IndexUnusable, UsageError
from mmrag.store.private import make_folder, open_private, sync


class PictureFiles(Protocol):
    """Files by names such as `ab/abcd….webp`, each of them there in whole or not at all.

    What writes, lists and removes raises `IndexUnusable` with the place, and `UsageError` where it
    cannot be one; what reads tells that of each name. Names that are not there are left out of what
    is read, and removed without a word.
    """

    @property
    def place(self) -> str:
        """The folder or URI."""
        ...

    @property
    def is_here(self) -> bool:
        """Whether files lie on this machine: read and listed at no cost."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Put a file there, at the latest by the next `flush`; one that is there whole stays."""
        ...

    def flush(self) -> None:
        """Let all that was written be there for good."""
        ...

    def path(self, name: str) -> Path | None:
        """The file itself, where files lie on this machine and it is there."""
        ...

    def read(self, names: Collection[str]) -> Mapping[str, bytes | UsageError]:
        """What is there, or why it cannot be read."""
        ...

    def names(self) -> Iterator[str]:
        """The names of all files, those of interrupted writes and of others too."""
        ...

    def remove(self, names: Iterable[str]) -> None:
        """Remove files."""
        ...


class FolderFiles:
    """Files in a folder of this machine; what is written reaches the disk by `flush`."""

    is_here = True

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unsynced: set[Path] = set()

    @property
    def place(self) -> str:
        return str(self._root)

    def write(self, name: str, data: bytes) -> None:
        path = self._root / name
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            self._unsynced.add(path)
            if path.exists() and path.read_bytes() == data:
                return
            make_folder(self._root)
            make_folder(path.parent)
            with open_private(temporary) as file:
                file.write(data)
            temporary.rename(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise _not_stored(path.parent, error) from error

    def flush(self) -> None:
        try:
            for path in self._unsynced:
                sync(path)
            for folder in {path.parent for path in self._unsynced}:
                sync(folder)
            if self._unsynced:
                sync(self._root)
        except OSError as error:
            raise _not_stored(self._root, error) from error
        self._unsynced.clear()

    def path(self, name: str) -> Path | None:
        path = self._root / name
        return path if path.is_file() else None

    def read(self, names: Collection[str]) -> dict[str, bytes | UsageError]:
        found: dict[str, bytes | UsageError] = {}
        for name in names:
            path = self._root / name
            try:
                found[name] = path.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                found[name] = UsageError(f"{path}: cannot be read: {error.strerror}")
        return found

    def names(self) -> Iterator[str]:
        paths = (path for path in self._root.glob("[0-9a-f][0-9a-f]/*") if path.is_file())
        return (path.relative_to(self._root).as_posix() for path in paths)

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            path = self._root / name
            path.unlink(missing_ok=True)
            self._unsynced.discard(path)


def _not_stored(place: Path, error: OSError) -> IndexUnusable:
    return IndexUnusable(
        f"{place}: cannot store a picture: {error.strerror}: "
        "free disk space and run again; what was committed is kept"
    )
