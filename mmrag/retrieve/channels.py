"""The channels of retrieval, each on its own: a query in, ranked items out.

| channel     | query                                    | items              |
|-------------|------------------------------------------|--------------------|
| image       | CLIP vector of the words or of a picture | pages and figures  |
| description | text vector                              | figures            |
| passage     | text vector                              | passages           |
| keyword     | words                                    | passages, figures  |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mmrag.store.reader import CatalogReader
from mmrag.types import Channel, Float32

Items = Sequence[tuple[str, float]]
"""Item IDs and scores, best first."""


class VectorSearch(Protocol):
    """Nearest vectors of one channel (`store.vectors.VectorIndex`)."""

    def search(
        self,
        channel: Channel,
        queries: Float32,
        k: int,
        document_ids: Sequence[str] | None = None,
    ) -> list[list[tuple[str, float]]]:
        """The `k` nearest items of each query: item ID and inner product, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as the channels take it. `weights` holds the channels in use and no others."""

    words: str
    vectors: Mapping[Channel, Float32]  # of unit length, shape (dimension,)
    weights: Mapping[Channel, float]
    notes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()  # looked for beside the words


def ranked(
    catalog: CatalogReader,
    vectors: VectorSearch,
    channel: Channel,
    asked: Asked,
    depth: int,
    documents: Sequence[str] | None,
) -> Items:
    """The best `depth` items of one channel, among some documents or all."""
    if channel == "keyword":
        return catalog.keyword(asked.words, depth, documents, asked.phrases)
    return vectors.search(channel, asked.vectors[channel][np.newaxis], depth, documents)[0]
