"""What an evaluation of retrieval found, in the shape of the command line's contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mmrag import contract
from mmrag.evaluate.datasets import Scope
from mmrag.types import ChannelName, Unit

Metrics = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question: the names of its truths, of what was found (best first), and its measures.

    What shows a truth has its name, anything else its image ID. `images` are the image IDs of what
    was found, one for each name; `pages` those of the pages with the truths, as far as indexed.
    """

    id: str
    text: str
    document: str
    truths: tuple[str, ...]
    found: tuple[str, ...]
    images: tuple[str, ...]
    pages: tuple[str, ...]
    measures: Metrics

    def to_json(self) -> dict[str, Any]:
        return {
            "qid": self.id,
            "query": self.text,
            "document": self.document,
            "truths": list(self.truths),
            "found": list(self.found),
            "images": list(self.images),
            "pages": list(self.pages),
            "measures": rounded(self.measures),
        }


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Measures from 0 to 1, by name. `notes` say what the reader of the figures should know."""

    dataset: str
    scope: Scope
    unit: Unit
    questions: int
    metrics: Metrics
    by_channel: Mapping[ChannelName, Metrics]
    by_type: Mapping[str, Metrics]  # with "questions", their number
    confidence: Mapping[str, tuple[float, float]]  # 95 %
    loose: Metrics = field(default_factory=dict)  # of figures, where a looser fit of boxes counts
    ablation: Mapping[str, Metrics] = field(default_factory=dict)  # by what was left out
    curves: Mapping[str, Sequence[float]] = field(default_factory=dict)  # recall@1, 2, ...
    latency: Metrics = field(default_factory=dict)  # milliseconds of one question, warm
    per_question: tuple[QuestionReport, ...] = field(default=(), repr=False)
    made_by: Mapping[str, str] = field(default_factory=dict)  # mmrag, machine, models
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object that `mmrag eval retrieval --json` prints."""
        return contract.versioned(
            {
                "dataset": self.dataset,
                "scope": self.scope,
                "unit": self.unit,
                "questions": self.questions,
                "metrics": rounded(self.metrics),
                "by_channel": {name: rounded(found) for name, found in self.by_channel.items()},
                "by_type": {name: rounded(found) for name, found in self.by_type.items()},
                "confidence": {
                    name: [round(low, 4), round(high, 4)]
                    for name, (low, high) in self.confidence.items()
                },
                "loose": rounded(self.loose),
                "ablation": {name: rounded(found) for name, found in self.ablation.items()},
                "latency_ms": {name: round(value, 1) for name, value in self.latency.items()},
                "made_by": dict(self.made_by),
                "notes": list(self.notes),
                "per_question": [item.to_json() for item in self.per_question],
            }
        )


def rounded(metrics: Metrics) -> dict[str, float]:
    return {name: round(value, 4) for name, value in metrics.items()}
