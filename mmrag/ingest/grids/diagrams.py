"""Diagrams as data: the boxes that a page draws, the lines between them, and what they say.

A line that ends at no box, or joins several without a direction, is left out and told; nothing is
guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.grids import (
    chart_shapes,
    diagram_boxes,
    diagram_lines,
    diagram_nets,
    diagram_pieces,
    polygons,
)
from mmrag.ingest.grids.chart_shapes import Shape
from mmrag.ingest.grids.diagram_boxes import Box
from mmrag.ingest.grids.diagram_lines import MAX_MARK, Line
from mmrag.ingest.grids.diagram_nets import Joined
from mmrag.ingest.grids.polygons import Point
from mmrag.ingest.layout.order import Fragment
from mmrag.ingest.raw import MAX_EDGES, MAX_NODES
from mmrag.types import BBox, Edge, Graph, Node

READER = "diagram drawing"
"""What a graph was read from: the paths that the page draws."""
# Chosen by hand on drawings of Graphviz, Matplotlib and office programs.
_CURVE_STEPS = 8  # along a curve
_MAX_PARTS = 800  # lines, and texts, of one diagram
_MIN_TIED_SHARE = 0.5  # of the lines; of fewer it is no diagram of boxes and lines
_MIN_LOOP = 4.0  # points, that a line from a box to itself goes away from it
_MIN_MARGIN = 4.0  # points around a text that stands for a box
_MAX_TEXT_GAP = 18  # points before it, at which lines end: Graphviz makes a node 54 by 36 at least
_DOT_GAP = 2.0  # points, the same where a small shape without text stands there
_MIN_TOLD_SHARE = 0.5  # of the lines between boxes: both have text
_LABEL_GAP = 1.0  # heights of a line of text, from a line to what is written at it
_TOO_MANY = "it has more lines and boxes than are looked at"


class NoGraph(Exception):
    """A drawing that cannot be read as boxes and lines, and why."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The parts of a diagram: boxes with their names, lines, texts in no box, and small shapes."""

    found: list[Box]
    lines: list[Line]
    texts: list[Box]
    marks: list[Shape]


def read(
    drawn: Sequence[tuple[Path, BBox]],
    texts: Sequence[Fragment],
    sideways: Sequence[Fragment],
    figure: BBox,
    *,
    is_chart: bool = False,
) -> Graph | None:
    """The boxes and lines in `figure` as a graph; None where hardly a line joins two with text.

    Of what may be a chart (`is_chart`) it takes words: numbers are values there.
    Raises `NoGraph` with the reason where it has boxes and lines and cannot be read.
    """
    parts = _parts(drawn, texts, sideways, figure)
    parts = _without_plates(parts)
    parts = _with_ends(parts)
    edges: list[Joined] = []
    several = tied = 0
    for net in diagram_nets.find(parts.lines, parts.found):
        joined = net.joined(parts.found) if len(net.ties) > 1 else []
        several += joined is None
        own = [edge for edge in joined or () if _is_edge(edge, parts)]
        tied += len(net.lines) if own else 0
        edges += own
    count = len(parts.lines)
    told = sum(all(_says(parts.found[at], is_chart) for at in (e.source, e.target)) for e in edges)
    if told < _MIN_TOLD_SHARE * len(edges) or not edges:
        return None
    if len(edges) > MAX_EDGES:
        raise NoGraph(_TOO_MANY)
    if tied < _MIN_TIED_SHARE * count:
        raise NoGraph("most of its lines end at no box")
    left_out = []
    if tied < count:
        left_out.append(f"{count - tied} of {count} lines cannot be tied to two boxes")
    if several:
        left_out.append(f"{several} lines join several boxes, of which none leads")
    return _graph(parts, edges, left_out, tied / count)


def _parts(
    drawn: Sequence[tuple[Path, BBox]],
    texts: Sequence[Fragment],
    sideways: Sequence[Fragment],
    figure: BBox,
) -> _Drawn:
    shapes = None
    if chart_shapes.are_few(drawn):
        whole = [(diagram_pieces.whole(path), seen) for path, seen in drawn]
        shapes = chart_shapes.of_paths(whole, _CURVE_STEPS)
    if shapes is None:
        raise NoGraph("it is drawn in more strokes than are looked at")
    near = [t for t in (*texts, *sideways) if boxes.share(t.bbox, boxes.grow(figure, 2)) > 0.5]
    marks: list[Shape] = []
    closed: list[Shape] = []
    for shape in filter(diagram_lines.is_closed, shapes):
        is_small = max(boxes.width(shape.bbox), boxes.height(shape.bbox)) <= MAX_MARK
        is_mark = is_small and not any(boxes.holds_middle(shape.bbox, t.bbox) for t in near)
        (marks if is_mark else closed).append(shape)
    if max(len(shapes) - len(closed), len(near)) > _MAX_PARTS or len(closed) > MAX_NODES:
        raise NoGraph(_TOO_MANY)
    found, free = diagram_boxes.find(closed, near, figure)
    around = {box.group for box in found}
    single = [box for at, box in enumerate(found) if at not in around]
    lines = [
        line
        for line in diagram_lines.find(shapes, marks)
        if not any(boxes.holds(boxes.grow(box.bbox, 1), line.bbox) for box in single)
    ]
    return _Drawn(found, lines, diagram_boxes.paragraphs(free), marks)


