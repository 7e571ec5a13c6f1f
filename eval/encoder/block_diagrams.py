"""Block diagrams: parts of a system in columns."""

from collections.abc import Sequence
from itertools import pairwise

from canvas import Box, Canvas, Said, mix
from shapes import Shapes
from topics import PARTS, number


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
        _group(cv, columns, top + head)
    _arrows(cv, columns, shapes.wide)
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


def _group(cv: Canvas, columns: Sequence[Sequence[Box]], top: float) -> None:
    """Shade one of the columns, as a stage of its own."""
    at = cv.rng.randrange(len(columns))
    spots = columns[at]
    frame = (
        spots[0][0] - 10,
        max(top, spots[0][1] - 1.6 * cv.size),
        spots[0][2] + 10,
        spots[-1][3] + 10,
    )
    cv.rect(frame, mix(cv.palette[1], cv.paper, 0.12), mix(cv.palette[1], cv.paper, 0.7))
    cv.text(frame[0] + 6, frame[1] + 2, f"Stage {at + 1}", 0.8 * cv.size, cut=1)


def _arrows(cv: Canvas, columns: Sequence[Sequence[Box]], wide: float) -> None:
    """Arrows from the boxes of each column to those of the next."""
    for one, two in pairwise(columns):
        pairs = {(at, min(len(two) - 1, at * len(two) // len(one))) for at in range(len(one))}
        pairs |= {(at * len(one) // len(two), at) for at in range(len(two))}
        for at, to in sorted(pairs):
            start = (one[at][2], (one[at][1] + one[at][3]) / 2)
            end = (two[to][0], (two[to][1] + two[to][3]) / 2)
            half = (start[0] + end[0]) / 2
            bend = abs(start[1] - end[1]) > 3
            points = [start, (half, start[1]), (half, end[1]), end] if bend else [start, end]
            cv.arrow(points, width=wide)
