"""The tables, charts and diagrams in a picture, as data."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from mmrag import audit, graphs
from mmrag import grids as data
from mmrag.readings import PageReading
from mmrag.types import BBox, Cell, Chart, Edge, Figure, Grid, Node
from mmrag.vision import families, model, replies
from mmrag.vision.looking import EMBEDDED, Bench, By, View

GridKind = Literal["table", "chart", "diagram"]
MAX_ASKED = 8
"""Figures of one page that a model is asked about; chosen by hand: each takes it seconds."""


@dataclass(frozen=True, slots=True)
class FoundGrid:
    """A table, chart or diagram as data: who read it, and how much of it the picture confirms.

    `csv` has a line a row. The cells of a grid that a model wrote have the box of the whole.
    """

    title: str
    bbox: BBox
    reader: str
    trust: float
    csv: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[Cell, ...]
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class FoundGraph:
    """A diagram as data: its boxes, the lines between them, and both as text."""

    title: str
    bbox: BBox
    reader: str
    trust: float
    lines: tuple[str, ...]
    mermaid: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GridsResult:
    """All of one kind in a picture, and what to know of those that could not be read."""

    by: str
    grids: tuple[FoundGrid, ...]
    notes: tuple[str, ...] = ()
    graphs: tuple[FoundGraph, ...] = ()

    @property
    def is_nothing(self) -> bool:
        return not (self.grids or self.graphs)


@dataclass(frozen=True, slots=True)
class ReadGrids:
    """Reads one kind: by the rules that indexing has, or by the model, audited by the text."""

    kind: GridKind = "table"
    by: By = "auto"

    name: ClassVar[str] = "grids"
    version: ClassVar[str] = f"1-{families.version('table', 'chart', 'diagram')}"
    reads: ClassVar[bool] = True
    result: ClassVar[type] = GridsResult

    def run(self, view: View, bench: Bench) -> GridsResult:
        """What stands in the picture. A page of a document may hold several."""
        reading = view.reading
        if not bench.asks_model(self.by):
            return by_rules(reading, self.kind)
        figures = [item for item in reading.figures if item.kind == self.kind] or [_whole(reading)]
        found = [self._asked(figure, view, bench) for figure in figures[:MAX_ASKED]]
        left = len(figures) - MAX_ASKED
        notes = (f"{left} more were not asked about",) if left > 0 else ()
        return GridsResult(model.name(bench), tuple(grid for grid in found if grid), notes)

    def _asked(self, figure: Figure, view: View, bench: Bench) -> FoundGrid | None:
        """What the model copies of one figure; None where it sees none."""
        image = view.reading.within(figure.bbox).image() or view.image
        maker = model.name(bench)
        prompt = families.prompt(self.kind, maker)
        said = model.said(bench, prompt.text, [image], tag=prompt.tag)
        grid = audit.grid_of(replies.table(said, prompt.reply), figure, maker)
        return None if grid is None else _found(grid, figure)


def by_rules(reading: PageReading, kind: GridKind) -> GridsResult:
    """What was read when the page was: tables by the layout model, charts from their drawing."""
    figures = {figure.id: figure for figure in reading.figures}
    found = tuple(
        _found(grid, figures[grid.figure_id])
        for grid in reading.grids
        if figures[grid.figure_id].kind == kind
    )
    notes = [str(item) for item in reading.problems if kind == "chart" and item.stage == "chart"]
    named = list(reading.graphs) if kind == "diagram" else []
    drawn = tuple(_graph(name, figures[name], reading) for name in named)
    unread = [item for item in reading.figures if item.kind == kind]
    read = len(found) + len(drawn)
    if len(unread) > read and not notes:
        notes.append(
            f"{len(unread) - read} seen and not read as data with certainty; a model can try "
            "(--by vlm)"
        )
    if not unread and not read:
        notes.append(f"no {kind} is seen here by rules; a model can look (--by vlm)")
    readers = [*(item.reader for item in found), *(item.reader for item in drawn), EMBEDDED]
    return GridsResult(readers[0], found, tuple(notes), drawn)


def _whole(reading: PageReading) -> Figure:
    """The whole of what is looked at as one figure, with the text that was read in it."""
    page = reading.page
    return Figure(f"{page.id}-f00", page.id, 0, reading.frame, "picture", text=reading.text)


def _graph(name: str, figure: Figure, reading: PageReading) -> FoundGraph:
    graph = reading.graphs[name]
    return FoundGraph(
        figure.caption or figure.label,
        figure.bbox,
        graph.reader,
        graph.trust,
        tuple(graphs.lines(graph)),
        graphs.mermaid(graph),
        graph.nodes,
        graph.edges,
        graph.left_out,
    )


def _found(grid: Grid, figure: Figure) -> FoundGrid:
    return FoundGrid(
        figure.caption or figure.label,
        figure.bbox,
        grid.reader,
        grid.trust,
        data.csv_text(grid),
        tuple(data.columns(grid)),
        tuple(data.rows(grid)),
        grid.cells,
        grid.chart,
    )
