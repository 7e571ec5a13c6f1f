"""Diagrams: flow charts, blocks, trees, networks, maps, plans and drawings of devices."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from canvas import Box, Canvas, Point, Said, colour_name, dark, mix
from PIL import Image, ImageDraw
from topics import PARTS, PLACES, QUESTIONS, STEPS, a, capital, number, topic, words


class Shapes:
    """Boxes of one diagram, all in one manner."""

    def __init__(self, cv: Canvas) -> None:
        rng = cv.rng
        self.cv = cv
        self.wide = rng.choice((2, 2, 3, 4))
        self.round = rng.choice((0, 0, 8, 14))
        self.colour = rng.choice(("white", "one", "one", "many"))
        self.base = cv.palette[0]
        self.strong = rng.random() < 0.35
        self.outline = rng.random() < 0.8 or self.colour == "white"
        self.shadow = rng.random() < 0.12

    def fill(self, at: int) -> str:
        if self.colour == "white":
            return self.cv.paper
        base = self.base if self.colour == "one" else self.cv.palette[at % 8]
        return base if self.strong else mix(base, "#ffffff", 0.3)

    def draw(self, box: Box, words: str, at: int = 0, shape: str = "box") -> None:
        cv, fill = self.cv, self.fill(at)
        edge = cv.ink if self.outline else fill
        left, top, right, bottom = box
        x, y = (left + right) / 2, (top + bottom) / 2
        if self.shadow and shape == "box":
            cv.rect((left + 6, top + 6, right + 6, bottom + 6), "#bbbbbb", None, radius=self.round)
        if shape == "diamond":
            points = [(x, top), (right, y), (x, bottom), (left, y)]
            cv.pen.polygon(points, fill, edge, self.wide)
            box = (left + 0.2 * (right - left), top, right - 0.2 * (right - left), bottom)
        elif shape == "oval":
            cv.rect(box, fill, edge, self.wide, radius=(bottom - top) / 2 - 1)
        elif shape == "disc":
            cv.pen.ellipse(box, fill, edge, self.wide)
        elif shape == "slanted":
            shift = 0.1 * (right - left)
            points = [(left + shift, top), (right, top), (right - shift, bottom), (left, bottom)]
            cv.pen.polygon(points, fill, edge, self.wide)
        elif shape == "cylinder":
            lid = 0.16 * (bottom - top)
            cv.pen.ellipse((left, bottom - 2 * lid, right, bottom), fill, edge, self.wide)
            cv.rect((left, top + lid, right, bottom - lid), fill)
            for side in (left, right):
                cv.line([(side, top + lid), (side, bottom - lid)], edge, self.wide)
            cv.pen.ellipse((left, top, right, top + 2 * lid), fill, edge, self.wide)
        else:
            cv.rect(box, fill, edge, self.wide, self.round)
        cv.centred(box, words, cv.size, "#ffffff" if dark(fill) else "#111111")

    def colours(self) -> str:
        return {"white": "white", "one": colour_name(self.fill(0)), "many": "coloured"}[self.colour]


def flow_chart(cv: Canvas, box: Box) -> Said:
    """Steps in a column or a row, with questions that lead back or aside."""
    rng, shapes = cv.rng, Shapes(cv)
    left, top, right, bottom = box
    down = (bottom - top) > 0.8 * (right - left)
    count = rng.randint(4, 7 if (bottom - top if down else right - left) > 500 else 5)
    steps, asked = rng.sample(STEPS, count), rng.sample(QUESTIONS, 2)
    questions = rng.sample(range(1, count - 1), rng.choice((0, 1, 1, 2)) if count > 3 else 0)
    questions = [at for at in questions if at - 1 not in questions]
    across = (right - left) if down else (bottom - top)
    along = ((bottom - top) if down else (right - left)) / count
    reach = min(0.5 * across, 8.5 * cv.size) if down else min(0.45 * across, 4.5 * cv.size)
    length = 0.62 * along
    middle = (left + right) / 2 if down else (top + bottom) / 2
    middle += rng.choice((-0.1, 0, 0)) * across

    def place(at: int) -> Box:
        start = (top if down else left) + (at + 0.5) * along
        a, b = start - length / 2, start + length / 2
        c, d = middle - reach / 2, middle + reach / 2
        return (c, a, d, b) if down else (a, c, b, d)

    for at, step in enumerate(steps):
        spot = place(at)
        shape = "oval" if at in (0, count - 1) and rng.random() < 0.8 else "box"
        shape = "slanted" if shape == "box" and rng.random() < 0.1 else shape
        words = ("Start", "End")[at > 0] if shape == "oval" else capital(step)
        if at in questions:
            shape, words = "diamond", capital(asked[questions.index(at)])
            grow = 0.12 * along
            spot = (spot[0] - 8, spot[1] - grow, spot[2] + 8, spot[3] + grow)
            _loop(cv, spot, place(at - 1), down, shapes)
        if at + 1 < count:
            other = place(at + 1)
            grow = 0.12 * along if at + 1 in questions else 0
            ends = (
                [(middle, spot[3]), (middle, other[1] - grow)]
                if down
                else [(spot[2], middle), (other[0] - grow, middle)]
            )
            if not down and at + 1 in questions:
                ends[1] = (other[0], middle)
            cv.arrow(ends, width=shapes.wide)
            if at in questions and down:
                cv.text(middle + 6, ends[0][1] + 2, "yes", 0.8 * cv.size)
        shapes.draw(spot, words, at, shape)
    lie = "vertical" if down else "horizontal"
    looks = [f"a {lie} flow chart with {number(count)} steps"]
    looks.append(f"flow chart of {shapes.colours()} boxes joined by arrows")
    if questions:
        one = len(questions) == 1
        looks.append(f"flow chart with {'a' if one else 'two'} decision diamond{'s' * (not one)}")
    done = [step for at, step in enumerate(steps) if at not in (*questions, 0, count - 1)]
    about = f"process to {steps[1] if not done else ' and '.join(done[:2])}"
    return Said(("flow chart", "flowchart", "process diagram"), looks, about)


def _loop(cv: Canvas, spot: Box, back: Box, down: bool, shapes: Shapes) -> None:
    """The way back from a question to the step before it."""
    if down:
        y, out = (spot[1] + spot[3]) / 2, spot[2] + 1.5 * cv.size
        end = (back[1] + back[3]) / 2
        cv.arrow([(spot[2], y), (out, y), (out, end), (back[2], end)], width=shapes.wide)
        cv.text(spot[2] + 4, y - 3, "no", 0.8 * cv.size, "ld")
    else:
        x, out = (spot[0] + spot[2]) / 2, spot[3] + 1.2 * cv.size
        end = (back[0] + back[2]) / 2
        cv.arrow([(x, spot[3]), (x, out), (end, out), (end, back[3])], width=shapes.wide)
        cv.text(x + 4, spot[3] + 2, "no", 0.8 * cv.size)


def block_diagram(cv: Canvas, box: Box) -> Said:
    """Parts of a system in columns, with arrows between them."""
    rng, shapes = cv.rng, Shapes(cv)
    left, top, right, bottom = box
    wide = (right - left) > (bottom - top)
    layers = rng.randint(3, 5) if wide else rng.randint(2, 3)
    most = 3 if bottom - top > 260 else 2
    sizes = [rng.randint(1, most) for _ in range(layers)]
    if not wide:
        sizes = [rng.randint(2, 4) for _ in range(layers)]
    parts = iter(rng.sample(PARTS, sum(sizes)))
    titled = rng.random() < 0.3
    head = 2.2 * cv.size if titled else 0
    title = f"{rng.choice(('Architecture', 'Overview', 'Structure'))} of the system"
    if titled:
        cv.text((left + right) / 2, top + 0.6 * cv.size, title, 1.2 * cv.size, "ma", cut=1)
    step = (right - left) / layers
    columns: list[list[Box]] = []
    called: list[str] = []
    for layer, size in enumerate(sizes):
        row = (bottom - top - head) / size
        high = min(0.6 * row, 5 * cv.size)
        x, reach = left + (layer + 0.5) * step, 0.33 * step
        columns.append([
            (x - reach, y - high / 2, x + reach, y + high / 2)
            for y in (top + head + (at + 0.5) * row for at in range(size))
        ])  # fmt: skip
    grouped = rng.random() < 0.3
    if grouped:
        at = rng.randrange(layers)
        spots = columns[at]
        frame = (
            spots[0][0] - 10,
            max(top + head, spots[0][1] - 1.6 * cv.size),
            spots[0][2] + 10,
            spots[-1][3] + 10,
        )
        cv.rect(frame, mix(cv.palette[1], cv.paper, 0.12), mix(cv.palette[1], cv.paper, 0.7))
        cv.text(frame[0] + 6, frame[1] + 2, f"Stage {at + 1}", 0.8 * cv.size, cut=1)
    for one, two in pairwise(columns):
        pairs = {(at, min(len(two) - 1, at * len(two) // len(one))) for at in range(len(one))}
        pairs |= {(at * len(one) // len(two), at) for at in range(len(two))}
        for at, to in sorted(pairs):
            start = (one[at][2], (one[at][1] + one[at][3]) / 2)
            end = (two[to][0], (two[to][1] + two[to][3]) / 2)
            half = (start[0] + end[0]) / 2
            bend = abs(start[1] - end[1]) > 3
            points = [start, (half, start[1]), (half, end[1]), end] if bend else [start, end]
            cv.arrow(points, width=shapes.wide)
    for spots in columns:
        for spot in spots:
            called.append(next(parts))
            store = called[-1] in ("Database", "Storage", "Tank", "Cache", "Index")
            shapes.draw(spot, called[-1], len(called), "cylinder" if store else "box")
    looks = [f"a block diagram of {number(len(called))} {shapes.colours()} boxes and arrows"]
    looks.append(f"block diagram in {number(layers)} columns from left to right")
    if grouped:
        looks.append("boxes and arrows with a shaded group around some of them")
    about = f"{called[0].lower()} connected to {called[-1].lower()}"
    facts = [f"system architecture with {called[0]}, {called[1]} and {called[2]}"]
    return Said(("block diagram", "architecture diagram", "system diagram"), looks, about, facts)


def tree(cv: Canvas, box: Box) -> Said:
    rng, shapes = cv.rng, Shapes(cv)
    left, top, right, bottom = box
    depth, branch = rng.choice(((2, 3), (2, 4), (3, 2), (3, 2), (2, 2), (4, 2)))
    flat = rng.random() < 0.35
    way = rng.choice(("tree", "organisation", "decision"))
    if flat and way == "decision":
        way = "tree"
    if way == "decision":
        depth, branch = rng.choice((1, 2)), 2
    levels = [[(0.0, 1.0)]]
    for _ in range(depth - 1 if way != "decision" else depth):
        parts = []
        for low, high in levels[-1]:
            count = branch if len(levels) < 3 else 2
            parts += [(low + (high - low) * at / count, low + (high - low) * (at + 1) / count)
                      for at in range(count)]  # fmt: skip
        levels.append(parts[:12])
    high = ((right - left) if flat else (bottom - top)) / len(levels)
    about = topic(rng)
    labels = {
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
    across = (bottom - top) if flat else (right - left)
    spots: list[list[Box]] = []
    for level, parts in enumerate(levels):
        row = []
        for low, end in parts:
            middle = (low + end) / 2 * across
            reach = min(0.44 * (end - low) * across, 4.2 * cv.size)
            centre = (level + 0.5) * high
            if flat:
                thick = min(reach, 1.4 * cv.size)
                row.append((left + centre - 0.36 * high, top + middle - thick,
                            left + centre + 0.36 * high, top + middle + thick))  # fmt: skip
            else:
                thick = min(0.28 * high, 1.8 * cv.size)
                row.append((left + middle - reach, top + centre - thick,
                            left + middle + reach, top + centre + thick))  # fmt: skip
        spots.append(row)
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
    named = {"tree": ("tree diagram", "hierarchy"), "organisation": ("organisation chart", "tree"),
             "decision": ("decision tree", "tree diagram")}[way]  # fmt: skip
    lie = "from left to right" if flat else "from top to bottom"
    looks = [f"{a(named[0])} with {number(len(levels))} levels", f"{named[0]} that branches {lie}"]
    looks.append(f"tree of {shapes.colours()} boxes joined by lines")
    subject = {"tree": f"kinds of {about.field.name}", "organisation": "who reports to whom",
               "decision": f"deciding on {about.field.name} by {labels[0]}"}[way]  # fmt: skip
    return Said((*named, "tree"), looks, subject, [f"{named[0]} with {labels[0]} at the root"])


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
    spots: list[Point]
    if way == "layers":
        spots = [
            ((i + 0.5) / len(layers), (j + 0.5) / n) for i, n in enumerate(layers) for j in range(n)
        ]
        count = len(spots)
    elif way in ("ring", "hub", "states"):
        turns = np.linspace(0, 2 * math.pi, count, endpoint=False)
        spots = [(0.5 + 0.4 * math.cos(t), 0.5 + 0.4 * math.sin(t)) for t in turns]
        spots[0] = (0.5, 0.5) if way == "hub" else spots[0]
    else:
        spots = _apart(cv, count)
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
    kinds = {
        "layers": ("neural network diagram", "network graph"),
        "states": ("state diagram", "directed graph"),
    }.get(way, ("network graph", "graph with nodes and edges"))
    about = {"layers": f"fully connected layers of {', '.join(map(str, layers))} units",
             "states": f"transitions between {number(count)} states"}.get(
        way, f"links between {labels[0]}, {labels[1]} and others" if named
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


def _apart(cv: Canvas, count: int) -> list[Point]:
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


def outline(cv: Canvas, x: float, y: float, wide: float, high: float, rough: float) -> list[Point]:
    """A closed coast around (x, y)."""
    steps = np.linspace(0, 2 * math.pi, 90, endpoint=False)
    reach = np.ones(90)
    for wave in range(2, 14):
        size = rough / wave**0.9
        reach += size * cv.chance.normal() * np.cos(wave * steps + cv.chance.uniform(0, 7))
    reach = np.clip(reach, 0.3, 1.5) / 1.3
    return list(
        zip(x + wide * reach * np.cos(steps), y + high * reach * np.sin(steps), strict=True)
    )


def map_(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    left, top, right, bottom = box
    way = rng.choice(("coast", "regions", "regions", "contours", "streets", "streets"))
    wide, high = right - left, bottom - top
    makers: dict[str, Callable[[Canvas, Box], list[str]]] = {
        "coast": _coast, "regions": _regions, "contours": _contours, "streets": _streets,
    }  # fmt: skip
    looks = makers[way](cv, box)
    towns = rng.sample(PLACES, rng.randint(3, 7))
    spots = [(left + wide * (0.2 + 0.6 * x), top + high * (0.2 + 0.6 * y))
             for x, y in _apart(cv, len(towns))]  # fmt: skip
    paint = rng.choice(("#cc0000", "#000000", cv.palette[1]))
    for town, (x, y) in zip(towns, spots, strict=True):
        cv.mark(x, y, rng.choice((5, 6, 8)), paint, rng.choice((0, 0, 2)))
        cv.text(x + 10, y, town, 0.85 * cv.size, "lm", "#111111")
    if rng.random() < 0.5:
        y, x = bottom - 14, left + 16
        cv.rect((x, y - 5, x + 50, y), "#000000")
        cv.rect((x + 50, y - 5, x + 100, y), "#ffffff", "#000000", 1)
        cv.text(x + 50, y - 7, f"{rng.choice((1, 5, 10, 50))} km", 0.75 * cv.size, "md", "#111111")
    if rng.random() < 0.4:
        x, y = right - 26, top + 50
        cv.arrow([(x, y), (x, y - 30)], "#111111", 3)
        cv.text(x, y + 2, "N", cv.size, "ma", "#111111", 1)
    cv.rect((left, top, right - 1, bottom - 1), None, rng.choice(("#000000", "#999999")))
    about = f"{towns[0]}, {towns[1]} and surroundings"
    facts = [f"map with {number(len(towns))} places marked", f"map of the area around {towns[0]}"]
    kinds = {
        "contours": ("contour map", "topographic map"),
        "streets": ("street map", "city map"),
        "regions": ("choropleth map", "map of regions"),
    }.get(way, ("map", "sketch map"))
    return Said((*kinds, "map"), looks, about, facts)


def _coast(cv: Canvas, box: Box) -> list[str]:
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    sea, land = cv.rng.choice(
        (("#a9cfe8", "#f2ebd5"), ("#cfe3f3", "#d8e8c0"), ("#ffffff", "#dddddd"))
    )
    cv.rect(box, sea)
    for _ in range(cv.rng.randint(1, 3)):
        x, y = left + wide * cv.rng.uniform(0.3, 0.7), top + high * cv.rng.uniform(0.3, 0.7)
        reach = cv.rng.uniform(0.25, 0.5)
        shape = outline(cv, x, y, wide * reach, high * reach, 0.28)
        cv.pen.polygon(shape, land, "#555555", 2)
    return ["a map of islands in the sea" if sea != "#ffffff" else "a grey map of islands",
            "map with coast lines and place names"]  # fmt: skip


def _nearest(seeds: np.ndarray, jitter: np.ndarray) -> np.ndarray:
    """Which seed each pixel is next to; `jitter`, `(2, height, width)`, bends the borders."""
    high, wide = jitter.shape[1:]
    y, x = np.mgrid[0:high, 0:wide]
    x, y = x / wide + jitter[0], y / high + jitter[1]
    far = (x[..., None] - seeds[:, 0]) ** 2 + (y[..., None] - seeds[:, 1]) ** 2
    return far.argmin(axis=-1)


def _regions(cv: Canvas, box: Box) -> list[str]:
    left, top, right, bottom = (round(value) for value in box)
    high, wide = (bottom - top) // 4, (right - left) // 4
    seeds = cv.chance.random((cv.rng.randint(6, 20), 2))
    y, x = np.mgrid[0:high, 0:wide]
    waves = [0.02 * np.sin(x / 5 + 3 * np.cos(y / 7)), 0.02 * np.sin(y / 4 + 2 * np.cos(x / 6))]
    held = _nearest(seeds, np.array(waves))
    base = cv.palette[0]
    levels = [mix(base, "#ffffff", share) for share in (0.15, 0.35, 0.55, 0.8, 1.0)]
    paints = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in levels])
    shade = cv.chance.integers(0, 5, len(seeds))
    made = paints[shade[held]].astype(np.uint8)
    edge = (held != np.roll(held, 1, 0)) | (held != np.roll(held, 1, 1))
    made[edge] = 255 if cv.rng.random() < 0.5 else 60
    picture = Image.fromarray(made).resize((right - left, bottom - top), Image.Resampling.BILINEAR)
    mask = Image.new("L", cv.extent, 0)
    middle = (left + right) / 2, (top + bottom) / 2
    shape = outline(cv, *middle, 0.58 * (right - left), 0.58 * (bottom - top), 0.2)
    ImageDraw.Draw(mask).polygon(shape, 255)
    cv.rect(box, cv.rng.choice(("#ffffff", "#ffffff", "#d5e8f5")))
    cv.image.paste(picture, (left, top), mask.crop((left, top, right, bottom)))
    cv.line([*shape, shape[0]], "#444444", 2)
    for at, colour in enumerate(levels):
        y0 = bottom - 20 - 1.2 * cv.size * (5 - at)
        cv.rect((right - 5 * cv.size, y0, right - 4 * cv.size, y0 + cv.size), colour)
        cv.text(right - 3.7 * cv.size, y0, f"{20 * at}-{20 * at + 20}", 0.8 * cv.size, fill="#111")
    name = colour_name(base)
    return [f"a map with regions in shades of {name}", "choropleth map with a legend in the corner"]


def _contours(cv: Canvas, box: Box) -> list[str]:
    left, top, right, bottom = box
    green = cv.rng.random() < 0.5
    cv.rect(box, "#e9f2dc" if green else "#fffdf5")
    line = "#a0784c" if cv.rng.random() < 0.7 else "#555555"
    for _ in range(cv.rng.randint(2, 4)):
        x = left + (right - left) * cv.rng.uniform(0.15, 0.85)
        y = top + (bottom - top) * cv.rng.uniform(0.15, 0.85)
        shape = np.array(outline(cv, 0, 0, 0.42 * (right - left), 0.42 * (bottom - top), 0.15))
        rings = cv.rng.randint(5, 10)
        for ring in range(rings, 0, -1):
            points = [(x + a, y + b) for a, b in shape * (ring / rings) ** 0.8]
            fill = mix("#c8b078" if green else "#f4e8cc", "#ffffff", 0.2 + 0.6 * (1 - ring / rings))
            cv.pen.polygon(points, fill, line, 3 if ring % 5 == 0 else 2)
    _winding(cv, box, "#4a90c8", 5)
    return ["a map with contour lines", "topographic map with hills and a blue river"]


def _winding(cv: Canvas, box: Box, fill: str, width: float) -> None:
    left, top, right, bottom = box
    y = top + (bottom - top) * cv.rng.uniform(0.2, 0.8)
    points = []
    slope = 0.0
    for x in np.linspace(left, right, 40):
        slope = 0.8 * slope + cv.rng.uniform(-1, 1) * 0.02 * (bottom - top)
        y = min(bottom - 4, max(top + 4, y + slope))
        points.append((float(x), y))
    cv.line(points, fill, width)


def _streets(cv: Canvas, box: Box) -> list[str]:
    left, top, right, bottom = box
    rng = cv.rng
    cv.rect(box, rng.choice(("#efece2", "#f5f5f5", "#e8e4da")))
    road, edge = rng.choice(
        (("#ffffff", "#c8c4b8"), ("#ffe08a", "#c9a94a"), ("#ffffff", "#bbbbbb"))
    )
    for _ in range(rng.randint(1, 3)):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        cv.pen.polygon(outline(cv, x, y, 90, 70, 0.2), rng.choice(("#c4e0b0", "#b9dcc0")))
    water = rng.random() < 0.6
    if water:
        _winding(cv, box, "#9cc8ea", rng.uniform(12, 34))
    tilt = rng.uniform(-0.3, 0.3)
    lines = []
    for _ in range(rng.randint(5, 11)):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        turn = tilt + rng.choice((0, math.pi / 2)) + rng.uniform(-0.12, 0.12)
        u, v = 1500 * math.cos(turn), 1500 * math.sin(turn)
        lines.append(((x - u, y - v), (x + u, y + v), rng.choice((6, 8, 14))))
    for grow, fill in ((4, edge), (0, road)):
        for start, end, wide in lines:
            cv.line([start, end], fill, wide + grow)
    looks = ["a street map with roads and green parks"]
    return [*looks, "map of streets with a blue river" if water else "city map with marked places"]


def plan(cv: Canvas, box: Box) -> Said:
    way = cv.rng.choice((_floor, _floor, _circuit, _device, _sketch, _sketch))
    return way(cv, box)


def _sketch(cv: Canvas, box: Box) -> Said:
    """Rounded bodies one before the other, as manuals draw hands and devices, with arrows."""
    rng = cv.rng
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    stroke = rng.choice((2, 3, 4))
    shades = rng.choice((("#ffffff",), ("#ffffff", "#eeeeee"), ("#f4f4f4", "#d8d8d8", "#bbbbbb")))
    bodies = rng.randint(2, 6)
    for _ in range(bodies):
        x, y = left + wide * rng.uniform(0.25, 0.75), top + high * rng.uniform(0.25, 0.75)
        a, b = wide * rng.uniform(0.08, 0.24), high * rng.uniform(0.08, 0.24)
        fill = rng.choice(shades)
        if rng.random() < 0.4:
            cv.rect((x - a, y - b, x + a, y + b), fill, cv.ink, stroke, rng.choice((8, 20, 40)))
        else:
            path = outline(cv, x, y, 1.4 * a, 1.4 * b, rng.uniform(0.1, 0.3))
            cv.pen.polygon(path, fill=fill)
            cv.line([*path, path[0]], width=stroke)
        for _ in range(rng.randint(0, 3)):
            u, v = x + a * rng.uniform(-0.6, 0.6), y + b * rng.uniform(-0.6, 0.6)
            reach = min(a, b) * rng.uniform(0.1, 0.4)
            place = (u - reach, v - reach, u + reach, v + reach)
            if rng.random() < 0.5:
                cv.pen.ellipse(place, cv.paper, cv.ink, max(1, stroke - 1))
            else:
                cv.pen.arc(place, rng.randint(0, 180), rng.randint(200, 360), cv.ink, stroke)
    colour = rng.choice((cv.ink, cv.palette[0], "#888888"))
    arrows = rng.randint(0, 2)
    for _ in range(arrows):
        x, y = left + wide * rng.uniform(0.15, 0.85), top + high * rng.uniform(0.15, 0.85)
        turn, long = rng.uniform(0, 2 * math.pi), 0.15 * min(wide, high)
        end = (x + long * math.cos(turn), y + long * math.sin(turn))
        cv.arrow([(x, y), end], colour, rng.choice((3, 6, 9)))
    looks = ["a line drawing of rounded shapes", f"outlines of {number(bodies)} bodies"]
    if arrows:
        looks.append("a line drawing with an arrow that shows a movement")
    about = rng.choice(("how to hold a device", "handling of a device", "a device and its use"))
    return Said(("line drawing", "drawing", "drawing in a manual"), looks, about)


ROOMS = words("Kitchen Bath Office Hall Bedroom Living Store Lab Meeting Lobby Garage Dining")


def _floor(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    left, top, right, bottom = box
    pad = 1.8 * cv.size
    rooms = [(left + pad, top + pad, right - pad, bottom - pad)]
    outer = rooms[0]
    for _ in range(rng.randint(3, 6)):
        room = max(rooms, key=lambda r: (r[2] - r[0]) * (r[3] - r[1]))
        rooms.remove(room)
        share = rng.uniform(0.35, 0.65)
        if room[2] - room[0] > room[3] - room[1]:
            cut = room[0] + share * (room[2] - room[0])
            rooms += [(room[0], room[1], cut, room[3]), (cut, room[1], room[2], room[3])]
        else:
            cut = room[1] + share * (room[3] - room[1])
            rooms += [(room[0], room[1], room[2], cut), (room[0], cut, room[2], room[3])]
    thick = rng.choice((3, 5, 7, 9))
    tinted = rng.random() < 0.35
    called = rng.sample(ROOMS, len(rooms))
    for at, room in enumerate(rooms):
        cv.rect(room, mix(cv.palette[at % 8], "#ffffff", 0.25) if tinted else None, cv.ink, thick)
    for room, name in zip(rooms, called, strict=True):
        _door(cv, room, outer, thick)
        area = (room[2] - room[0]) * (room[3] - room[1]) / 2500
        cv.centred(room, f"{name} {area:.1f} m2" if rng.random() < 0.6 else name, 0.85 * cv.size)
    if rng.random() < 0.5:
        y = outer[1] - 0.9 * cv.size
        cv.arrow([((left + right) / 2, y), (outer[2], y)], width=1)
        cv.arrow([((left + right) / 2, y), (outer[0], y)], width=1)
        text = f"{(outer[2] - outer[0]) / 50:.2f} m"
        wide = cv.long(text, 0.8 * cv.size) / 2 + 4
        middle = (left + right) / 2
        cv.rect((middle - wide, y - 8, middle + wide, y + 8), cv.paper)
        cv.text(middle, y, text, 0.8 * cv.size, "mm")
    looks = [f"a floor plan with {number(len(rooms))} rooms", "walls and doors seen from above"]
    looks.append("floor plan with coloured rooms" if tinted else "black and white floor plan")
    about = f"{called[0].lower()}, {called[1].lower()} and {called[2].lower()} of a building"
    return Said(("floor plan", "building plan", "architectural drawing"), looks, about)


def _door(cv: Canvas, room: Box, outer: Box, thick: int) -> None:
    wide = min(44.0, 0.4 * (room[2] - room[0]))
    x, y = room[0] + 0.2 * (room[2] - room[0]), room[3]
    cv.line([(x, y), (x + wide, y)], cv.paper, thick + 2)
    cv.line([(x, y), (x, y - wide)], width=2)
    cv.pen.arc((x - wide, y - wide, x + wide, y + wide), 270, 360, cv.ink, 2)


def _circuit(cv: Canvas, box: Box) -> Said:
    """Parts of a circuit along the wires of a ladder."""
    rng = cv.rng
    left, top, right, bottom = box
    pad = 2.4 * cv.size
    left, top, right, bottom = left + pad, top + pad, right - pad, bottom - pad
    loops = rng.randint(2, 4)
    middle = [left + (right - left) * at / loops for at in range(loops + 1)]
    wide = rng.choice((2, 3, 4))
    cv.rect((left, top, right, bottom), None, cv.ink, wide)
    for x in middle[1:-1]:
        cv.line([(x, top), (x, bottom)], width=wide)
        for y in (top, bottom):
            cv.mark(x, y, 5, cv.ink)
    names = []
    for at, (x, u) in enumerate(pairwise(middle)):
        names.append(_part(cv, ((x + u) / 2, top), rng.choice("RLC"), at + 1, True, wide))
    for at, x in enumerate(middle):
        kind = "V" if at == 0 else rng.choice("RCCV")
        names.append(_part(cv, (x, (top + bottom) / 2), kind, at + loops + 1, False, wide))
    plural = {"R": "resistors", "C": "capacitors", "L": "coils", "V": "sources"}
    kinds = list(dict.fromkeys(plural[name[0]] for name in names))
    looks = [
        f"a circuit diagram with {' and '.join(kinds[:2])}",
        "black lines of an electric circuit",
    ]
    about = f"{kinds[0]} in {number(loops)} loops of a circuit"
    return Said(("circuit diagram", "schematic", "wiring diagram"), looks, about)


def _part(cv: Canvas, spot: Point, kind: str, at: int, flat: bool, wide: int) -> str:
    x, y = spot
    long, thin = 2.2 * cv.size, 0.8 * cv.size
    half = (long / 2, thin / 2) if flat else (thin / 2, long / 2)
    box = (x - half[0], y - half[1], x + half[0], y + half[1])
    if kind == "V":
        cv.pen.ellipse((x - thin, y - thin, x + thin, y + thin), cv.paper, cv.ink, wide)
        cv.text(x, y, "~", cv.size, "mm")
    elif kind == "C":
        gap = 6
        hole = (
            (x - gap, y - wide, x + gap, y + wide)
            if flat
            else (x - wide, y - gap, x + wide, y + gap)
        )
        cv.rect(hole, cv.paper)
        for shift in (-gap, gap):
            ends = (
                [(x + shift, y - thin), (x + shift, y + thin)]
                if flat
                else [(x - thin, y + shift), (x + thin, y + shift)]
            )
            cv.line(ends, width=wide + 1)
    elif kind == "L":
        cv.rect(box, cv.paper)
        step = long / 4
        for turn in range(4):
            start = -long / 2 + turn * step
            place = (
                (x + start, y - step / 2, x + start + step, y + step / 2)
                if flat
                else (x - step / 2, y + start, x + step / 2, y + start + step)
            )
            cv.pen.arc(place, *((180, 360) if flat else (270, 450)), cv.ink, wide)
    else:
        cv.rect(box, cv.paper, cv.ink, wide)
    name = f"{kind}{at}"
    place = (x, y - thin - 4, "md") if flat else (x + thin + 6, y, "lm")
    cv.text(place[0], place[1], name, 0.85 * cv.size, place[2])
    return name


def _device(cv: Canvas, box: Box) -> Said:
    """A line drawing of an invented device, its parts numbered with leader lines."""
    rng = cv.rng
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    wide, high = 0.26 * (right - left), 0.28 * (bottom - top)
    stroke = rng.choice((2, 3, 3))
    body = (x - wide, y - high, x + wide, y + high)
    cv.rect(body, rng.choice((None, None, "#eeeeee")), cv.ink, stroke, rng.choice((1, 12, 30)))
    if rng.random() < 0.5:
        shift = 0.25 * high
        for u, v in ((body[0], body[1]), (body[2], body[1]), (body[2], body[3])):
            cv.line([(u, v), (u + shift, v - shift)], width=stroke)
        cv.line([(body[0] + shift, body[1] - shift), (body[2] + shift, body[1] - shift),
                 (body[2] + shift, body[3] - shift)], width=stroke)  # fmt: skip
    spots = []
    for _ in range(rng.randint(3, 6)):
        u, v = x + wide * rng.uniform(-0.7, 0.7), y + high * rng.uniform(-0.7, 0.7)
        reach = min(wide, high) * rng.uniform(0.12, 0.3)
        shape = rng.choice(("knob", "slot", "screen", "vent"))
        place = (u - reach, v - reach, u + reach, v + reach)
        if shape == "knob":
            cv.pen.ellipse(place, cv.paper, cv.ink, stroke)
            cv.line([(u, v), (u, v - reach)], width=stroke)
        elif shape == "vent":
            for row in range(-2, 3):
                cv.line([(u - reach, v + row * reach / 3), (u + reach, v + row * reach / 3)])
        elif shape == "slot":
            cv.rect(
                (u - reach, v - reach / 3, u + reach, v + reach / 3), cv.paper, cv.ink, stroke, 4
            )
        else:
            cv.rect(place, cv.paper, cv.ink, stroke, 4)
            cv.hatch((u - reach + 4, v - reach + 4, u + reach - 4, v + reach - 4), 0, "#999999")
        spots.append((u, v))
    named = rng.random() < 0.4
    parts = rng.sample(PARTS, len(spots))
    sides = sorted(spots)
    half = (len(sides) + 1) // 2
    for side, row in ((0, sorted(sides[:half], key=lambda s: s[1])),
                      (1, sorted(sides[half:], key=lambda s: s[1]))):  # fmt: skip
        for at, (u, v) in enumerate(row):
            end = (left + 0.17 * (right - left), right - 0.17 * (right - left))[side]
            level = top + (bottom - top) * (at + 0.7) / (len(row) + 0.4)
            cv.line([(u, v), (end, level)], width=1)
            text = parts[spots.index((u, v))] if named else str(10 + 2 * spots.index((u, v)))
            room = 0.16 * (right - left)
            fit = cv.fitting(text, cv.size, room)
            cv.text(end + (4 if side else -4), level, text, fit, "lm" if side else "rm")
    labels = "named" if named else "numbered"
    looks = [f"a line drawing of a device with {labels} parts", "black and white technical drawing"]
    looks.append("drawing with leader lines to its parts")
    about = (f"{parts[0].lower()} and {parts[1].lower()} of a device" if named
             else f"housing with {number(len(spots))} controls and openings")  # fmt: skip
    return Said(
        ("technical drawing", "line drawing", "schematic drawing of a device"), looks, about
    )
