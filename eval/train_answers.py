"""Learns the weights of the extracted answerer from questions with known evidence.

    python eval/train_answers.py ../shared/data/pages-dev --index indexes/pages-dev

Two models, both with a quadratic penalty. Which span answers (`mmrag.answer.extracted`): linear,
by the likelihood that one of the right spans is drawn (as ListNet's top-one probabilities, Cao et
al. 2007, section 5.2), no weight below 0; right are spans of evidence pages that hold 60 % of the
words of the known answer, or where none does, all spans of those pages. Whether there is an answer
(`mmrag.answer.answerability`): a logistic regression, questions with and without one weighing the
same, and the threshold with the best F1 of abstention. Both are measured by cross-validation over
documents (8 parts, 6 times): no question is judged by a model that has seen its document.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mmrag.answer.answerability import EvidenceFeatures
from mmrag.answer.questions import analyse
from mmrag.answer.span_features import EvidenceReading, SpanFeatures
from mmrag.evaluate import datasets
from mmrag.evaluate.answers import abstention_f1
from mmrag.index import Index
from mmrag.text.stems import content_stems

PARTS = 8
TIMES = 6
SPAN_PENALTY = 0.01
ANSWER_PENALTY = 0.05
HOLDS_ANSWER = 0.6
"""Of the words of the known answer, in a span that is taken to give it."""
THRESHOLDS = np.arange(0.3, 0.7, 0.005)
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Read:
    """A question with its evidence read: spans x features, and which spans are right."""

    document: str
    answerable: bool
    visual: bool
    spans: Matrix
    evidence: Matrix  # features of all the evidence, where that span is the best
    on_page: NDArray[np.bool_]
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the features of spans and of evidence, the latter with a constant at the end."""

    spans: Matrix
    evidence: Matrix
    threshold: float = 0.5

    def best(self, item: Read) -> int:
        return int(np.argmax(item.spans @ self.spans))

    def sure(self, item: Read) -> float:
        """The answerability of a question."""
        if item.visual or not len(item.spans):
            return 0.0
        return float(1 / (1 + np.exp(-extended(item.evidence[self.best(item)]) @ self.evidence)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--index", type=Path, default=Path("indexes/default"))
    options = parser.parse_args()
    with Index.open(options.index) as index:
        items = read(index, options.dataset)
    runs = [measured(items, cross_validated(items, seed)) for seed in range(TIMES)]
    show("cross-validated", np.mean(runs, axis=0))
    model = fitted(items)
    show("on all questions", measured(items, [model] * len(items)))
    for name, weight in zip(SpanFeatures._fields, model.spans / model.spans[0], strict=True):
        print(f"    {name}={weight:.2f},")
    for name, weight in zip((*EvidenceFeatures._fields, "constant"), model.evidence, strict=True):
        print(f"    {name}={weight:.2f},")
    print(f"    min_score={model.threshold:.3f}")


def read(index: Index, folder: Path) -> list[Read]:
    """Every question of a dataset about a document of the index, asked of that document."""
    dataset = datasets.load(folder)
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    answers = {row["qid"]: str(row.get("answer") or "") for row in map(json.loads, lines)}
    held = defaultdict(list)
    for document in index.documents():
        held[PurePath(document.path).stem].append(document.id)
    questions = [
        (item.text, item.document, frozenset(truth.page for truth in item.pages), answers[item.id])
        for item in dataset.questions
        if item.pages
    ]
    questions += [(text, name, frozenset(), "") for text, name in dataset.unanswerable]
    return [
        read_one(index, text, name, held[name], pages, answer)
        for text, name, pages, answer in questions
        if name in held
    ]


def read_one(
    index: Index, text: str, name: str, ids: Sequence[str], pages: frozenset[int], answer: str
) -> Read:
    question = analyse(text)
    evidence = index.evidence(text, k=index.tuned.answer.k, documents=ids, images=False)
    reading = EvidenceReading(question, evidence)
    on_page = np.array([evidence[item.span.item].page in pages for item in reading.spans], bool)
    wanted = frozenset(content_stems(answer))
    told = [
        len(wanted.intersection(content_stems(item.span.text))) >= HOLDS_ANSWER * len(wanted)
        for item in reading.spans
    ]
    right = on_page & np.array(told, bool) if wanted else on_page
    return Read(
        name,
        bool(pages),
        question.visual,
        np.array([item.features for item in reading.spans], float).reshape(
            -1, len(SpanFeatures._fields)
        ),
        np.array([reading.features(item) for item in reading.spans], float).reshape(
            -1, len(EvidenceFeatures._fields)
        ),
        on_page,
        right if right.any() else on_page,
    )


def fitted(items: Sequence[Read]) -> Model:
    spans = fitted_spans(items)
    model = Model(spans, fitted_evidence(items, spans))
    sure = np.array([model.sure(item) for item in items])
    answerable = np.array([item.answerable for item in items])
    scores = [f1(sure >= limit, answerable) for limit in THRESHOLDS]
    return Model(model.spans, model.evidence, float(THRESHOLDS[int(np.argmax(scores))]))


def fitted_spans(items: Sequence[Read]) -> Matrix:
    scale = spread(np.vstack([item.spans for item in items if len(item.spans)]))
    lists = [(item.spans / scale, item.right) for item in items if item.right.any()]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = SPAN_PENALTY * weights @ weights, 2 * SPAN_PENALTY * weights
        for features, right in lists:
            scores = features @ weights
            drawn = np.exp(scores - scores.max())
            chosen = np.where(right, drawn, 0)
            total -= np.log(chosen.sum() / drawn.sum()) / len(lists)
            gap = chosen / chosen.sum() - drawn / drawn.sum()
            slope = slope - features.T @ gap / len(lists)
        return total, slope

    start = np.zeros(len(scale))
    bounds = [(0, None)] * len(scale)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x / scale)


def fitted_evidence(items: Sequence[Read], spans: Matrix) -> Matrix:
    told = [item for item in items if len(item.spans) and not item.visual]
    features = np.array([item.evidence[int(np.argmax(item.spans @ spans))] for item in told])
    scale = spread(features)
    table = extended(features / scale)
    answerable = np.array([item.answerable for item in told])
    share = np.where(answerable, 0.5 / answerable.sum(), 0.5 / (~answerable).sum())

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        scores, inner = table @ weights, weights * ([1.0] * len(scale) + [0.0])
        total = share @ (np.logaddexp(0, scores) - answerable * scores)
        slope = table.T @ (share * (1 / (1 + np.exp(-scores)) - answerable))
        return total + ANSWER_PENALTY * inner @ inner, slope + 2 * ANSWER_PENALTY * inner

    found = minimize(loss, np.zeros(len(scale) + 1), jac=True, method="L-BFGS-B").x
    return np.asarray(found / [*scale, 1.0])


def cross_validated(items: Sequence[Read], seed: int) -> list[Model]:
    """For each question the model that has not seen its document."""
    documents = sorted({item.document for item in items})
    order = np.random.default_rng(seed).permutation(len(documents))
    part = {documents[at]: number % PARTS for number, at in enumerate(order)}
    models = [
        fitted([item for item in items if part[item.document] != number]) for number in range(PARTS)
    ]
    return [models[part[item.document]] for item in items]


def measured(items: Sequence[Read], models: Sequence[Model]) -> tuple[float, float, float]:
    """Share answered, share of these whose best span is on an evidence page, F1 of abstention."""
    pairs = list(zip(items, models, strict=True))
    answered = np.array([model.sure(item) >= model.threshold for item, model in pairs])
    right = [bool(len(item.spans)) and bool(item.on_page[m.best(item)]) for item, m in pairs]
    answerable = np.array([item.answerable for item in items])
    cited = (answered & answerable & np.array(right)).sum() / (answered & answerable).sum()
    return float(answered[answerable].mean()), float(cited), f1(answered, answerable)


def f1(answered: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> float:
    return abstention_f1(float(answered[answerable].mean()), float((~answered[~answerable]).mean()))


def extended(features: Matrix) -> Matrix:
    """Features with a 1 at their end, for the constant."""
    return np.concatenate([features, np.ones((*features.shape[:-1], 1))], axis=-1)


def spread(features: Matrix) -> Matrix:
    """The standard deviation of each feature; 1 where all are the same."""
    deviation = features.std(axis=0)
    return np.where(deviation > 0, deviation, 1.0)


def show(title: str, values: Sequence[float]) -> None:
    told = zip(("answered", "best span cited right", "F1 of abstention"), values, strict=True)
    print(f"{title:<20}" + ", ".join(f"{name} {100 * value:.1f}" for name, value in told))


if __name__ == "__main__":
    main()
