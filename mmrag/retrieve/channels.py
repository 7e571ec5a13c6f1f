"""One channel searched: an encoded query in, ranked items out."""

from collections.abc import Sequence

import numpy as np

from mmrag.channels import Channel
from mmrag.protocols import VectorSearch
from mmrag.retrieve.query_encoding import EncodedQuery
from mmrag.store.catalog import Catalog

Items = Sequence[tuple[str, float]]
"""Item IDs and scores, best first."""


def ranked(
    catalog: Catalog,
    vectors: VectorSearch,
    channel: Channel,
    query: EncodedQuery,
    depth: int,
    documents: Sequence[str] | None,
) -> Items:
    """The best `depth` items of one channel, among some documents or all."""
    if not channel.has_vectors:
        return catalog.words.search(
            query.words, depth, documents, query.phrases, query.languages, query.left_out
        )
    vector = query.vectors[channel.name]
    return vectors.search(channel.name, vector[np.newaxis], depth, documents)[0]
