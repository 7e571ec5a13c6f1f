"""Where the vectors of an index are searched: the one place that knows which stores there are.

A new store is a file beside this one that passes `tests/contracts/test_vector_store.py`, a line
here, and its name in `config.StoreSettings`.
"""

from mmrag.config import StoreSettings
from mmrag.protocols import VectorStore
from mmrag.store.catalog import Catalog
from mmrag.store.faiss_store import FaissStore


def open_vector_store(catalog: Catalog, settings: StoreSettings | None = None) -> VectorStore:
    """The store that the settings name, over the vectors of one catalog."""
    match (settings or StoreSettings()).vectors:
        case "faiss":
            return FaissStore(catalog)
