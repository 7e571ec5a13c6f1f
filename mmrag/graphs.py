"""Diagrams by name: the lines of a graph as text, as Mermaid and as DOT.

lines(graph)      ["Intake -> Parser: raw files"]
mermaid(graph)    a flow chart of Mermaid
dot(graph)        a graph of Graphviz
"""

import re
from collections.abc import Iterator

from mmrag.types import Direction, Edge, Graph

_ARROWS: dict[Direction, str] = {"none": "-", "forward": "->", "both": "<->"}
_MERMAID: dict[Direction, str] = {"none": "---", "forward": "-->", "both": "<-->"}
_MARKUP = re.compile(r"[\"<>#&;|`\\\[\]{}]")
"""What Mermaid takes for more than itself within a quoted text."""


def lines(graph: Graph) -> list[str]:
    """Each edge between named boxes as text: what is joined is found together."""
    return [line for edge in graph.edges if (line := _line(graph, edge))]


def _line(graph: Graph, edge: Edge) -> str:
    source, target = (graph.nodes[at].name for at in (edge.source, edge.target))
    if not source or not target:
        return ""
    told = f"{source} {_ARROWS[edge.direction]} {target}"
    return f"{told}: {edge.name}" if edge.name else told


def mermaid(graph: Graph) -> str:
    """The graph as a flow chart of Mermaid; boxes that hold others are subgraphs."""
    told = ["flowchart TD", *_mermaid_nodes(graph, None, "    ")]
    for edge in graph.edges:
        name = f"|{_mermaid_text(edge.name)}|" if edge.name else ""
        told.append(f"    n{edge.source} {_MERMAID[edge.direction]}{name} n{edge.target}")
    return "\n".join(told) + "\n"


def _mermaid_nodes(graph: Graph, group: int | None, indent: str) -> Iterator[str]:
    for at in _inside(graph, group):
        text = _mermaid_text(graph.nodes[at].name)
        if _inside(graph, at):
            yield f"{indent}subgraph n{at}[{text}]"
            yield from _mermaid_nodes(graph, at, indent + "    ")
            yield f"{indent}end"
        else:
            yield f"{indent}n{at}[{text}]"


def _mermaid_text(text: str) -> str:
    """A text in quotes, its marks as entities; of none a space, which Mermaid needs."""
    plain = " ".join(text.split()) or " "
    return f'"{_MARKUP.sub(lambda match: f"#{ord(match[0])};", plain)}"'


def dot(graph: Graph) -> str:
    """The graph in DOT; boxes that hold others are clusters, and a point where edges reach one."""
    ends = {at for edge in graph.edges for at in (edge.source, edge.target)}
    told = ["digraph {", *_dot_nodes(graph, None, ends, "    ")]
    for edge in graph.edges:
        marks = [f"label={_dot_text(edge.name)}"] if edge.name else []
        if edge.direction != "forward":
            marks.append(f"dir={edge.direction}")
        told.append(f"    n{edge.source} -> n{edge.target}" + _listed(marks))
    return "\n".join([*told, "}"]) + "\n"


def _dot_nodes(graph: Graph, group: int | None, ends: set[int], indent: str) -> Iterator[str]:
    for at in _inside(graph, group):
        text = _dot_text(graph.nodes[at].name)
        if _inside(graph, at):
            yield f"{indent}subgraph cluster_n{at} {{"
            yield f"{indent}    label={text}"
            if at in ends:
                yield f"{indent}    n{at} [shape=point]"
            yield from _dot_nodes(graph, at, ends, indent + "    ")
            yield f"{indent}}}"
        else:
            yield f"{indent}n{at} [label={text}]"


def _dot_text(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _listed(marks: list[str]) -> str:
    return f" [{', '.join(marks)}]" if marks else ""


def _inside(graph: Graph, group: int | None) -> list[int]:
    """The positions of the boxes that stand in one, or in none."""
    return [at for at, node in enumerate(graph.nodes) if node.group == group]
