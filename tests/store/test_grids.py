"""Grids come back as they were put in: tables and charts."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from mmrag.store.catalog import Catalog
from mmrag.types import Axis, Cell, Chart, Grid

CHART = Chart(
    "line",
    Axis("Year", "date"),
    Axis("Trips, \N{EURO SIGN}", "log"),
    ("North", "South"),
    ("South: 2 of 9 points lie under others",),
)


def grids_of(figure_id: str) -> tuple[Grid, ...]:
    head = Cell(0, 1, 0, 1, "North", (0.0, 0.0, 9.0, 9.0), is_header=True)
    measured = Cell(1, 1, 1, 1, "41.3", (10.0, 20.5, 12.5, 23.0), uncertainty=0.2)
    return (Grid(figure_id, (head, measured), "chart drawing", 0.5, CHART),)


@pytest.mark.promise(9)
def test_a_chart_comes_back_with_its_axes_series_and_uncertainties(layout, make_document, put):
    document = make_document("/docs/a.pdf", "alpha growth")
    stored = grids_of(document.figures[0].id)
    with Catalog.create(layout) as catalog:
        put(catalog, replace(document, grids=stored))
    with Catalog.open(layout) as catalog:
        assert tuple(catalog.grids.all()) == stored


@pytest.mark.promise(9)
def test_a_table_of_an_older_schema_is_a_grid_without_a_chart(layout, make_document, put):
    document = make_document("/docs/a.pdf", "alpha growth")
    table = tuple(replace(grid, chart=None) for grid in grids_of(document.figures[0].id))
    with Catalog.create(layout) as catalog:
        put(catalog, replace(document, grids=table))
    with Database(layout.db) as db:  # as it was before
        db.execute("alter table grids drop column chart")
        db["_sqlite_migrations"].delete_where("name like ?", ["%_charts"])
    with Catalog.open(layout, write=True) as catalog:
        assert tuple(catalog.grids.all()) == table
        assert list(catalog.checksums.changed()) == []
