"""Checks FAISS files against the vectors in the database."""

from collections.abc import Iterator

import numpy as np

from mmrag.channels import VECTOR_NAMES
from mmrag.protocols import StoreFault
from mmrag.store import faiss_files, faiss_lists
from mmrag.store.catalog import Catalog
from mmrag.store.vectors import Int64, VectorState
from mmrag.types import ChannelName


def faults(catalog: Catalog) -> Iterator[StoreFault]:
    """FAISS files that are absent, damaged or of other content than the vectors; stray files."""
    layout = catalog.layout
    for channel in VECTOR_NAMES:
        state = catalog.vectors.state(channel)
        held = faiss_files.read_manifest(layout, channel)
        message = _fault(catalog, channel, state, held)
        if message is not None:
            yield StoreFault(held.file if held else channel, message)
    for path in faiss_files.strays(layout):
        yield StoreFault(path.name, "a file that nothing refers to")


def _fault(
    catalog: Catalog,
    channel: ChannelName,
    state: VectorState,
    held: faiss_files.Generation | None,
) -> str | None:
    if state.dimension is None:
        return None if held is None else "the channel is empty, and has a search file"
    if held is None:
        return "the channel has no search file that can be read"
    if not (catalog.epochs.knows(held.epoch) and held.state.comes_before(state)):
        return "made of another state of the index"
    fault = faiss_files.fault(catalog.layout, held)
    return fault or _difference(catalog, channel, state.dimension, held)


def _difference(
    catalog: Catalog, channel: ChannelName, dimension: int, held: faiss_files.Generation
) -> str | None:
    """How a whole file differs from the vectors that it was made of; deleted ones may be in it.

    Vectors that are damaged in the database are faults of it: the file may hold them as they were.
    """
    bulk = faiss_files.load(catalog.layout, held)
    if bulk is None:
        return f"does not hold {held.count} vectors of {held.dimension} dimensions"
    if not bulk.is_exact:
        return _lacking(catalog, channel, held, faiss_lists.numbers(bulk.index))
    rows = bulk.rows(np.arange(len(bulk.ids)))
    places = {int(number): place for place, number in enumerate(bulk.ids)}
    for numbers, stored in catalog.vectors.read(channel, dimension, whole_only=True):
        for number, row in zip(numbers.tolist(), stored, strict=True):
            if number > held.last_id:
                return None
            place = places.get(number)
            if place is None:
                return f"vector {number} is not in it"
            if not np.array_equal(rows[place], row):
                return f"vector {number} is another one in it"
    return None


def _lacking(
    catalog: Catalog, channel: ChannelName, held: faiss_files.Generation, numbers: Int64
) -> str | None:
    """Which vector an approximate file lacks; its codes are those that its checksum was made of."""
    lacking = np.setdiff1d(catalog.vectors.numbers(channel), numbers)
    lacking = lacking[lacking <= held.last_id]
    return f"vector {lacking[0]} is not in it" if len(lacking) else None
