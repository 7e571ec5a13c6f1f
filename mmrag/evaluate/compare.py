"""Two evaluations of the same questions: which is better, and by how much surely."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmrag import contract
from mmrag.errors import UsageError
from mmrag.evaluate import metrics
from mmrag.text.notation import from_json

REPORT = "report.json"
"""What `--save` calls the report of retrieval or of answers."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved report: its measures, and those of each question by its ID."""

    path: Path
    dataset: str
    scope: str
    unit: str
    metrics: Mapping[str, float]
    texts: Mapping[str, str]
    measures: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Change:
    """One question that one of the two answered better."""

    id: str
    text: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measure of two evaluations over the questions that both asked.

    `interval` holds the mean difference, after minus before, in 95 of 100 resamples.
    """

    measure: str
    questions: int
    before: float
    after: float
    interval: tuple[float, float]
    won: tuple[Change, ...]
    lost: tuple[Change, ...]
    notes: tuple[str, ...]

    @property
    def difference(self) -> float:
        return self.after - self.before

    def to_json(self) -> dict[str, Any]:
        return contract.versioned(
            {
                "measure": self.measure,
                "questions": self.questions,
                "before": round(self.before, 4),
                "after": round(self.after, 4),
                "difference": round(self.difference, 4),
                "interval": [round(value, 4) for value in self.interval],
                "won": [_change_json(item) for item in self.won],
                "lost": [_change_json(item) for item in self.lost],
                "notes": list(self.notes),
            }
        )


def read(path: Path) -> Saved:
    """A report as `--json` printed or `--save` wrote it; a folder stands for the report in it.

    Raises `UsageError` naming a file that is none.
    """
    file = path / REPORT if path.is_dir() else path
    try:
        found = from_json(file.read_text(encoding="utf-8"))
        questions = found["per_question"]
        return Saved(
            file,
            str(found["dataset"]),
            str(found["scope"]),
            str(found["unit"]),
            {name: float(value) for name, value in found["metrics"].items()},
            {str(item["qid"]): str(item["query"]) for item in questions},
            {
                str(item["qid"]): {name: float(value) for name, value in item["measures"].items()}
                for item in questions
            },
        )
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise UsageError(
            f"{file}: not a report of `mmrag eval retrieval` or `eval answers` ({error})"
        ) from error


def default_measure(saved: Saved) -> str:
    """What two reports of that kind are compared by where nothing else is said."""
    return "right" if saved.unit == "answer" else "recall@5"


def compare(before: Saved, after: Saved, measure: str) -> Comparison:
    """Compare over the questions that both asked. Raises `UsageError` where there is none."""
    for saved in (before, after):
        if measure not in saved.metrics:
            known = ", ".join(saved.metrics)
            raise UsageError(f"{saved.path}: no measure {measure!r}; there are {known}")
    both = [
        name
        for name in before.measures
        if measure in before.measures[name] and measure in after.measures.get(name, {})
    ]
    if not both:
        raise UsageError(
            f"{before.path} and {after.path} have no question in common that {measure} is of"
        )
    pairs = np.array(
        [[before.measures[name][measure], after.measures[name][measure]] for name in both]
    )
    changes = [
        Change(name, before.texts[name], float(old), float(new))
        for name, (old, new) in zip(both, pairs, strict=True)
    ]
    changes.sort(key=lambda change: -abs(change.after - change.before))
    return Comparison(
        measure,
        len(both),
        float(pairs[:, 0].mean()),
        float(pairs[:, 1].mean()),
        metrics.interval((pairs[:, 1] - pairs[:, 0]).tolist()),
        tuple(change for change in changes if change.after > change.before),
        tuple(change for change in changes if change.after < change.before),
        tuple(_notes(before, after, len(both))),
    )


def _notes(before: Saved, after: Saved, both: int) -> list[str]:
    notes = [
        f"{name} differs: {old} and {new}"
        for name, old, new in (
            ("the dataset", before.dataset, after.dataset),
            ("the scope", before.scope, after.scope),
            ("the unit", before.unit, after.unit),
        )
        if old != new
    ]
    for saved in (before, after):
        if len(saved.measures) > both:
            notes.append(f"{len(saved.measures) - both} questions stand in {saved.path} alone")
    return notes


def _change_json(item: Change) -> dict[str, Any]:
    return {
        "qid": item.id,
        "query": item.text,
        "before": round(item.before, 4),
        "after": round(item.after, 4),
    }
