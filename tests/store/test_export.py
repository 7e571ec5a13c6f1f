"""Tables, charts and diagrams of an index as files, and what could not be read as data."""

import csv
from dataclasses import replace
from pathlib import Path

from mmrag.store import export
from mmrag.store.catalog import Catalog
from mmrag.types import Axis, Cell, Chart, Edge, Graph, Grid, Node

BOX = (0.0, 0.0, 9.0, 9.0)


def chart(figure: str) -> Grid:
    cells = (
        Cell(0, 1, 0, 1, "Trips", BOX, is_header=True),
        Cell(1, 0, 1, 0, "2014", BOX, is_header=True),
        Cell(1, 1, 1, 1, "41.3", BOX, uncertainty=0.2),
    )
    seen = Chart("line", Axis("", "linear"), Axis("", "linear"), ("Trips",), ("2 of 3 bars",))
    return Grid(figure, cells, "chart drawing", 0.5, seen)


GRAPH = Graph((Node("Intake", BOX), Node("Mixer", BOX)), (Edge(0, 1),), "diagram drawing")


def test_charts_are_written_with_their_uncertainties_and_diagrams_in_dot(
    catalog: Catalog, make_document, put, tmp_path: Path
) -> None:
    document = make_document("/docs/a.pdf", "alpha", "beta", "gamma")
    first, second, third = (figure.id for figure in document.figures)
    put(catalog, replace(document, grids=(chart(first),), graphs={second: GRAPH}))
    told = export.tables(catalog, tmp_path / "out")
    assert (told.tables, told.charts, told.diagrams, told.without_data) == (0, 1, 1, 1)
    text = (tmp_path / "out" / f"{first}.csv").read_text(encoding="utf-8")
    assert text.splitlines() == [",Trips,± Trips", "2014,41.3,0.2"]
    assert "Intake" in (tmp_path / "out" / f"{second}.dot").read_text(encoding="utf-8")
    with Path(told.overview).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == [f"{first}.csv", f"{second}.dot", ""]
    assert [row["left out"] for row in rows] == ["2 of 3 bars", "", ""]
    assert rows[2]["label"] == "Figure 3", "a chart without data is listed, too"
    assert third not in {path.stem for path in (tmp_path / "out").iterdir()}
