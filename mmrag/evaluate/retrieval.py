"""How well a search finds the pages and figures that answer questions of known truth.

Pages are counted as MMDocIR does (arXiv 2501.08828): in document scope the pages of the question's
own document are ranked, in corpus scope all pages. A figure counts as found where its box and a
true one share half of what they cover together (the criterion of PASCAL VOC, 2010, section 4.2),
and in the looser measure three tenths.
"""

import os
import platform
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import PurePath

import numpy as np

import mmrag
from mmrag import ids
from mmrag.channels import NAMES
from mmrag.config import RetrieveSettings
from mmrag.errors import UsageError
from mmrag.evaluate import metrics
from mmrag.evaluate.datasets import BoxTruth, Dataset, PageTruth, Question, Scope
from mmrag.evaluate.report import QuestionReport, RetrievalReport
from mmrag.retrieve.query import Query
from mmrag.retrieve.search import Searcher
from mmrag.types import BBox, ChannelName, Document, Hit, SearchResult, Unit

SAME_BOX = 0.5
LOOSE_BOX = 0.3
SCANNED = 0.5
"""The part of a document's pages without text of their own from which it counts as scanned."""

Truth = PageTruth | BoxTruth
OnProgress = Callable[[int, int], None]
"""Gets how many searches are done, and of how many."""
OnStage = Callable[[str, int, int], None]
"""The same with the name of what is being done."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What one way of searching found: names by question, best first, and the image IDs."""

    names: list[tuple[str, ...]]
    images: list[tuple[str, ...]]


def evaluate(
    searcher: Searcher,
    dataset: Dataset,
    unit: Unit = "page",
    scope: Scope = "document",
    channels: Sequence[ChannelName] = NAMES,
    ablate: bool = False,
    on_progress: OnProgress | None = None,
) -> RetrievalReport:
    """Ask every question that makes sense in this scope and has a truth of this unit.

    Each of `channels` that the index holds is measured alone, too, and with `ablate` the whole
    without it. Documents are known by their file names without ending; a question whose document
    is not in the index counts as not found, and a note says so. Raises `UsageError` where no
    question is left, `unit` is "any", or a true page is none of its document.
    """
    run = RetrievalRun(searcher, dataset, unit, scope)
    alone = [channel for channel in channels if channel in searcher.channels(unit)]
    ways = _ways(searcher.settings, alone) if ablate else {}
    total = run.searches * (1 + len(alone) + len(ways))
    done = count(1)

    def step() -> None:
        if on_progress is not None:
            on_progress(next(done), total)

    results, seconds = run.one_by_one(step)
    searcher = searcher.remembering()
    fused = run.named(results, SAME_BOX)
    rows = run.measured(fused)
    by_channel: dict[ChannelName, dict[str, float]] = {}
    curves = {"fused": metrics.recall_curve(fused.names, run.wanted)}
    for channel in alone:
        found = run.named(run.together(searcher, step, (channel,)), SAME_BOX)
        by_channel[channel] = metrics.mean(run.measured(found))
        curves[channel] = metrics.recall_curve(found.names, run.wanted)
    ablation = {
        name: metrics.mean(
            run.measured(run.named(run.together(searcher.using(changed), step), SAME_BOX))
        )
        for name, changed in ways.items()
    }
    loose = run.measured(run.named(results, LOOSE_BOX)) if unit == "figure" else []
    return RetrievalReport(
        dataset=dataset.name,
        scope=scope,
        unit=unit,
        questions=len(rows),
        metrics=metrics.mean(rows),
        by_channel=by_channel,
        by_type=run.by_type(rows),
        confidence=metrics.confidence(rows),
        loose=metrics.mean(loose),
        ablation=ablation,
        curves=curves,
        latency={
            "p50": 1000 * float(np.percentile(seconds, 50)),
            "p95": 1000 * float(np.percentile(seconds, 95)),
        }
        if seconds
        else {},
        per_question=run.per_question(fused, rows),
        made_by=made_by(searcher),
        notes=run.notes(),
    )


