"""Graphs come back as they were put in."""

from dataclasses import replace

from mmrag.store.catalog import Catalog
from mmrag.types import Edge, Graph, Node

GRAPH = Graph(
    (Node("Intake", (10.0, 20.5, 60.0, 40.0)), Node("Mixer", (10.0, 60.0, 60.0, 80.0), group=0)),
    (Edge(0, 1, "both", "raw data"),),
    "diagram drawing",
    0.75,
    ("1 of 4 lines cannot be tied to two boxes",),
)


def test_a_graph_comes_back_and_its_figure_is_found_by_its_lines(layout, make_document, put):
    document = make_document("/docs/a.pdf", "alpha growth")
    figure = document.figures[0].id
    with Catalog.create(layout) as catalog:
        put(catalog, replace(document, graphs={figure: GRAPH}))
    with Catalog.open(layout) as catalog:
        assert catalog.graphs.of_figures([figure]) == {figure: GRAPH}
        assert figure in dict(catalog.words.search("Mixer", 5))
        assert list(catalog.checksums.changed()) == []
