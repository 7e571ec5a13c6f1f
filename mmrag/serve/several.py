"""Several of the indexes that are served, searched as one."""

import asyncio
from pathlib import Path

from mmrag.index import Index
from mmrag.retrieve.fusion import Bounds
from mmrag.retrieve.merged import ScoreBasis, may_compare, merged, shared_bounds
from mmrag.serve.bodies import SearchAllBody
from mmrag.serve.engine import Engine
from mmrag.types import SearchResult


async def search(engine: Engine, body: SearchAllBody) -> SearchResult:
    """The best of all indexes that are named; each hit has the name of its own.

    Raises `UnknownIndex`, `Busy`, and what searching one of them raises.
    """
    names = tuple(dict.fromkeys(body.indexes or engine.locations))
    bounds: Bounds | None = None
    settings = engine.models.settings
    if may_compare(settings):
        read = (engine.read(name, lambda index: _basis(index, body)) for name in names)
        bounds = shared_bounds(await asyncio.gather(*read))
    found = await asyncio.gather(
        *(engine.read(name, lambda index: body.search(index, bounds=bounds)) for name in names)
    )
    pairs = [(Path(name), result) for name, result in zip(names, found, strict=True)]
    k = settings.retrieve.k if body.k is None else body.k
    return merged(pairs, k, by_scores=bounds is not None)


def _basis(index: Index, body: SearchAllBody) -> ScoreBasis:
    query, _ = body.asked(index)
    return index.searcher.basis(query)
