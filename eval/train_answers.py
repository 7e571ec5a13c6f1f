"""Learns which span answers a question, and how likely it is right, from questions with answers.

    python eval/train_answers.py ../shared/data/pages-dev --index indexes/pages-dev
    python eval/train_answers.py ../shared/data/pages-dev corpora/sample \
        --index indexes/pages-dev indexes/sample --times 3 1

Two models, both linear with a quadratic penalty. Which span answers (`mmrag.answer.extracted`): by
the likelihood that one of the right spans is drawn (as ListNet's top-one probabilities, Cao et al.
2007, section 5.2); right are spans of evidence pages that hold the known answer by the rules of
`mmrag.evaluate.correctness`, or where none does, with less weight, all spans of those pages; what
speaks for a span never counts against it. How likely the best one is right
(`mmrag.answer.answerability`): a logistic regression over all questions that are not computed,
those without an answer among them, on spans chosen by models that have not seen their document;
what it says of documents that it has not seen is then scaled (Platt 1999) to how often it was right
for the datasets that count most (`--times`), since questions that come with their documents are
easier than a user's.
Both are measured by cross-validation over documents (8 parts, 3 times), computed questions aside:
no question is judged by a model that has seen its document.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mmrag.answer.answerability import AnswerFeatures
from mmrag.answer.computed import MAKER
from mmrag.answer.extracted import quotation
from mmrag.answer.fitting import may_answer
from mmrag.answer.questions import AnalysedQuestion, analyse
from mmrag.answer.span_features import EvidenceReading, SpanFeatures
from mmrag.evaluate import correctness, datasets, gold
from mmrag.evaluate.answers import abstention_f1
from mmrag.evaluate.calibration import calibration_error
from mmrag.evaluate.gold import Gold
from mmrag.index import Index

PARTS = 8
INNER_PARTS = 4  # of the training documents, for the spans that the confidence is fitted on
TIMES = 3
SPAN_PENALTY = 0.02
PAGE_WEIGHT = 0.3  # of a question of which only the page is known, chosen by cross-validation
_SPEAKS_FOR_TEXT = (
    "own above near pairs phrase label page wanted counted asked numbers news rank score"
    " cell_named listed"
)
SPEAKS_FOR = frozenset(_SPEAKS_FOR_TEXT.split())
"""Features of spans with no weight below 0."""
SPEAKS_AGAINST = frozenset(("length", "lacks"))
"""And with none above 0: of two that say the same the shorter answers."""
_MAKES_SURE_TEXT = (
    "best shown page names wanted counted asked numbers pairs above mass score retrieved"
)
MAKES_SURE = frozenset(_MAKES_SURE_TEXT.split())
"""Features of answers with no weight below 0."""
MAKES_UNSURE = frozenset(("lost", "lacks", "computed", "compared"))
"""And with none above 0."""
Bounds = tuple[float | None, float | None]
ANSWER_PENALTY = 0.02
THRESHOLDS = (0.08, 0.1, 0.12, 0.13, 0.14, 0.15, 0.16, 0.18, 0.2, 0.25, 0.3)
Matrix = NDArray[np.float64]
Loss = Callable[[Matrix], tuple[float, Matrix]]


@dataclass(frozen=True, slots=True)
class Read:
    """A question with its evidence read: spans x features, and which spans are right."""

    dataset: str
    document: str
    question: AnalysedQuestion
    gold: Gold
    answerable: bool
    reading: EvidenceReading
    spans: Matrix
    on_page: NDArray[np.bool_]
    right: NDArray[np.bool_]
    times: int = 1  # that it counts in learning
    computed: bool = False  # it is answered before any span is quoted
    held: dict[int, bool] = field(default_factory=dict)  # spans that were found to hold the answer

    def holds(self, at: int) -> bool:
        """Whether a span holds the known answer, on whatever page."""
        if at not in self.held:
            shown = quotation(self.reading.spans[at].span)
            self.held[at] = correctness.holds(self.gold, self.question.text, shown)
        return self.held[at]

    def may_answer(self, at: int) -> bool:
        """Whether a quotation of a span can be the answer by its form: others are never given."""
        return may_answer(self.question, self.reading.spans[at])


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the features of spans and of answers, the latter with a constant at the end."""

    spans: Matrix
    answers: Matrix


@dataclass(frozen=True, slots=True)
class Told:
    """What a model says of one question, and whether that is right."""

    item: Read
    confidence: float
    right: bool  # the first span
    right_of_three: bool
    on_page: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("datasets", type=Path, nargs="+")
    parser.add_argument("--index", type=Path, nargs="+", default=[Path("indexes/default")])
    parser.add_argument(
        "--times", type=int, nargs="+", help="how often a question of each counts in learning"
    )
    options = parser.parse_args()
    items: list[Read] = []
    times = options.times or [1] * len(options.datasets)
    for dataset, place, count in zip(options.datasets, options.index, times, strict=True):
        with Index.open(place) as index:
            items.extend(read(index, dataset, count))
    runs = [cross_validated(items, seed) for seed in range(TIMES)]
    for name in dict.fromkeys(item.dataset for item in items):
        show(name, [[told for told in run if told.item.dataset == name] for run in runs])
    model = fitted(items)
    for name, weight in zip(SpanFeatures._fields, model.spans, strict=True):
        print(f"    {name}={weight:.2f},")
    for name, weight in zip((*AnswerFeatures._fields, "constant"), model.answers, strict=True):
        print(f"    {name}={weight:.2f},")


