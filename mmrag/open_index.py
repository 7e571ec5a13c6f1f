"""What is open of an index between two of its runs, and what is read and answered from it."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from mmrag.closing import Closing
from mmrag.config import Settings, Tuned
from mmrag.models import Models
from mmrag.protocols import Answerer, Turn, VectorStore
from mmrag.store import languages
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.types import Answer, Evidence, MarkedEvidence, SearchResult

if TYPE_CHECKING:
    from mmrag.answer.computing.records import FoundRecords
    from mmrag.answer.computing.structure import FoundStructure
    from mmrag.retrieve.late_interaction import LateInteraction
    from mmrag.retrieve.search import Searcher
    from mmrag.store.item_pictures import ItemPictures
    from mmrag.store.page_index import PageIndex


class OpenIndex(Closing):
    """The files of one index, each opened when first used, and who searches and answers by them.

    A run of the index changes what is in them: it closes this, and what comes after opens another.
    """

    def __init__(self, layout: IndexLayout, models: Models) -> None:
        self._layout = layout
        self._models = models
        self._files = ExitStack()

    def close(self) -> None:
        """Let go of the files that were opened."""
        self._files.close()

    @cached_property
    def catalog(self) -> Catalog:
        """What is in the index, for reading."""
        catalog = self._files.enter_context(closing(Catalog.open(self._layout)))
        catalog.find_words_by(self._models.settings.store)
        return catalog

    @cached_property
    def pictures(self) -> "ItemPictures":
        """The pictures of pages and figures, by their IDs."""
        from mmrag.store.item_pictures import ItemPictures

        return ItemPictures(self.catalog, self._models.page_reader)

    @cached_property
    def tuned(self) -> Settings:
        """The settings of the profile, and before them those that were tuned for this index."""
        found, settings = self.catalog.facts.tuned(), self._models.settings
        return Tuned.model_validate_json(found).applied(settings) if found else settings

    @cached_property
    def vectors(self) -> VectorStore:
        """The vectors of this index, for searching."""
        from mmrag.store.vector_store import open_vector_store

        store = open_vector_store(self.catalog, self._models.settings.store)
        return self._files.enter_context(closing(store))

    @cached_property
    def searcher(self) -> "Searcher":
        """Retrieval over this index."""
        from mmrag.retrieve.search import Searcher

        return Searcher(
            self.catalog,
            self.vectors,
            self._models.query_encoder,
            self._models.image_encoder,
            self.tuned.retrieve,
            self._models.reranker(),
            self._models.settings.rerank.candidates,
            self._late,
            pictures=lambda names: self.pictures.images(names),
        )

    @property
    def _late(self) -> "LateInteraction | None":
        """Late interaction over the best pages, where the profile has an encoder for it."""
        if not self._models.has_page_encoder:
            return None
        from mmrag.retrieve.late_interaction import LateInteraction

        settings = self._models.settings.late
        return LateInteraction(
            self.catalog, self._models.page_encoder, settings, lambda: self._page_index
        )

    @cached_property
    def _page_index(self) -> "PageIndex | None":
        """The index of the vectors of pages, where the store of vectors has one."""
        from mmrag.store.vector_store import open_page_index

        index = open_page_index(self.catalog, self._models.settings.store)
        return None if index is None else self._files.enter_context(closing(index))

    @cached_property
    def answerer(self) -> Answerer:
        """Who answers, by the profile."""
        return self._models.answerer(self.tuned)

    def evidence(
        self, result: SearchResult, *, images: bool, tables: bool = False
    ) -> tuple[Evidence, ...]:
        """What stands in each hit; `tables` with those of the hits that have one."""
        from mmrag.retrieve.evidence import gather

        return gather(self.catalog, result, self.pictures.images if images else None, tables=tables)

    def answer(
        self,
        result: SearchResult,
        *,
        history: Sequence[Turn] = (),
        on_text: Callable[[str], None] | None = None,
        on_evidence: Callable[[Sequence[MarkedEvidence]], None] | None = None,
    ) -> Answer:
        """The answer to the question of a search, from what it found.

        A summary is asked of one document, that of the best hit, and made of its outline.
        """
        from mmrag.answer.ask import answer_question
        from mmrag.answer.questions import analyse
        from mmrag.retrieve.outline import summary_evidence

        is_summary = analyse(result.query).wanted == "summary"
        computes = self.tuned.answer.compute and not is_summary
        images = self.answerer.wants_images and not is_summary
        evidence = self.evidence(result, images=images, tables=computes)
        if evidence and is_summary:
            evidence = summary_evidence(self.catalog, evidence[0].document_id)
        beside = self._beside(result.query, evidence) if computes else None
        more, told = beside or ((), None)
        shown = evidence[: len(result.hits)] if images else ()
        if told is None and not is_summary and (section := self._section(result.query, evidence)):
            evidence, beside, more = section, None, ()
        unread = languages.note(self.catalog.documents, self.catalog.vectors)
        unshown = [item.image_id for item in shown if item.image is None]
        return answer_question(
            result.query,
            evidence,
            self.answerer,
            computes=beside is not None,
            more=more,
            told=told,
            history=history,
            on_text=on_text,
            on_evidence=on_evidence,
            timings=result.timings,
            notes=(*result.notes, *filter(None, (unread, _unshown(unshown)))),
        )

    def _section(self, question: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """The sections under the name that a question asks for, before the other evidence.

        Of several documents it must name the one that is meant.
        """
        from mmrag.answer.computing import asked_structure
        from mmrag.retrieve.outline import section_evidence
        from mmrag.text import section_names

        documents = {
            item.document_id: section_names.of(item.document, item.path) for item in evidence
        }
        asked = asked_structure.read(question)
        is_of_any = len(documents) > 1 and section_names.asked(question)
        is_told_so = asked is None or asked.numbered is not None or asked.kind == "contact"
        if is_of_any or not is_told_so:
            return ()
        meant = (key for key, names in documents.items() if section_names.asked(question, names))
        document = next(meant, None)
        found = section_evidence(self.catalog, document, question) if document else ()
        held = {item.image_id: item for item in evidence}
        pieces = [
            replace(item, image=held[item.image_id].image) if item.image_id in held else item
            for item in found
        ]
        if not found:
            return ()
        told = {item.image_id for item in found}
        return (*pieces, *(item for item in evidence if item.image_id not in told))

    def _beside(
        self, question: str, evidence: Sequence[Evidence]
    ) -> "tuple[Sequence[Evidence], FoundStructure | FoundRecords | None] | None":
        """What else an answer may be computed from: statements, what the outline says, or all rows.

        None where the question is about the outline, or all rows, and these do not say it with
        certainty.
        """
        from mmrag.answer.computing import asked_structure, numbered, structure
        from mmrag.retrieve.structure import outline

        asked = asked_structure.read(question)
        documents = {item.document_id for item in evidence}
        is_one = len(documents) == 1
        some = None if asked is None else asked.numbered
        if some is not None and not (is_one and numbered.is_told(some, evidence)):
            asked = None  # something in a table is meant
        if asked is None:
            return self._rows(question, evidence)
        if not is_one:
            return (), None
        found = structure.answer(asked, outline(self.catalog, *documents))
        is_told_elsewhere = asked.kind == "acronym" or asked.operation == "comparison"
        if found is None and (some is not None or is_told_elsewhere):
            return self._rows(question, evidence)
        if found is None:
            return None
        wanted = [item.image_id for _, item in found.items]
        return self._lacking(evidence, evidence[0], wanted), found

    def _rows(
        self, question: str, evidence: Sequence[Evidence]
    ) -> "tuple[Sequence[Evidence], FoundRecords | None] | None":
        """What all the rows of a table of a file say, or the statements that a question needs.

        None where it is of all the rows of such a table, and cannot be told: those of one page
        alone would be told otherwise.
        """
        from mmrag.answer.computing import records
        from mmrag.retrieve.records import record_tables
        from mmrag.retrieve.tables import statements

        tables = record_tables(self.catalog, question, evidence) if records.asks(question) else ()
        found = records.answer(question, tables)
        if found is None:
            if any(records.is_of_all(question, tables, item.image_id) for item in evidence[:1]):
                return None
            return statements(self.catalog, question, evidence), None
        wanted = [found.table.parts[part].grid.figure_id for part in found.cells]
        like = next(item for item in evidence if item.document_id == found.table.document_id)
        return self._lacking(evidence, like, wanted), found

    def _lacking(
        self, evidence: Sequence[Evidence], like: Evidence, wanted: Sequence[str]
    ) -> list[Evidence]:
        """What an answer needs and the evidence has not, of the document that `like` is of."""
        from mmrag.retrieve.added import evidence_of

        held = {item.image_id for item in evidence}
        return evidence_of(self.catalog, like, [name for name in wanted if name not in held])


def _unshown(names: Sequence[str]) -> str:
    if not names:
        return ""
    return (
        f"{len(names)} pictures could not be shown to the model: `mmrag show {names[0]}` says why"
    )
