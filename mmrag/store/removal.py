"""Documents taken out of an index by name, and what hangs on them."""

from collections.abc import Sequence
from pathlib import Path

from mmrag.paths import containers_of, is_address, text_of
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
    sources = catalog.sources.all()
    holders = {path for path, (_, held) in sources.items() if held in meant}
    failed = (failure.source.path for failure in catalog.failures.all())
    within = (at for at in (*sources, *failed) if not holders.isdisjoint(containers_of(at)))
    gone = {*holders, *within}
    before = {document.id: document for document in catalog.documents.all()}
    catalog.update_sources(gone=sorted(gone))
    left = {document.id for document in catalog.documents.all()}
    PictureStore(catalog.layout).remove_orphans(set(catalog.picture_hashes()))
    return [document for name, document in before.items() if name not in left]


def _at(catalog: Catalog, name: str) -> list[str]:
    """IDs of the documents at a path, or below a folder."""
    if is_address(name):
        below = (text_of(Path(name)),)
    else:
        path = Path(name).expanduser().absolute()
        below = (str(path), str(path.resolve()))
    return [
        held
        for source, (_, held) in catalog.sources.all().items()
        if source in below or any(source.startswith(f"{root}/") for root in below)
    ]
