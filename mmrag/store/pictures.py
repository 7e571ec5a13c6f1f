"""Page images and crops, named by the SHA-256 of their bytes."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from mmrag.disk_cache import DiskCache, folder
from mmrag.errors import UsageError
from mmrag.store.layout import IndexLayout
from mmrag.store.picture_files import FolderFiles, PictureFiles
from mmrag.types import Picture

if TYPE_CHECKING:
    from PIL import Image

T = TypeVar("T")
_NAME = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})\.(webp|png|jpeg)(\.[0-9]+\.tmp)?")
_FORMATS = ("webp", "jpeg", "png")  # what is most likely comes first: each is a request to a bucket
READ_AT_ONCE = 64
"""Pictures that are asked for together: some MB. Chosen by hand."""


class PictureStore:
    """One file per content, in folders by the first two digits of its name.

    They lie in `pictures/` of the index, or where an index keeps them instead
    (`mmrag.store.picture_place`). With `owns` False they are those of another index, which this one
    may show and not remove.
    """

    def __init__(
        self,
        layout: IndexLayout,
        files: PictureFiles | None = None,
        *,
        owns: bool = True,
        cache: DiskCache | None = None,
    ) -> None:
        """`cache` is of the files of pictures that lie elsewhere."""
        self._files = files or FolderFiles(layout.pictures)
        self.owns = owns
        self._cache = cache or DiskCache(folder("fetched-pictures"))

    @property
    def place(self) -> str:
        """The folder or URI."""
        return self._files.place

    @property
    def is_here(self) -> bool:
        """Whether they lie on this machine: read and listed at no cost."""
        return self._files.is_here

    def save(self, picture: Picture) -> None:
        """Store a picture, which `sync` lets be there for good; one that is there whole stays.

        Raises `IndexUnusable` where the disk is full or the place does not take it, `UsageError`
        where the name is not the hash.
        """
        if hashlib.sha256(picture.data).hexdigest() != picture.sha256:
            raise UsageError(f"{picture.sha256[:16]}: not the SHA-256 of this picture")
        self._files.write(_name(picture.sha256, picture.format), picture.data)

    def sync(self) -> None:
        """Let all pictures that were saved be there for good, before a document that names them.

        Raises `IndexUnusable` as `save` does.
        """
        self._files.flush()

    def paths(self, hashes: Iterable[str]) -> dict[str, Path | UsageError]:
        """Files of this machine with these pictures, or why there is none."""
        return self._by_format(hashes, self._here if self.is_here else self._fetched)

    def path(self, sha256: str) -> Path:
        """A file with a picture. Raises `UsageError` where it is not stored."""
        path = self.paths([sha256])[sha256]
        if isinstance(path, UsageError):
            raise path
        return path

    def pictures(self, hashes: Iterable[str]) -> Iterator[tuple[str, Picture | UsageError]]:
        """Pictures to be saved elsewhere, their sizes in pixels not read, or why one cannot be."""
        wanted = list(hashes)
        for first in range(0, len(wanted), READ_AT_ONCE):
            yield from self._by_format(wanted[first : first + READ_AT_ONCE], self._read).items()

    def picture(self, sha256: str) -> Picture:
        """One of them. Raises `UsageError` where it is not stored or not whole."""
        [(_, picture)] = self.pictures([sha256])
        if isinstance(picture, UsageError):
            raise picture
        return picture

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

    def open(self, sha256: str) -> "Image.Image":
        """The decoded picture. Raises `UsageError` where it is not stored or cannot be read."""
        return opened(self.path(sha256))

    def stored(self) -> Iterator[str]:
        """SHA-256 of every stored picture, by its name. Raises `IndexUnusable`."""
        for _, sha256, unfinished in self._named():
            if not unfinished:
                yield sha256

    def is_whole(self, sha256: str) -> bool:
        """Whether a stored picture still has the bytes that its name promises."""
        with self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def remove(self, hashes: Iterable[str]) -> None:
        """Remove pictures, where they are there. Raises `IndexUnusable`."""
        names = [_name(sha256, form) for sha256 in hashes for form in _FORMATS]
        if self.owns:
            self._files.remove(names)

    def remove_orphans(self, live: Collection[str]) -> int:
        """Remove pictures that are not in `live`, and what interrupted writes left; how many.

        Only files that bear a name of this store's making are touched. Raises `IndexUnusable`.
        """
        if not self.owns:
            return 0
        orphans = [n for n, sha256, unfinished in self._named() if unfinished or sha256 not in live]
        self._files.remove(orphans)
        return len(orphans)

    def _named(self) -> Iterator[tuple[str, str, bool]]:
        """Files of this store's making: their names, pictures, and whether a write was cut off."""
        for name in self._files.names():
            told = _NAME.fullmatch(name)
            if told is not None:
                yield name, told[1], told[3] is not None

    def _by_format(
        self,
        hashes: Iterable[str],
        find: Callable[[Collection[str]], Mapping[str, T | UsageError]],
    ) -> dict[str, T | UsageError]:
        """What is found of pictures whose formats are not known."""
        wanted = list(dict.fromkeys(hashes))
        found: dict[str, T | UsageError] = {s: _no_hash(s) for s in wanted if not _is_hash(s)}
        for form in _FORMATS:
            names = {_name(sha256, form): sha256 for sha256 in wanted if sha256 not in found}
            found |= {names[name]: told for name, told in find(names.keys()).items()}
        return {sha256: found.get(sha256, _missing(sha256)) for sha256 in wanted}

    def _here(self, names: Collection[str]) -> dict[str, Path | UsageError]:
        paths = {name: self._files.path(name) for name in names}
        return {name: path for name, path in paths.items() if path is not None}

    def _fetched(self, names: Collection[str]) -> dict[str, Path | UsageError]:
        """Copies in the cache, of which those that lack are fetched together."""
        cached = {name: self._cache.path(PurePosixPath(name).name) for name in names}
        found: dict[str, Path | UsageError] = {n: path for n, path in cached.items() if path}
        for name, picture in self._read([n for n in names if n not in found]).items():
            if isinstance(picture, UsageError):
                found[name] = picture
                continue
            key = PurePosixPath(name).name
            self._cache.put(key, picture.data)
            found[name] = self._cache.path(key) or UsageError(
                f"{self.place}: a picture cannot be fetched: {self._cache.root} cannot be "
                "written: set XDG_CACHE_HOME"
            )
        return found

    def _read(self, names: Collection[str]) -> dict[str, Picture | UsageError]:
        read = self._files.read(names)
        return {name: self._checked(name, data) for name, data in read.items()}

    def _checked(self, name: str, data: bytes | UsageError) -> Picture | UsageError:
        if isinstance(data, UsageError):
            return data
        path = PurePosixPath(name)
        if hashlib.sha256(data).hexdigest() != path.stem:
            return UsageError(
                f"{self.place}/{name}: is damaged: its content changed: remove it there, and "
                "`mmrag check --repair` lets the next run make it anew"
            )
        form = cast("Literal['webp', 'png', 'jpeg']", path.suffix.removeprefix("."))
        return Picture(path.stem, data, form, 0, 0)


def opened(path: Path) -> "Image.Image":
    """A decoded picture. Raises `UsageError` where it cannot be read."""
    from PIL import Image  # a search opens no picture

    try:
        with Image.open(path) as image:
            image.load()
            return image
    except OSError as error:
        raise UsageError(f"{path}: cannot be read as a picture: {error}") from error


def _name(sha256: str, form: str) -> str:
    """Only a hash becomes a name, so that none from outside reaches the disk."""
    if not _is_hash(sha256):
        raise _no_hash(sha256)
    return f"{sha256[:2]}/{sha256}.{form}"


def _is_hash(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", text) is not None


def _no_hash(text: str) -> UsageError:
    return UsageError(f"{text[:80]!r} is not a SHA-256")


def _missing(sha256: str) -> UsageError:
    return UsageError(
        f"picture {sha256[:16]} is not stored: `mmrag check` says what else is missing"
    )
