"""Weights of the channels and a threshold for answers, chosen for one corpus.

Chosen by cross-validation over documents: what is gained is measured on questions about documents
that had no say in the choice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmrag import contract
from mmrag.channels import CHANNELS, NAMES
from mmrag.config import ChannelWeights, Tuned
from mmrag.errors import UsageError
from mmrag.evaluate import answers, metrics
from mmrag.evaluate.datasets import Dataset, Scope
from mmrag.evaluate.retrieval import SAME_BOX, OnStage, RetrievalRun
from mmrag.index import Index
from mmrag.types import Unit

MEASURE = "ndcg@5"
FOLDS = 5
FEWEST_DOCUMENTS = 2
FEWEST_UNANSWERABLE = 10
_THRESHOLDS = tuple(round(0.04 + 0.03 * step, 2) for step in range(11))

Table = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that was chosen: its value before and now, and the measure of both from 0 to 1.

    `tuned` is measured by cross-validation. What gained nothing is not `kept`.
    """

    name: str
    measure: str
    questions: int
    before: str
    after: str
    default: float
    tuned: float

    @property
    def kept(self) -> bool:
        return self.tuned > self.default and self.after != self.before

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "measure": self.measure,
            "questions": self.questions,
            "before": self.before,
            "after": self.after if self.kept else self.before,
            "default": round(self.default, 4),
            "tuned": round(self.tuned, 4),
        }


@dataclass(frozen=True, slots=True)
class TuneReport:
    """What was chosen, and the settings to write; None where nothing gained."""

    dataset: str
    choices: tuple[Choice, ...]
    settings: Tuned | None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return contract.versioned(
            {
                "dataset": self.dataset,
                "choices": [choice.to_json() for choice in self.choices],
                "settings": None if self.settings is None else self.settings.model_dump(),
                "notes": list(self.notes),
            }
        )


def tune(
    index: Index,
    dataset: Dataset,
    unit: Unit = "page",
    scope: Scope = "document",
    on_progress: OnStage = lambda stage, done, total: None,
) -> TuneReport:
    """Choose the weights by nDCG@5, and the threshold by the F1 of abstention.

    The threshold is chosen where the dataset has enough questions without an answer. Nothing is
    written. `on_progress` is told the stage, and how many of its questions are done. Raises
    `UsageError` where the questions are about fewer than two documents.
    """
    weights, best = _weights(index, dataset, unit, scope, on_progress)
    choices = [weights]
    notes = []
    threshold: float | None = None
    if len(dataset.unanswerable) >= FEWEST_UNANSWERABLE:
        choice, threshold = _threshold(index, dataset, on_progress)
        choices.append(choice)
    else:
        notes.append(
            f"the threshold stays: it takes {FEWEST_UNANSWERABLE} questions in unanswerable.jsonl, "
            f"and there are {len(dataset.unanswerable)}"
        )
    if not any(choice.kept for choice in choices):
        return TuneReport(dataset.name, tuple(choices), None, tuple(notes))
    settings = Tuned(
        dataset=dataset.name,
        weights=best if weights.kept else None,
        min_score=threshold if len(choices) > 1 and choices[1].kept else None,
    )
    return TuneReport(dataset.name, tuple(choices), settings, tuple(notes))


def _weights(
    index: Index, dataset: Dataset, unit: Unit, scope: Scope, on_progress: OnStage
) -> tuple[Choice, ChannelWeights]:
    searcher = index.searcher.remembering()
    settings = searcher.settings
    run = RetrievalRun(searcher, dataset, unit, scope)
    held = searcher.channels(unit)
    tried = list(_tried(settings.weights, held))
    total, done = len(tried) * run.searches, 0

    def step() -> None:
        nonlocal done
        done += 1
        on_progress("weights", done, total)

    at = metrics.NAMES.index(MEASURE)
    values = []
    for weights in tried:
        other = searcher.using(settings.model_copy(update={"weights": weights}))
        found = run.named(run.together(other, step), SAME_BOX)
        values.append([row[at] for row in run.measured(found)])
    table = np.array(values)
    documents = [question.document for question in run.questions]
    best = tried[int(table.mean(axis=1).argmax())]
    return (
        Choice(
            "weights",
            MEASURE,
            len(documents),
            _text(settings.weights, held),
            _text(best, held),
            float(table[0].mean()),
            float(_cross_validated(table, documents).mean()),
        ),
        best,
    )


def _tried(now: ChannelWeights, held: Sequence[str]) -> Iterator[ChannelWeights]:
    """The present weights, which win a tie, and every other combination for the channels held."""
    yield now
    tries = (
        channel.tried or (channel.weight,) if channel.name in held else (now[channel.name],)
        for channel in CHANNELS
    )
    for values in product(*tries):
        weights = ChannelWeights(dict(zip(NAMES, values, strict=True)))
        if weights != now:
            yield weights


def _threshold(index: Index, dataset: Dataset, on_progress: OnStage) -> tuple[Choice, float]:
    total = len(dataset.questions) + len(dataset.unanswerable)
    found: list[tuple[str, bool, float]] = []
    for item in answers.answerabilities(index, dataset):
        found.append(item)
        on_progress("threshold", len(found), total)
    answerable = np.array([holds for _, holds, _ in found])
    strong = np.array([[value >= limit for _, _, value in found] for limit in _THRESHOLDS])
    right = strong == answerable  # thresholds x questions
    # Weighed so that both kinds of question count the same.
    weight = np.where(answerable, 0.5 / answerable.mean(), 0.5 / (1 - answerable.mean()))
    documents = [document for document, _, _ in found]
    choose = _cross_validated(right * weight, documents, of=strong)
    best = _THRESHOLDS[int((right * weight).mean(axis=1).argmax())]
    before = index.tuned.answer.min_score
    default = np.array([value >= before for _, _, value in found])
    return (
        Choice(
            "min_score",
            "F1 of abstention",
            len(found),
            f"{before:g}",
            f"{best:g}",
            _f1(default, answerable),
            _f1(choose.astype(bool), answerable),
        ),
        best,
    )


def _f1(answered: Table, answerable: Table) -> float:
    return answers.abstention_f1(
        float(answered[answerable].mean()), float((~answered[~answerable]).mean())
    )


def _cross_validated(
    values: Table,
    documents: Sequence[str],
    of: Table | None = None,
) -> Table:
    """For each question the value (or that `of`) under the choice that the other folds make.

    `values` has a row for each choice and a column for each question, higher is better. A document
    stands in one fold.
    """
    fold = folds(documents)
    chosen = np.zeros(len(documents))
    for number in np.unique(fold):
        best = int(values[:, fold != number].mean(axis=1).argmax())
        chosen[fold == number] = (values if of is None else of)[best, fold == number]
    return chosen


def folds(documents: Sequence[str]) -> Table:
    """The fold of each question, shape `(questions,)`, by the document that it is about.

    Raises `UsageError` where all are about one.
    """
    names = sorted(set(documents))
    if len(names) < FEWEST_DOCUMENTS:
        raise UsageError(
            f"tuning takes questions about {FEWEST_DOCUMENTS} documents or more, and these are "
            f"about {len(names)}"
        )
    order = np.random.default_rng(0).permutation(len(names))
    of_name = {names[at]: number % min(FOLDS, len(names)) for number, at in enumerate(order)}
    return np.array([of_name[document] for document in documents])


def _text(weights: ChannelWeights, held: Sequence[str]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in weights.items() if name in held)
