"""What an evaluation of retrieval found, in the shape of the command line's contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmrag.evaluate.datasets import Scope
from mmrag.types import Channel, Unit

Metrics = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Measures from 0 to 1, by name. `notes` say what the reader of the figures should know."""

    dataset: str
    scope: Scope
    unit: Unit
    questions: int
    metrics: Metrics
    by_channel: Mapping[Channel, Metrics]
    by_type: Mapping[str, Metrics]  # with "questions", their number
    confidence: Mapping[str, tuple[float, float]]  # 95 %
    notes: tuple[str, ...] = ()
    seconds: float = 0.0  # for all questions

    def to_json(self) -> dict[str, Any]:
        """The object that `mmrag eval retrieval --json` prints."""
        return {
            "dataset": self.dataset,
            "scope": self.scope,
            "unit": self.unit,
            "questions": self.questions,
            "metrics": _rounded(self.metrics),
            "by_channel": {name: _rounded(found) for name, found in self.by_channel.items()},
            "by_type": {name: _rounded(found) for name, found in self.by_type.items()},
            "confidence": {
                name: [round(low, 4), round(high, 4)]
                for name, (low, high) in self.confidence.items()
            },
        }


def _rounded(metrics: Metrics) -> dict[str, float]:
    return {name: round(value, 4) for name, value in metrics.items()}
