"""Page images and crops on disk, named by the SHA-256 of their bytes."""

import hashlib
import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from mmrag.errors import IndexUnusable, UsageError
from mmrag.store.layout import IndexLayout
from mmrag.store.private import make_folder, open_private, sync
from mmrag.types import Picture

if TYPE_CHECKING:
    from PIL import Image

_NAME = re.compile(r"([0-9a-f]{64})\.(webp|png|jpeg)")
_SUFFIXES = (".webp", ".png", ".jpeg")


class PictureStore:
    """`pictures/`: one file per content, in folders by the first two digits of its name."""

    def __init__(self, layout: IndexLayout, root: Path | None = None) -> None:
        self._root = root or layout.pictures
        self._unsynced: set[Path] = set()

    def save(self, picture: Picture) -> None:
        """Store a picture, which `sync` lets reach the disk; one that is there whole stays.

        Raises `IndexUnusable` where the disk is full, `UsageError` where the name is not the hash.
        """
        if hashlib.sha256(picture.data).hexdigest() != picture.sha256:
            raise UsageError(f"{picture.sha256[:16]}: not the SHA-256 of this picture")
        path = self._place(picture.sha256, f".{picture.format}")
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            self._unsynced.add(path)
            if path.exists() and path.read_bytes() == picture.data:
                return
            make_folder(self._root)
            make_folder(path.parent)
            with open_private(temporary) as file:
                file.write(picture.data)
            temporary.rename(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise _not_stored(path.parent, error) from error

    def sync(self) -> None:
        """Let all pictures that were saved reach the disk, before a document that names them.

        Raises `IndexUnusable` where the disk is full or fails.
        """
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

    def path(self, sha256: str) -> Path:
        """Where a picture lies. Raises `UsageError` where it is not stored."""
        for suffix in _SUFFIXES:
            path = self._place(sha256, suffix)
            if path.is_file():
                return path
        raise UsageError(
            f"picture {sha256[:16]} is not stored: `mmrag check` says what else is missing"
        )

    def read(self, sha256: str) -> bytes:
        """The bytes of a picture. Raises `UsageError` where it is not stored or not whole."""
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise UsageError(f"{path}: is damaged: its content changed")
        return data

    def picture(self, sha256: str) -> Picture:
        """A picture to be saved elsewhere, its size in pixels not read.

        Raises `UsageError` where it is not stored or not whole.
        """
        form = self.path(sha256).suffix.removeprefix(".")
        return Picture(
            sha256, self.read(sha256), cast("Literal['webp', 'png', 'jpeg']", form), 0, 0
        )

    def open(self, sha256: str) -> "Image.Image":
        """The decoded picture. Raises `UsageError` where it is not stored or cannot be read."""
        return opened(self.path(sha256))

    def stored(self) -> Iterator[str]:
        """SHA-256 of every stored picture, by its name."""
        for path in self._files():
            name = _NAME.fullmatch(path.name)
            if name is not None:
                yield name[1]

    def is_whole(self, sha256: str) -> bool:
        """Whether a stored picture still has the bytes that its name promises."""
        with self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def remove(self, sha256: str) -> None:
        """Remove one picture, where it is there."""
        for suffix in _SUFFIXES:
            path = self._place(sha256, suffix)
            path.unlink(missing_ok=True)
            self._unsynced.discard(path)

    def remove_orphans(self, live: Collection[str]) -> int:
        """Remove pictures that are not in `live`, and what interrupted writes left; how many.

        Only files that bear a name of this store's making are touched.
        """
        removed = 0
        for path in list(self._files()):
            name = _NAME.match(path.name)
            unfinished = name is not None and path.suffix == ".tmp"
            if name is not None and (unfinished or name[1] not in live):
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in self._files())

    def _files(self) -> Iterator[Path]:
        return (path for path in self._root.glob("[0-9a-f][0-9a-f]/*") if path.is_file())

    def _place(self, sha256: str, suffix: str) -> Path:
        """Only a hash becomes a path, so no name from outside reaches the disk."""
        if not re.fullmatch("[0-9a-f]{64}", sha256):
            raise UsageError(f"{sha256[:80]!r} is not a SHA-256")
        return self._root / sha256[:2] / f"{sha256}{suffix}"


def opened(path: Path) -> "Image.Image":
    """A decoded picture. Raises `UsageError` where it cannot be read."""
    from PIL import Image  # a search opens no picture

    try:
        with Image.open(path) as image:
            image.load()
            return image
    except OSError as error:
        raise UsageError(f"{path}: cannot be read as a picture: {error}") from error


def _not_stored(place: Path, error: OSError) -> IndexUnusable:
    return IndexUnusable(
        f"{place}: cannot store a picture: {error.strerror}: "
        "free disk space and run again; what was committed is kept"
    )
