"""An evaluation of answers as one page of HTML: tables, plots, and every wrong answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mmrag.evaluate import drawing
from mmrag.evaluate.answer_report import OUTCOMES, AnsweredQuestion, AnswersReport, Outcome
from mmrag.evaluate.calibration import Bin, Risk
from mmrag.evaluate.drawing import FindPicture, Thumbnail
from mmrag.evaluate.report import Metrics

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

MOST_PICTURES = 3  # of the true pages, and of what is cited; chosen by hand
_COLOURS = {"right": "#2a7d2a", "wrong": "#b03a2e", "abstained": "#9aa5b1", "unjudged": "#d8c27a"}
_TEMPLATE = Path(__file__).with_suffix(".html")
_TYPE_MEASURES = (
    "questions", "answered", "right", "right_of_answered", "complete", "strict",
    "cited_of_answered",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A question that was answered wrong: the right pages beside those cited."""

    question: AnsweredQuestion
    thumbnails: tuple[Thumbnail, ...]


def render(report: AnswersReport, picture: FindPicture) -> str:
    """The page, with every wrong answer on it."""
    wrong = [item for item in report.per_question if item.outcome == "wrong"]
    return drawing.render(
        _TEMPLATE,
        report=report,
        outcomes=[(name, [counts.get(outcome, 0) for outcome in OUTCOMES])
                  for name, counts in _rows(report)],
        names=OUTCOMES,
        measures=_TYPE_MEASURES,
        parts=[*report.by_type.items(), *report.by_kind.items()],
        plots=list(_plots(report)),
        wrong=[_shown(item, picture) for item in wrong],
    )  # fmt: skip


def _rows(report: AnswersReport) -> Iterator[tuple[str, Mapping[Outcome, int]]]:
    yield from report.outcomes.items()
    yield "all", {outcome: report.count(outcome) for outcome in OUTCOMES}


def _shown(item: AnsweredQuestion, picture: FindPicture) -> WrongAnswer:
    true = [
        drawing.thumbnail(picture, page, f"expected: {page}", true=True)
        for page in item.pages[:MOST_PICTURES]
    ]
    cited = dict.fromkeys(source.image_id for source in item.reply.citations)
    shown = cited or dict.fromkeys(source.image_id for source in item.reply.evidence)
    what = "cited" if cited else "retrieved"
    found = [
        drawing.thumbnail(picture, image, f"{what}: {image}", true=False)
        for image in islice(shown, MOST_PICTURES)
    ]
    return WrongAnswer(item, (*true, *found))


def _plots(report: AnswersReport) -> Iterator["Markup"]:
    if report.outcomes:
        rows = dict(_rows(report))
        yield drawing.plot(
            lambda axes: _stacked(axes, rows), "what became of the questions, by type", len(rows)
        )
    kinds = {f"{name} ({row['questions']:.0f})": row for name, row in report.by_kind.items()}
    if kinds:
        yield drawing.plot(lambda axes: _bars(axes, kinds), "right, by kind", len(kinds))
    if report.reliability:
        yield drawing.plot(lambda axes: _reliability(axes, report.reliability), "reliability")
        yield drawing.plot(lambda axes: _risk(axes, report.risk), "risk and coverage")


def _stacked(axes: "Axes", rows: Mapping[str, Mapping[Outcome, int]]) -> None:
    names = list(rows)[::-1]
    left = [0.0] * len(names)
    for outcome in OUTCOMES:
        shares = [
            100 * rows[name].get(outcome, 0) / max(1, sum(rows[name].values())) for name in names
        ]
        if any(shares):
            axes.barh(names, shares, left=left, color=_COLOURS[outcome], label=outcome)
        left = [before + share for before, share in zip(left, shares, strict=True)]
    axes.set_xlabel("percent", fontsize=8)
    axes.legend(fontsize=7, frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, -0.35))


def _bars(axes: "Axes", rows: Mapping[str, Metrics]) -> None:
    names = list(rows)[::-1]
    bars = axes.barh(names, [100 * rows[name]["right"] for name in names], color=_COLOURS["right"])
    axes.bar_label(bars, fmt="%.1f", fontsize=7, padding=2)
    axes.set_xlim(0, 108)


def _reliability(axes: "Axes", bins: Sequence[Bin]) -> None:
    axes.plot([0, 1], [0, 1], color=_COLOURS["abstained"], lw=1)
    middles = [(item.low + item.high) / 2 for item in bins]
    bars = axes.bar(middles, [item.accuracy for item in bins], 0.09, color=_COLOURS["right"])
    axes.bar_label(bars, [str(item.answers) for item in bins], fontsize=7)
    axes.set_xlabel("confidence (above each bar: answers)", fontsize=8)
    axes.set_ylabel("part that is right", fontsize=8)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.05)


def _risk(axes: "Axes", curve: Sequence[Risk]) -> None:
    axes.step(
        [100 * point.coverage for point in curve],
        [100 * point.risk for point in curve],
        where="pre",
        color=_COLOURS["wrong"],
    )
    axes.set_xlabel("percent of what is answered, most confident first", fontsize=8)
    axes.set_ylabel("percent wrong", fontsize=8)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