def made_by(searcher: Searcher) -> dict[str, str]:
    """What the figures depend on: versions, machine and the models of the index."""
    spaces = searcher.catalog.vectors.spaces()
    return {
        "mmrag": mmrag.__version__,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        **{f"{channel} channel": space.model for channel, space in spaces.items()},
    }


def _ways(settings: RetrieveSettings, alone: Sequence[ChannelName]) -> dict[str, RetrieveSettings]:
    """The settings without one part, by the name of what is left out."""
    ways: dict[str, RetrieveSettings] = {}
    used = [channel for channel in alone if settings.weights[channel] > 0]
    for channel in used if len(used) > 1 else []:
        weights = settings.weights.changed({channel: 0.0})
        ways[f"without {channel}"] = settings.model_copy(update={"weights": weights})
    if settings.read_pages:
        ways["without reading pages"] = settings.model_copy(update={"read_pages": 0})
    return ways


class RetrievalRun:
    """The questions of a dataset in one scope and unit, and what a search makes of them."""

    def __init__(self, searcher: Searcher, dataset: Dataset, unit: Unit, scope: Scope) -> None:
        self._searcher = searcher
        self._unit = unit
        self.questions = [
            item for item in dataset.questions if _truths(item, unit) and _asked(item, scope)
        ]
        if not self.questions:
            raise UsageError(
                f"{dataset.folder}: no question has a {unit} as its truth in {scope} scope"
            )
        self._documents = {item.id: item for item in searcher.catalog.documents.all()}
        self._names = {key: PurePath(item.path).stem for key, item in self._documents.items()}
        self._of_name: dict[str, list[Document]] = defaultdict(list)
        for key, name in self._names.items():
            self._of_name[name].append(self._documents[key])
        self._truths = [self._apart(_truths(item, unit)) for item in self.questions]
        self.wanted = [frozenset(truth.name for truth in truths) for truths in self._truths]
        self._queries = {
            number: Query(
                text=item.text,
                k=metrics.DEPTH,
                unit=unit,
                documents=tuple(held.id for held in self._of_name[item.document])
                if scope == "document"
                else (),
            )
            for number, item in enumerate(self.questions)
            if self._of_name[item.document]
        }

    @property
    def searches(self) -> int:
        """How many questions can be searched for: those whose document is in the index."""
        return len(self._queries)

    def one_by_one(self, step: Callable[[], None]) -> tuple[dict[int, SearchResult], list[float]]:
        """The results by question, and the seconds each took with everything loaded."""
        results: dict[int, SearchResult] = {}
        if self._queries:
            self._searcher.search(next(iter(self._queries.values())))
        for number, query in self._queries.items():
            results[number] = self._searcher.search(query)
            step()
        return results, [result.timings["total"] for result in results.values()]

    def together(
        self,
        searcher: Searcher,
        step: Callable[[], None],
        channels: tuple[ChannelName, ...] | None = None,
    ) -> dict[int, SearchResult]:
        """The results by question; all questions are encoded at once."""
        queries = [replace(query, channels=channels) for query in self._queries.values()]
        results = dict(zip(self._queries, searcher.search_many(queries), strict=True))
        for _ in results:
            step()
        return results

    def named(self, results: Mapping[int, SearchResult], same_box: float) -> Retrieved:
        """What was found under the names of the truths it shows, else under its image ID."""
        hits = [
            results[number].hits if number in results else ()
            for number in range(len(self.questions))
        ]
        names = [
            tuple(self._name(found, truths, same_box))
            for found, truths in zip(hits, self._truths, strict=True)
        ]
        return Retrieved(names, [tuple(hit.image_id for hit in found) for found in hits])

    def measured(self, found: Retrieved) -> list[metrics.Row]:
        return metrics.all_of(found.names, self.wanted)

    def per_question(
        self, found: Retrieved, rows: Sequence[metrics.Row]
    ) -> tuple[QuestionReport, ...]:
        return tuple(
            QuestionReport(
                question.id,
                question.text,
                question.document,
                tuple(truth.name for truth in truths),
                names,
                images,
                tuple(self._pages(truths)),
                dict(zip(metrics.NAMES, row, strict=True)),
            )
            for question, truths, names, images, row in zip(
                self.questions, self._truths, found.names, found.images, rows, strict=True
            )
        )

    def by_type(self, rows: Sequence[metrics.Row]) -> dict[str, dict[str, float]]:
        groups: dict[str, list[metrics.Row]] = defaultdict(list)
        for question, row in zip(self.questions, rows, strict=True):
            for name in (*question.types, *self._source.get(question.document, ())):
                groups[name].append(row)
        return {
            name: {"questions": len(found), **metrics.mean(found)}
            for name, found in sorted(groups.items())
        }

    def notes(self) -> tuple[str, ...]:
        missing = sorted({item.document for item in self.questions} - set(self._names.values()))
        if not missing:
            return ()
        lost = sum(item.document in missing for item in self.questions)
        return (
            f"{lost} questions count as not found: their documents are not in the index: "
            f"{', '.join(missing)}",
        )

    @cached_property
    def _source(self) -> dict[str, tuple[str]]:
        """Of each document, whether its text was read from pictures."""
        found: dict[str, tuple[str]] = {}
        for name, documents in self._of_name.items():
            pages = [
                page
                for held in documents
                for page in self._searcher.catalog.pages.of_document(held.id)
            ]
            scanned = sum(page.text_source == "ocr" for page in pages)
            found[name] = (
                "scanned documents" if scanned > SCANNED * len(pages) else "documents with text",
            )
        return found

    def _apart(self, truths: Sequence[Truth]) -> list[Truth]:
        """The truths, each place once, for two labels of one place are one truth.

        Raises `UsageError` where the document has no such page.
        """
        kept: list[Truth] = []
        for truth in truths:
            held = self._of_name.get(truth.document, ())
            if held and truth.page > max(document.page_count for document in held):
                raise UsageError(
                    f"{truth.source}: page {truth.page} of {truth.document!r}, which has "
                    f"{held[0].page_count} pages"
                )
            if not any(_same(truth, other) for other in kept):
                kept.append(truth)
        return kept

    def _pages(self, truths: Sequence[Truth]) -> Iterator[str]:
        """IDs of the pages that hold the truths, each once."""
        for name, number in dict.fromkeys((truth.document, truth.page) for truth in truths):
            if self._of_name[name]:
                yield ids.page_id(self._of_name[name][0].id, number)

    def _name(self, hits: Sequence[Hit], truths: Sequence[Truth], same_box: float) -> Iterator[str]:
        left = list(truths)
        for hit in hits:
            shown = max(left, key=lambda truth: self._shows(hit, truth), default=None)
            if shown is not None and self._shows(hit, shown) >= same_box:
                left.remove(shown)
                yield shown.name
            else:
                yield hit.image_id

    def _shows(self, hit: Hit, truth: Truth) -> float:
        """How far a hit is what is looked for, from 0 to 1."""
        if (self._names[hit.document_id], hit.page) != (truth.document, truth.page):
            return 0.0
        if isinstance(truth, PageTruth):
            return 1.0
        return overlap(hit.bbox, truth.bbox) if hit.bbox is not None else 0.0


def overlap(one: BBox, other: BBox) -> float:
    """The area that two boxes share, as a part of what they cover together, from 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(one) + _area(other) - shared)


def _area(box: BBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _same(one: Truth, other: Truth) -> bool:
    if isinstance(one, PageTruth) or isinstance(other, PageTruth):
        return one == other
    same_page = (one.document, one.page) == (other.document, other.page)
    return same_page and overlap(one.bbox, other.bbox) >= SAME_BOX


def _truths(question: Question, unit: Unit) -> Sequence[Truth]:
    if unit == "any":
        raise UsageError("retrieval is measured for pages or for figures: choose one unit")
    return question.pages if unit == "page" else question.boxes


def _asked(question: Question, scope: Scope) -> bool:
    """Questions that make sense within their document alone are not asked of the corpus."""
    return scope == "document" or question.scope == "corpus"
