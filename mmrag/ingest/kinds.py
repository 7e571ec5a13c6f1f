"""Chart, table, diagram or picture: by the caption's word, the paths and the text inside."""

import re
from collections.abc import Sequence

from mmrag.ingest import boxes
from mmrag.ingest.graphics import Graphic
from mmrag.ingest.reading import Fragment
from mmrag.types import FigureKind

_NUMBER = re.compile(r"[-+(]?[$€£]?\d[\d.,]*\s?[%kKMB)]?$")


def of(
    label: str, parts: Sequence[Graphic], inside: Sequence[Fragment], is_table: bool
) -> FigureKind:
    """The kind of a figure with the graphics and lines of text that lie in it."""
    if label.startswith("Table"):
        return "table"
    if label.startswith(("Chart", "Graph")):
        return "chart"
    if label.startswith(("Diagram", "Scheme")):
        return "diagram"
    bitmap = sum(boxes.area(part.bbox) for part in parts if part.source == "image")
    vector = sum(boxes.area(part.bbox) for part in parts if part.source == "drawing")
    paths = sum(part.paths for part in parts)
    if is_table and not label.startswith("Figure"):
        return "table"
    if bitmap > vector:
        return "picture" if not _numeric(inside) else "chart"
    if _numeric(inside) or paths > 60:
        return "chart"
    if paths and inside:
        return "diagram"
    return "picture" if parts else "table" if is_table else "diagram"


def _numeric(inside: Sequence[Fragment]) -> bool:
    """Whether the text is that of axes: several short labels that are numbers."""
    words = [word for line in inside for word in line.text.split()]
    numbers = sum(1 for word in words if _NUMBER.match(word))
    return numbers >= 4 and 4 * numbers >= len(words)
