"""From ranked units to hits: where each is, its caption, and the words that matched."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from mmrag import ids
from mmrag.retrieve.aggregation import Scored, is_figure
from mmrag.retrieve.features import Signals
from mmrag.retrieve.snippets import snippet, stems_of
from mmrag.store.catalog import Catalog
from mmrag.text.words import plain_words
from mmrag.types import Document, Figure, Hit, Page

LOADED_AT_ONCE = 40
SAME_EVIDENCE = 0.7
"""The part of a passage's words within a figure from which on its page only repeats the figure."""
SHOWN_PASSAGES = 3


@dataclass(frozen=True, slots=True)
class View:
    """A ranked unit with all that is shown of it. `text` is source text, the best of it."""

    scored: Scored
    document: Document
    page: Page
    figure: Figure | None
    text: str
    passages: tuple[str, ...]


class HitBuilder:
    """Looks up what was ranked for one query.

    `passages` are those found on each page, `signals` those of the pages that were read.
    """

    def __init__(
        self,
        catalog: Catalog,
        question: str,
        passages: Mapping[str, tuple[str, ...]],
        signals: Mapping[str, Signals],
    ) -> None:
        self._catalog = catalog
        self._wanted = frozenset(stems_of(question))
        self._passages = passages
        self._signals = signals

    def views(self, scored: Sequence[Scored]) -> Iterator[View]:
        """The units in order, looked up some at a time; those not in the index are left out."""
        for start in range(0, len(scored), LOADED_AT_ONCE):
            yield from self._load(scored[start : start + LOADED_AT_ONCE])

    def hits(self, views: Sequence[View]) -> list[Hit]:
        return [self._hit(rank, view) for rank, view in enumerate(views, start=1)]

    def _load(self, scored: Sequence[Scored]) -> Iterator[View]:
        pages = self._catalog.pages.by_id(ids.page_of(item.unit) for item in scored)
        documents = self._catalog.documents.by_id(page.document_id for page in pages.values())
        figures = self._catalog.figures.by_id(item.unit for item in scored)
        best = self._catalog.passages.by_id(
            found[0] for item in scored if (found := self._passages.get(item.unit))
        )
        for item in scored:
            page = pages.get(ids.page_of(item.unit))
            figure = figures.get(item.unit)
            if page is None or (figure is None and is_figure(item.unit)):
                continue
            passages = self._passages.get(item.unit, ())[:SHOWN_PASSAGES]
            if figure is not None:
                text = "\n".join(filter(None, (figure.caption, figure.text, *figure.mentions)))
            else:
                text = best[passages[0]].text if passages else page.text
            yield View(item, documents[page.document_id], page, figure, text, passages)

    def _hit(self, rank: int, view: View) -> Hit:
        figure, page = view.figure, view.page
        signals = self._signals.get(page.id)
        return Hit(
            rank=rank,
            image_id=view.scored.unit,
            kind="page" if figure is None else figure.kind,
            document_id=page.document_id,
            document=view.document.title,
            path=view.document.path,
            page=page.number,
            bbox=None if figure is None else figure.bbox,
            score=view.scored.score,
            channels=view.scored.parts,
            caption="" if figure is None else figure.caption,
            snippet=snippet(view.text, self._wanted),
            passages=view.passages,
            signals=signals._asdict() if signals is not None else {},
        )


def once_each(views: Iterator[View], k: int, named: Collection[str] = ()) -> Iterator[View]:
    """Pages and figures without pages that would show the same evidence as one of their figures.

    A page whose best passage lies almost wholly inside a figure among the candidates gives its
    place and score to that figure, which shows the evidence closer; not a page that was `named`.
    """
    near = list(islice(views, 3 * k + LOADED_AT_ONCE))
    figures: dict[str, list[View]] = {}
    for view in near:
        if view.figure is not None:
            figures.setdefault(view.page.id, []).append(view)
    shown: set[str] = set()
    for view in near:
        is_named = view.scored.unit in named
        stands = view if is_named else _stands_for(view, figures.get(view.page.id, ()))
        if stands.scored.unit not in shown:
            shown.add(stands.scored.unit)
            yield replace(stands, scored=replace(stands.scored, score=view.scored.score))
    yield from views


def _stands_for(view: View, figures: Sequence[View]) -> View:
    """The figure that holds what a page would show, or the unit itself."""
    if view.figure is not None:
        return view
    words = set(plain_words(view.text))
    return next(
        (
            figure
            for figure in figures
            if len(words & set(plain_words(figure.text))) >= SAME_EVIDENCE * len(words)
        ),
        view,
    )
