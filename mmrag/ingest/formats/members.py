"""Files within a file: written into a folder, within bounds, for those who read them next.

Nothing but the type of its name goes into the place of a file there; what it is called within its
archive is told, and shown as `a.zip!/b.pdf`.
"""

import lzma
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

from mmrag.ingest.characters import clean_name
from mmrag.paths import INSIDE
from mmrag.types import Problem

MAX_MEMBERS = 2_000
"""Of one file that are read; chosen by hand."""
MAX_BYTES = 1 << 30
"""Of all files unpacked from one, those that were left out included; chosen by hand."""
MAX_RATIO = 200.0
"""Of a file's bytes to those it is packed in, beyond the first megabytes; text rarely has 20."""
FREE_BYTES = 32 << 20
"""That any file may unpack to; chosen by hand."""
ZIP_ERRORS = (zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What `zipfile` raises for what is damaged, packed in a way of its own, or locked."""
UNPACK_ERRORS = (
    *ZIP_ERRORS,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    ValueError,
)
"""What is raised for an archive, or for a file in one, that cannot be unpacked."""
_CHUNK_BYTES = 1 << 20
_MAX_NAME_CHARS = 200


class Readable(Protocol):
    """A file within a file, open."""

    def read(self, size: int, /) -> bytes: ...


class Members:
    """Takes the files within one file; `names` are those that were written, in order."""

    def __init__(self, folder: Path, suffixes: frozenset[str]) -> None:
        self.names: list[str] = []
        self._folder = folder
        self._suffixes = suffixes
        self._left = MAX_BYTES
        self._unread: Counter[str] = Counter()
        self._beyond = 0
        self._problems: list[Problem] = []

    def add(self, name: str, file: Readable, packed: int = 0) -> None:
        """Write a file, which has `packed` bytes in its archive (0: not told).

        One of a type that is not read is counted; so is what is beyond the bounds.
        """
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in self._suffixes:
            self._unread[suffix] += 1
        elif len(self.names) >= MAX_MEMBERS or self._left <= 0:
            self._beyond += 1
        elif self._written(path_of(self._folder, len(self.names), name), name, file, packed):
            self.names.append(self._told(name))

    def fail(self, name: str, what: str) -> None:
        """Note that a file cannot be taken out."""
        self._problems.append(Problem("unpack", f"{_shown(name)}: {what}"))

    def problems(self) -> Iterator[Problem]:
        """What was left out, and why."""
        yield from self._problems
        if self._unread:
            kinds = ", ".join(
                f"{count} {suffix or 'without a suffix'}" for suffix, count in self._unread.items()
            )
            yield Problem("unread", f"files of other types in it: {kinds}")
        if self._beyond:
            limits = f"{MAX_MEMBERS:,} files, {MAX_BYTES >> 20:,} MB"
            yield Problem("unpack", f"{self._beyond:,} more files are not read ({limits})")

    def _written(self, target: Path, name: str, file: Readable, packed: int) -> bool:
        """Whether the whole file could be written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        most = max(MAX_RATIO * packed, FREE_BYTES) if packed else self._left
        size = 0
        with target.open("wb") as out:
            while piece := file.read(_CHUNK_BYTES):
                size += len(piece)
                if size > min(most, self._left):
                    break
                out.write(piece)
        is_whole = size <= min(most, self._left)
        self._left -= min(size, self._left)  # what bombs unpack to counts, or many take for ever
        if is_whole:
            return True
        target.unlink()
        self.fail(name, "it unpacks to more than is taken, as a bomb does")
        return False

    def _told(self, name: str) -> str:
        """The name as it is shown, unlike all before it."""
        shown = _shown(name)
        if shown not in self.names:
            return shown
        path = PurePosixPath(shown)
        return str(path.with_name(f"{path.stem} ({len(self.names) + 1}){path.suffix}"))


def path_of(folder: Path, number: int, name: str) -> Path:
    """Where the file of that number (from 0) lies in the folder."""
    return folder / f"{number:06d}{PurePosixPath(name).suffix.lower()}"


def _shown(name: str) -> str:
    plain = clean_name(name).replace("\\", "/").replace(INSIDE, "/").strip("/")
    return plain[-_MAX_NAME_CHARS:] or "file"
