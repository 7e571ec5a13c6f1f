"""Pictures like photographs, drawn from noise and light, and logos and icons."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from canvas import Box, Canvas, Said, colour_name, dark, mix, rgb
from diagrams import outline
from PIL import Image, ImageDraw, ImageFilter
from topics import FIRMS, a, firm, number

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


def photo(cv: Canvas, box: Box) -> Said:
    """A photograph, or several in a collage."""
    rng = cv.rng
    left, top, right, bottom = (round(value) for value in box)
    collage = rng.random() < 0.15
    rows, columns = rng.choice(((1, 2), (2, 2), (2, 3), (1, 3))) if collage else (1, 1)
    wide, high = (right - left) // columns, (bottom - top) // rows
    gap = 8 if collage else 0
    scenes = []
    grey = rng.random() < 0.15
    for at in range(rows * columns):
        made, about, kind = rng.choice(SCENES)(cv, high // 2, wide // 2)
        made = _exposed(cv, made, grey)
        tile = Image.fromarray(made).resize((wide - gap, high - gap), Image.Resampling.BILINEAR)
        cv.image.paste(
            tile, (left + at % columns * wide + gap // 2, top + at // columns * high + gap // 2)
        )
        scenes.append((about, kind))
    about, kind = scenes[0]
    if collage:
        count = number(len(scenes))
        looks = [f"a collage of {count} photos", f"{count} photographs side by side"]
        return Said(("photo collage", "photographs"), looks, f"{about} and {scenes[1][0]}")
    tone = _tone(cv.image) if not grey else "grey"
    looks = [
        "a black and white photo" if grey else f"a photo in {tone} colours",
        f"{a(kind)}, photo",
    ]
    return Said(("photo", "photograph", "picture"), looks, about, [f"{kind}: {about}"])


def _exposed(cv: Canvas, made: Pixels, grey: bool) -> np.ndarray:
    """As a camera gives it: light, contrast, vignette and grain."""
    high, wide = made.shape[:2]
    if grey:
        made = np.repeat(made.mean(axis=-1, keepdims=True), 3, axis=-1)
    x = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, high, dtype=np.float32)[:, None]
    dim = (1 - cv.rng.uniform(0, 0.3) * (x * x + y * y) / 2)[..., None]
    grain = cv.chance.standard_normal((high, wide, 1), dtype=np.float32) * cv.rng.uniform(1, 9)
    made = (made - 128) * cv.rng.uniform(0.75, 1.15) + 128 + cv.rng.uniform(-15, 15)
    return (made * dim + grain).clip(0, 255).astype(np.uint8)


def _tone(picture: Image.Image) -> str:
    red, green, blue = np.asarray(picture.resize((8, 8))).reshape(-1, 3).mean(axis=0)
    return colour_name(f"#{int(red):02x}{int(green):02x}{int(blue):02x}")


def logo(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    tint, other = cv.palette[0], cv.palette[1]
    if rng.random() < 0.2:
        cv.clear(mix(tint, "#000000", 0.7))
        tint, other, cv.ink = "#ffffff", cv.palette[2], "#ffffff"
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    name = firm(rng)
    way = rng.choice(("beside", "below", "icon", "icon", "word")) if wide < 2.2 * high else "beside"
    cv.face = rng.choice(("helvetica", "dejavu", "serif", "times"))
    if way == "word":
        text = rng.choice((name, name.upper(), name.split()[0].lower()))
        fit = cv.fitting(text, 0.4 * high, 0.84 * wide, 1)
        x, y = left + wide / 2, top + high / 2
        cv.text(x, y, text, fit, "mm", tint, 1)
        cv.rect((x - 0.42 * wide, y + 0.7 * fit, x + 0.42 * wide, y + 0.7 * fit + 6), other)
        looks = [f"a logo of {colour_name(tint)} letters with a line below", "a word mark"]
        return Said(("logo", "company logo", "brand name"), looks, name)
    reach = {"beside": min(0.36 * high, 0.17 * wide), "below": 0.26 * min(high, wide)}.get(
        way, 0.4 * min(high, wide)
    )
    x = left + (0.22 * wide if way == "beside" else wide / 2)
    y = top + (0.38 if way == "below" else 0.5) * high
    shape = rng.choice(list(SIGNS))
    said = SIGNS[shape](cv, x, y, reach, tint, other)
    if way == "beside":
        lines = name.split()
        room = 0.92 * right - x - 1.3 * reach
        fit = min(cv.fitting(line, 0.9 * reach, room, 1) for line in lines)
        for at, line in enumerate(lines):
            cv.text(x + 1.3 * reach, y + (at - 0.5) * 1.1 * fit, line, fit, "lm", cv.ink, 1 - at)
    elif way == "below":
        cv.text(
            x, y + 1.25 * reach, name, cv.fitting(name, 0.5 * reach, 0.9 * wide, 1), "ma", cv.ink, 1
        )
    if way == "icon":
        looks = [f"an icon of {said} in {colour_name(tint)}", f"flat icon, {colour_name(tint)}"]
        return Said(("icon", "symbol", "pictogram"), looks, shape)
    looks = [f"a logo with {said} in {colour_name(tint)}"]
    looks.append(f"logo with the name {'beside' if way == 'beside' else 'under'} the sign")
    return Said(("logo", "company logo", "emblem"), looks, f"{name} with {said}")


def _rings(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    cv.pen.ellipse((x - r, y - r, x + r, y + r), None, tint, round(0.2 * r))
    cv.pen.ellipse((x - r / 2, y - r / 2, x + r / 2, y + r / 2), other)
    return "a ring and a disc"


def _letter(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    sign = cv.rng.choice(FIRMS)[0]
    if cv.rng.random() < 0.5:
        cv.rect((x - r, y - r, x + r, y + r), tint, radius=0.3 * r)
        place = "a square"
    else:
        cv.pen.ellipse((x - r, y - r, x + r, y + r), tint)
        place = "a circle"
    cv.text(x, y, sign, 1.3 * r, "mm", "#ffffff" if dark(tint) else "#222222", 1)
    return f"the letter {sign} in {place}"


def _star(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    count = cv.rng.randint(5, 8)
    turns = [math.pi * at / count - math.pi / 2 for at in range(2 * count)]
    cv.pen.polygon(
        [(x + r * (1, 0.45)[at % 2] * math.cos(t), y + r * (1, 0.45)[at % 2] * math.sin(t))
         for at, t in enumerate(turns)], tint,
    )  # fmt: skip
    return f"a star with {number(count)} points"


def _steps(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    for at in range(3):
        left = x - r + at * 0.7 * r
        cv.rect((left, y + r - (at + 1) * 0.65 * r, left + 0.5 * r, y + r), (tint, other)[at % 2])
    return "three rising bars"


def _gear(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    for tooth in range(8):
        turn = tooth * math.pi / 4
        u, v = math.cos(turn), math.sin(turn)
        cv.pen.line((x, y, x + r * u, y + r * v), tint, round(0.34 * r))
    cv.pen.ellipse((x - 0.75 * r, y - 0.75 * r, x + 0.75 * r, y + 0.75 * r), tint)
    cv.pen.ellipse((x - 0.32 * r, y - 0.32 * r, x + 0.32 * r, y + 0.32 * r), cv.paper)
    return "a gear wheel"


def _house(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    cv.pen.polygon([(x, y - r), (x + r, y), (x - r, y)], tint)
    cv.rect((x - 0.7 * r, y, x + 0.7 * r, y + 0.9 * r), tint)
    cv.rect((x - 0.2 * r, y + 0.3 * r, x + 0.2 * r, y + 0.9 * r), cv.paper)
    return "a house with a door"


def _letter_case(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    cv.rect((x - r, y - 0.7 * r, x + r, y + 0.7 * r), None, tint, 0.12 * r, 0.12 * r)
    cv.line([(x - r, y - 0.6 * r), (x, y + 0.1 * r), (x + r, y - 0.6 * r)], tint, 0.12 * r)
    return "an envelope"


def _lens(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    cv.pen.ellipse((x - r, y - r, x + 0.4 * r, y + 0.4 * r), None, tint, round(0.18 * r))
    cv.line([(x + 0.2 * r, y + 0.2 * r), (x + r, y + r)], tint, 0.24 * r)
    return "a magnifying glass"


def _tick(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    cv.pen.ellipse((x - r, y - r, x + r, y + r), tint)
    stroke = "#ffffff" if dark(tint) else "#222222"
    cv.line(
        [(x - 0.5 * r, y), (x - 0.1 * r, y + 0.4 * r), (x + 0.5 * r, y - 0.4 * r)], stroke, 0.2 * r
    )
    return "a tick in a circle"


def _leaf(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    turns = np.linspace(0, math.pi, 20)
    side = [(x + 0.55 * r * math.sin(t), y - r * math.cos(t)) for t in turns]
    cv.pen.polygon([*side, *((2 * x - u, v) for u, v in side[::-1])], tint)
    cv.line([(x, y - 0.7 * r), (x, y + 1.1 * r)], cv.paper, 0.07 * r)
    return "a leaf"


def _drop(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    cv.pen.ellipse((x - 0.65 * r, y - 0.3 * r, x + 0.65 * r, y + r), tint)
    cv.pen.polygon([(x, y - r), (x + 0.6 * r, y + 0.15 * r), (x - 0.6 * r, y + 0.15 * r)], tint)
    return "a drop"


def _shield(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    edge = [(x - 0.8 * r, y - r), (x + 0.8 * r, y - r), (x + 0.8 * r, y + 0.2 * r), (x, y + r),
            (x - 0.8 * r, y + 0.2 * r)]  # fmt: skip
    cv.pen.polygon(edge, tint)
    cv.rect((x - 0.1 * r, y - r, x + 0.1 * r, y + 0.6 * r), other)
    cv.rect((x - 0.8 * r, y - 0.4 * r, x + 0.8 * r, y - 0.2 * r), other)
    return "a shield with a cross"


def _splash(cv: Canvas, x: float, y: float, r: float, tint: str, other: str) -> str:
    cv.pen.polygon(outline(cv, x, y, r, r, 0.3), tint)
    cv.pen.ellipse((x - 0.3 * r, y - 0.3 * r, x + 0.3 * r, y + 0.3 * r), other)
    return "a round splash"


SIGNS: dict[str, Callable[[Canvas, float, float, float, str, str], str]] = {
    "target": _rings, "initial": _letter, "star": _star, "growth": _steps, "settings": _gear,
    "home": _house, "mail": _letter_case, "search": _lens, "done": _tick, "nature": _leaf,
    "water": _drop, "protection": _shield, "splash": _splash,
}  # fmt: skip
