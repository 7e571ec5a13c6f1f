"""Outlines of products, as manuals show them."""

import math

import numpy as np
from canvas import Box, Canvas, Point, Said
from topics import (
    PARTS,
    a,
    phrase,
)

THINGS = ("laptop", "laptop", "keyboard", "box", "bottle", "lamp", "figures", "ports")


def product(cv: Canvas, box: Box) -> Said:
    """A line drawing of a thing of everyday in a slanted view, its parts named at lines."""
    rng = cv.rng
    left, top, right, bottom = box
    thing = rng.choice(THINGS)
    outline = Outline(cv, box)
    if thing in ("laptop", "ports"):
        outline.laptop(with_keys=thing == "laptop")
    elif thing == "keyboard":
        outline.shape((0, 0), (2, 0), (2, 0.9), (0, 0.9))
        outline.grid((0.06, 0.06), (1.88, 0), (0, 0.78), (11, 16), (4, 6))
    elif thing == "box":
        outline.crate()
    elif thing in ("bottle", "lamp"):
        outline.vessel()
    else:
        outline.people()
    if rng.random() < 0.4:
        outline.cable()
    lined = rng.choice(("#000000", "#2a7fbf", "#777777"))
    parts = rng.sample(PARTS, rng.randint(0, 5))
    for at, part in enumerate(parts):
        start = rng.choice(outline.ends)
        level = bottom - 1.4 * cv.size if at % 2 else top + 1.2 * cv.size
        x = left + (right - left) * (at + 0.6) / (len(parts) + 0.2)
        cv.line([start, (x, level - cv.size if at % 2 else level + cv.size)], lined, 1)
        fit = cv.fitting(part, 0.85 * cv.size, (right - left) / max(2, len(parts)))
        cv.text(x, level, part, fit, "mm")
    called = {"figures": "people", "ports": "a laptop and its ports"}.get(thing, a(thing))
    lines = "drawing of a product with lines to its parts" if parts else "line drawing in outline"
    looks = [f"a line drawing of {called}", "outline drawing in black and white", lines]
    about = f"{parts[0].lower()} of the device" if parts else f"{called}, {phrase(rng)}"
    return Said(("line drawing", "drawing", "technical drawing of a device"), looks, about)


class Outline:
    """Draws things by their edges, in units of `reach` from a corner; `ends` are points on them."""

    def __init__(self, cv: Canvas, box: Box) -> None:
        rng = cv.rng
        left, top, right, bottom = box
        self.cv = cv
        self.ink = rng.choice(("#000000", "#333333", "#666666", "#8a8a8a"))
        self.stroke = rng.choice((1, 2, 2))
        self.x = left + (right - left) * rng.uniform(0.3, 0.4)
        self.y = top + (bottom - top) * rng.uniform(0.25, 0.35)
        self.reach = min(right - left, bottom - top) * rng.uniform(0.28, 0.42)
        self.ends: list[Point] = []

    def place(self, u: float, v: float) -> Point:
        return self.x + self.reach * u, self.y + self.reach * v

    def shape(self, *points: Point) -> None:
        placed = [self.place(u, v) for u, v in points]
        self.cv.pen.polygon(placed, self.cv.paper, self.ink, self.stroke)
        self.ends.append(self.cv.rng.choice(placed))

    def grid(
        self,
        corner: Point,
        across: Point,
        down: Point,
        columns: tuple[int, int],
        rows: tuple[int, int],
    ) -> None:
        """Keys or slats in a slanted field, some number between two each way."""
        wide, high = self.cv.rng.randint(*columns), self.cv.rng.randint(*rows)
        for row in range(high):
            for column in range(wide):
                p, q = (column + 0.08) / wide, (row + 0.1) / high
                dp, dq = 0.84 / wide, 0.8 / high
                self.shape(*[
                    (corner[0] + across[0] * u + down[0] * v,
                     corner[1] + across[1] * u + down[1] * v)
                    for u, v in ((p, q), (p + dp, q), (p + dp, q + dq), (p, q + dq))
                ])  # fmt: skip

    def laptop(self, with_keys: bool) -> None:
        lean = self.cv.rng.uniform(0.1, 0.5)
        self.shape((0, 0), (1.5, -0.15), (1.5 + lean, 0.75), (lean, 0.95))
        self.shape((0.08, 0.06), (1.44, -0.08), (1.4 + lean, 0.7), (lean + 0.06, 0.88))
        self.shape((lean, 0.95), (1.5 + lean, 0.75), (2.0 + lean, 1.25), (lean + 0.2, 1.6))
        front = (2.0 + lean, 1.25), (2.0 + lean, 1.32)
        self.shape((lean + 0.2, 1.6), *front, (lean + 0.2, 1.68))
        if with_keys:
            self.grid((lean + 0.15, 1.0), (1.35, -0.18), (0.25, 0.32), (8, 13), (3, 5))
        pad = (lean + 1.15, 1.26), (lean + 1.3, 1.36)
        self.shape((lean + 0.75, 1.32), *pad, (lean + 0.85, 1.44))

    def crate(self) -> None:
        self.shape((0, 0.4), (0.6, 0), (1.8, 0.3), (1.2, 0.75))
        self.shape((0, 0.4), (1.2, 0.75), (1.2, 1.7), (0, 1.3))
        self.shape((1.2, 0.75), (1.8, 0.3), (1.8, 1.2), (1.2, 1.7))
        self.grid((0.15, 0.6), (0.8, 0.24), (0, 0.5), (1, 3), (2, 5))

    def vessel(self) -> None:
        side = [(0.5 + 0.3 * math.sin(3 * t) * t + 0.12, 1.8 * t) for t in np.linspace(0, 1, 14)]
        self.shape(*side, *[(0.5 - (u - 0.5), v) for u, v in reversed(side)])
        self.shape((0.3, 0.75), (0.7, 0.75), (0.75, 1.2), (0.25, 1.2))

    def people(self) -> None:
        rng = self.cv.rng
        for at in range(rng.randint(2, 4)):
            u = at * 0.62
            head = (*self.place(u + 0.12, 0), *self.place(u + 0.4, 0.28))
            self.cv.pen.ellipse(head, self.cv.paper, self.ink, self.stroke)
            hand = rng.uniform(0.2, 1.0)
            self.shape((u + 0.14, 0.3), (u + 0.4, 0.3), (u + 0.46, 0.9), (u + 0.1, 0.9))
            palm = (u + 0.62, hand), (u + 0.56, hand + 0.06)
            self.shape((u + 0.4, 0.34), *palm, (u + 0.38, 0.46))
            self.shape((u + 0.12, 0.9), (u + 0.26, 0.9), (u + 0.22, 1.6), (u + 0.1, 1.6))
            self.shape((u + 0.3, 0.9), (u + 0.44, 0.9), (u + 0.5, 1.6), (u + 0.36, 1.6))

    def cable(self) -> None:
        turns = np.linspace(0, 1, 20)
        path = [self.place(1.6 + t, 1.2 + 0.3 * math.sin(5 * t)) for t in turns]
        self.cv.line(path, self.ink, 2 * self.stroke)
