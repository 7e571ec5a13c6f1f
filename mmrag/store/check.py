"""Compares catalog, words, vectors, FAISS files and pictures both ways, and names what differs.

What is derived is repaired on the spot: words, FAISS files, strays. A document whose picture is
lost or damaged is marked, and the next indexing run reads it again.
"""

from collections.abc import Iterator
from dataclasses import replace

from mmrag.channels import KEYWORD
from mmrag.config import StoreSettings
from mmrag.protocols import VectorStore
from mmrag.reports import Fault
from mmrag.store import check_vectors, documents
from mmrag.store.catalog import Catalog
from mmrag.store.faults import READ_AGAIN, REPAIR
from mmrag.store.items import items_of
from mmrag.store.layout import IndexLayout
from mmrag.store.pictures import PictureStore
from mmrag.store.reader import CatalogReader
from mmrag.store.vector_store import open_vector_store


def check(
    layout: IndexLayout, *, repair: bool = False, settings: StoreSettings | None = None
) -> list[Fault]:
    """All differences; with `repair`, those that were put right are marked so.

    Raises `IndexMissing`, `SchemaTooNew`, `IndexUnusable`, and `IndexLocked` where a repair meets
    a writer.
    """
    with Catalog.open(layout, write=repair) as catalog:
        vectors = open_vector_store(catalog, settings)
        faults = _all(catalog, vectors)
        if not repair or not faults:
            return faults
        _repair(catalog, vectors, faults)
        left = {(fault.part, fault.item, fault.message) for fault in _all(catalog, vectors)}
    return [
        replace(fault, repaired=(fault.part, fault.item, fault.message) not in left)
        for fault in faults
    ]


def _all(catalog: CatalogReader, vectors: VectorStore) -> list[Fault]:
    with catalog.snapshot():
        return [
            *_database_faults(catalog),
            *_word_faults(catalog),
            *check_vectors.vector_faults(catalog),
            *(Fault(vectors.name, held.item, held.message, REPAIR) for held in vectors.check()),
            *_picture_faults(catalog),
        ]


def _database_faults(catalog: CatalogReader) -> Iterator[Fault]:
    """Damage to the database itself."""
    cure = "restore a copy, or remove the index folder and index again"
    for (message,) in catalog.db.execute("pragma integrity_check(20)").fetchall():
        if message != "ok":
            yield Fault("database", catalog.layout.db.name, str(message), cure)
    for table, row, parent, _ in catalog.db.execute("pragma foreign_key_check").fetchall():
        yield Fault("database", f"{table} {row}", f"refers to {parent} that is not there", cure)


def _word_faults(catalog: CatalogReader) -> Iterator[Fault]:
    """Passages and figures that the keyword channel does not know, and the other way round."""
    for item in _unsearchable(catalog):
        yield Fault("words", item, "cannot be found by its words", REPAIR)
    for number, name in _stray_words(catalog):
        yield Fault("words", name or f"row {number}", "words of nothing", REPAIR)


def _unsearchable(catalog: CatalogReader) -> list[str]:
    found = catalog.db.execute(
        f"""select id from ({items_of(KEYWORD.name)}) where id not in (
            select item_id from searchable where id in (select id from words_docsize)
        ) order by id"""
    )
    return [item for (item,) in found]


def _stray_words(catalog: CatalogReader) -> list[tuple[int, str | None]]:
    """Number and item of words that belong to no passage or figure."""
    return list(
        catalog.db.execute(
            f"""select words_docsize.id, item_id from words_docsize
            left join searchable on searchable.id = words_docsize.id
            where item_id is null
            or item_id not in (select id from ({items_of(KEYWORD.name)}))
            order by 1"""
        )
    )


def _picture_faults(catalog: CatalogReader) -> Iterator[Fault]:
    """Pictures that are lost, damaged, or referred to by nothing."""
    store = PictureStore(catalog.layout)
    live, stored = set(catalog.pictures()), set(store.stored())
    for sha256 in sorted(live - stored):
        yield Fault("pictures", sha256, "is missing", READ_AGAIN)
    for sha256 in sorted(live & stored):
        if not store.is_whole(sha256):
            yield Fault("pictures", sha256, "is damaged: its content changed", READ_AGAIN)
    for sha256 in sorted(stored - live):
        yield Fault("pictures", sha256, "no page or figure refers to it", REPAIR)


def _repair(catalog: Catalog, vectors: VectorStore, faults: list[Fault]) -> None:
    """Put right what is derived, and mark documents that have to be read again."""
    store = PictureStore(catalog.layout)
    lost = [f.item for f in faults if f.part == "pictures" and f.cure == READ_AGAIN]
    with catalog.transaction():
        for number, _ in _stray_words(catalog):
            catalog.db.execute("delete from words where rowid = ?", [number])
            catalog.db.execute("delete from searchable where id = ?", [number])
        documents.rebuild_words(catalog.db, _unsearchable(catalog))
        for channel, space in catalog.spaces().items():
            strays = [number for number, _ in check_vectors.stray_vectors(catalog, channel)]
            broken = check_vectors.broken_vectors(catalog, channel, space.dimension)
            for number in [*strays, *(number for number, _, _ in list(broken))]:
                catalog.db.execute("delete from vectors where id = ?", [number])
            documents.note_unfilled(catalog.db, [channel])
        documents.mark_unread(catalog.db, lost)
    for sha256 in lost:
        store.remove(sha256)
    store.remove_orphans(set(catalog.pictures()))
    if any(fault.part == vectors.name for fault in faults):
        vectors.publish(force=True)
