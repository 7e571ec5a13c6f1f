"""Documents taken out of an index by name, and what hangs on them."""

from collections.abc import Sequence
from pathlib import Path

from mmrag.paths import is_address, text_of
from mmrag.store import selection
from mmrag.store.catalog import Catalog
from mmrag.store.pictures import PictureStore
from mmrag.types import Document


def remove(catalog: Catalog, names: Sequence[str]) -> list[Document]:
    """Take out the documents that are meant, and those within their files; what went is returned.

    A name may be a path, that of a folder too. Raises `UsageError` for one that no document has;
    nothing is removed then. The catalog must be open for writing.
    """
    meant: set[str] = set()
    for name in names:
        found = catalog.documents.resolve(name) or _at(catalog, name)
        if not found:
            raise selection.unknown(name)
        meant.update(found)
    held = (source.path for name in meant for source in catalog.sources.of_document(name))
    gone = {within for path in held for within in (path, *catalog.sources.within(path))}
    before = catalog.documents.by_id([*meant, *catalog.sources.holders(gone)])
    catalog.update_sources(gone=sorted(gone))
    left = catalog.documents.by_id(before)
    removed = [document for name, document in before.items() if name not in left]
    if any(document.keeps_pictures for document in removed):
        PictureStore(catalog.layout).remove_orphans(set(catalog.picture_hashes()))
    return sorted(removed, key=lambda document: document.path)


def _at(catalog: Catalog, name: str) -> list[str]:
    """IDs of the documents at a path, or below a folder."""
    if is_address(name):
        below = {text_of(Path(name))}
    else:
        path = Path(name).expanduser().absolute()
        below = {str(path), str(path.resolve())}
    return [
        held
        for source, (_, held) in catalog.sources.all().items()
        if source in below or any(source.startswith(f"{root}/") for root in below)
    ]
