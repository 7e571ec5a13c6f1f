"""A search: channels, fusion, references, filters, hits.

    searcher = Searcher(
        catalog, vectors, query_encoder, image_encoder, settings.retrieve, pictures=pictures.images
    )
    result = searcher.search(Query("revenue by region", k=5, unit="figure"))

Everything is read from one state of the index, whatever a writer does meanwhile.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from mmrag import ids
from mmrag.channels import BY_NAME, IMAGE
from mmrag.config import RetrieveSettings
from mmrag.protocols import ImageEncoder, Reranker, TextEncoder, VectorSearch
from mmrag.retrieve import aggregation, fusion
from mmrag.retrieve.aggregation import ChannelItems, RankedUnit
from mmrag.retrieve.channels import Items, ranked
from mmrag.retrieve.copied_captions import own_references
from mmrag.retrieve.fusion import Bounds
from mmrag.retrieve.hit_builder import HitBuilder
from mmrag.retrieve.late_interaction import LateInteraction
from mmrag.retrieve.merged import ScoreBasis
from mmrag.retrieve.query import Query as Query
from mmrag.retrieve.query_encoding import EncodedQuery, QueryEncoder
from mmrag.retrieve.ranker import PageRanker
from mmrag.retrieve.referenced import BoostedRanking, boosted
from mmrag.retrieve.references import References
from mmrag.retrieve.references import find as find_references
from mmrag.retrieve.rerank import reranked
from mmrag.store.catalog import Catalog
from mmrag.types import ChannelName, SearchResult, Unit

if TYPE_CHECKING:
    from PIL import Image

    from mmrag.store.item_pictures import OpenPictures

DEPTH_FACTOR = 4
"""How many times as many items are taken where filters left fewer than `k`. Chosen by hand."""


class Searcher:
    """Search over one index. Use one per thread, like its catalog."""

    def __init__(
        self,
        catalog: Catalog,
        vectors: VectorSearch,
        text_encoder: Callable[[], TextEncoder],
        image_encoder: Callable[[], ImageEncoder | None],
        settings: RetrieveSettings,
        reranker: Reranker | None = None,
        rerank_candidates: int = 20,
        late: LateInteraction | None = None,
        *,
        pictures: "OpenPictures",
    ) -> None:
        self.catalog = catalog
        self._vectors = vectors
        self._encoder = QueryEncoder(catalog, text_encoder, image_encoder, settings)
        self.settings = settings
        self._reranker = reranker
        self._rerank_candidates = rerank_candidates
        self._late = late
        self._pictures = pictures

    def using(self, settings: RetrieveSettings) -> "Searcher":
        """The same index and encoders under other settings."""
        other = copy(self)
        other.settings = settings
        other._encoder = self._encoder.using(settings)
        return other

    def remembering(self) -> "Searcher":
        """The same, for who asks the same under many settings: each text is encoded once."""
        other = copy(self)
        other._encoder = self._encoder.remembering()
        return other

    def over(self, vectors: VectorSearch) -> "Searcher":
        """The same index and settings with other vectors."""
        other = copy(self)
        other._vectors = vectors
        return other

    def search(self, query: Query, bounds: Bounds | None = None) -> SearchResult:
        """The pages and figures that match, best first.

        With the `bounds` of the scores of several indexes, its scores compare with theirs.

        Raises `UsageError` for a channel or image ID that the index does not have, `SpaceMismatch`
        where the index was made by another encoder, `ModelError`.
        """
        return self.search_many([query], bounds)[0]

    def basis(self, query: Query) -> ScoreBasis:
        """What the scores of a search mean, to be compared with those of other indexes.

        Raises what `search` raises.
        """
        with self.catalog.snapshot():
            (encoded,) = self._encoder.encode([query])
            found = self._found(query, encoded, self.settings.candidates, {})
            spaces = self.catalog.vectors.spaces()
        return ScoreBasis(
            encoded.weights,
            {name: spaces[name] for name in encoded.weights if name in spaces},
            {
                name: fusion.extremes(score for _, score in items)
                for name, items in found.items()
                if items
            },
        )

    def search_many(
        self, queries: Sequence[Query], bounds: Bounds | None = None
    ) -> list[SearchResult]:
        """The results of several queries, in order; their texts are encoded together."""
        with self.catalog.snapshot():
            timings: dict[str, float] = {}
            with _timed(timings, "encode"):
                encoded = self._encoder.encode(queries)
            share = timings["encode"] / max(1, len(queries))
            return [
                self._one(query, item, {"encode": share}, bounds)
                for query, item in zip(queries, encoded, strict=True)
            ]

    def channels(self, unit: Unit) -> tuple[ChannelName, ...]:
        """The channels that can be searched in this index and find units of this kind."""
        usable = self._encoder.usable()
        return tuple(channel.name for channel in usable if channel.answers(unit))

    def _one(
        self,
        query: Query,
        encoded: EncodedQuery,
        timings: dict[str, float],
        bounds: Bounds | None,
    ) -> SearchResult:
        references = find_references(query.text)
        depth = max(self.settings.candidates, query.k)
        ranker = self._ranker(query)
        while True:
            found = self._found(query, encoded, depth, timings)
            with _timed(timings, "fuse"):
                ranking = self._ranking(query, encoded, references, found, ranker, bounds)
                scored = self._allowed(query, ranking.ranking)
            if len(scored) >= query.k or all(len(items) < depth for items in found.values()):
                break
            depth *= DEPTH_FACTOR
        notes = [*encoded.notes, *ranking.notes]
        builder = HitBuilder(
            self.catalog,
            query.text,
            aggregation.best_passages(found, encoded.weights),
            ranker.features if ranker else {},
        )
        if self._late is not None and query.text.strip():
            with _timed(timings, "late interaction"):
                allow = partial(self._allowed, query)
                scored, told = self._late.reranked(query, scored, allow)
                notes += told
        if self._reranker is not None and query.text.strip():
            with _timed(timings, "rerank"):
                count = self._rerank_candidates
                best = list(builder.candidates(scored[:count], count))
                scored = reranked(self._reranker, query.text, best, scored, self._pictures)
                notes.append(f"the best {len(best)} are in the order of {self._reranker.name}")
        if query.image is not None:
            with _timed(timings, "verify"):
                scored, unread = self._verified(query, query.image, scored)
            if unread:
                notes.append(f"{unread} pictures could not be compared: `mmrag check` says why")
        with _timed(timings, "hits"):
            if query.unit == "any":
                candidates = builder.without_repeats(scored, query.k, ranking.units)
            else:
                candidates = builder.candidates(scored, query.k)
            made = builder.hits(islice(candidates, query.k))
        timings["total"] = sum(timings.values())
        return SearchResult(query.text, tuple(made), timings, tuple(notes))

    def _found(
        self, query: Query, encoded: EncodedQuery, depth: int, timings: dict[str, float]
    ) -> ChannelItems:
        """The best items of each channel."""
        documents = query.documents or None
        found: dict[ChannelName, Items] = {}
        for channel in encoded.weights:
            with _timed(timings, channel):
                found[channel] = ranked(
                    self.catalog, self._vectors, BY_NAME[channel], encoded, depth, documents
                )
        return found

    def _verified(
        self, query: Query, picture: "Image.Image", scored: Sequence[RankedUnit]
    ) -> tuple[list[RankedUnit], int]:
        """The ranking with what shows the same as the picture in front, turned or cropped as it is.

        What is near the picture is compared, and what is near it turned: a chance match of one must
        not hide the other. And how many pictures could not be read.
        """
        from mmrag.retrieve import picture_match  # OpenCV is loaded for pictures alone

        matcher = picture_match.PictureMatcher(self._pictures, picture)
        turned = matcher.matches(self._near_turned(query, picture))
        same = {**matcher.matches(scored), **turned}
        return picture_match.raised(scored, same), len(matcher.unread)

    def _near_turned(self, query: Query, picture: "Image.Image") -> list[RankedUnit]:
        """What is near the picture turned by 90, 180 or 270 degrees, the nearest first."""
        queries = [
            replace(query, text="", channels=(IMAGE.name,), image=picture.rotate(turn, expand=True))
            for turn in (90, 180, 270)
        ]
        near: dict[str, RankedUnit] = {}
        for turned, encoded in zip(queries, self._encoder.encode(queries), strict=True):
            found = self._found(turned, encoded, self.settings.candidates, {})
            for item in aggregation.rank(found, encoded.weights, query.unit):
                near[item.unit] = max(item, near.get(item.unit, item), key=_nearness)
        return sorted(self._allowed(query, list(near.values())), key=_nearness, reverse=True)

    def _ranker(self, query: Query) -> PageRanker | None:
        """Who orders the best pages finely; channels asked for by name speak for themselves."""
        if query.channels or not query.text.strip() or not self.settings.read_pages:
            return None
        return PageRanker(self.catalog, query.text, self.settings.read_pages)

    def _ranking(
        self,
        query: Query,
        encoded: EncodedQuery,
        references: References,
        found: ChannelItems,
        ranker: PageRanker | None,
        bounds: Bounds | None,
    ) -> BoostedRanking:
        """The units that were found, best first, those in front that the question names."""
        ranking = aggregation.rank(
            found, encoded.weights, query.unit, ranker.refined if ranker else None, bounds
        )
        if not references:
            return BoostedRanking(ranking)
        own = own_references(self.catalog, references, ranking, query)
        return boosted(self.catalog, own, ranking, query)

    def _allowed(self, query: Query, scored: Sequence[RankedUnit]) -> list[RankedUnit]:
        """The units on the pages and of the kinds that are asked for."""
        pages, kinds = query.pages, query.kinds
        if pages is not None:
            scored = [item for item in scored if ids.page_number(item.unit) in pages]
        if kinds:
            figures = self.catalog.figures.by_id(item.unit for item in scored)
            scored = [
                item
                for item in scored
                if (figures[item.unit].kind if item.unit in figures else "page") in kinds
            ]
        return list(scored)


def _nearness(item: RankedUnit) -> float:
    """The cosine of a picture with the query; scores are of one search alone."""
    return item.parts[IMAGE.name].score


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    """Add the seconds of a step."""
    start = time.perf_counter()
    try:
        yield
    finally:
        timings[step] = timings.get(step, 0.0) + time.perf_counter() - start
