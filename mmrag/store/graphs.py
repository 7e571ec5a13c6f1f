"""Graphs of an index: diagrams as data."""

import json
import sqlite3
from collections.abc import Iterable, Mapping

from mmrag.store.session import Session
from mmrag.store.storable import storable
from mmrag.types import Edge, Graph, Node


class Graphs:
    """The table of graphs, one for a figure at most."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_figures(self, figure_ids: Iterable[str]) -> dict[str, Graph]:
        """The graphs of those figures that have one, by figure ID."""
        rows = self._session.rows_of(
            "select figure_id, reader, trust, graph from graphs where figure_id in", figure_ids
        )
        return {row["figure_id"]: _graph(row) for row in rows}

    def insert(self, graphs: Mapping[str, Graph]) -> None:
        """By figure ID. Call it in a transaction, after their figures."""
        self._session.execute_many(
            "insert into graphs (figure_id, reader, trust, graph) values (?, ?, ?, ?)",
            ([at, graph.reader, graph.trust, _json(graph)] for at, graph in graphs.items()),
        )


def _json(graph: Graph) -> str:
    nodes = [
        [storable(node.name), [round(value, 1) for value in node.bbox], node.group]
        for node in graph.nodes
    ]
    edges = [
        [edge.source, edge.target, edge.direction, storable(edge.name)] for edge in graph.edges
    ]
    left_out = [storable(text) for text in graph.left_out]
    return json.dumps([nodes, edges, left_out], ensure_ascii=False, separators=(",", ":"))


def _graph(row: sqlite3.Row) -> Graph:
    nodes, edges, left_out = json.loads(row["graph"])
    return Graph(
        tuple(Node(name, tuple(box), group) for name, box, group in nodes),
        tuple(Edge(*edge) for edge in edges),
        row["reader"],
        row["trust"],
        tuple(left_out),
    )
