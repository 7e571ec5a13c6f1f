"""Documents taken out of an index by name, and what hangs on them."""

from collections.abc import Sequence
from pathlib import Path

from mmrag.paths import is_address, text_of
from mmrag.store import picture_place, selection
from mmrag.store.catalog import Catalog
from mmrag.types import Document, Figure, Page


def remove(catalog: Catalog, names: Sequence[str]) -> list[Document]:
    """Take out the documents that are meant, and those within their files; what went is returned.

    A name may be a path, that of a folder too. Raises `UsageError` for one that no document has;
    nothing is removed then. The catalog must be open for writing.
    """
    meant: set[str] = set()
    for name in names:
        places = _places(name)
        found = (
            catalog.sources.holders(places)
            or catalog.documents.resolve(name)
            or catalog.sources.below(places)
        )
        if not found:
            raise selection.unknown(name)
        meant.update(found)
    held = (source.path for name in meant for source in catalog.sources.of_document(name))
    gone = {within for path in held for within in (path, *catalog.sources.within(path))}
    before = catalog.documents.by_id([*meant, *catalog.sources.holders(gone)])
    pictures = {sha256 for name in before for sha256 in _pictures(catalog, name)}
    catalog.update_sources(gone=sorted(gone))
    left = catalog.documents.by_id(before)
    removed = [document for name, document in before.items() if name not in left]
    if any(document.keeps_pictures for document in removed):
        picture_place.kept(catalog).remove(pictures - set(catalog.picture_hashes()))
    return sorted(removed, key=lambda document: document.path)


def _pictures(catalog: Catalog, document_id: str) -> set[str]:
    """What a document has of pictures, kept or not."""
    pages = catalog.pages.of_document(document_id)
    items: tuple[Page | Figure, ...] = (*pages, *catalog.figures.of_document(document_id))
    return {item.picture for item in items if item.picture}


def _places(name: str) -> list[str]:
    """Where the file or folder of a name would be."""
    if is_address(name):
        return [text_of(Path(name))]
    path = Path(name).expanduser().absolute()
    return list(dict.fromkeys((str(path), str(path.resolve()))))