def _is_edge(edge: Joined, parts: _Drawn) -> bool:
    """Whether it joins two boxes, or one with itself by a line that goes around outside of it."""
    if edge.source != edge.target:
        return True
    outline = parts.found[edge.source].outline
    return len(edge.lines) == 1 and any(
        polygons.to_outline(point, outline) > _MIN_LOOP and not polygons.is_within(point, outline)
        for at in edge.lines
        for point in parts.lines[at].points[1:-1]
    )


def _says(box: Box, is_chart: bool) -> bool:
    """Whether anything stands in a box; in a chart, a word."""
    return any(char.isalpha() or (char.isdecimal() and not is_chart) for char in box.name)


def _without_plates(parts: _Drawn) -> _Drawn:
    """The parts, with boxes behind which a line goes through as the texts that stand at it."""
    nets = diagram_nets.find(parts.lines, parts.found)
    tied = {tie.box for net in nets for tie in net.ties} | {box.group for box in parts.found}
    plates = {
        at
        for at, box in enumerate(parts.found)
        if at not in tied
        and box.texts
        and any(diagram_nets.crosses(line, box) for line in parts.lines)
    }
    others = [at for at in range(len(parts.found)) if at not in plates]
    texts = [*parts.texts, *(parts.found[at] for at in sorted(plates))]
    return replace(parts, found=diagram_boxes.kept(parts.found, others), texts=texts)


def _with_ends(parts: _Drawn) -> _Drawn:
    """The parts, with texts and dots at which lines end that end at no box, as boxes."""
    reached: dict[int, float] = {}  # texts that ends point at, and how far off the farthest is
    dots: list[Box] = []
    nets = diagram_nets.find(parts.lines, parts.found)
    for number, at_end in (end for net in nets for end in net.loose):
        line = parts.lines[number]
        end = line.ends[at_end]
        place = _pointed_at(line, end.point, parts.texts, at_end=at_end)
        if place is not None:
            gap = diagram_nets.to_box(end.point, parts.texts[place])
            reached[place] = max(reached.get(place, _MIN_MARGIN), gap)
        elif dot := end.mark or _dot_at(line, end.point, parts.marks, at_end=at_end):
            group = diagram_boxes.smallest(parts.found, dot)
            dots.append(Box(polygons.corners(dot), dot, group=group))
    told = [
        replace(
            diagram_boxes.with_margin(parts.texts[place], gap),
            group=diagram_boxes.smallest(parts.found, parts.texts[place].bbox),
        )
        for place, gap in reached.items()
    ]
    texts = [text for at, text in enumerate(parts.texts) if at not in reached]
    return replace(parts, found=[*parts.found, *told, *dots], texts=texts)


def _pointed_at(line: Line, point: Point, texts: Sequence[Box], *, at_end: bool) -> int | None:
    """The text before the end of a line, as far off as programs leave room around one."""
    dx, dy = polygons.direction(line.points, at_end=at_end)
    best, place = float(_MAX_TEXT_GAP), None
    for at, text in enumerate(texts):
        x, y = boxes.middle(text.bbox)
        gap = diagram_nets.to_box(point, text)
        if gap <= best and (x - point[0]) * dx + (y - point[1]) * dy > 0:
            best, place = gap, at
    return place


def _dot_at(line: Line, point: Point, marks: Sequence[Shape], *, at_end: bool) -> BBox | None:
    """The small shape before an end of a line, as of a state that all ends in."""
    dx, dy = polygons.direction(line.points, at_end=at_end)
    for mark in marks:
        x, y = mark.middle
        is_before = (x - point[0]) * dx + (y - point[1]) * dy > 0
        if is_before and boxes.touch((*point, *point), mark.bbox, _DOT_GAP):
            return mark.bbox
    return None


def _graph(parts: _Drawn, edges: Sequence[Joined], left_out: list[str], trust: float) -> Graph:
    """The graph of boxes with text and of those that lines reach, from the top of the page down."""
    ends = {at for edge in edges for at in (edge.source, edge.target)}
    named = [at for at, box in enumerate(parts.found) if box.texts or at in ends]
    named.sort(key=lambda at: (round(parts.found[at].bbox[1]), parts.found[at].bbox[0]))
    place = {at: number for number, at in enumerate(named)}
    names, lost = _names(parts, edges)
    if lost:
        left_out = [*left_out, f"{lost} texts belong to no box and no line"]
    return Graph(
        tuple(
            Node(box.name, box.bbox, box.group) for box in diagram_boxes.kept(parts.found, named)
        ),
        tuple(
            Edge(place[edge.source], place[edge.target], edge.direction, name)
            for edge, name in zip(edges, names, strict=True)
        ),
        READER,
        round(trust, 2),
        tuple(left_out),
    )


def _names(parts: _Drawn, edges: Sequence[Joined]) -> tuple[list[str], int]:
    """What is written at each edge, and how many texts are at none."""
    held: list[list[Fragment]] = [[] for _ in edges]
    lost = 0
    of_line = {line: at for at, edge in enumerate(edges) for line in edge.lines}
    for text in parts.texts:
        gaps = [(diagram_nets.distance(parts.lines[line], text), line) for line in of_line]
        gap, line = min(gaps)
        if gap <= _LABEL_GAP * text.texts[0].height:
            held[of_line[line]] += text.texts
        else:
            lost += 1
    return [diagram_boxes.name_of(texts) if texts else "" for texts in held], lost
