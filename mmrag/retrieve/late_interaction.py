"""Late interaction: the best pages of a search in the order of MaxSim over many vectors a page.

Each vector of the question counts by its nearest of the page (Khattab and Zaharia 2020, ColBERT,
arXiv:2004.12832, section 3.3); of pages as pictures: Faysse et al. 2024 (ColPali,
arXiv:2407.01449). It can find pages, too, that no channel found: up to some number all pages are
compared, and of more an index proposes some, of which those that are kept decide.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from mmrag import ids
from mmrag.channels import LATE
from mmrag.config import LateSettings
from mmrag.protocols import MultiVectorEncoder
from mmrag.retrieve import fusion
from mmrag.retrieve.aggregation import RankedUnit
from mmrag.retrieve.fusion import ChannelRanks
from mmrag.retrieve.query import Query
from mmrag.retrieve.rerank import reordered
from mmrag.store.catalog import Catalog
from mmrag.types import Float32

if TYPE_CHECKING:
    from mmrag.store.page_index import PageIndex

PROPOSED_PAGES = 500
"""Pages that an index proposes, at least, and for each that is wanted `OVERSAMPLE`: among 200 there
were 0.93 of the ten best of 4,000. eval/SCALE.md."""
OVERSAMPLE = 4

Allow = Callable[[Sequence[RankedUnit]], list[RankedUnit]]
"""Keeps what a query asks for."""


class LateInteraction:
    """Re-ranks, and finds, by the vectors that an index keeps of its pages."""

    def __init__(
        self,
        catalog: Catalog,
        encoder: Callable[[], MultiVectorEncoder | None],
        settings: LateSettings,
        index: "Callable[[], PageIndex | None]" = lambda: None,
    ) -> None:
        self._catalog = catalog
        self._vectors = catalog.page_vectors
        self._make_encoder = encoder
        self._settings = settings
        self._open_index = index

    def reranked(
        self, query: Query, scored: Sequence[RankedUnit], allow: Allow = list
    ) -> tuple[list[RankedUnit], list[str]]:
        """The ranking with the units of its best pages by MaxSim in front, and what to say of it.

        Among them are pages that it found itself, where settings say so and `allow` keeps them. A
        figure counts by its page, and stands behind it. Pages without vectors keep their order
        behind those that have some. Raises `SpaceMismatch` where these are of another encoder.
        """
        encoder = self._make_encoder()
        held = self._vectors.space()
        if encoder is None or held is None or not (scored or self._settings.finds):
            note = "no page has vectors for late interaction: `mmrag index PATH` makes them"
            return list(scored), [] if encoder is None or held else [note]
        self._vectors.check_space(encoder.space)
        asked = encoder.encode_query(query.text)
        found, notes = self._found(query, asked)
        there = {ids.page_of(item.unit) for item in scored}
        added = allow([RankedUnit(page, 0.0) for page in found if page not in there])
        if added:
            notes.append(f"late interaction found {len(added)} pages that no channel found")
        best = list(dict.fromkeys(ids.page_of(item.unit) for item in scored))
        best = best[: self._settings.pages]
        scores = {**found, **self._scores(asked, [page for page in best if page not in found])}
        ranks = ChannelRanks({LATE: found})
        together = [*scored, *(RankedUnit(item.unit, 0.0, ranks) for item in added)]
        own = {
            item.unit: scores[ids.page_of(item.unit)]
            for item in together
            if ids.page_of(item.unit) in scores
        }
        count = len({ids.page_of(unit) for unit in own})
        notes.append(f"the best {count} pages are in the order of {encoder.space.model}")
        return reordered(own, together), notes

    def _found(self, query: Query, asked: Float32) -> tuple[dict[str, float], list[str]]:
        """The pages that it finds itself, best first, with MaxSim; why there are none."""
        wanted, documents = self._settings.finds, query.documents or None
        if not wanted or query.unit == "figure":  # it does not tell the figures of a page apart
            return {}, []
        if self._vectors.count(documents) <= self._settings.compared_pages:
            return self._best(asked, self._vectors.pages(documents), wanted), []
        index = self._open_index()
        room = max(PROPOSED_PAGES, OVERSAMPLE * wanted)
        proposed = index.nearest(asked, room, documents) if index is not None else None
        if index is None or proposed is None:
            how = (
                "`mmrag store migrate --to lancedb` and `mmrag index` make an index"
                if index is None else "`mmrag index` makes its index"
            )  # fmt: skip
            return {}, [
                "late interaction finds no pages itself among more than "
                f"{self._settings.compared_pages:,} ([late] compared_pages): {how}"
            ]
        lacking = index.lacking()
        if documents is not None:
            lacking = [page for page in lacking if ids.document_of(page) in documents]
        notes = []
        if len(lacking) > self._settings.compared_pages:
            notes = [f"{len(lacking):,} pages are not in its index yet: `mmrag index` adds them"]
            lacking = lacking[: self._settings.compared_pages]
        return self._best(asked, list(dict.fromkeys((*proposed, *lacking))), wanted), notes

    def _best(self, asked: Float32, pages: Sequence[str], wanted: int) -> dict[str, float]:
        scores = self._scores(asked, pages)
        return {page: scores[page] for page in fusion.order(scores)[:wanted]}

    def _scores(self, asked: Float32, pages: Sequence[str]) -> Mapping[str, float]:
        """MaxSim of the pages that have vectors."""
        dimension = asked.shape[1]
        return {page: max_sim(asked, rows) for page, rows in self._vectors.of(pages, dimension)}


def max_sim(question: Float32, page: Float32) -> float:
    """The sum over the question's vectors of their largest inner product with one of the page."""
    return float((question @ page.T).max(axis=1).sum())
