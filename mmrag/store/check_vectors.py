"""Checks vectors against the items they belong to, and FAISS files against the vectors."""

from collections.abc import Iterator

import numpy as np

from mmrag.channels import VECTOR_NAMES
from mmrag.errors import IndexUnusable
from mmrag.reports import Fault
from mmrag.store import generations, vector_rows
from mmrag.store.faults import REPAIR
from mmrag.store.items import items_of
from mmrag.store.reader import CatalogReader
from mmrag.types import ChannelName

UNIT_TOLERANCE = 1e-3


def vector_faults(catalog: CatalogReader) -> Iterator[Fault]:
    """Vectors of nothing, vectors that are none, and items without their vector."""
    for channel, space in catalog.spaces().items():
        for number, item in stray_vectors(catalog, channel):
            yield Fault(
                "vectors", f"{channel} {item}", f"vector {number} belongs to no item", REPAIR
            )
        for number, item, message in broken_vectors(catalog, channel, space.dimension):
            yield Fault("vectors", f"{channel} {item}", f"vector {number} {message}", REPAIR)
        missing = sum(1 for _ in catalog.missing(channel))
        if missing:
            yield Fault(
                "vectors",
                channel,
                f"{missing} items have no vector of their present content",
                f"`mmrag index --channel {channel}` encodes them",
            )


def stray_vectors(catalog: CatalogReader, channel: ChannelName) -> list[tuple[int, str]]:
    """Number and item of each vector whose item is not there."""
    return list(
        catalog.db.execute(
            f"select id, item_id from vectors where channel = ? "
            f"and item_id not in (select id from ({items_of(channel)})) order by id",
            [channel],
        )
    )


def broken_vectors(
    catalog: CatalogReader, channel: ChannelName, dimension: int
) -> Iterator[tuple[int, str, str]]:
    """Number, item and fault of each vector of a wrong length."""
    size = dimension * vector_rows.ROW_TYPE.itemsize
    cursor = catalog.db.execute(
        "select id, item_id, row from vectors where channel = ? order by id", [channel]
    )
    for number, item, row in cursor:
        if len(row) != size:
            yield number, item, f"has {len(row)} bytes instead of {size}"
            continue
        length = float(np.linalg.norm(np.frombuffer(row, vector_rows.ROW_TYPE)))
        if not abs(length - 1) <= UNIT_TOLERANCE:
            yield number, item, f"has length {length:.3f} instead of 1"


def faiss_faults(catalog: CatalogReader) -> Iterator[Fault]:
    """FAISS files that are absent, damaged or of other content than the vectors; stray files."""
    layout = catalog.layout
    for channel in VECTOR_NAMES:
        state = vector_rows.state(catalog.db, channel)
        held = generations.read_manifest(layout, channel)
        message = _faiss_fault(catalog, channel, state, held)
        if message is not None:
            yield Fault("faiss", held.file if held else channel, message, REPAIR)
    for path in generations.strays(layout):
        yield Fault("faiss", path.name, "a file that nothing refers to", REPAIR)


def _faiss_fault(
    catalog: CatalogReader,
    channel: ChannelName,
    state: vector_rows.VectorState,
    held: generations.Generation | None,
) -> str | None:
    if state.dimension is None:
        return None if held is None else "the channel is empty, and has a search file"
    if held is None:
        return "the channel has no search file that can be read"
    if not held.state.comes_before(state):
        return "made of another state of the index"
    fault = generations.fault(catalog.layout, held)
    if fault is not None:
        return fault
    try:
        return _difference(catalog, channel, state.dimension, held)
    except IndexUnusable as error:
        return f"cannot be compared: {error}"


def _difference(
    catalog: CatalogReader, channel: ChannelName, dimension: int, held: generations.Generation
) -> str | None:
    """How a whole file differs from the vectors that it was made of; deleted ones may be in it."""
    index = generations.load(catalog.layout, held)
    if index is None:
        return f"does not hold {held.count} vectors of {held.dimension} dimensions"
    ids, rows = generations.contents(index)
    places = {int(number): place for place, number in enumerate(ids)}
    for numbers, stored in vector_rows.read(catalog.db, channel, dimension):
        for number, row in zip(numbers.tolist(), stored, strict=True):
            if number > held.last_id:
                return None
            place = places.get(number)
            if place is None:
                return f"vector {number} is not in it"
            if not np.array_equal(rows[place], row):
                return f"vector {number} is another one in it"
    return None
