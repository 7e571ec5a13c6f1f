"""A figure as data: the cells of a table or chart, or the graph of a diagram."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.figures.regions import FoundFigure
from mmrag.ingest.grids import chart_of_labels, charts, diagrams, tables
from mmrag.ingest.layout.order import Fragment
from mmrag.ingest.layout.page_lines import PageLines
from mmrag.ingest.raw import MAX_CELLS
from mmrag.ingest.steps import Steps
from mmrag.types import BBox, Cell, Chart, Graph, Problem

_LETTER_REACH = 1.0  # points, that a letter drawn as an outline goes beyond the box of its text

Draw = Callable[[BBox], Image.Image]
"""What a part of the page looks like, at the resolution that OCR reads."""


@dataclass(frozen=True, slots=True)
class FigureData:
    """What a figure was read as, if anything; `is_of_pixels`: its marks were seen in a picture."""

    cells: tuple[Cell, ...] = ()
    chart: Chart | None = None
    graph: Graph | None = None
    is_of_pixels: bool = False


def read(
    figure: FoundFigure,
    content: PageLines,
    sideways: Sequence[Fragment],
    draw: Draw,
    steps: Steps,
) -> FigureData:
    """A figure as data; why a chart or diagram is not read as such is a note."""
    if figure.kind == "table":
        return FigureData(_cells(figure, content, steps))
    nothing = FigureData()
    reasons: list[str] = []
    is_drawn = False
    if figure.drawn:
        found, is_drawn = steps.run(
            "chart data",
            lambda: _of_paths(figure, content.fragments, sideways, reasons),
            (nothing, True),
        )
        if found != nothing:
            return found
    seen = figure.read_in or _read_by_eye(figure, content)
    if not seen and not is_drawn:
        seen = _within(figure, [*content.fragments, *sideways])
    if figure.kind in ("chart", "picture") and seen:
        found = steps.run("chart pixels", lambda: _of_pixels(figure, seen, draw, reasons), nothing)
        if found != nothing or figure.kind == "picture":
            return found
        around = figure.read_in or content.fragments
        found = steps.run("chart labels", lambda: _of_labels(figure, around), nothing)
        if found != nothing:
            return found
    if reasons:
        what = f"{figure.label or f'a {figure.kind}'} is not read as data: {reasons[-1]}"
        steps.problems.append(Problem(figure.kind, what, steps.page))
    return nothing


def _cells(figure: FoundFigure, content: PageLines, steps: Steps) -> tuple[Cell, ...]:
    """The cells of a table, at most `MAX_CELLS`; where there are more, that is a problem told."""
    none: tuple[Cell, ...] = ()
    texts = content.fragments
    found = steps.run("grid", lambda: tables.joined(texts, figure.tables, figure.drawn), none)
    if len(found) > MAX_CELLS:
        name = figure.label or figure.caption or "a table"
        message = f"{name}: only the first {MAX_CELLS:,} of its cells were read as data"
        steps.problems.append(Problem("limit", message, steps.page))
    return found[:MAX_CELLS]


def _of_paths(
    figure: FoundFigure,
    texts: Sequence[Fragment],
    sideways: Sequence[Fragment],
    reasons: list[str],
) -> tuple[FigureData, bool]:
    """What the paths of a figure are read as, and whether they have marks at all."""
    is_chart = figure.kind == "chart"
    has_marks = True
    drawn, box = _without_letters(figure.drawn, figure.read_in), figure.bbox
    texts = [*texts, *figure.read_in]
    try:
        return FigureData(*charts.read(drawn, texts, sideways, box, is_chart=is_chart)), True
    except charts.NoChart as refusal:
        has_marks = not isinstance(refusal, charts.NoMarks)
        reasons += [str(refusal)] * is_chart
    try:
        graph = diagrams.read(drawn, texts, sideways, box, is_chart=is_chart)
        return FigureData(graph=graph), True
    except diagrams.NoGraph as refusal:
        reasons += [str(refusal)] * (not is_chart)
    return FigureData(), has_marks


def _without_letters(
    drawn: Sequence[tuple[Path, BBox]], read_in: Sequence[Fragment]
) -> Sequence[tuple[Path, BBox]]:
    """The paths but those within text that OCR read: letters that are drawn as outlines."""
    if not drawn or not read_in:
        return drawn
    seen = np.array([box for _, box in drawn])
    is_letter = np.zeros(len(drawn), dtype=bool)
    for text in read_in:
        x0, y0, x1, y1 = boxes.grow(text.bbox, _LETTER_REACH)
        begins = (seen[:, 0] >= x0) & (seen[:, 1] >= y0)
        is_letter |= begins & (seen[:, 2] <= x1) & (seen[:, 3] <= y1)
    return [item for item, letter in zip(drawn, is_letter, strict=True) if not letter]


def _of_pixels(
    figure: FoundFigure, seen: Sequence[Fragment], draw: Draw, reasons: list[str]
) -> FigureData:
    is_chart = figure.kind == "chart"
    try:
        cells, chart = charts.read_pixels(draw(figure.bbox), seen, figure.bbox, is_chart=is_chart)
    except charts.NoChart as refusal:
        reasons += [str(refusal)] * is_chart
        return FigureData()
    return FigureData(cells, chart, is_of_pixels=True)


def _of_labels(figure: FoundFigure, texts: Sequence[Fragment]) -> FigureData:
    try:
        cells, chart = chart_of_labels.read(texts, figure.bbox)
    except charts.NoChart:  # why its marks cannot be read is what is told
        return FigureData()
    return FigureData(cells, chart, is_of_pixels=True)


def _read_by_eye(figure: FoundFigure, content: PageLines) -> Sequence[Fragment]:
    """The text that OCR read in a figure with the rest of its page."""
    if content.source != "ocr":
        return ()
    return _within(figure, content.fragments)


def _within(figure: FoundFigure, texts: Sequence[Fragment]) -> Sequence[Fragment]:
    return [x for x in texts if boxes.holds_middle(figure.bbox, x.bbox)]
