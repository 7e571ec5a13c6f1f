"""A diagram that was read as data, in words: its boxes and what leads where."""

from mmrag import graphs
from mmrag.types import Graph

_MAX_LINES = 20
"""That are told; chosen by hand: a description is read with its first 200 words."""


def sentences(graph: Graph) -> str:
    """What a diagram shows: how many boxes it has, and which are joined to which."""
    told = graphs.lines(graph)
    if not told:
        return ""
    more = f" and {len(told) - _MAX_LINES} more" if len(told) > _MAX_LINES else ""
    joined = "; ".join(told[:_MAX_LINES])
    return f"Diagram of {len(graph.nodes)} boxes: {joined}{more}."
