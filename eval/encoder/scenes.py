"""Scenes of photographs: mountains, seas, fields, streets, textures, cells, land from above."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from canvas import Canvas, mix, rgb
from PIL import Image, ImageDraw, ImageFilter

Pixels = np.ndarray  # float32 of shape (height, width, 3), 0 to 255


def noise(cv: Canvas, high: int, wide: int, coarse: int = 3, rough: float = 0.55) -> np.ndarray:
    """Smooth noise of several octaves between 0 and 1."""
    made = np.zeros((high, wide), np.float32)
    share, size = 1.0, coarse
    while size < max(high, wide):
        rows = max(2, round(size * high / max(high, wide)) + 1)
        grid = cv.chance.random((rows, size + 1), dtype=np.float32)
        layer = Image.fromarray(grid).resize((wide, high), Image.Resampling.BICUBIC)
        made += share * np.asarray(layer)
        share, size = share * rough, size * 2
    return (made - made.min()) / (np.ptp(made) + 1e-6)


def fade(high: int, wide: int, top: str, foot: str) -> Pixels:
    """A vertical gradient of two colours."""
    t = np.linspace(0, 1, high, dtype=np.float32)[:, None, None]
    made = np.array(rgb(top), np.float32) * (1 - t) + np.array(rgb(foot), np.float32) * t
    return np.repeat(made, wide, axis=1)


def ramp(values: np.ndarray, low: str, high: str) -> Pixels:
    low_, high_ = np.array(rgb(low), np.float32), np.array(rgb(high), np.float32)
    return low_ + (high_ - low_) * values[..., None].astype(np.float32)


SKIES = (
    ("blue sky", "#3f7fc4", "#c4dcf0"), ("sunset sky", "#4a4a86", "#f5a45c"),
    ("grey sky", "#8d959d", "#d0d4d6"), ("night sky", "#05081c", "#24345c"),
    ("pale morning sky", "#a8c4dc", "#f4e4d0"),
)  # fmt: skip


def sky(cv: Canvas, high: int, wide: int) -> tuple[Pixels, str]:
    name, top, foot = cv.rng.choice(SKIES)
    made = fade(high, wide, top, foot)
    if "night" in name:
        stars = cv.chance.random((high, wide)) > 0.997
        made[stars] = 230
    elif cv.rng.random() < 0.7:
        clouds = np.clip(noise(cv, high, wide, 3) * 2.4 - 1.2, 0, 1)[..., None] * 0.85
        made = made * (1 - clouds) + np.array(rgb(mix("#ffffff", foot, 0.8)), np.float32) * clouds
        name += " with clouds"
    return made, name


def mountains(cv: Canvas, high: int, wide: int) -> tuple[Pixels, str, str]:
    made, name = sky(cv, high, wide)
    rng = cv.rng
    base = rng.choice(("#3d5a45", "#5b6b7d", "#6b5a48", "#2f4858"))
    rows = np.arange(high, dtype=np.float32)[:, None]
    layers = rng.randint(2, 4)
    for layer in range(layers):
        ridge = noise(cv, 2, wide, rng.randint(2, 5), 0.5)[0]
        level = high * (0.3 + 0.5 * layer / layers) + (ridge - 0.5) * -high * 0.35
        tone = mix(base, "#c8d4e0", (layer + 1) / layers)
        texture = noise(cv, high, wide, 20)[..., None] * 50 - 25
        paint = np.array(rgb(tone), np.float32) + texture
        made = np.where((rows > level)[..., None], paint, made)
    return made, f"mountains under a {name}", "landscape"


def sea(cv: Canvas, high: int, wide: int) -> tuple[Pixels, str, str]:
    made, name = sky(cv, high, wide)
    line = round(high * cv.rng.uniform(0.35, 0.65))
    top, foot = cv.rng.choice(
        (("#3d6f96", "#123a5c"), ("#5f8f8f", "#1d4a4e"), ("#7a8a98", "#3a4652"))
    )
    water = fade(high - line, wide, top, foot)
    waves = noise(cv, high - line, wide, 6, 0.8)
    waves = np.asarray(Image.fromarray(waves[:, : wide // 5]).resize((wide, high - line)))
    made[line:] = water + (waves[..., None] - 0.5) * 90
    about = f"open sea under a {name}"
    if cv.rng.random() < 0.35:
        shore = round(high * cv.rng.uniform(0.78, 0.9))
        made[shore:] = np.array(rgb("#d8c49a"), np.float32) + (
            cv.chance.standard_normal((high - shore, wide, 1), dtype=np.float32) * 10
        )
        about = f"beach and sea under a {name}"
    return made, about, "seascape"


def field(cv: Canvas, high: int, wide: int) -> tuple[Pixels, str, str]:
    """A meadow with trees."""
    rng = cv.rng
    made, name = sky(cv, high, wide)
    line = round(high * rng.uniform(0.45, 0.65))
    word, low, top = rng.choice(
        (
            ("green meadow", "#2f5a24", "#8fb45a"),
            ("wheat field", "#9a7a2e", "#e8cc7a"),
            ("snow field", "#c4d0dc", "#f8fafc"),
            ("desert", "#a8763e", "#e4bc84"),
        )
    )
    made[line:] = ramp(noise(cv, high - line, wide, 12, 0.8), low, top)
    if rng.random() < 0.6 and word != "desert":
        picture = Image.fromarray(made.clip(0, 255).astype(np.uint8))
        pen = ImageDraw.Draw(picture)
        for _ in range(rng.randint(2, 9)):
            x, reach = rng.uniform(0, wide), high * rng.uniform(0.05, 0.16)
            foot = line + high * rng.uniform(0, 0.12)
            pen.rectangle((x - reach / 8, foot - reach, x + reach / 8, foot), "#3b2a1a")
            for _ in range(14):
                u, v = x + rng.gauss(0, reach / 2.4), foot - 1.5 * reach + rng.gauss(0, reach / 2.6)
                size = reach * rng.uniform(0.2, 0.45)
                paint = mix("#1f3a18", "#5a8a3a", rng.random())
                pen.ellipse((u - size, v - size, u + size, v + size), paint)
        return np.asarray(picture, np.float32), f"trees in a {word} under a {name}", "landscape"
    return made, f"{word} under a {name}", "landscape"


def street(cv: Canvas, high: int, wide: int) -> tuple[Pixels, str, str]:
    """Fronts of houses with windows."""
    rng = cv.rng
    made, name = sky(cv, high, wide)
    picture = Image.fromarray(made.clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    ground = high * rng.uniform(0.8, 0.92)
    night = "night" in name
    x, count = -rng.uniform(0, 30), 0
    while x < wide:
        width, top = wide * rng.uniform(0.1, 0.26), high * rng.uniform(0.1, 0.5)
        wall = rng.choice(("#8a6f5e", "#a89c8c", "#6f7884", "#b8806a", "#565c66", "#c8bca4"))
        wall = mix(wall, "#101018", 0.4) if night else wall
        pen.rectangle((x, top, x + width, ground), wall)
        columns, rows = rng.randint(2, 6), rng.randint(3, 10)
        lit, unlit = ("#ffd98a", "#20242c") if night else ("#4a5a6c", "#9cb4c8")
        for at in range(columns * rows):
            u = x + (at % columns + 0.25) * width / columns
            v = top + (at // columns + 0.3) * (ground - top) / rows
            box = (u, v, u + 0.5 * width / columns, v + 0.5 * (ground - top) / rows)
            pen.rectangle(box, rng.choice((lit, unlit)))
        x, count = x + width + rng.choice((0, 0, 8)), count + 1
    pen.rectangle((0, ground, wide, high), "#4a4a4c")
    return np.asarray(picture, np.float32), f"row of buildings under a {name}", "city view"


def texture(cv: Canvas, high: int, wide: int) -> tuple[Pixels, str, str]:
    rng = cv.rng
    name = rng.choice(("wood", "stone", "marble", "grass", "brick wall", "sand", "fabric", "metal"))
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    rough = noise(cv, high, wide, 5)
    if name == "wood":
        made = ramp(0.5 + 0.5 * np.sin(y / 5 + 14 * rough + x / 150), "#6b4423", "#b98750")
    elif name == "marble":
        made = ramp(np.abs(np.sin(x / 60 + 9 * rough)) ** 0.5, "#6f7378", "#f2f0ec")
    elif name == "brick wall":
        row = (y // 18).astype(int)
        mortar = (y % 18 < 2) | ((x + 22 * (row % 2)) % 44 < 2)
        tone = cv.chance.random((high // 18 + 1, wide // 44 + 3))
        made = ramp(tone[row, ((x + 22 * (row % 2)) // 44).astype(int)], "#7c3a26", "#b5634a")
        made = np.where(mortar[..., None], 190.0, made)
    elif name == "fabric":
        tint = rng.choice(cv.palette)
        weave = 0.5 + 0.25 * np.sin(x * 1.3) + 0.25 * np.sin(y * 1.3)
        made = ramp(weave, mix(tint, "#000000", 0.6), mix(tint, "#ffffff", 0.8))
    elif name == "metal":
        streak = np.repeat(cv.chance.random((high, 1), dtype=np.float32), wide, axis=1)
        made = ramp(0.6 * streak + 0.4 * np.sin(x / wide * math.pi), "#6a7078", "#d4d8dc")
    else:
        low, top = {"stone": ("#4a4642", "#a8a49c"), "grass": ("#1f3d14", "#7fae4a"),
                    "sand": ("#b89a68", "#e6d2a8")}[name]  # fmt: skip
        made = ramp(noise(cv, high, wide, 30, 0.9), low, top)
    return made, f"surface of {name}" if name != "brick wall" else name, "close-up"


def blobs(cv: Canvas, high: int, wide: int) -> tuple[Pixels, str, str]:
    """Cells under a microscope, or balls on a table."""
    rng = cv.rng
    way = rng.choice(("cells", "fluorescence", "lights", "fruit"))
    paper, inks = {
        "cells": ("#f0dce8", ("#a8447c", "#c878a8", "#7c3c8c")),
        "fluorescence": ("#04060a", ("#20d060", "#e03030", "#3050ff")),
        "lights": ("#14101c", ("#ffd070", "#ff9050", "#80b0ff")),
        "fruit": ("#d8ccb8", ("#c83028", "#e89020", "#8cb030")),
    }[way]
    picture = Image.new("RGB", (wide, high), paper)
    pen = ImageDraw.Draw(picture)
    size = {"fruit": 0.13, "lights": 0.06}.get(way, 0.045) * min(high, wide)
    for _ in range(
        {"fruit": rng.randint(3, 9), "lights": rng.randint(12, 40)}.get(way, rng.randint(30, 90))
    ):
        x, y, reach = rng.uniform(0, wide), rng.uniform(0, high), size * rng.uniform(0.6, 1.3)
        ink = mix(rng.choice(inks), paper, rng.uniform(0.6, 1))
        steps = range(1) if way != "fruit" else range(6)
        for step in steps:
            shift, small = 0.08 * reach * step, reach * (1 - 0.16 * step)
            box = (
                x - shift - small,
                y - shift - small * 0.9,
                x - shift + small,
                y - shift + small * 0.9,
            )
            pen.ellipse(box, mix(ink, "#ffffff", 1 - 0.12 * step))
        if way == "cells":
            pen.ellipse((x - reach / 3, y - reach / 3, x + reach / 3, y + reach / 3), "#4a1c60")
    soft = {"lights": 4.0, "fluorescence": 2.0}.get(way, 1.0)
    made = np.asarray(picture.filter(ImageFilter.BoxBlur(soft)), np.float32)
    made = made + (noise(cv, high, wide, 8)[..., None] - 0.5) * 26
    about = {
        "cells": "stained cells under a microscope",
        "fluorescence": "green and red glowing cells",
        "lights": "lights out of focus at night",
        "fruit": "fruit on a table",
    }[way]
    return made, about, "microscope image" if way in ("cells", "fluorescence") else "still life"


def aerial(cv: Canvas, high: int, wide: int) -> tuple[Pixels, str, str]:
    """Land from above."""
    ground = noise(cv, high, wide, 3)
    level = cv.rng.uniform(0.3, 0.5)
    land = ramp(np.clip((ground - level) / (1 - level), 0, 1), "#4a6b34", "#b8a478")
    water = ramp(np.clip(ground / level, 0, 1), "#0c2440", "#2f6c8c")
    made = np.where((ground > level)[..., None], land, water)
    return (
        made + noise(cv, high, wide, 40)[..., None] * 30 - 15,
        "coast seen from above",
        "satellite image",
    )


SCENES: Sequence[Callable[[Canvas, int, int], tuple[Pixels, str, str]]] = (
    mountains, sea, field, street, texture, blobs, aerial, mountains, field, street,
)  # fmt: skip
