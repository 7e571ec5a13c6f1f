"""Which of some labels fits a picture, as a task: see `classify`."""

from dataclasses import dataclass
from typing import ClassVar

from mmrag.vision import model, prompts
from mmrag.vision.classify import TEMPLATES, LabelScore, check, classify
from mmrag.vision.looking import Bench, By, View


@dataclass(frozen=True, slots=True)
class LabelsResult:
    """The labels with their probabilities, the most probable first."""

    by: str
    labels: tuple[LabelScore, ...]


@dataclass(frozen=True, slots=True)
class Classify:
    """Zero-shot: by the image encoder; by the model where that is asked for."""

    labels: tuple[str, ...]
    templates: tuple[str, ...] = TEMPLATES
    by: By = "embedded"

    name: ClassVar[str] = "classify"
    version: ClassVar[str] = f"1-{prompts.LABEL.version}"
    reads: ClassVar[bool] = False
    result: ClassVar[type] = LabelsResult

    def __post_init__(self) -> None:
        """Raises `UsageError` for labels or templates that cannot be used."""
        check(self.labels, self.templates)

    def run(self, view: View, bench: Bench) -> LabelsResult:
        """The labels. Raises `ConfigError` where nobody can tell.

        A model's choice is certain to it: it has probability 1, or all are equal where it named
        none of the labels.
        """
        if not (self.by != "embedded" and bench.asks_model(self.by)):
            encoder = bench.encoder()
            [scores] = classify([view.image], self.labels, encoder, self.templates)
            return LabelsResult(encoder.space.model, tuple(scores))
        listed = "; ".join(self.labels)
        said = model.said(bench, f"{prompts.LABEL.text} {listed}", [view.image])
        plain = said.strip(" .\"'").casefold()
        named = [label for label in self.labels if label.casefold() == plain]
        share = 1 / len(self.labels)
        scores = [
            LabelScore(label, float(label in named) if named else share) for label in self.labels
        ]
        scores.sort(key=lambda score: -score.probability)
        return LabelsResult(model.name(bench), tuple(scores))
