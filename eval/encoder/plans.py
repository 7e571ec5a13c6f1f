"""Drawings of lines: sketches, floor plans, circuits and devices."""

import math
from collections.abc import Sequence
from itertools import pairwise

from canvas import Box, Canvas, Point, Said, mix
from maps import outline
from topics import PARTS, number, words


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
        _control(cv, (u, v), reach, stroke)
        spots.append((u, v))
    named = rng.random() < 0.4
    parts = rng.sample(PARTS, len(spots))
    names = parts if named else [str(10 + 2 * at) for at in range(len(spots))]
    _lead(cv, box, spots, names)
    labels = "named" if named else "numbered"
    looks = [f"a line drawing of a device with {labels} parts", "black and white technical drawing"]
    looks.append("drawing with leader lines to its parts")
    about = (f"{parts[0].lower()} and {parts[1].lower()} of a device" if named
             else f"housing with {number(len(spots))} controls and openings")  # fmt: skip
    return Said(
        ("technical drawing", "line drawing", "schematic drawing of a device"), looks, about
    )


def _control(cv: Canvas, spot: Point, reach: float, stroke: int) -> None:
    """A knob, a slot, a screen or a vent."""
    u, v = spot
    shape = cv.rng.choice(("knob", "slot", "screen", "vent"))
    place = (u - reach, v - reach, u + reach, v + reach)
    if shape == "knob":
        cv.pen.ellipse(place, cv.paper, cv.ink, stroke)
        cv.line([(u, v), (u, v - reach)], width=stroke)
    elif shape == "vent":
        for row in range(-2, 3):
            cv.line([(u - reach, v + row * reach / 3), (u + reach, v + row * reach / 3)])
    elif shape == "slot":
        cv.rect((u - reach, v - reach / 3, u + reach, v + reach / 3), cv.paper, cv.ink, stroke, 4)
    else:
        cv.rect(place, cv.paper, cv.ink, stroke, 4)
        cv.hatch((u - reach + 4, v - reach + 4, u + reach - 4, v + reach - 4), 0, "#999999")


def _lead(cv: Canvas, box: Box, spots: Sequence[Point], names: Sequence[str]) -> None:
    """Lines from parts to their names at both sides."""
    left, top, right, bottom = box
    sides = sorted(spots)
    half = (len(sides) + 1) // 2
    for side, row in ((0, sorted(sides[:half], key=lambda s: s[1])),
                      (1, sorted(sides[half:], key=lambda s: s[1]))):  # fmt: skip
        for at, (u, v) in enumerate(row):
            end = (left + 0.17 * (right - left), right - 0.17 * (right - left))[side]
            level = top + (bottom - top) * (at + 0.7) / (len(row) + 0.4)
            cv.line([(u, v), (end, level)], width=1)
            text = names[spots.index((u, v))]
            room = 0.16 * (right - left)
            fit = cv.fitting(text, cv.size, room)
            cv.text(end + (4 if side else -4), level, text, fit, "lm" if side else "rm")
