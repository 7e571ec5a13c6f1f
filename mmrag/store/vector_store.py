"""Where the vectors of an index are searched: the one place that knows which stores there are.

A new store is a file beside this one that passes `tests/contracts/test_vector_store.py`, a line
here, and its name in `config.StoreSettings`; a vector database is a `VectorEngine`
(`mmrag.store.engine`). What an index was moved to (`mmrag store migrate`) goes before the profile.
Engines are loaded where they are asked for, and nowhere else.
"""

from typing import TYPE_CHECKING

from mmrag.config import StoreSettings
from mmrag.errors import UsageError
from mmrag.protocols import VectorStore
from mmrag.store.catalog import Catalog
from mmrag.store.engine import VectorEngine, check_reachable, place_of
from mmrag.store.layout import IndexLayout

if TYPE_CHECKING:
    from mmrag.store.page_index import PageIndex


def settings_of(catalog: Catalog, profile: StoreSettings | None = None) -> StoreSettings:
    """The settings by which an index is searched: its own, else those of the profile."""
    own = catalog.facts.store()
    return StoreSettings.model_validate_json(own) if own else profile or StoreSettings()


def open_vector_store(catalog: Catalog, profile: StoreSettings | None = None) -> VectorStore:
    """The store of one catalog's vectors. Raises `UsageError` without the package it needs."""
    return open_with(catalog, settings_of(catalog, profile))


def open_with(catalog: Catalog, settings: StoreSettings) -> VectorStore:
    """The store that some settings name, over the vectors of one catalog."""
    if settings.vectors == "faiss":
        from mmrag.store.faiss_store import FaissStore

        return FaissStore(catalog, approximate_from=settings.approximate_from)
    from mmrag.store.engine_store import EngineStore

    engine = _engine(settings, catalog.layout)
    return EngineStore(catalog, engine, settings.approximate_from)


def _engine(settings: StoreSettings, layout: IndexLayout) -> VectorEngine:
    check_reachable("[store] uri", settings.uri)
    place = place_of(settings.vectors, settings.uri, layout)
    try:
        if settings.vectors == "lancedb":
            from mmrag.store.lancedb_engine import LanceEngine

            return LanceEngine(place)
        from mmrag.store.milvus_engine import MilvusEngine

        return MilvusEngine(place, settings.token_env)
    except ImportError as error:
        raise UsageError(
            f"[store] vectors = {settings.vectors!r} needs a package that is not there ({error}): "
            f"pip install 'mmrag[{settings.vectors}]'"
        ) from error


def open_page_index(catalog: Catalog, profile: StoreSettings | None = None) -> "PageIndex | None":
    """The index of the many vectors of pages; None where vectors are in a store without one.

    FAISS finds by one vector a page, and Milvus Lite drops fields of several in silence.
    """
    return page_index_with(catalog, settings_of(catalog, profile))


def page_index_with(catalog: Catalog, settings: StoreSettings) -> "PageIndex | None":
    """The same by some settings."""
    if settings.vectors != "lancedb":
        return None
    check_reachable("[store] uri", settings.uri)
    try:
        from mmrag.store.page_index import PageIndex
    except ImportError as error:
        raise UsageError(
            f"[store] vectors = 'lancedb' needs a package that is not there ({error}): "
            "pip install 'mmrag[lancedb]'"
        ) from error
    return PageIndex(catalog, place_of(settings.vectors, settings.uri, catalog.layout))
