"""How well a search finds the pages and figures that answer questions of known truth.

Pages are counted as MMDocIR does (arXiv 2501.08828): in document scope the pages of the question's
own document are ranked, in corpus scope all pages. A figure counts as found where its box and a
true one share half of what they cover together (the criterion of PASCAL VOC, 2010, section 4.2).
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import PurePath

from mmrag.errors import UsageError
from mmrag.evaluate import metrics
from mmrag.evaluate.datasets import BoxTruth, Dataset, PageTruth, Question, Scope
from mmrag.evaluate.report import RetrievalReport
from mmrag.retrieve.query import Query
from mmrag.retrieve.search import Searcher
from mmrag.types import CHANNELS, BBox, Channel, Hit, SearchResult, Unit

DEPTH = 20
"""Hits looked at for each question: beyond them the reciprocal rank counts as 0."""
SAME_BOX = 0.5

Truth = PageTruth | BoxTruth


def evaluate(
    searcher: Searcher,
    dataset: Dataset,
    unit: Unit = "page",
    scope: Scope = "document",
    channels: Sequence[Channel] = CHANNELS,
) -> RetrievalReport:
    """Ask every question that makes sense in this scope and has a truth of this unit.

    Each of `channels` that the index holds is measured alone, too. Documents are known by their
    file names without ending; a question whose document is not in the index counts as not found,
    and a note says so. Raises `UsageError` where no question is left or `unit` is "any".
    """
    questions = [item for item in dataset.questions if _truths(item, unit) and _asked(item, scope)]
    if not questions:
        raise UsageError(
            f"{dataset.folder}: no question has a {unit} as its truth in {scope} scope"
        )
    started = time.perf_counter()
    names = {item.id: PurePath(item.path).stem for item in searcher.catalog.documents()}
    alone = [channel for channel in channels if channel in searcher.channels(unit)]
    run = _Run(searcher, questions, unit, scope, names)
    rows, *rows_alone = run.rows([None, *((channel,) for channel in alone)])
    return RetrievalReport(
        dataset=dataset.name,
        scope=scope,
        unit=unit,
        questions=len(questions),
        metrics=metrics.mean(rows),
        by_channel={
            channel: metrics.mean(found) for channel, found in zip(alone, rows_alone, strict=True)
        },
        by_type=_by_type(questions, rows),
        confidence=metrics.confidence(rows),
        notes=_notes(questions, names),
        seconds=time.perf_counter() - started,
    )


class _Run:
    def __init__(
        self,
        searcher: Searcher,
        questions: Sequence[Question],
        unit: Unit,
        scope: Scope,
        names: Mapping[str, str],
    ) -> None:
        self._searcher = searcher
        self._questions = questions
        self._unit = unit
        self._names = names
        self._of_document: dict[str, list[str]] = defaultdict(list)
        for document, name in names.items():
            self._of_document[name].append(document)
        self._queries = [
            Query(
                text=item.text,
                k=DEPTH,
                unit=unit,
                documents=tuple(self._of_document[item.document]) if scope == "document" else (),
            )
            for item in questions
        ]

    def rows(self, ways: Sequence[tuple[Channel, ...] | None]) -> list[list[tuple[float, ...]]]:
        """The measures of every question for each choice of channels; None is all, fused.

        All are asked at once, so that each question is encoded once.
        """
        possible = {
            number: query
            for number, query in enumerate(self._queries)
            if self._of_document[self._questions[number].document]
        }
        results = iter(
            self._searcher.search_many(
                [replace(query, channels=way) for way in ways for query in possible.values()]
            )
        )
        rows: list[list[tuple[float, ...]]] = []
        for _ in ways:
            found = dict(zip(possible, islice(results, len(possible)), strict=True))
            rows.append(
                [
                    self._measured(question, found.get(number))
                    for number, question in enumerate(self._questions)
                ]
            )
        return rows

    def _measured(self, question: Question, result: SearchResult | None) -> tuple[float, ...]:
        truths = _truths(question, self._unit)
        hits = result.hits if result is not None else ()
        ranking = [
            frozenset(truth.name for truth in truths if self._shows(hit, truth)) for hit in hits
        ]
        return metrics.all_of(ranking, len(truths))

    def _shows(self, hit: Hit, truth: Truth) -> bool:
        if (self._names[hit.document_id], hit.page) != (truth.document, truth.page):
            return False
        if isinstance(truth, PageTruth):
            return True
        return hit.bbox is not None and overlap(hit.bbox, truth.bbox) >= SAME_BOX


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


def _truths(question: Question, unit: Unit) -> Sequence[Truth]:
    if unit == "any":
        raise UsageError("retrieval is measured for pages or for figures: choose one unit")
    return question.pages if unit == "page" else question.boxes


def _asked(question: Question, scope: Scope) -> bool:
    """Questions that make sense within their document alone are not asked of the corpus."""
    return scope == "document" or question.scope == "corpus"


def _by_type(
    questions: Sequence[Question], rows: Sequence[tuple[float, ...]]
) -> dict[str, dict[str, float]]:
    groups: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for question, row in zip(questions, rows, strict=True):
        for name in question.types:
            groups[name].append(row)
    return {
        name: {"questions": len(found), **metrics.mean(found)}
        for name, found in sorted(groups.items())
    }


def _notes(questions: Sequence[Question], names: Mapping[str, str]) -> tuple[str, ...]:
    indexed = set(names.values())
    missing = sorted({item.document for item in questions} - indexed)
    if not missing:
        return ()
    lost = sum(item.document in missing for item in questions)
    return (
        f"{lost} questions count as not found: their documents are not in the index: "
        f"{', '.join(missing)}",
    )
