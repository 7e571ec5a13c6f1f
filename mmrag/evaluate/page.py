"""An evaluation of retrieval as one page of HTML, all in one file: tables, plots, failures."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path

from PIL import Image

from mmrag.errors import MmragError, UsageError
from mmrag.evaluate.metrics import DEPTH
from mmrag.evaluate.report import Metrics, QuestionReport, RetrievalReport

try:
    import jinja2
    import matplotlib
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
except ImportError as error:
    raise UsageError(
        f"a page of an evaluation needs more packages ({error}): pip install 'mmrag[eval]'"
    ) from error

NEAR = 5
"""A question fails that has none of its evidence among so many hits."""
MOST_FAILURES = 60
MOST_PICTURES = 3
THUMBNAIL = (180, 180)  # pixels
_TEMPLATE = Path(__file__).with_suffix(".html")
_GREEN, _GREY = "#2a7d2a", "#9aa5b1"

FindPicture = Callable[[str], Path | None]
"""From an image ID to the file of its picture."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    title: str
    data: str  # WebP in base 64; empty where there is no picture
    true: bool


@dataclass(frozen=True, slots=True)
class MissedQuestion:
    """A question whose evidence was found too late, or not at all (`rank` None)."""

    question: QuestionReport
    rank: int | None
    thumbnails: tuple[Thumbnail, ...]


def render(report: RetrievalReport, picture: FindPicture) -> str:
    """The page. At most 60 failures are shown; the page says how many there are."""
    failed = [item for item in report.per_question if not _found_near(item)]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(
        _TEMPLATE.read_text(encoding="utf-8")
    ).render(
        report=report,
        rows=list(_rows(report)),
        plots=[Markup(plot) for plot in _plots(report)],  # noqa: S704  (matplotlib's own SVG)
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
    true = [Thumbnail(f"expected: {page}", _small(picture, page), True) for page in item.pages]
    found = [
        Thumbnail(f"rank {rank}: {image}", _small(picture, image), False)
        for rank, image in enumerate(item.images[:MOST_PICTURES], start=1)
    ]
    return MissedQuestion(item, rank, (*islice(true, MOST_PICTURES), *found))


def _small(picture: FindPicture, image_id: str) -> str:
    """A picture in base 64; empty where the index has none."""
    try:
        path = picture(image_id)
    except MmragError:
        return ""
    if path is None:
        return ""
    with Image.open(path) as image:
        image.thumbnail(THUMBNAIL)
        data = BytesIO()
        image.convert("RGB").save(data, "WEBP", quality=60)
    return base64.b64encode(data.getvalue()).decode("ascii")


def _plots(report: RetrievalReport) -> Iterator[str]:
    if report.curves:
        yield _svg(lambda axes: _curves(axes, report.curves), "recall at k")
    near = f"recall@{NEAR}"
    if report.ablation:
        values = {"all": report.metrics[near], **{k: v[near] for k, v in report.ablation.items()}}
        yield _svg(lambda axes: _bars(axes, values), f"{near} with one part left out")
    if report.by_type:
        types = {f"{k} ({v['questions']:.0f})": v[near] for k, v in report.by_type.items()}
        yield _svg(lambda axes: _bars(axes, types), f"{near} by type", rows=len(types))


def _svg(draw: Callable[[Axes], None], title: str, rows: int = 8) -> str:
    text = StringIO()
    with matplotlib.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "mmrag", "text.parse_math": False}
    ):  # no formulas: a type may be called `$x$`
        figure = Figure(figsize=(6, max(2.6, 0.28 * rows + 0.8)), layout="constrained")
        axes = figure.subplots()
        axes.set_title(title, fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
        draw(axes)
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue().partition("<svg")[1] + text.getvalue().partition("<svg")[2]


def _curves(axes: Axes, curves: Mapping[str, Sequence[float]]) -> None:
    for name, values in curves.items():
        line = 2.2 if name == "fused" else 1.2
        axes.plot(range(1, len(values) + 1), [100 * value for value in values], lw=line, label=name)
    axes.set_xlabel("k", fontsize=8)
    axes.set_xticks([1, *range(5, DEPTH + 1, 5)])
    axes.set_ylabel("percent of the evidence", fontsize=8)
    axes.set_ylim(0, 100)
    axes.legend(fontsize=8, frameon=False)


def _bars(axes: Axes, values: Mapping[str, float]) -> None:
    names = list(values)[::-1]
    colours = [_GREEN if name == "all" else _GREY for name in names]
    bars = axes.barh(names, [100 * values[name] for name in names], color=colours)
    axes.bar_label(bars, fmt="%.1f", fontsize=7, padding=2)
    axes.set_xlim(0, 108)
