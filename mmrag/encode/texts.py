"""Texts into vectors."""

from collections.abc import Callable, Sequence

import numpy as np

from mmrag.encode.batches import Batcher
from mmrag.protocols import Foresees, TextEncoder
from mmrag.types import ChannelName, VectorBatch


def encode_texts(
    encoder: TextEncoder,
    channel: ChannelName,
    item_ids: Sequence[str],
    texts: Sequence[str],
    batch_size: int = 32,
    on_batch: Callable[[int], None] | None = None,
) -> VectorBatch:
    """Encode `texts[i]` for `item_ids[i]`; `on_batch` is told how many are done after each batch.

    Texts of like length go together, the longest first, because a batch costs what its longest
    text costs and memory runs out early or not at all. Raises `ModelError`.
    """
    if len(item_ids) != len(texts):
        raise ValueError(f"{len(item_ids)} items for {len(texts)} texts")
    if isinstance(encoder, Foresees):
        encoder.expect(len(texts))
    batcher = Batcher(encoder.encode, encoder.space, batch_size)
    rows = np.empty((len(texts), encoder.space.dimension), np.float32)
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]), reverse=True)
    for start in range(0, len(order), batch_size):
        places = order[start : start + batch_size]
        rows[places] = batcher.encode([texts[place] for place in places])
        if on_batch is not None:
            on_batch(start + len(places))
    return VectorBatch(channel, tuple(item_ids), rows, encoder.space)
