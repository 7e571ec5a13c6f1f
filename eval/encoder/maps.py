"""Maps: coasts, regions, contours and streets."""

import math
from collections.abc import Callable

import numpy as np
from canvas import Box, Canvas, Point, Said, colour_name, mix
from networks import apart
from PIL import Image, ImageDraw
from topics import PLACES, number


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
             for x, y in apart(cv, len(towns))]  # fmt: skip
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
