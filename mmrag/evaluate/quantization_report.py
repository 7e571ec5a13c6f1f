"""The table of `mmrag eval quantization`: its rows, what is recommended of them, and a plot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from mmrag import contract
from mmrag.evaluate import drawing
from mmrag.evaluate.datasets import Scope
from mmrag.evaluate.quantization_vlm import ModelRow
from mmrag.evaluate.report import rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MEASURES = ("recall@1", "recall@5", "ndcg@5")
MOST_LOST = 0.005
"""Of nDCG@5: what a recommended setting may lose of it, half a point in a hundred."""
MIN_COSINE = 0.9
"""To whole precision, of a recommended encoder: with less it is another one, whatever the questions
at hand show; those about words hardly ask its pictures. Chosen by hand."""
Lost = Mapping[str, tuple[float, float, float]]
"""By measure how much of it is lost, and between which values that lies in 95 of 100 resamples."""


@dataclass(frozen=True, slots=True)
class QuantizationRow:
    """One setting of an encoder, or one form of the vectors.

    `measures` are of all channels together, `alone` of those with vectors of this part.
    """

    part: str
    name: str
    scope: Scope
    questions: int
    size: int  # bytes of the weights, or of all vectors
    per_second: float  # texts or pictures encoded, or searches
    cosine: float  # to whole precision, mean
    lowest_cosine: float
    nans: int
    infinities: int
    measures: Mapping[str, float]
    lost: Lost
    alone: Mapping[str, float]
    lost_alone: Lost
    load_seconds: float = 0.0  # of the processors
    cpu_ms: float = 0.0  # of the processors, for one item
    seconds: float = 0.0  # of the processors, for all items, with loading; 0 for vectors
    peak_bytes: int = 0  # the most memory of the process that encodes; 0 where it is not told
    settings: Mapping[str, str] = field(default_factory=dict)  # what makes it so in a profile
    note: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it loses so little that it can be recommended."""
        return (
            not self.nans
            and not self.infinities
            and (not self.seconds or self.cosine >= MIN_COSINE)
            and max(self.lost["ndcg@5"][0], self.lost_alone["ndcg@5"][0]) < MOST_LOST
        )

    @property
    def costs(self) -> float:
        """What a better setting has less of: time of processors for all items, or bytes."""
        return self.seconds or float(self.size)

    def to_json(self) -> dict[str, Any]:
        return {
            "part": self.part,
            "name": self.name,
            "scope": self.scope,
            "questions": self.questions,
            "bytes": self.size,
            "per_second": round(self.per_second, 2),
            "load_seconds": round(self.load_seconds, 2),
            "cpu_ms": round(self.cpu_ms, 3),
            "seconds": round(self.seconds, 2),
            "peak_bytes": self.peak_bytes,
            "cosine": round(self.cosine, 6),
            "lowest_cosine": round(self.lowest_cosine, 6),
            "nans": self.nans,
            "infinities": self.infinities,
            "measures": rounded(self.measures),
            "lost": _lost_json(self.lost),
            "alone": rounded(self.alone),
            "lost_alone": _lost_json(self.lost_alone),
            "settings": dict(self.settings),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class QuantizationReport:
    """All rows; in each part the first is whole precision."""

    dataset: str
    rows: tuple[QuantizationRow, ...]
    made_by: Mapping[str, str]
    models: tuple[ModelRow, ...] = ()  # of the vision-language model, most bits first

    def recommended(self) -> dict[str, QuantizationRow]:
        """By part the setting that costs least of those that lose too little to matter."""
        return {
            part: min((row for row in rows if row.is_good), key=lambda row: row.costs)
            for part, rows in self.parts().items()
        }

    def parts(self) -> dict[str, list[QuantizationRow]]:
        """The rows by their part, in order."""
        return {part: list(rows) for part, rows in groupby(self.rows, lambda row: row.part)}

    def to_json(self) -> dict[str, Any]:
        """The object that `mmrag eval quantization --json` prints."""
        return contract.versioned(
            {
                "dataset": self.dataset,
                "rows": [row.to_json() for row in self.rows],
                "recommended": {part: row.name for part, row in self.recommended().items()},
                "made_by": dict(self.made_by),
                "models": [row.to_json() for row in self.models],
            }
        )


def _lost_json(lost: Lost) -> dict[str, list[float]]:
    return {name: [round(value, 4) for value in values] for name, values in lost.items()}


def plot(report: QuantizationReport) -> str:
    """What each setting loses of nDCG@5 with its channels alone, with its interval, as SVG."""
    rows = report.rows[::-1]
    return str(
        drawing.plot(
            lambda axes: _draw(axes, rows),
            f"nDCG@5 lost on {report.dataset}, channels of each part alone, points",
            rows=len(rows),
        )
    )


def _draw(axes: "Axes", rows: Sequence[QuantizationRow]) -> None:
    lost = [row.lost_alone["ndcg@5"] for row in rows]
    points = [100 * mean for mean, _, _ in lost]
    errors = [
        [100 * (mean - low) for mean, low, _ in lost],
        [100 * (high - mean) for mean, _, high in lost],
    ]
    places = range(len(rows))
    axes.errorbar(points, places, xerr=errors, fmt="o", ms=4, lw=1, color="#2a5d9a")
    axes.axvline(0, color="#9aa5b1", lw=1)
    axes.axvline(100 * MOST_LOST, color="#b04a3a", lw=1, ls="--")
    axes.set_yticks(places, [f"{row.part}: {row.name}" for row in rows])
