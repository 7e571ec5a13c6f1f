"""Diagrams drawn by the test, read back as graphs: boxes, lines, and what cannot be tied."""

import math
from collections.abc import Callable
from itertools import pairwise

import pymupdf
import pytest

from mmrag.ingest.figures import graphics
from mmrag.ingest.grids import diagrams
from mmrag.ingest.layout import fragments
from mmrag.types import Graph

FIGURE = (0.0, 0.0, 500.0, 400.0)
Draw = Callable[[pymupdf.Page], None]
Point = tuple[float, float]


def read(*draw: Draw) -> Graph:
    graph = tried(*draw)
    assert graph is not None
    return graph


def tried(*draw: Draw) -> Graph | None:
    with pymupdf.open() as document:
        page = document.new_page(width=500, height=400)
        for one in draw:
            one(page)
        drawn = graphics.drawings(page).seen
        text = fragments.read(page)
        return diagrams.read(drawn, text.fragments, text.sideways, FIGURE)


def edges(graph: Graph) -> set[tuple[str, str, str]]:
    """Each edge by the names of its ends, and its direction."""
    names = [node.name for node in graph.nodes]
    return {(names[edge.source], names[edge.target], edge.direction) for edge in graph.edges}


def box(name: str, x: float, y: float, width: float = 80, height: float = 30) -> Draw:
    """A box with its name; `x`, `y` is its middle."""

    def draw(page: pymupdf.Page) -> None:
        page.draw_rect((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        wide = pymupdf.get_text_length(name, fontsize=9)
        page.insert_text((x - wide / 2, y + 3), name, fontsize=9)

    return draw


def text(words: str, x: float, y: float) -> Draw:
    return lambda page: page.insert_text((x, y), words, fontsize=9)


def line(*points: Point) -> Draw:
    return lambda page: page.draw_polyline(list(points))


def head(tip: Point, *, down: bool = True) -> Draw:
    """A filled arrowhead that points down, or to the right."""
    x, y = tip
    corners = (
        [(x - 3, y - 8), tip, (x + 3, y - 8)] if down else [(x - 8, y - 3), tip, (x - 8, y + 3)]
    )

    def draw(page: pymupdf.Page) -> None:
        shape = page.new_shape()
        shape.draw_polyline(corners)
        shape.finish(fill=(0, 0, 0), closePath=True)
        shape.commit()

    return draw


INTAKE, PARSER, LEDGER = box("Intake", 100, 50), box("Parser", 100, 150), box("Ledger", 300, 150)
DOWN = line((100, 65), (100, 127))


def test_a_line_with_an_arrowhead_leads_from_one_box_to_the_other() -> None:
    graph = read(INTAKE, PARSER, DOWN, head((100, 135)))
    assert [node.name for node in graph.nodes] == ["Intake", "Parser"]
    assert edges(graph) == {("Intake", "Parser", "forward")}
    assert graph.trust == 1
    assert graph.nodes[0].bbox == pytest.approx((60, 35, 140, 65), abs=0.1)


def test_a_line_drawn_through_to_the_tip_of_its_arrowhead_leads_the_same_way() -> None:
    graph = read(INTAKE, PARSER, line((100, 65), (100, 135)), head((100, 135)))
    assert edges(graph) == {("Intake", "Parser", "forward")}


def test_two_strokes_are_an_arrowhead_too() -> None:
    strokes = line((96, 128), (100, 135)), line((104, 128), (100, 135))
    graph = read(INTAKE, PARSER, line((100, 65), (100, 135)), *strokes)
    assert edges(graph) == {("Intake", "Parser", "forward")}
    assert graph.left_out == ()


def test_a_line_without_arrowheads_has_no_direction() -> None:
    assert edges(read(INTAKE, PARSER, line((100, 65), (100, 135)))) == {
        ("Intake", "Parser", "none")
    }


def test_a_diamond_at_the_end_of_a_line_is_no_arrowhead() -> None:
    def diamond(page: pymupdf.Page) -> None:
        shape = page.new_shape()
        shape.draw_polyline([(100, 135), (96, 129), (100, 123), (104, 129)])
        shape.finish(fill=(0, 0, 0), closePath=True)
        shape.commit()

    graph = read(INTAKE, PARSER, line((100, 65), (100, 123)), diamond)
    assert edges(graph) == {("Intake", "Parser", "none")}


def test_lines_that_meet_are_one_connection() -> None:
    bend = line((140, 50), (300, 50)), line((300, 50), (300, 127))
    graph = read(INTAKE, LEDGER, *bend, head((300, 135)))
    assert edges(graph) == {("Intake", "Ledger", "forward")}


def test_a_line_that_branches_leads_from_its_beginning_to_each_arrowhead() -> None:
    trunk = line((100, 65), (100, 100)), line((100, 100), (300, 100))
    branches = line((100, 100), (100, 127)), line((300, 100), (300, 127))
    graph = read(INTAKE, PARSER, LEDGER, *trunk, *branches, head((100, 135)), head((300, 135)))
    assert edges(graph) == {("Intake", "Parser", "forward"), ("Intake", "Ledger", "forward")}


def test_lines_that_cross_are_two_connections() -> None:
    mixer, pump = box("Mixer", 300, 50), PARSER
    across = line((100, 65), (300, 135)), line((300, 65), (100, 135))
    graph = read(INTAKE, mixer, pump, LEDGER, *across)
    assert edges(graph) == {("Intake", "Ledger", "none"), ("Mixer", "Parser", "none")}


def test_what_is_written_at_a_line_names_its_edge() -> None:
    graph = read(INTAKE, PARSER, DOWN, head((100, 135)), text("raw data", 105, 102))
    assert [edge.name for edge in graph.edges] == ["raw data"]


def test_a_label_on_a_plate_over_its_line_is_no_box() -> None:
    def plate(page: pymupdf.Page) -> None:
        page.draw_rect((80, 92, 120, 108), color=None, fill=(0.9, 0.9, 0.9))
        page.insert_text((84, 103), "daily", fontsize=9)

    graph = read(INTAKE, PARSER, DOWN, head((100, 135)), plate)
    assert [node.name for node in graph.nodes] == ["Intake", "Parser"]
    assert [edge.name for edge in graph.edges] == ["daily"]


def test_a_text_without_outline_is_a_box_where_lines_end_at_it() -> None:
    graph = read(
        INTAKE, line((140, 50), (190, 50)), head((198, 50), down=False), text("Tank", 202, 53)
    )
    assert edges(graph) == {("Intake", "Tank", "forward")}


def test_boxes_in_a_box_belong_to_it_and_its_title_names_it() -> None:
    plant = lambda page: page.draw_rect((30, 10, 170, 190))  # noqa: E731
    graph = read(plant, text("Plant", 40, 22), INTAKE, PARSER, DOWN, head((100, 135)))
    names = [node.name for node in graph.nodes]
    assert sorted(names) == ["Intake", "Parser", "Plant"]
    groups = {node.name: node.group for node in graph.nodes}
    assert groups == {"Plant": None, "Intake": names.index("Plant"), "Parser": names.index("Plant")}
    assert edges(graph) == {("Intake", "Parser", "forward")}


def test_a_text_over_two_boxes_gives_each_its_words() -> None:
    beside = box("", 180, 50)
    graph = read(
        box("", 100, 50),
        beside,
        text("Intake Parser", 110, 53),
        line((140, 45), (140, 46)),
        PARSER,
        line((100, 65), (100, 135)),
    )
    assert {"Intake", "Parser"} <= {node.name for node in graph.nodes}


@pytest.mark.promise(49)
def test_a_line_that_ends_at_no_box_is_left_out_and_told() -> None:
    graph = read(INTAKE, PARSER, DOWN, head((100, 135)), line((140, 50), (240, 90)))
    assert edges(graph) == {("Intake", "Parser", "forward")}
    assert graph.left_out == ("1 of 2 lines cannot be tied to two boxes",)
    assert graph.trust == 0.5


@pytest.mark.promise(49)
def test_lines_between_several_boxes_of_which_none_leads_are_left_out() -> None:
    mixer = box("Mixer", 300, 50)
    star = [line((200, 100), end) for end in ((140, 60), (260, 60), (140, 140), (260, 140))]
    pump = box("Pump", 100, 300)
    assert tried(INTAKE, mixer, PARSER, LEDGER, *star) is None
    graph = read(
        INTAKE,
        mixer,
        PARSER,
        LEDGER,
        pump,
        *star,
        *(line((x, 165), (x, 285)) for x in (80, 90, 100, 110)),
    )
    assert "1 lines join several boxes, of which none leads" in graph.left_out


@pytest.mark.promise(49)
def test_a_drawing_whose_lines_end_nowhere_is_no_diagram() -> None:
    loose = [line((20 + 30 * at, 300), (40 + 30 * at, 350)) for at in range(6)]
    with pytest.raises(diagrams.NoGraph, match="end at no box"):
        read(INTAKE, PARSER, DOWN, head((100, 135)), *loose)


@pytest.mark.promise(49)
def test_a_drawing_of_thousands_of_boxes_is_refused_at_once() -> None:
    def many(page: pymupdf.Page) -> None:
        shape = page.new_shape()
        for at in range(1_000):
            x, y = 20 + at % 40 * 11, 20 + at // 40 * 11
            shape.draw_rect((x, y, x + 9, y + 9))
            shape.draw_rect((x, y, x + 30, y + 30))
        shape.finish()
        shape.commit()

    with pytest.raises(diagrams.NoGraph, match="more lines and boxes"):
        read(many)


def round_box(name: str, x: float, y: float) -> Draw:
    """A box with a border of 32 short curves, each drawn twice, as Mermaid draws round ones."""

    def draw(page: pymupdf.Page) -> None:
        shape = page.new_shape()
        rim = [
            pymupdf.Point(x + 50 * math.cos(turn), y + 18 * math.sin(turn))
            for turn in (math.tau * at / 32 for at in range(33))
        ]
        for one, other in pairwise(rim):
            for _ in range(2):
                shape.draw_bezier(one, one, other, other)
        shape.finish(closePath=False)
        shape.commit()
        wide = pymupdf.get_text_length(name, fontsize=9)
        page.insert_text((x - wide / 2, y + 3), name, fontsize=9)

    return draw


def tiles(start: Point, end: Point, count: int, share: float = 1.0) -> list[list[Point]]:
    """Boxes a point wide along a line; `share` of its length is covered."""
    length = math.dist(start, end)
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    found = []
    for at in range(count):
        near, far = length * at / count, length * (at + share) / count
        corners = [(near, -0.5), (far, -0.5), (far, 0.5), (near, 0.5), (near, -0.5)]
        found.append(
            [
                (start[0] + p * along[0] - q * along[1], start[1] + p * along[1] + q * along[0])
                for p, q in corners
            ]
        )
    return found


def filled(pieces: list[list[Point]]) -> Draw:
    """Pieces that one path fills."""

    def draw(page: pymupdf.Page) -> None:
        shape = page.new_shape()
        for piece in pieces:
            shape.draw_polyline(piece)
        shape.finish(fill=(0, 0, 0), color=None)
        shape.commit()

    return draw


def test_a_border_set_together_from_short_curves_is_one_box() -> None:
    names = [f"Step {at}" for at in range(20)]
    places = [(70 + 110 * (at % 4), 40 + 80 * (at // 4)) for at in range(20)]
    rounds = [round_box(name, *place) for name, place in zip(names, places, strict=True)]
    graph = read(*rounds, line((70, 58), (70, 94)), head((70, 102)))
    assert [node.name for node in graph.nodes] == names
    assert edges(graph) == {("Step 0", "Step 4", "forward")}


def test_a_line_printed_as_a_tile_for_each_dash_is_one_line() -> None:
    dashes = filled(tiles((100, 65), (100, 127), 30, share=0.5))
    graph = read(INTAKE, PARSER, LEDGER, dashes, head((100, 135)))
    assert edges(graph) == {("Intake", "Parser", "forward")}
    assert graph.left_out == ()


def test_the_stroke_around_an_arrowhead_in_tiles_is_no_line() -> None:
    corners = [(97.0, 127.0), (100.0, 135.0), (103.0, 127.0), (97.0, 127.0)]
    border = [tile for one, other in pairwise(corners) for tile in tiles(one, other, 8)]
    graph = read(INTAKE, PARSER, DOWN, head((100, 135)), filled(border))
    assert edges(graph) == {("Intake", "Parser", "forward")}
    assert graph.left_out == ()


def test_a_dot_behind_an_arrowhead_is_where_the_line_ends() -> None:
    def dot(page: pymupdf.Page) -> None:
        page.draw_circle((100, 240), 5, fill=(0, 0, 0))

    graph = read(INTAKE, PARSER, DOWN, head((100, 135)), line((100, 165), (100, 227)), dot,
                 head((100, 235)))  # fmt: skip
    assert edges(graph) == {("Intake", "Parser", "forward"), ("Parser", "", "forward")}


@pytest.mark.promise(49)
def test_hatching_over_a_box_is_no_line_from_it_to_itself() -> None:
    hatching = [line((70 + x, 33), (66 + x, 50), (62 + x, 67)) for x in range(0, 70, 6)]
    assert tried(INTAKE, PARSER, *hatching) is None


def test_a_line_that_goes_around_is_one_from_a_box_to_itself() -> None:
    loop = line((140, 45), (170, 44), (178, 50), (170, 56), (140, 55))
    graph = read(INTAKE, PARSER, DOWN, head((100, 135)), loop)
    assert edges(graph) == {("Intake", "Parser", "forward"), ("Intake", "Intake", "none")}


def test_a_box_drawn_twice_around_by_one_path_holds_its_text() -> None:
    def double(page: pymupdf.Page) -> None:
        shape = page.new_shape()
        outer = [(40, 130), (160, 130), (160, 170), (40, 170), (40, 130)]
        inner = [(48, 130), (152, 130), (152, 170), (48, 170), (48, 130), (40, 130)]
        shape.draw_polyline([*outer, *inner])
        shape.finish(fill=(0.9, 0.9, 1))
        shape.commit()
        page.insert_text((80, 153), "Build", fontsize=9)

    assert edges(read(INTAKE, double, line((100, 65), (100, 122)), head((100, 130)))) == {
        ("Intake", "Build", "forward")
    }
