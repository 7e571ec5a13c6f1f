"""Checks vectors against the items they belong to."""

from collections.abc import Iterator

import numpy as np

from mmrag.reports import Fault
from mmrag.store import vector_rows
from mmrag.store.faults import REPAIR
from mmrag.store.items import items_of
from mmrag.store.reader import CatalogReader
from mmrag.types import ChannelName

UNIT_TOLERANCE = 1e-3
"""How far from 1 the length of a stored vector may be: float32 keeps seven digits. By hand."""


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
