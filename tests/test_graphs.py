"""Graphs as text, as Mermaid and as DOT."""

from mmrag import graphs
from mmrag.types import Edge, Graph, Node

BOX = (0.0, 0.0, 10.0, 10.0)
PLANT = Graph(
    (Node("Intake", BOX), Node("Plant", BOX), Node('Mixer "A"', BOX, group=1), Node("", BOX)),
    (
        Edge(0, 2, "forward", "raw <data>"),
        Edge(2, 1, "none"),
        Edge(0, 3, "both"),
    ),
    "diagram drawing",
)


def test_lines_tell_what_is_joined_by_name_and_leave_out_what_has_none() -> None:
    assert graphs.lines(PLANT) == ['Intake -> Mixer "A": raw <data>', 'Mixer "A" - Plant']


def test_mermaid_has_subgraphs_and_its_marks_in_names_are_entities() -> None:
    assert graphs.mermaid(PLANT).splitlines() == [
        "flowchart TD",
        '    n0["Intake"]',
        '    subgraph n1["Plant"]',
        '        n2["Mixer #34;A#34;"]',
        "    end",
        '    n3[" "]',
        '    n0 -->|"raw #60;data#62;"| n2',
        "    n2 --- n1",
        "    n0 <--> n3",
    ]


def test_dot_has_clusters_and_names_in_quotes() -> None:
    assert graphs.dot(PLANT).splitlines() == [
        "digraph {",
        '    n0 [label="Intake"]',
        "    subgraph cluster_n1 {",
        '        label="Plant"',
        "        n1 [shape=point]",
        '        n2 [label="Mixer \\"A\\""]',
        "    }",
        '    n3 [label=""]',
        '    n0 -> n2 [label="raw <data>"]',
        "    n2 -> n1 [dir=none]",
        "    n0 -> n3 [dir=both]",
        "}",
    ]
