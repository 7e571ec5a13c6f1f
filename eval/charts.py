"""Measures charts that are read as data against what they were drawn from; see `eval/grids.py`."""

import math
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import chart_makers
import chart_page
import numpy as np
from chart_makers import Known
from chart_producers import PRODUCERS
from chart_scores import Entry, rms
from scipy.optimize import linear_sum_assignment

from mmrag import grids
from mmrag.config import IngestSettings, Settings
from mmrag.ids import document_id, file_sha256
from mmrag.ingest.events import FileParsed, ParseTask
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.models import Models
from mmrag.types import Grid

PICTURE_DPI = 110
CHARTS = 40
"""Of each producer; those of even seeds are for development, those of odd ones are reported."""


@dataclass(frozen=True)
class Score:
    """Of one chart: whether type, scales and series are right; errors in % of the axis; RMS-F1."""

    is_right: bool
    errors: tuple[float, ...]
    values: int
    f1: float
    why: str = ""


def run(
    half: str,
    per_chart: bool,
    as_pictures: bool,
    producers: Sequence[str],
    page: Path | None,
    first: int = 0,
) -> None:
    """Print the scores of each producer, by seeds from `first` on: "dev", "test" or "all"."""
    dpi = PICTURE_DPI if as_pictures else None
    every = range(first, first + CHARTS)
    seeds = [s for s in every if half == "all" or s % 2 == (half == "test")]
    with tempfile.TemporaryDirectory() as folder:
        truth: dict[str, Known] = {}
        for producer in producers or PRODUCERS:
            truth |= draw(producer, seeds, dpi, Path(folder))
        found = read(Path(folder), as_pictures)
        if page is not None:
            files = [(name, Path(folder) / f"{name}.pdf") for name in sorted(truth)]
            chart_page.write(page, [(n, f, *found.get(n, (None, ""))) for n, f in files])
        scores: dict[str, list[Score]] = defaultdict(list)
        for name, chart in sorted(truth.items()):
            grid, notes = found.get(name, (None, ""))
            score = score_of(chart, grid, notes)
            scores[name.rpartition("-")[0]].append(score)
            if per_chart:
                worst = max(score.errors, default=math.nan)
                print(f"{name:<14} {chart.kind:<12} {score.is_right!s:<6} {worst:8.3f} "
                      f"{len(score.errors)}/{score.values} {score.f1:.2f} {score.why}")  # fmt: skip
    print("producer      charts  right  median error  values read  RMS-F1")
    for producer, own in [*scores.items(), ("all", [s for one in scores.values() for s in one])]:
        errors = [error for score in own for error in score.errors]
        print(
            f"{producer:<12} {len(own):7} {100 * sum(s.is_right for s in own) / len(own):5.1f}% "
            f"{median(errors) if errors else math.nan:11.3f} % "
            f"{100 * len(errors) / sum(s.values for s in own):10.1f}% "
            f"{100 * sum(s.f1 for s in own) / len(own):7.1f}"
        )


def draw(producer: str, seeds: Sequence[int], dpi: int | None, folder: Path) -> dict[str, Known]:
    """Write the charts of a producer, each on a page of its own; none of one that is not here."""
    maker = PRODUCERS[producer]
    if not maker.is_there:
        print(f"{producer} is left out: {maker.needs} is not on this machine")
        return {}
    charts = [maker.as_drawn(chart_makers.known(seed)) for seed in seeds]
    truth = {}
    for seed, chart, drawn in zip(seeds, charts, maker.draw(charts), strict=True):
        name = f"{producer}-{seed:02d}"
        page = chart_makers.on_page(drawn, f"Figure {seed + 1}: {chart.y_title}.", dpi)
        (folder / f"{name}.pdf").write_bytes(page)
        truth[name] = chart
    return truth


def read(folder: Path, by_eye: bool = False) -> dict[str, tuple[Grid | None, str]]:
    """The chart that each file is read as, and what was noted about it."""
    hashes = {file: file_sha256(file) for file in sorted(folder.glob("*.pdf"))}
    tasks = [ParseTask(file, sha256, document_id(sha256)) for file, sha256 in hashes.items()]
    found: dict[str, tuple[Grid | None, str]] = {}
    ocr = Models(Settings()).ocr_factory() if by_eye else None
    for event in parse_files(tasks, IngestSettings(), ocr, lambda picture: None):
        if isinstance(event, FileParsed):
            charts = [grid for grid in event.document.grids if grid.chart]
            kinds = ", ".join(figure.kind for figure in event.document.figures)
            notes = "; ".join(map(str, event.document.document.problems))
            found[event.path.stem] = (charts[0] if charts else None, f"[{kinds}] {notes}")
    return found


