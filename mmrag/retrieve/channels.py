"""One channel searched: an encoded query in, ranked items out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from mmrag.channels import Channel
from mmrag.retrieve.query_encoding import EncodedQuery
from mmrag.store.reader import CatalogReader
from mmrag.types import ChannelName, Float32

Items = Sequence[tuple[str, float]]
"""Item IDs and scores, best first."""


class VectorSearch(Protocol):
    """Nearest vectors of one channel (`store.vectors.VectorIndex`)."""

    def search(
        self,
        channel: ChannelName,
        queries: Float32,
        k: int,
        document_ids: Sequence[str] | None = None,
    ) -> list[list[tuple[str, float]]]:
        """The `k` nearest items of each query: item ID and inner product, best first."""
        ...


def ranked(
    catalog: CatalogReader,
    vectors: VectorSearch,
    channel: Channel,
    query: EncodedQuery,
    depth: int,
    documents: Sequence[str] | None,
) -> Items:
    """The best `depth` items of one channel, among some documents or all."""
    if not channel.has_vectors:
        return catalog.keyword(query.words, depth, documents, query.phrases)
    vector = query.vectors[channel.name]
    return vectors.search(channel.name, vector[np.newaxis], depth, documents)[0]
