"""The pictures of pages and figures by their IDs: kept in the index, or drawn from their files.

What is drawn is that of the file which was indexed, known by its hash, and is held in the user's
cache for as long as its bound allows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mmrag import ids
from mmrag.disk_cache import DiskCache, folder, key
from mmrag.errors import DocumentError, UsageError
from mmrag.protocols import PageReader
from mmrag.readings import PictureSource
from mmrag.store import picture_place
from mmrag.store.catalog import Catalog
from mmrag.store.pictures import opened
from mmrag.types import Document, Figure, Page

if TYPE_CHECKING:
    from PIL import Image

OpenPictures = Callable[[Iterable[str]], "Mapping[str, Image.Image | UsageError]"]
"""From image IDs to what they show, or why it cannot be shown."""


class NoPicture(UsageError):
    """A page or figure could not be drawn when its file was indexed."""


class ItemPictures:
    """Opens the pictures of one index; `reader` makes who draws, where any has to be drawn."""

    def __init__(
        self,
        catalog: Catalog,
        reader: Callable[[], PageReader],
        cache: DiskCache | None = None,
    ) -> None:
        self._catalog = catalog
        self._reader = reader
        self._cache = cache or DiskCache(folder("pictures"))

    @property
    def place(self) -> str:
        """The folder or URI where pictures are kept."""
        return picture_place.kept(self._catalog).place

    def files(self, image_ids: Iterable[str]) -> dict[str, Path | UsageError]:
        """Where each picture lies, or why there is none; all that have to be are drawn together."""
        found: dict[str, Path | UsageError] = {}
        lacking: dict[str, PictureSource] = {}
        kept: dict[str, str] = {}
        wanted = list(dict.fromkeys(image_ids))
        with self._catalog.snapshot():
            items: Mapping[str, Page | Figure] = {
                **self._catalog.pages.by_id(wanted),
                **self._catalog.figures.by_id(wanted),
            }
            documents = self._catalog.documents.by_id(map(ids.document_of, items))
        for name in wanted:
            item = items.get(name)
            if item is None:
                found[name] = UsageError(f"{name}: not in the index")
                continue
            document = documents[ids.document_of(name)]
            if document.keeps_pictures:
                if item.picture is None:
                    found[name] = NoPicture(f"{name} has no picture: `mmrag status` says why")
                else:
                    kept[name] = item.picture
                continue
            source = _source(item, document)
            cached = self._cache.path(_name(source))
            if cached is None:
                lacking[name] = source
            else:
                found[name] = cached
        paths = picture_place.kept(self._catalog).paths(kept.values()) if kept else {}
        found |= {name: paths[sha256] for name, sha256 in kept.items()}
        return {**found, **self._drawn(lacking)}

    def file(self, image_id: str) -> Path:
        """Where a picture lies. Raises `UsageError` where it is lost, or cannot be drawn."""
        return self.in_order([image_id])[0]

    def in_order(self, image_ids: Sequence[str]) -> list[Path]:
        """Where the picture of each ID lies. Raises `UsageError` as `file` does."""
        files = self.files(image_ids)
        return [_there(files[name]) for name in image_ids]

    def images(self, image_ids: Iterable[str]) -> "dict[str, Image.Image | UsageError]":
        """The decoded pictures, or why there is none."""
        return {name: _opened(file) for name, file in self.files(image_ids).items()}

    def open(self, image_id: str) -> "Image.Image":
        """The decoded picture. Raises `UsageError`."""
        return opened(self.file(image_id))

    def read(self, image_id: str) -> tuple[bytes, str]:
        """The bytes of a picture, and their format: "webp", "png" or "jpeg".

        Raises `UsageError`, also where a kept one changed.
        """
        file = self.file(image_id)
        kept = picture_place.kept(self._catalog)
        data = kept.read(file.stem) if file.is_relative_to(kept.place) else file.read_bytes()
        return data, file.suffix.removeprefix(".")

    def _drawn(self, lacking: Mapping[str, PictureSource]) -> dict[str, Path | UsageError]:
        """The files of pictures that are drawn now."""
        found: dict[str, Path | UsageError] = {}
        for source, drawn in self._reader().draw(lacking.values()) if lacking else ():
            if isinstance(drawn, DocumentError):
                found[source.name] = UsageError(
                    f"{source.name}: its picture is not kept, and cannot be drawn: {drawn}"
                )
                continue
            self._cache.put(_name(source), drawn.data)
            cached = self._cache.path(_name(source))
            found[source.name] = cached or UsageError(
                f"{source.name}: its picture cannot be drawn: {self._cache.root} cannot be "
                "written: set XDG_CACHE_HOME"
            )
        return found


def _there(file: Path | UsageError) -> Path:
    if isinstance(file, UsageError):
        raise file
    return file


def _opened(file: Path | UsageError) -> "Image.Image | UsageError":
    try:
        return file if isinstance(file, UsageError) else opened(file)
    except UsageError as error:
        return error


def _source(item: Page | Figure, document: Document) -> PictureSource:
    box = item.bbox if isinstance(item, Figure) else None
    path, number = Path(document.path), ids.page_number(item.id)
    return PictureSource(item.id, path, number, box, document.sha256)


def _name(source: PictureSource) -> str:
    """The name of a picture in the cache; viewers tell what it is by its bytes or its ending."""
    told = {"file": source.sha256, "page": source.page, "box": source.bbox}
    return f"{key(told)}.jpeg"
