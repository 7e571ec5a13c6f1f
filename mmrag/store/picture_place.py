"""Where an index keeps its pictures: in its folder, in another, or in a bucket.

An index notes its place, which goes before any profile, and has a folder of its own there, so that
several may share one. A copy of an index shows the pictures of the one that it was copied of, and
neither adds to them nor removes any, before it has a place of its own
(`mmrag.store.move_pictures`).
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from mmrag.channels import VECTOR_NAMES
from mmrag.errors import UsageError
from mmrag.paths import is_address
from mmrag.store.bucket_files import BucketFiles
from mmrag.store.catalog import Catalog
from mmrag.store.engine import prefix
from mmrag.store.picture_files import FolderFiles, PictureFiles
from mmrag.store.pictures import PictureStore

_TRIED = "mmrag"  # name of a file that is written to see whether a place takes any


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """A place as it was asked for, the folder of an index in it, and that index."""

    wanted: str
    folder: str
    index: str

    def note(self, catalog: Catalog) -> None:
        """Let an index keep its pictures here from now on."""
        catalog.facts.set_pictures(json.dumps(asdict(self)))

    def files(self) -> PictureFiles:
        """What lies there."""
        is_bucket = is_address(self.folder)
        return BucketFiles(self.folder) if is_bucket else FolderFiles(Path(self.folder))

    def check(self) -> None:
        """Write a file and remove it.

        Raises `IndexUnusable` where the place takes none, `UsageError` where it cannot be one.
        """
        files = self.files()
        files.write(_TRIED, b"mmrag")
        files.flush()
        files.remove([_TRIED])


def of(catalog: Catalog, wanted: str) -> PicturePlace:
    """The place of an index at a folder or URI."""
    root = catalog.layout.root
    asked = wanted.removeprefix("file://")
    base = asked if is_address(asked) else str(Path(asked).expanduser().absolute())
    own = prefix(catalog.layout, catalog.vectors.state(VECTOR_NAMES[0]).index_id, base)
    return PicturePlace(wanted, f"{base.rstrip('/')}/{own}pictures", str(root.resolve()))


def kept(catalog: Catalog) -> PictureStore:
    """The pictures that an index keeps."""
    noted = _noted(catalog)
    if noted is None:
        return PictureStore(catalog.layout)
    owns = noted.index == str(catalog.layout.root.resolve())
    return PictureStore(catalog.layout, noted.files(), owns=owns)


def kept_for_run(catalog: Catalog, wanted: str) -> PictureStore:
    """Where a run keeps pictures; an index that keeps none yet gets the place that is wanted.

    Raises `UsageError` for a place that cannot be, and for a copy of another index; `IndexUnusable`
    where a place takes no files.
    """
    noted = _noted(catalog)
    if wanted and noted is None and next(catalog.picture_hashes(), None) is None:
        noted = of(catalog, wanted)
        noted.check()
        noted.note(catalog)
    store = kept(catalog)
    if noted is not None and not store.owns:
        raise UsageError(
            f"{catalog.layout.root}: was moved or copied, and its pictures are those of "
            f"{noted.index}, in {store.place}: `mmrag store pictures --to {noted.wanted}` gives it "
            "a place of its own there"
        )
    return store


def elsewhere(catalog: Catalog, wanted: str) -> str:
    """What a user should know who wants pictures at another place than they are kept at."""
    noted = _noted(catalog)
    if not wanted or (noted is not None and noted.wanted == wanted):
        return ""
    return (
        f"pictures stay in {kept(catalog).place}: `mmrag store pictures --to {wanted}` moves them"
    )


def _noted(catalog: Catalog) -> PicturePlace | None:
    told = catalog.facts.pictures()
    return None if told is None else PicturePlace(**json.loads(told))
