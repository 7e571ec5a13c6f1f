"""Trees, organisation charts and decision trees."""

import random
from collections.abc import Sequence
from itertools import pairwise

from canvas import Box, Canvas, Said
from shapes import Shapes
from topics import PLACES, Topic, a, number, topic


def tree(cv: Canvas, box: Box) -> Said:
    rng, shapes = cv.rng, Shapes(cv)
    depth, branch = rng.choice(((2, 3), (2, 4), (3, 2), (3, 2), (2, 2), (4, 2)))
    flat = rng.random() < 0.35
    way = rng.choice(("tree", "organisation", "decision"))
    if flat and way == "decision":
        way = "tree"
    if way == "decision":
        depth, branch = rng.choice((1, 2)), 2
    levels = _levels(depth - 1 if way != "decision" else depth, branch)
    about = topic(rng)
    labels = _labels(rng, about, way)
    spots = _places(box, levels, flat, cv.size)
    bent = rng.random() < 0.5
    for upper, lower in pairwise(spots):
        for at, spot in enumerate(lower):
            parent = upper[at * len(upper) // len(lower)]
            _branch(cv, parent, spot, flat, bent, shapes.wide)
    at = 0
    for level, row in enumerate(spots):
        for spot in row:
            shape = "disc" if way == "decision" and level == len(spots) - 1 else "box"
            shapes.draw(spot, labels[at % len(labels)], level, shape)
            at += 1
    return _tree_said(way, about, labels[0], len(levels), shapes.colours(), flat)


def _levels(depth: int, branch: int) -> list[list[tuple[float, float]]]:
    """From which to which part of the breadth each box of each level may reach."""
    levels = [[(0.0, 1.0)]]
    for _ in range(depth):
        parts = []
        for low, high in levels[-1]:
            count = branch if len(levels) < 3 else 2
            parts += [(low + (high - low) * at / count, low + (high - low) * (at + 1) / count)
                      for at in range(count)]  # fmt: skip
        levels.append(parts[:12])
    return levels


def _labels(rng: random.Random, about: Topic, way: str) -> list[str]:
    return {
        "tree": [*about.field.items, *about.field.subjects, *PLACES],
        "organisation": [
            "Director",
            "Sales",
            "Finance",
            "Research",
            "Legal",
            "Service",
            "Buying",
            "Plant",
            "Staff",
            "Press",
            "IT",
            "Design",
            "Export",
            *PLACES,
        ],
        "decision": [
            *(f"{q[0].split()[-1]} < {rng.randint(2, 90)}" for q in about.field.quantities),
            *about.field.items,
            *PLACES,
        ],
    }[way]


def _places(
    box: Box, levels: Sequence[Sequence[tuple[float, float]]], flat: bool, size: float
) -> list[list[Box]]:
    """The boxes of each level, from the root on."""
    left, top, right, bottom = box
    high = ((right - left) if flat else (bottom - top)) / len(levels)
    across = (bottom - top) if flat else (right - left)
    spots: list[list[Box]] = []
    for level, parts in enumerate(levels):
        row = []
        for low, end in parts:
            middle = (low + end) / 2 * across
            reach = min(0.44 * (end - low) * across, 4.2 * size)
            centre = (level + 0.5) * high
            if flat:
                thick = min(reach, 1.4 * size)
                row.append((left + centre - 0.36 * high, top + middle - thick,
                            left + centre + 0.36 * high, top + middle + thick))  # fmt: skip
            else:
                thick = min(0.28 * high, 1.8 * size)
                row.append((left + middle - reach, top + centre - thick,
                            left + middle + reach, top + centre + thick))  # fmt: skip
        spots.append(row)
    return spots


def _tree_said(way: str, about: Topic, root: str, levels: int, colours: str, flat: bool) -> Said:
    named = {"tree": ("tree diagram", "hierarchy"), "organisation": ("organisation chart", "tree"),
             "decision": ("decision tree", "tree diagram")}[way]  # fmt: skip
    lie = "from left to right" if flat else "from top to bottom"
    looks = [f"{a(named[0])} with {number(levels)} levels", f"{named[0]} that branches {lie}"]
    looks.append(f"tree of {colours} boxes joined by lines")
    subject = {"tree": f"kinds of {about.field.name}", "organisation": "who reports to whom",
               "decision": f"deciding on {about.field.name} by {root}"}[way]  # fmt: skip
    return Said((*named, "tree"), looks, subject, [f"{named[0]} with {root} at the root"])


def _branch(cv: Canvas, parent: Box, child: Box, flat: bool, bent: bool, wide: float) -> None:
    if flat:
        start, end = (parent[2], (parent[1] + parent[3]) / 2), (child[0], (child[1] + child[3]) / 2)
        half = (start[0] + end[0]) / 2
        corner = [(half, start[1]), (half, end[1])]
    else:
        start, end = ((parent[0] + parent[2]) / 2, parent[3]), ((child[0] + child[2]) / 2, child[1])
        half = (start[1] + end[1]) / 2
        corner = [(start[0], half), (end[0], half)]
    cv.line([start, *(corner if bent else []), end], width=wide)
