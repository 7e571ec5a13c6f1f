"""From ranked units to hits: where each is, its caption, and the words that matched."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from mmrag import ids
from mmrag.retrieve.aggregation import RankedUnit, is_figure
from mmrag.retrieve.features import PageFeatures
from mmrag.retrieve.snippets import snippet, stems_of
from mmrag.retrieve.vocabulary import Vocabulary
from mmrag.store.catalog import Catalog
from mmrag.store.documents import DocumentNames
from mmrag.types import Figure, Hit, Page

NEAR_UNITS = 40
"""Units beyond three times those wanted, among which a figure may stand for its page. By hand."""
REPEATED_SHARE = 0.7
"""The part of a passage's words within a figure from which on its page only repeats the figure.
Chosen by hand."""
MAX_PASSAGES = 3
"""Passages that a hit names. Chosen by hand."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked unit with all that is shown of it. `text` is source text, the best of it."""

    scored: RankedUnit
    document: DocumentNames
    page: Page
    figure: Figure | None
    text: str
    passages: tuple[str, ...]


class HitBuilder:
    """Looks up what was ranked for one query.

    `passages` are those found on each page, `features` those of the pages that were read.
    """

    def __init__(
        self,
        catalog: Catalog,
        question: str,
        passages: Mapping[str, tuple[str, ...]],
        features: Mapping[str, PageFeatures],
    ) -> None:
        self._catalog = catalog
        self._wanted = frozenset(stems_of(question))
        self._passages = passages
        self._features = features

    def candidates(self, scored: Sequence[RankedUnit], at_once: int) -> Iterator[Candidate]:
        """The units in order, looked up some at a time; those not in the index are left out."""
        for start in range(0, len(scored), at_once):
            yield from self._load(scored[start : start + at_once])

    def without_repeats(
        self, scored: Sequence[RankedUnit], k: int, named: Collection[str] = ()
    ) -> Iterator[Candidate]:
        """The same without pages that would show the same evidence as one of their figures.

        A page whose best passage lies almost wholly inside a figure near it in the ranking gives
        its place and score to that figure, which shows the evidence closer; not a page that was
        `named`.
        """
        figures: dict[str, list[RankedUnit]] = {}  # by page
        for item in scored[: 3 * k + NEAR_UNITS]:
            if is_figure(item.unit):
                figures.setdefault(ids.page_of(item.unit), []).append(item)
        at_once = k + k // 2  # some repeat others
        shown: set[str] = set()
        for start in range(0, len(scored), at_once):
            batch = scored[start : start + at_once]
            beside = chain.from_iterable(figures.get(item.unit, ()) for item in batch)
            loaded = {one.scored.unit: one for one in self._load([*batch, *beside])}
            for item in batch:
                if (candidate := loaded.get(item.unit)) is None:
                    continue
                own = () if item.unit in named else figures.get(item.unit, ())
                held = [loaded[figure.unit] for figure in own if figure.unit in loaded]
                stands = _stands_for(candidate, held)
                if stands.scored.unit not in shown:
                    shown.add(stands.scored.unit)
                    yield replace(stands, scored=replace(stands.scored, score=item.score))

    def hits(self, candidates: Iterable[Candidate]) -> list[Hit]:
        return [self._hit(rank, candidate) for rank, candidate in enumerate(candidates, start=1)]

    def _load(self, scored: Sequence[RankedUnit]) -> Iterator[Candidate]:
        pages = self._catalog.pages.by_id(ids.page_of(item.unit) for item in scored)
        documents = self._catalog.documents.names(page.document_id for page in pages.values())
        figures = self._catalog.figures.by_id(item.unit for item in scored)
        best = self._catalog.passages.by_id(
            found[0] for item in scored if (found := self._passages.get(item.unit))
        )
        for item in scored:
            page = pages.get(ids.page_of(item.unit))
            figure = figures.get(item.unit)
            if page is None or (figure is None and is_figure(item.unit)):
                continue
            passages = self._passages.get(item.unit, ())[:MAX_PASSAGES]
            if figure is not None:
                text = "\n".join(filter(None, (figure.caption, figure.text, *figure.mentions)))
            else:
                text = best[passages[0]].text if passages else page.text
            yield Candidate(item, documents[page.document_id], page, figure, text, passages)

    def _hit(self, rank: int, candidate: Candidate) -> Hit:
        figure, page = candidate.figure, candidate.page
        features = self._features.get(page.id)
        return Hit(
            rank=rank,
            image_id=candidate.scored.unit,
            kind="page" if figure is None else figure.kind,
            document_id=page.document_id,
            document=candidate.document.title,
            path=candidate.document.path,
            page=page.number,
            bbox=None if figure is None else figure.bbox,
            score=candidate.scored.score,
            channels=candidate.scored.parts,
            caption="" if figure is None else figure.caption,
            snippet=snippet(candidate.text, self._wanted),
            passages=candidate.passages,
            page_label=page.label,
            features=features._asdict() if features is not None else {},
        )


def _stands_for(candidate: Candidate, figures: Sequence[Candidate]) -> Candidate:
    """That of the figures of a page which holds what the page would show, or the unit itself."""
    if not figures:
        return candidate
    vocabulary = Vocabulary.shared()
    words = frozenset(vocabulary.numbers(candidate.text).tolist())
    for figure in figures:
        repeated = words.intersection(vocabulary.numbers(figure.text).tolist())
        if len(repeated) >= REPEATED_SHARE * len(words):
            return figure
    return candidate