def score_of(chart: Known, grid: Grid | None, notes: str) -> Score:
    count = sum(map(len, chart.values))
    if grid is None or grid.chart is None:
        return Score(False, (), count, 0.0, notes)
    is_lying = chart.kind == "lying bar"
    x, y = grid.chart.x.scale, grid.chart.y.scale
    own, other = (y, x) if is_lying else (x, y)
    wanted = "none" if chart.kind == "pie" else chart.scale
    wrong = []
    if grid.chart.type != chart.type:
        wrong.append(f"type {grid.chart.type}")
    if (own, other) != (chart.x_scale, wanted):
        wrong.append(f"scales {own}, {other}")
    if len(chart.series) > 1 and set(grid.chart.series) != set(chart.series):
        wrong.append(f"series {grid.chart.series}")
    if len(chart.series) == 1 and len(grid.chart.series) != 1:
        wrong.append(f"series {grid.chart.series}")
    table = values(grid)
    pairs = _points(chart, table) if chart.kind == "scatter" else _by_name(chart, table)
    entries = [Entry(f"{row} {series}", value) for (row, series, _), value in table.items()]
    true = [Entry(f"{row} {series}", value) for row, series, value in _true(chart)]
    if len(chart.series) == 1:
        entries = [Entry(row, value) for (row, _, _), value in table.items()]
        true = [Entry(row, value) for row, _, value in _true(chart)]
    why = "; ".join([*wrong, *grid.chart.left_out])
    return Score(not wrong, tuple(_error(chart, *pair) for pair in pairs), count,
                 rms(entries, true)[2], why)  # fmt: skip


def values(grid: Grid) -> dict[tuple[str, str, int], float]:
    """The values of a chart by row, series, and number of the row."""
    columns, rows = grids.columns(grid), grids.rows(grid)
    return {
        (rows[cell.row], columns[cell.column], cell.row): float(value)
        for cell in grid.cells
        if not cell.is_header and (value := grids.value(cell)) is not None
    }


def _true(chart: Known) -> list[tuple[str, str, float]]:
    if chart.kind == "pie":
        whole = sum(chart.values[0])
        return [
            (row, "", 100 * v / whole) for row, v in zip(chart.rows, chart.values[0], strict=True)
        ]
    rows = [[f"{x:g}" for x in xs] for xs in chart.xs] or [chart.rows] * len(chart.series)
    return [
        (row, name, value)
        for name, own, column in zip(chart.series, rows, chart.values, strict=True)
        for row, value in zip(own, column, strict=True)
    ]


def _by_name(chart: Known, table: dict[tuple[str, str, int], float]) -> list[tuple[float, float]]:
    single = len(chart.series) == 1
    found = {(row, "" if single else series): value for (row, series, _), value in table.items()}
    return [
        (found[key], value)
        for row, series, value in _true(chart)
        if (key := (row, "" if single else series)) in found
    ]


def _points(chart: Known, table: dict[tuple[str, str, int], float]) -> list[tuple[float, float]]:
    """Each dot with the true one nearest to it, within its series."""
    pairs = []
    for name, xs, column in zip(chart.series, chart.xs, chart.values, strict=True):
        own = [
            (float(row or "nan"), value)
            for (row, series, _), value in table.items()
            if len(chart.series) == 1 or series == name
        ]
        own = [item for item in own if math.isfinite(item[0])]
        if not own:
            continue
        span = max(column)
        off = np.array(
            [
                [abs(a - x) / 50 + abs(b - y) / span for x, y in zip(xs, column, strict=True)]
                for a, b in own
            ]
        )
        rows, columns = linear_sum_assignment(off)
        pairs += [(own[i][1], column[j]) for i, j in zip(rows, columns, strict=True)]
    return pairs


def _error(chart: Known, read_value: float, true: float) -> float:
    """In % of the axis, as far as the values of the chart reach on it."""
    flat: Sequence[float] = [value for column in chart.values for value in column]
    if chart.kind == "pie":
        return abs(read_value - true)
    if chart.scale == "log":
        span = math.log10(max(flat) / min(flat))
        return 100 * abs(math.log10(max(read_value, 1e-12) / true)) / span
    top = max(map(sum, zip(*chart.values, strict=True))) if "stacked" in chart.kind else max(flat)
    return 100 * abs(read_value - true) / top
