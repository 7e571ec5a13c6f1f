"""Moves the vectors of an index to another store: they are copied, compared, and searched there.

The database keeps all of them in any case. So whatever is interrupted leaves the index with the
store that it had, and what was copied is taken up by the next try.
"""

import time

import numpy as np

from mmrag.config import StoreSettings
from mmrag.errors import IndexUnusable, MmragError
from mmrag.protocols import VectorStore
from mmrag.reports import Migrated
from mmrag.store import vector_store
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.types import ChannelName

TRIED_ROWS = 20
"""Stored vectors of each channel that must find themselves in the new store. Chosen by hand."""
MIN_COSINE = 0.999
"""Of a stored vector with the one that it finds: equal ones may stand for one another."""


def migrate(layout: IndexLayout, profile: StoreSettings, wanted: StoreSettings) -> Migrated:
    """Let another store hold what is searched, and remove what the one before held.

    From then on the index is searched there, whatever a profile says. Raises `UsageError` without
    the package of that store, `IndexLocked`, and `IndexUnusable` where its place cannot be used, or
    where what it holds is not what it was given.
    """
    started = time.monotonic()
    with Catalog.open(layout, write=True) as catalog:
        before = vector_store.settings_of(catalog, profile)
        target = vector_store.open_with(catalog, wanted)
        target.publish()
        with catalog.snapshot():
            faults = target.check()
        if faults:
            raise IndexUnusable(
                f"{layout.root}: {faults[0].item}: {faults[0].message}: the index stays with "
                f"{before.vectors}; try again"
            )
        counts = catalog.vectors.counts()
        for channel in counts:
            _try(catalog, target, channel)
        catalog.facts.set_store(wanted.model_dump_json())
        catalog.checkpoint()
        notes = _left_by(catalog, before) if _place(before) != _place(wanted) else ()
        methods = {channel: target.method(channel) for channel in counts}
        target.close()
    return Migrated(
        str(layout.root), before.vectors, wanted.vectors, counts, methods,
        round(time.monotonic() - started, 3), notes,
    )  # fmt: skip


def _left_by(catalog: Catalog, before: StoreSettings) -> tuple[str, ...]:
    """Remove what the store before holds; what is left there, and why."""
    try:
        vector_store.open_with(catalog, before).remove()
        pages = vector_store.page_index_with(catalog, before)
        if pages is not None:
            pages.remove()
    except MmragError as error:
        return (f"what {before.vectors} holds of this index is left there: {error}",)
    return ()


def _try(catalog: Catalog, store: VectorStore, channel: ChannelName) -> None:
    """Search for some stored vectors. Raises `IndexUnusable` where one does not find itself."""
    state = catalog.vectors.state(channel)
    assert state.dimension is not None
    numbers = catalog.vectors.numbers(channel)
    places = np.linspace(0, len(numbers) - 1, min(TRIED_ROWS, len(numbers))).astype(np.int64)
    _, rows, items = catalog.vectors.read_some(numbers[places], state.dimension)
    for item, found in zip(items.tolist(), store.search(channel, rows, 1), strict=True):
        if not found or found[0][1] < MIN_COSINE:
            raise IndexUnusable(
                f"{catalog.layout.root}: {item} is not found in {store.name} by its own vector of "
                f"the {channel} channel: the index stays with the store that it had"
            )


def _place(settings: StoreSettings) -> tuple[str, str]:
    return settings.vectors, settings.uri
