"""How well work is sent where it belongs: requests to tasks, questions to pages.

Requests are lines of JSON, {"request", "task"}: the share whose task the rules choose. Pages are
those of a dataset with known evidence: what the cheap look lets through of the pages of a
question's own document is compared with those that hold the answer.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePath
from typing import Any

from mmrag.errors import UsageError
from mmrag.evaluate.datasets import Dataset, objects
from mmrag.index import Index
from mmrag.types import FigureKind, Page
from mmrag.vision import relevance, route


@dataclass(frozen=True, slots=True)
class RoutingReport:
    """Shares from 0 to 1 by name; `wrong` has what went elsewhere, or was missed."""

    dataset: str
    items: int  # requests or questions
    metrics: dict[str, float]
    wrong: tuple[dict[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "dataset": self.dataset,
            "items": self.items,
            "metrics": {name: round(value, 4) for name, value in self.metrics.items()},
            "wrong": list(self.wrong),
        }


def of_requests(file: Path) -> RoutingReport:
    """The share of requests that find their task by rules. Raises `UsageError`."""
    wrong, count = [], 0
    for place, row in objects(file):
        with place:
            request, task = str(row["request"]), str(row["task"])
            if task not in route.TASKS:
                raise ValueError(f"{task!r} is no task; there are {', '.join(route.TASKS)}")
        count += 1
        found = route.by_rules(request)
        if found is None or found.task != task:
            wrong.append({"request": request, "task": task, "found": found.task if found else ""})
    if not count:
        raise UsageError(f"{file}: no request in it")
    return RoutingReport(file.name, count, {"right": 1 - len(wrong) / count}, tuple(wrong))


def of_pages(
    index: Index,
    dataset: Dataset,
    *,
    least: float = relevance.LEAST,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> RoutingReport:
    """Precision, recall and what is saved, over all pages of the documents that are asked about.

    Questions whose document or evidence is not in the index are left out.
    """
    named = {PurePath(item.path).stem: item.id for item in index.catalog.documents.all()}
    counts: Counter[str] = Counter()
    wrong = []
    seen_of = cache(partial(_seen_pages, index))  # a document is asked about many times
    asked = [item for item in dataset.questions if item.pages and item.document in named]
    for done, question in enumerate(asked, 1):
        wanted = {truth.page for truth in question.pages if truth.document == question.document}
        pages = seen_of(named[question.document])
        passed = {
            page.number
            for page, kinds in pages
            if relevance.score(question.text, page.text, kinds) >= least
        }
        found = passed & wanted
        counts.update(pages=len(pages), passed=len(passed), wanted=len(wanted), found=len(found))
        counts["answerable"] += bool(found)
        if not found:
            wrong.append({"question": question.text, "document": question.document})
        on_progress(done, len(asked))
    if not asked:
        raise UsageError(f"{dataset.folder}: no question of it is about a document of the index")
    metrics = {
        "precision": counts["found"] / max(counts["passed"], 1),
        "recall": counts["found"] / max(counts["wanted"], 1),
        "answerable": counts["answerable"] / len(asked),
        "saved": 1 - counts["passed"] / max(counts["pages"], 1),
    }
    return RoutingReport(dataset.name, len(asked), metrics, tuple(wrong))


def _seen_pages(index: Index, document: str) -> list[tuple[Page, set[FigureKind]]]:
    """The pages of a document, each with the kinds of its figures."""
    kinds: dict[str, set[FigureKind]] = {}
    for figure in index.catalog.figures.of_document(document):
        kinds.setdefault(figure.page_id, set()).add(figure.kind)
    pages = index.catalog.pages.of_document(document)
    return [(page, kinds.get(page.id, set())) for page in pages]
