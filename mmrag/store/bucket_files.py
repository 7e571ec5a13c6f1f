"""The bytes of pictures in a bucket, or any other file system of fsspec, by its URI.

Object stores take many files side by side, each in whole or not at all; elsewhere a file is written
beside its name and moved there.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

from mmrag import filesystems
from mmrag.errors import IndexUnusable, UsageError

FLUSH_BYTES = 16 << 20
"""Held until they are written together: some 150 pages. Chosen by hand."""
REMOVED_AT_ONCE = 1000
"""What S3 takes in one request."""
SWEPT = "`mmrag check --repair` removes what is left over"


class BucketFiles:
    """`mmrag.store.picture_files.PictureFiles` by fsspec. Use one per thread."""

    is_here = False

    def __init__(self, place: str) -> None:
        self.place = place
        self._waiting: dict[str, bytes] = {}

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        """The file system and the folder in it.

        Raises `UsageError` for an address with secrets, a forbidden one, or a web server's.
        """
        filesystems.check(self.place)
        scheme, _, rest = self.place.partition("://")
        if scheme in filesystems.WEB:
            raise UsageError(
                f"{self.place}: a web server takes no pictures: name a bucket or a folder"
            )
        if set(rest) & set("?#*["):
            raise UsageError(f"{scheme}://: an address with ?, #, * or [ is not taken for pictures")
        system, root = filesystems.opened(self.place)
        return system, root.rstrip("/")

    def write(self, name: str, data: bytes) -> None:
        self._waiting[name] = data
        if sum(map(len, self._waiting.values())) >= FLUSH_BYTES:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        with self._usable("stored", "write", "the same command goes on"):
            system, root = self._opened
            wanted = {f"{root}/{name}": data for name, data in self._waiting.items()}
            if system.async_impl:
                system.pipe(wanted)
            else:
                for path, data in wanted.items():
                    _write_beside(system, path, data)
        self._waiting.clear()

    def path(self, name: str) -> None:
        return None

    def read(self, names: Collection[str]) -> dict[str, bytes | UsageError]:
        if not names:
            return {}
        try:
            with filesystems.faults():
                system, root = self._opened
                paths = {name: f"{root}/{name}" for name in names}
                told = _read(system, list(paths.values()))
        except (filesystems.Unreachable, UsageError) as error:
            return {name: self._unread(error) for name in names}
        found: dict[str, bytes | UsageError] = {}
        for name, path in paths.items():
            data = told[path]
            if isinstance(data, bytes):
                found[name] = data
            elif not isinstance(fault := _in_words(data), filesystems.NothingThere):
                found[name] = self._unread(fault)
        return found

    def names(self) -> Iterator[str]:
        with self._usable("listed", "list", SWEPT):
            system, root = self._opened
            system.invalidate_cache()
            try:
                paths = system.find(root)
            except FileNotFoundError:
                paths = []
        return (str(path).removeprefix(f"{root}/") for path in paths)

    def remove(self, names: Iterable[str]) -> None:
        with self._usable("removed", "remove", SWEPT):
            system, root = self._opened
            paths = [f"{root}/{name}" for name in names]
            some = REMOVED_AT_ONCE if system.async_impl else 1
            for first in range(0, len(paths), some):
                with suppress(FileNotFoundError):
                    system.rm(paths[first : first + some])

    @contextmanager
    def _usable(self, done: str, doing: str, cure: str) -> Iterator[None]:
        try:
            with filesystems.faults(doing):
                yield
        except filesystems.Unreachable as error:
            raise IndexUnusable(
                f"{self.place}: pictures cannot be {done}: {error}; what was committed is kept, "
                f"and {cure}"
            ) from error

    def _unread(self, error: Exception) -> UsageError:
        return UsageError(f"{self.place}: a picture cannot be read: {error}")


def _write_beside(system: Any, path: str, data: bytes) -> None:
    temporary = f"{path}.{os.getpid()}.tmp"
    system.makedirs(path.rpartition("/")[0], exist_ok=True)
    try:
        system.pipe_file(temporary, data)
        system.mv(temporary, path)
    except BaseException:
        with suppress(Exception):
            system.rm_file(temporary)
        raise


def _read(system: Any, paths: list[str]) -> Mapping[str, bytes | Exception]:
    """Files, or why they cannot be read; side by side where the file system can."""
    if system.async_impl:
        told: Mapping[str, bytes | Exception] = system.cat(paths, on_error="return")
        return told
    return {path: _read_one(system, path) for path in paths}


def _read_one(system: Any, path: str) -> bytes | Exception:
    try:
        return bytes(system.cat_file(path))
    except Exception as error:  # of libraries that have each their own
        return error


def _in_words(error: Exception) -> filesystems.Unreachable:
    try:
        with filesystems.faults():
            raise error
    except filesystems.Unreachable as told:
        return told