def read(index: Index, folder: Path, times: int = 1) -> Iterator[Read]:
    """Every question of a dataset about a document of the index, asked of that document.

    Each counts so many `times` in learning.
    """
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
    for text, name, pages, answer in questions:
        if name in held:
            yield read_one(
                index, dataset.name, text, name, held[name], pages, gold.read(answer), times
            )


def read_one(
    index: Index,
    dataset: str,
    text: str,
    name: str,
    ids: Sequence[str],
    pages: frozenset[int],
    answer: Gold,
    times: int,
) -> Read:
    question = analyse(text)
    evidence = index.evidence(
        text, k=index.tuned.answer.k, documents=ids, images=False, tables=True
    )
    reading = EvidenceReading(question, evidence)
    on_page = np.array([evidence[item.span.item].page in pages for item in reading.spans], bool)
    right = [
        bool(there) and correctness.holds(answer, text, quotation(item.span))
        for item, there in zip(reading.spans, on_page, strict=True)
    ]
    features = np.array([item.features for item in reading.spans], float)
    return Read(
        dataset,
        name,
        question,
        answer,
        bool(pages),
        reading,
        features.reshape(-1, len(SpanFeatures._fields)),
        on_page,
        np.array(right, bool),
        times,
        index.ask(text, documents=ids).models.get("answerer") == MAKER,
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """The best spans by models that had not seen their documents: questions x features."""

    features: Matrix
    right: Matrix
    times: NDArray[np.int64]
    parts: NDArray[np.int64]  # which part of the documents each is of
    calibrates: NDArray[np.bool_]  # of the datasets whose questions are like a user's

    def fitted(self, among: NDArray[np.bool_]) -> Matrix:
        """The weights of answers, learned from some of the choices."""
        chosen = (self.features[among], self.right[among])
        table, right = (np.repeat(values, self.times[among], axis=0) for values in chosen)
        return fitted_answers(table, right)


def fitted(items: Sequence[Read]) -> Model:
    """Both models; the second on the first's choices for documents that it has not seen."""
    part = parts(items, INNER_PARTS, seed=0)
    rows: list[tuple[AnswerFeatures, bool, Read]] = []
    for number in range(INNER_PARTS):
        spans = fitted_spans([item for item in items if part[item.document] != number])
        for item in items:
            if part[item.document] == number and is_asked(item):
                scores = item.spans @ spans
                best = int(np.argmax(scores))
                if item.may_answer(best):
                    rows.append((item.reading.features(scores.tolist()), item.holds(best), item))
    choices = Choices(
        np.array([features for features, _, _ in rows]),
        np.array([right for _, right, _ in rows], float),
        np.array([item.times for _, _, item in rows]),
        np.array([part[item.document] for _, _, item in rows]),
        np.array([item.times == max(one.times for one in items) for _, _, item in rows]),
    )
    return Model(fitted_spans(items), calibrated(choices))


def calibrated(choices: Choices) -> Matrix:
    """The weights of answers, scaled by what they say of documents that they were not learned from.

    The scale and the shift of the log odds are the most likely ones (Platt 1999, section 2.1).
    """
    said = np.zeros(len(choices.right))
    for number in range(INNER_PARTS):
        unseen = choices.parts == number
        weights = choices.fitted(~unseen)
        said[unseen] = choices.features[unseen] @ weights[:-1] + weights[-1]
    table = np.column_stack([said, np.ones(len(said))])[choices.calibrates]
    right = choices.right[choices.calibrates]

    def loss(scaling: Matrix) -> tuple[float, Matrix]:
        odds = table @ scaling
        slope = table.T @ (1 / (1 + np.exp(-odds)) - right) / len(right)
        return float((np.logaddexp(0, odds) - right * odds).mean()), slope

    scale, shift = least(loss, [(0.0, None), (None, None)])
    weights = scale * choices.fitted(np.ones(len(said), bool))
    weights[-1] += shift
    return weights


def is_asked(item: Read) -> bool:
    """Whether a confidence decides on a quotation: nothing is computed, nor to be seen."""
    return len(item.spans) > 0 and not (item.question.visual or item.computed)


def fitted_spans(items: Sequence[Read]) -> Matrix:
    scale = spread(np.vstack([item.spans for item in items]))
    lists = [
        (item.spans / scale, item.right, float(item.times))
        if item.right.any()
        else (item.spans / scale, item.on_page, PAGE_WEIGHT * item.times)
        for item in items
        if item.on_page.any()
    ]
    whole = sum(weight for _, _, weight in lists)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = SPAN_PENALTY * weights @ weights, 2 * SPAN_PENALTY * weights
        for features, right, weight in lists:
            scores = features @ weights
            drawn = np.exp(scores - scores.max())
            chosen = np.where(right, drawn, 0)
            total -= weight / whole * np.log(chosen.sum() / drawn.sum())
            gap = chosen / chosen.sum() - drawn / drawn.sum()
            slope = slope - weight / whole * (features.T @ gap)
        return float(total), slope

    bounds = [
        (0.0 if name in SPEAKS_FOR else None, 0.0 if name in SPEAKS_AGAINST else None)
        for name in SpanFeatures._fields
    ]
    return least(loss, bounds) / scale


def fitted_answers(features: Matrix, right: Matrix) -> Matrix:
    middle, scale = features.mean(axis=0), spread(features)
    table = np.column_stack([(features - middle) / scale, np.ones(len(features))])

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        scores, inner = table @ weights, weights * ([1.0] * len(scale) + [0.0])
        total = (np.logaddexp(0, scores) - right * scores).mean()
        slope = table.T @ (1 / (1 + np.exp(-scores)) - right) / len(right)
        return float(total + ANSWER_PENALTY * inner @ inner), slope + 2 * ANSWER_PENALTY * inner

    bounds = [
        (0.0 if name in MAKES_SURE else None, 0.0 if name in MAKES_UNSURE else None)
        for name in (*AnswerFeatures._fields, "constant")
    ]
    found = least(loss, bounds)
    weights = found[:-1] / scale
    return np.append(weights, found[-1] - middle @ weights)


def least(loss: Loss, bounds: Sequence[Bounds]) -> Matrix:
    """Where a loss is least within bounds, from its value and slope."""
    start = np.zeros(len(bounds))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def spread(features: Matrix) -> Matrix:
    """The standard deviation of each feature; 1 where all are the same."""
    deviation = features.std(axis=0)
    return np.asarray(np.where(deviation > 0, deviation, 1.0))


def parts(items: Sequence[Read], count: int, seed: int) -> dict[str, int]:
    """The part that each document falls into."""
    documents = sorted({item.document for item in items})
    order = np.random.default_rng(seed).permutation(len(documents))
    return {documents[at]: number % count for number, at in enumerate(order)}


def cross_validated(items: Sequence[Read], seed: int) -> list[Told]:
    """What models that have not seen its document say of each question."""
    part = parts(items, PARTS, seed)
    models = [
        fitted([item for item in items if part[item.document] != number]) for number in range(PARTS)
    ]
    return [told(item, models[part[item.document]]) for item in items if not item.computed]


def told(item: Read, model: Model) -> Told:
    if not len(item.spans):
        return Told(item, 0.0, right=False, right_of_three=False, on_page=False)
    scores = item.spans @ model.spans
    best, *others = map(int, np.argsort(-scores)[:3])
    features = np.append(item.reading.features(scores.tolist()), 1.0)
    is_sure = not item.question.visual and item.may_answer(best)
    sure = float(1 / (1 + np.exp(-features @ model.answers))) if is_sure else 0.0
    return Told(
        item,
        sure,
        right=item.holds(best),
        right_of_three=any(map(item.holds, (best, *others))),
        on_page=bool(item.on_page[best]),
    )


def show(name: str, runs: Sequence[Sequence[Told]]) -> None:
    """The accuracy of selection, the calibration, and what each threshold brings."""
    answerable = [[one for one in run if one.item.answerable] for run in runs]
    first = mean([[one.right for one in run] for run in answerable])
    third = mean([[one.right_of_three for one in run] for run in answerable])
    error = np.mean(
        [
            calibration_error([one.confidence for one in run], [one.right for one in run])
            for run in runs
        ]
    )
    print(f"{name}: {len(runs[0])} questions; answer in the first span {first:.1%}, ", end="")
    print(f"in the first three {third:.1%}; calibration error {error:.3f}")
    print("threshold  answered  right  right of answerable  on page  F1 of abstention")
    for limit in THRESHOLDS:
        rows = np.mean([at_threshold(run, limit) for run in runs], axis=0)
        print("{:9.2f} {:9.1f} {:6.1%} {:20.1%} {:8.1%} {:17.3f}".format(limit, *rows))


def at_threshold(run: Sequence[Told], limit: float) -> tuple[float, ...]:
    """Answered, right of these, right of the answerable, cited right of these, abstention's F1."""
    answered = [one for one in run if one.confidence >= limit]
    answerable = [one for one in run if one.item.answerable]
    without = [one for one in run if not one.item.answerable]
    kept = mean([[one.confidence >= limit for one in answerable]])
    abstained = mean([[one.confidence < limit for one in without]])
    cited = [one.on_page for one in answered if one.item.answerable]
    return (
        len(answered),
        mean([[one.right for one in answered]]),
        sum(one.right for one in answered) / len(answerable),
        mean([cited]),
        abstention_f1(kept, abstained),
    )


def mean(values: Sequence[Sequence[bool]]) -> float:
    found = [value for run in values for value in run]
    return sum(found) / max(1, len(found))


if __name__ == "__main__":
    main()
