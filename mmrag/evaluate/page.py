"""An evaluation of retrieval as one page of HTML, all in one file: tables, plots, failures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mmrag.evaluate import drawing
from mmrag.evaluate.drawing import FindPicture, Thumbnail
from mmrag.evaluate.metrics import DEPTH
from mmrag.evaluate.report import Metrics, QuestionReport, RetrievalReport

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

NEAR = 5
"""A question fails that has none of its evidence among so many hits."""
MOST_FAILURES = 60
MOST_PICTURES = 3
_TEMPLATE = Path(__file__).with_suffix(".html")
_GREEN, _GREY = "#2a7d2a", "#9aa5b1"


@dataclass(frozen=True, slots=True)
class MissedQuestion:
    """A question whose evidence was found too late, or not at all (`rank` None)."""

    question: QuestionReport
    rank: int | None
    thumbnails: tuple[Thumbnail, ...]


def render(report: RetrievalReport, picture: FindPicture) -> str:
    """The page. At most 60 failures are shown; the page says how many there are."""
    failed = [item for item in report.per_question if not _found_near(item)]
    return drawing.render(
        _TEMPLATE,
        report=report,
        rows=list(_rows(report)),
        plots=list(_plots(report)),
        failures=len(failed),
        near=NEAR,
        depth=DEPTH,
        shown=[_failure(item, picture) for item in failed[:MOST_FAILURES]],
    )


def _rows(report: RetrievalReport) -> Iterator[tuple[str, Metrics]]:
    yield "all channels", report.metrics
    if report.loose:
        yield "boxes at IoU 0.3", report.loose
    yield from report.by_channel.items()
    yield from report.ablation.items()
    for name, found in report.by_type.items():
        yield f"{name} ({found['questions']:.0f})", found


def _found_near(item: QuestionReport) -> bool:
    return not set(item.truths).isdisjoint(item.found[:NEAR])


def _failure(item: QuestionReport, picture: FindPicture) -> MissedQuestion:
    rank = next((at for at, name in enumerate(item.found, start=1) if name in item.truths), None)
    true = [drawing.thumbnail(picture, page, f"expected: {page}", true=True) for page in item.pages]
    found = [
        drawing.thumbnail(picture, image, f"rank {rank}: {image}", true=False)
        for rank, image in enumerate(item.images[:MOST_PICTURES], start=1)
    ]
    return MissedQuestion(item, rank, (*islice(true, MOST_PICTURES), *found))


def _plots(report: RetrievalReport) -> Iterator["Markup"]:
    if report.curves:
        yield drawing.plot(lambda axes: _curves(axes, report.curves), "recall at k")
    near = f"recall@{NEAR}"
    if report.ablation:
        values = {"all": report.metrics[near], **{k: v[near] for k, v in report.ablation.items()}}
        yield drawing.plot(lambda axes: _bars(axes, values), f"{near} with one part left out")
    if report.by_type:
        types = {f"{k} ({v['questions']:.0f})": v[near] for k, v in report.by_type.items()}
        yield drawing.plot(lambda axes: _bars(axes, types), f"{near} by type", rows=len(types))


def _curves(axes: "Axes", curves: Mapping[str, Sequence[float]]) -> None:
    for name, values in curves.items():
        line = 2.2 if name == "fused" else 1.2
        axes.plot(range(1, len(values) + 1), [100 * value for value in values], lw=line, label=name)
    axes.set_xlabel("k", fontsize=8)
    axes.set_xticks([1, *range(5, DEPTH + 1, 5)])
    axes.set_ylabel("percent of the evidence", fontsize=8)
    axes.set_ylim(0, 100)
    axes.legend(fontsize=8, frameon=False)


def _bars(axes: "Axes", values: Mapping[str, float]) -> None:
    names = list(values)[::-1]
    colours = [_GREEN if name == "all" else _GREY for name in names]
    bars = axes.barh(names, [100 * values[name] for name in names], color=colours)
    axes.bar_label(bars, fmt="%.1f", fontsize=7, padding=2)
    axes.set_xlim(0, 108)
