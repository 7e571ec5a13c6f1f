"""Graphical models: circles with letters, arrows and plates."""

import math
from collections.abc import Callable, Sequence

from canvas import Box, Canvas, Point, Said, mix
from topics import (
    PARTS,
    number,
)

LETTERS = "xyzwuvhstXYZSHabcαβγθφμσλΩΨ"


GRIDS = ((3, 2), (2, 2), (3, 3), (4, 2), (5, 2), (4, 3), (6, 3), (2, 3), (1, 2))


Node = tuple[int, int, Point]  # row, column, middle


def graphical_model(cv: Canvas, box: Box) -> Said:
    """Few circles with letters of mathematics, arrows, plates and factors, as papers have them."""
    rng = cv.rng
    left, top, right, bottom = box
    cv.face = rng.choice(("latex", "stix", "times"))
    columns, rows = rng.choice(GRIDS)
    wide, high = (right - left) / columns, (bottom - top) / rows
    reach = min(wide, high) * rng.uniform(0.2, 0.34)
    nodes = _nodes(cv, box, columns, rows)
    stroke, pointed = rng.choice((2, 2, 3, 4)), rng.random() < 0.85
    shade = rng.choice(("#cccccc", "#dddddd", mix(cv.palette[0], "#ffffff", 0.4)))
    boxed = rng.random() < 0.2  # classes in boxes instead of circles
    joined = _links(cv, nodes, reach, boxed, cv.arrow if pointed else cv.line, stroke)
    for row, column, (x, y) in nodes:
        fill = shade if rng.random() < 0.35 else cv.paper
        if boxed:
            half = min(0.46 * wide, 2.4 * reach)
            place = (x - half, y - 0.6 * reach, x + half, y + 0.6 * reach)
            cv.rect(place, fill, cv.ink, stroke)
            cv.centred(place, rng.choice(PARTS).title().replace(" ", ""), 0.9 * cv.size)
            continue
        cv.pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill, cv.ink, stroke)
        size = 0.95 * reach
        cv.text(x - 0.12 * reach, y, rng.choice(LETTERS), size, "mm", cut=2)
        if rng.random() < 0.75:
            below = rng.choice((str(column + 1), "nijt"[row % 4], f"t{'+' if column else '−'}1"))
            cv.text(x + 0.22 * reach, y + 0.3 * reach, below, 0.55 * size, "lm", cut=2)
    plates = rng.random() < 0.45 and not boxed
    if plates:
        inner = (left + 4, top + high * (rows - 1) + 4, right - 6, bottom - 6)
        cv.rect(inner, None, cv.ink, 2, rng.choice((0, 10)))
        cv.text(inner[2] - 6, inner[3] - 4, rng.choice("NMKT"), cv.size, "rd", cut=2)
    kinds = ("graphical model" if joined else "diagram of circles", "diagram", "network graph")
    if boxed:
        kinds = ("class diagram", "diagram", "diagram of boxes and arrows")
    shapes, ends = "boxes" if boxed else "circles", "arrows" if pointed else "lines"
    looks = [f"a diagram of {number(len(nodes))} {shapes} joined by {ends}",
             "diagram of named boxes" if boxed else "diagram with letters in circles",
             "Bayesian network with plates" if plates else "small directed graph"]  # fmt: skip
    about = f"dependencies among {number(len(nodes))} {'classes' if boxed else 'variables'}"
    return Said(kinds, looks, about)


def _nodes(cv: Canvas, box: Box, columns: int, rows: int) -> list[Node]:
    """Most places of a grid; the first row may be one node in the middle."""
    rng = cv.rng
    left, top, right, bottom = box
    wide, high = (right - left) / columns, (bottom - top) / rows
    nodes: list[Node] = []
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.85 or len(nodes) < 2:
                x, y = left + wide * (column + 0.5), top + high * (row + 0.5)
                if row == 0 and rows == 2 and columns > 2 and rng.random() < 0.3:
                    x = (left + right) / 2
                    if any(at == 0 for at, _, _ in nodes):
                        continue
                nodes.append((row, column, (x, y)))
    return nodes


def _links(
    cv: Canvas,
    nodes: Sequence[Node],
    reach: float,
    boxed: bool,
    join: Callable[..., None],
    stroke: float,
) -> int:
    """Join neighbours, to the right and downwards; gives how many were joined."""
    joined = 0
    for row, column, one in nodes:
        for below, beside, two in nodes:
            near = (below - row, beside - column)
            forward = near in ((1, 0), (0, 1)) or (near[0] == 1 and abs(near[1]) == 1)
            if not forward or cv.rng.random() > (0.75 if 0 in near else 0.4):
                continue
            long = math.dist(one, two) or 1
            u, v = (two[0] - one[0]) / long, (two[1] - one[1]) / long
            stop = 0.6 * reach if boxed and abs(v) > 0.7 else reach
            start = (one[0] + u * stop, one[1] + v * stop)
            join([start, (two[0] - u * stop, two[1] - v * stop)], width=stroke)
            joined += 1
            if cv.rng.random() < 0.12:  # a factor
                x, y = (one[0] + two[0]) / 2, (one[1] + two[1]) / 2
                cv.rect((x - 7, y - 7, x + 7, y + 7), cv.ink)
    return joined
