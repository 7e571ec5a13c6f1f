"""Compares catalog, words, vectors, vector store and pictures both ways, and names what differs.

What is derived is repaired on the spot: words, vector store, strays. A document whose picture is
lost or damaged, or whose text changed since it was stored, is marked, and the next indexing run
reads it again. Nothing is copied from a row whose checksum differs.
"""

from collections.abc import Iterator
from dataclasses import replace

from mmrag.channels import of_source
from mmrag.config import StoreSettings
from mmrag.errors import MmragError
from mmrag.protocols import VectorStore
from mmrag.reports import Fault
from mmrag.store import keyword_store, picture_place
from mmrag.store.catalog import Catalog
from mmrag.store.checksums import ChangedRow
from mmrag.store.faults import DESCRIBE_AGAIN, READ_AGAIN, REPAIR, UNREACHED
from mmrag.store.full_text import FullText
from mmrag.store.layout import IndexLayout
from mmrag.store.vector_store import open_vector_store
from mmrag.types import EXTRACTED


def check(
    layout: IndexLayout, *, repair: bool = False, settings: StoreSettings | None = None
) -> list[Fault]:
    """All differences; with `repair`, those that were put right are marked so.

    Raises `IndexMissing`, `SchemaTooNew`, `IndexUnusable`, and `IndexLocked` where a repair meets
    a writer.
    """
    with Catalog.open(layout, write=repair) as catalog:
        vectors = open_vector_store(catalog, settings)
        words = catalog.find_words_by(keyword_store.held(layout, settings or StoreSettings()))
        faults = _all(catalog, vectors, words)
        if not repair or not faults:
            return faults
        _repair(catalog, vectors, faults)
        if any(fault.part == words.name for fault in faults):
            words.publish(force=True)
        left = {(fault.part, fault.item, fault.message) for fault in _all(catalog, vectors, words)}
    return [
        replace(fault, repaired=(fault.part, fault.item, fault.message) not in left)
        for fault in faults
    ]


def _all(catalog: Catalog, vectors: VectorStore, words: FullText) -> list[Fault]:
    with catalog.snapshot():
        return [
            *_database_faults(catalog),
            *_text_faults(catalog),
            *_word_faults(catalog),
            *_vector_faults(catalog),
            *(Fault(vectors.name, held.item, held.message, REPAIR) for held in vectors.check()),
            *(Fault(words.name, held.item, held.message, REPAIR) for held in words.check()),
            *_picture_faults(catalog),
        ]


def _database_faults(catalog: Catalog) -> Iterator[Fault]:
    """Damage to the database itself."""
    cure = "move the index folder away and `mmrag restore` a backup, or index again"
    for item, message in catalog.session.damage():
        yield Fault("database", item, message, cure)


def _text_faults(catalog: Catalog) -> Iterator[Fault]:
    """Texts that are not what was stored."""
    for row in catalog.checksums.changed():
        cure = DESCRIBE_AGAIN if _is_of_model(row) else READ_AGAIN
        yield Fault("texts", f"{row.table} {row.item}", "changed since it was stored", cure)


def _is_of_model(row: ChangedRow) -> bool:
    """Whether a model made it, so that reading its document again does not."""
    return row.table == "descriptions" and row.describer != EXTRACTED


def _word_faults(catalog: Catalog) -> Iterator[Fault]:
    """Passages and figures that the keyword channel does not know, and the other way round."""
    for item in catalog.words.unsearchable():
        yield Fault("words", item, "cannot be found by its words", REPAIR)
    for number, name in catalog.words.strays():
        yield Fault("words", name or f"row {number}", "words of nothing", REPAIR)


def _vector_faults(catalog: Catalog) -> Iterator[Fault]:
    """Vectors of nothing, vectors that are none, and items without their vector."""
    for channel, space in catalog.vectors.spaces().items():
        strays = dict(catalog.vectors.strays(channel))
        for number, item in strays.items():
            yield Fault(
                "vectors", f"{channel} {item}", f"vector {number} belongs to no item", REPAIR
            )
        for number, item, message in catalog.vectors.broken(channel, space.dimension):
            if number not in strays:
                yield Fault("vectors", f"{channel} {item}", f"vector {number} {message}", REPAIR)
        missing = sum(1 for _ in catalog.vectors.missing(channel))
        if missing:
            yield Fault(
                "vectors",
                channel,
                f"{missing} items have no vector of their present content",
                f"`mmrag index --channel {channel}` encodes them",
            )
    for page in catalog.page_vectors.damaged():
        yield Fault("vectors", f"page {page}", "its vectors changed since they were stored", REPAIR)


def _picture_faults(catalog: Catalog) -> Iterator[Fault]:
    """Pictures that are lost, damaged, or referred to by nothing.

    Of those in a bucket the names are compared: their bytes are whenever one is read.
    """
    live = set(catalog.picture_hashes())
    try:
        store = picture_place.kept(catalog)
        stored = set(store.stored())
    except MmragError as error:
        yield Fault("pictures", "their place", str(error), UNREACHED)
        return
    for sha256 in sorted(live - stored):
        yield Fault("pictures", sha256, "is missing", READ_AGAIN)
    for sha256 in sorted(live & stored) if store.is_here else ():
        if not store.is_whole(sha256):
            yield Fault("pictures", sha256, "is damaged: its content changed", READ_AGAIN)
    for sha256 in sorted(stored - live) if store.owns else ():
        yield Fault("pictures", sha256, "no page or figure refers to it", REPAIR)


def _forget_changed(catalog: Catalog) -> None:
    """Mark documents whose text changed; what a model said is forgotten, and asked for again."""
    for row in list(catalog.checksums.changed()):
        if _is_of_model(row):
            catalog.descriptions.remove(row.item, row.describer)
            catalog.words.refresh_figures([row.item])
            for channel in of_source("descriptions"):
                catalog.vectors.set_stale(channel.name, [row.item])
        else:
            catalog.sources.mark_document_unread(row.document_id)


def _repair(catalog: Catalog, vectors: VectorStore, faults: list[Fault]) -> None:
    """Put right what is derived, and mark documents that have to be read again."""
    lost = [f.item for f in faults if f.part == "pictures" and f.cure == READ_AGAIN]
    with catalog.transaction():
        catalog.words.remove(number for number, _ in catalog.words.strays())
        catalog.words.rebuild(catalog.words.unsearchable())
        for channel, space in catalog.vectors.spaces().items():
            strays = [number for number, _ in catalog.vectors.strays(channel)]
            broken = catalog.vectors.broken(channel, space.dimension)
            catalog.vectors.remove([*strays, *(number for number, _, _ in broken)])
            catalog.vectors.set_unfilled([channel])
        catalog.page_vectors.remove(catalog.page_vectors.damaged())
        _forget_changed(catalog)
        catalog.sources.mark_unread(lost)
    if not any(fault.cure == UNREACHED for fault in faults):
        store = picture_place.kept(catalog)
        store.remove(lost)
        store.remove_orphans(set(catalog.picture_hashes()))
    if any(fault.part == vectors.name for fault in faults):
        vectors.publish(force=True)
