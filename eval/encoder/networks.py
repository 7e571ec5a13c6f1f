"""Networks: rings, clouds, layers, hubs and states."""

import math
from collections.abc import Sequence

import numpy as np
from canvas import Box, Canvas, Point, Said, colour_name, dark
from topics import PLACES, number

DARK = 0.12  # of networks, as programs show them


def network_graph(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    left, top, right, bottom = box
    if rng.random() < DARK:
        cv.ink = "#dddddd"
        cv.clear(rng.choice(("#000000", "#1b1b1b", "#10202f")))
    way = rng.choice(("ring", "cloud", "cloud", "layers", "hub", "states"))
    count = {"layers": 0, "states": rng.randint(3, 6)}.get(way, rng.randint(6, 26))
    layers = [rng.randint(2, 6) for _ in range(rng.randint(3, 5))] if way == "layers" else []
    spots = _spots(cv, way, count, layers)
    count = len(spots)
    wide, high = right - left, bottom - top
    places = [(left + wide * (0.06 + 0.88 * x), top + high * (0.06 + 0.88 * y)) for x, y in spots]
    pairs = _pairs(cv, way, layers, spots)
    lettered = way == "states" or (count < 14 and rng.random() < 0.6)
    named = lettered and way != "states" and rng.random() < 0.4
    radius = min(wide, high) / (9 if lettered else 22) * rng.uniform(0.7, 1.0) / (1 + count / 60)
    if way == "layers":
        radius = min(radius, 0.36 * high / max(layers))
    pointed = way in ("states", "layers") or rng.random() < 0.25
    colours = cv.palette[: rng.choice((1, 1, 3))]
    stroke = rng.choice((1, 2, 2, 3))
    shade = rng.choice((cv.ink, "#888888", "#aaaaaa"))
    for one, two in pairs:
        (x, y), (u, v) = places[one], places[two]
        long = math.hypot(u - x, v - y) or 1
        end = (u - (u - x) * radius / long, v - (v - y) * radius / long)
        if pointed:
            cv.arrow([(x, y), end], shade, stroke)
        else:
            cv.line([(x, y), (u, v)], shade, stroke)
    labels = rng.sample(PLACES, count) if named else [str(at + 1) for at in range(count)]
    for at, (x, y) in enumerate(places):
        fill = cv.paper if way == "states" else colours[at % len(colours)]
        reach = radius * (1.4 if way == "hub" and at == 0 else 1)
        cv.pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill, cv.ink, 2)
        if named:
            cv.text(x, y + reach + 2, labels[at], 0.75 * cv.size, "ma")
        elif lettered:
            text = f"S{at}" if way == "states" else labels[at]
            cv.text(
                x, y, text, min(cv.size, 1.1 * reach), "mm", "#ffffff" if dark(fill) else "#000"
            )
    return _network_said(way, count, layers, labels if named else [], colours)


def _spots(cv: Canvas, way: str, count: int, layers: Sequence[int]) -> list[Point]:
    """Where the nodes stand, between 0 and 1."""
    if way == "layers":
        return [
            ((i + 0.5) / len(layers), (j + 0.5) / n) for i, n in enumerate(layers) for j in range(n)
        ]
    if way in ("ring", "hub", "states"):
        turns = np.linspace(0, 2 * math.pi, count, endpoint=False)
        spots = [(0.5 + 0.4 * math.cos(t), 0.5 + 0.4 * math.sin(t)) for t in turns]
        return [(0.5, 0.5), *spots[1:]] if way == "hub" else spots
    return apart(cv, count)


def _network_said(
    way: str, count: int, layers: Sequence[int], labels: Sequence[str], colours: Sequence[str]
) -> Said:
    """What is true of a network; `labels` are the names of its nodes, where they have any."""
    kinds = {
        "layers": ("neural network diagram", "network graph"),
        "states": ("state diagram", "directed graph"),
    }.get(way, ("network graph", "graph with nodes and edges"))
    about = {"layers": f"fully connected layers of {', '.join(map(str, layers))} units",
             "states": f"transitions between {number(count)} states"}.get(
        way, f"links between {labels[0]}, {labels[1]} and others" if labels
        else f"connections of {number(count)} nodes")  # fmt: skip
    looks = [f"a {kinds[0]} with {number(count)} circles"]
    looks.append(
        {
            "ring": "nodes in a ring joined by lines",
            "hub": "a star of nodes around one hub",
            "layers": f"{number(len(layers))} layers of circles joined by arrows",
            "states": "circles and arrows between them",
        }.get(way, "a cloud of nodes and lines")
    )
    if way != "states" and len(colours) == 1:
        looks.append(f"{kinds[0]} with {colour_name(colours[0])} nodes")
    return Said(kinds, looks, about)


def apart(cv: Canvas, count: int) -> list[Point]:
    """Random places that keep a distance."""
    spots: list[Point] = []
    while len(spots) < count:
        tries = [(cv.rng.random(), cv.rng.random()) for _ in range(8)]
        spots.append(max(tries, key=lambda p: min([math.dist(p, q) for q in spots], default=1)))
    return spots


def _pairs(
    cv: Canvas, way: str, layers: Sequence[int], spots: Sequence[Point]
) -> list[tuple[int, int]]:
    rng, count = cv.rng, len(spots)
    if way == "layers":
        starts = np.cumsum([0, *layers])
        return [
            (int(starts[layer]) + i, int(starts[layer + 1]) + j)
            for layer in range(len(layers) - 1)
            for i in range(layers[layer])
            for j in range(layers[layer + 1])
        ]
    if way == "hub":
        return [(0, at) for at in range(1, count)]
    found = {(at, (at + 1) % count) for at in range(count)} if way != "cloud" else set()
    for at in range(count if way == "cloud" else 0):
        near = sorted(range(count), key=lambda other: math.dist(spots[at], spots[other]))
        found |= {(min(at, other), max(at, other)) for other in near[1 : rng.randint(2, 4)]}
    for _ in range(rng.randint(0, count // 2)):
        one, two = rng.sample(range(count), 2)
        if (two, one) not in found:
            found.add((one, two))
    return sorted(found)
