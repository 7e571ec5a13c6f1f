"""Logos: a sign, with or without a name."""

import math
from collections.abc import Callable

import numpy as np
from canvas import Box, Canvas, Said, colour_name, dark, mix
from maps import outline
from topics import FIRMS, firm, number


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
