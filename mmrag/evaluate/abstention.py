"""How well an engine tells questions that its documents answer from those that they do not."""

from collections.abc import Iterator

from mmrag.answer.extracted import rank
from mmrag.answer.questions import analyse
from mmrag.evaluate.datasets import Dataset
from mmrag.index import Index


def f1(kept: float, abstained: float) -> float:
    """F1 of "abstains" as the sign of "has no answer", both kinds of questions weighing the same.

    `kept` is the part of the questions with an answer that were answered, `abstained` the part of
    those without one that were not; both from 0 to 1.
    """
    wrongly = 1 - kept
    return 2 * abstained / (abstained + wrongly + 1)


def strengths(index: Index, dataset: Dataset) -> Iterator[tuple[str, bool, float]]:
    """Document, whether it holds the answer, and strength of the evidence, for every question.

    Each is asked of its own document, where that is indexed, as extracted answers are made.
    """
    questions = [(item.text, item.document, True) for item in dataset.questions if item.pages]
    questions += [(text, document, False) for text, document in dataset.unanswerable]
    for text, document, answerable in questions:
        ids = index.catalog.resolve_document(document)
        if ids:
            k = index.tuned.answer.k
            evidence = index.evidence(text, k=k, documents=ids, images=False)
            yield document, answerable, rank(analyse(text), evidence)[1]
