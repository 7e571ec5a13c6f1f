"""Several indexes searched and asked as one.

    with SeveralIndexes.open(["indexes/reports", "indexes/papers"]) as indexes:
        for hit in indexes.search("growth of revenue").hits:
            print(hit.index, hit.image_id)

Each keeps its own folder, and they share the models of one profile. How results are merged says
`mmrag.retrieve.merged`; which way was taken is a note of each result.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from mmrag.closing import Closing
from mmrag.config import Settings
from mmrag.errors import UsageError
from mmrag.index import AnyPath, Index
from mmrag.locations import IndexLocation
from mmrag.models import Models
from mmrag.retrieve.merged import may_compare, merged, shared_bounds
from mmrag.store import languages
from mmrag.types import Answer, ChannelName, Evidence, FigureKind, SearchResult, Unit

if TYPE_CHECKING:
    from PIL import Image

    from mmrag.retrieve.query import Query
    from mmrag.retrieve.search import Searcher


class SeveralIndexes(Closing):
    """Indexes that are searched as one. Use `open`; close it, or use `with`."""

    def __init__(self, indexes: Sequence[Index], models: Models) -> None:
        self.indexes = tuple(indexes)
        self._models = models

    @classmethod
    def open(
        cls, places: Sequence[AnyPath | IndexLocation], profile: str | Settings | None = None
    ) -> Self:
        """Open each of the indexes with the models of one profile; one named twice counts once.

        Raises what `Index.open` raises.
        """
        indexes: dict[Path, Index] = {}
        with ExitStack() as opened:
            models = opened.enter_context(Models.open(profile))
            for place in places:
                index = Index.open(place, models=models)
                if indexes.setdefault(index.root.resolve(), index) is index:
                    opened.enter_context(index)
                else:
                    index.close()
            opened.pop_all()  # `close` lets go of them
        return cls(list(indexes.values()), models)

    def close(self) -> None:
        """Let go of the files of all indexes, and of the models."""
        for index in self.indexes:
            index.close()
        self._models.close()

    def search(
        self,
        question: str = "",
        *,
        image: "Image.Image | AnyPath | None" = None,
        k: int | None = None,
        unit: Unit = "any",
        documents: Sequence[str] = (),
        tags: Sequence[str] = (),
        kinds: Sequence[FigureKind] = (),
        pages: range | None = None,
        channels: Sequence[ChannelName] = (),
    ) -> SearchResult:
        """As `Index.search`, over all of them; a hit names its index.

        An index without a document of that name or tag is left out. Raises `UsageError` where all
        are, and what `Index.search` raises.
        """
        asked: list[tuple[Path, Searcher, Query]] = []  # each encodes the question once
        notes: tuple[str, ...] = ()
        unknown: list[UsageError] = []
        for index in self.indexes:
            try:
                query, notes = index.query(
                    question, image=image, k=k, unit=unit, documents=documents, tags=tags,
                    kinds=kinds, pages=pages, channels=channels,
                )  # fmt: skip
            except UsageError as error:
                unknown.append(error)
            else:
                asked.append((index.root, index.searcher.remembering(), query))
        if not asked:
            raise unknown[0]
        bounds = None
        settings = self._models.settings
        if may_compare(settings):
            bounds = shared_bounds([searcher.basis(query) for _, searcher, query in asked])
        found = [(root, searcher.search(query, bounds)) for root, searcher, query in asked]
        result = merged(found, asked[0][2].k, by_scores=bounds is not None)
        left_out = [f"left out: {error}" for error in unknown]
        return replace(result, notes=(*notes, *result.notes, *left_out))

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        documents: Sequence[str] = (),
        tags: Sequence[str] = (),
        kinds: Sequence[FigureKind] = (),
        pages: range | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """As `Index.ask`, from what is found in all of them.

        What is asked of one document, as a summary or its outline, the index of the best hit
        answers alone.
        """
        from mmrag.answer.ask import answer_question
        from mmrag.answer.computing import asked_structure
        from mmrag.answer.questions import analyse
        from mmrag.retrieve import tables
        from mmrag.retrieve.evidence import gather

        settings = self.indexes[0].tuned
        result = self.search(
            question, k=settings.answer.k if k is None else k, documents=documents, tags=tags,
            kinds=kinds, pages=pages,
        )  # fmt: skip
        holding = [
            (index, own)
            for index in self.indexes
            if (own := tuple(hit for hit in result.hits if hit.index == str(index.root)))
        ]
        is_of_one = (
            asked_structure.read(question) is not None or analyse(question).wanted == "summary"
        )
        if len(holding) == 1 or (holding and is_of_one):
            best = next(index for index, own in holding if result.hits[0] in own)
            answer = best.ask(
                question, k=k, documents=documents, tags=tags, kinds=kinds, pages=pages,
                on_text=on_text,
            )  # fmt: skip
            return replace(answer, notes=(*answer.notes, f"answered from {best.root}"))
        answerer, computes = self.indexes[0].answerer, settings.answer.compute
        found: dict[str, Evidence] = {}
        more: list[Evidence] = []
        for index, own in holding:
            opened = index.pictures.images if answerer.wants_images else None
            of_index = gather(index.catalog, replace(result, hits=own), opened, tables=computes)
            found.update((item.image_id, item) for item in of_index)
            if computes:
                more += tables.statements(index.catalog, question, of_index)
        ranks = {hit.image_id: hit.rank for hit in result.hits}
        evidence = sorted(found.values(), key=lambda item: ranks.get(item.image_id, len(ranks) + 1))
        notes = (languages.note(i.catalog.documents, i.catalog.vectors) for i, _ in holding)
        return answer_question(
            result.query,
            evidence,
            answerer,
            computes=computes,
            more=more,
            on_text=on_text,
            timings=result.timings,
            notes=(*result.notes, *dict.fromkeys(filter(None, notes))),
        )
