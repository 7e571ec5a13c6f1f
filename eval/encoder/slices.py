"""Pie charts and doughnuts."""

import math
from collections.abc import Sequence

import numpy as np
from axes import theme
from canvas import Box, Canvas, Said, dark, mix
from chart_words import heading, hued
from topics import number, topic


def pie_chart(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    look = theme(cv)
    count = rng.choice((2, 3, 4, 5, 5, 6, 7))
    about = topic(rng, count)
    shares = cv.chance.uniform(0.25, 1, count) ** 1.5
    shares = shares / shares.sum()
    if rng.random() < 0.6:
        shares[::-1].sort()
    left, top, right, bottom = box
    pad = cv.size
    title = heading(rng, about)
    if title:
        fit = cv.fitting(title, 1.3 * cv.size, right - left - 2 * pad, int(look.bold))
        cv.text((left + right) / 2, top + pad, title, fit, "ma", cut=int(look.bold))
        top += 2.4 * cv.size
    called = list(about.labels)
    fills = [cv.palette[at % 8] for at in range(count)]
    texts = [f"{share:.0%}" for share in shares]
    legend = rng.random() < 0.55
    beside = legend and (right - left) > 1.2 * (bottom - top)
    if legend:
        right, bottom = _legend(cv, (left, top, right, bottom), called, fills, beside)
    else:
        texts = [f"{name} {text}" for name, text in zip(called, texts, strict=True)]
    outside = not legend or rng.random() < 0.3
    room = 2.4 * cv.size if legend else min(0.3 * (right - left), 1.1 * cv.size + max(
        cv.long(text, 0.9 * cv.size) for text in texts
    ))  # fmt: skip
    wide = (right - left) / 2 - (room if outside else pad)
    high = (bottom - top) / 2 - (2 * cv.size if outside else pad)
    radius = max(20, min(wide, high))
    style = rng.choice(("pie", "pie", "pie", "donut", "deep", "apart"))
    centre = (left + right) / 2, (top + bottom) / 2
    Slices(cv, centre, radius, style, fills).draw(shares, texts, outside)
    if style == "donut" and rng.random() < 0.5:
        x, y = centre
        hole = (x - radius / 2, y - radius / 2, x + radius / 2, y + radius / 2)
        word = rng.choice((about.subject, f"{rng.randint(10, 999)}"))
        cv.centred(hole, word, 1.3 * cv.size, cut=1)
    looks = _pie_looks(style, fills, legend, beside)
    named = PIES.get(style, ("pie chart", "pie graph"))
    most = called[int(shares.argmax())]
    facts = [
        f"{named[0]}, largest share is {most}",
        f"{most} has the largest share, {shares.max():.0%}.",
    ]
    return Said(
        named, looks, rng.choice((about.title, f"share of {about.matter} by {about.by}")), facts
    )


PIES = {"donut": ("donut chart", "ring chart"), "deep": ("3D pie chart", "pie chart")}


def _pie_looks(style: str, fills: Sequence[str], legend: bool, beside: bool) -> list[str]:
    named = PIES.get(style, ("pie chart", "pie graph"))
    looks = [f"a {named[0]} with {number(len(fills))} slices", f"{named[0]} in {hued(fills)}"]
    if legend:
        looks.append(f"{named[0]} with a legend {'on the right' if beside else 'below'}")
    if style == "apart":
        looks.append("pie chart with one slice pulled out")
    return looks


def _legend(
    cv: Canvas, box: Box, called: Sequence[str], fills: Sequence[str], beside: bool
) -> tuple[float, float]:
    """Write the names beside or below what will be drawn; gives the right and bottom left to it."""
    left, top, right, bottom = box
    count, pad = len(called), cv.size
    if beside:
        right -= max(cv.long(name, cv.size) for name in called) + 3.2 * cv.size
        place = (right + 0.4 * cv.size, (top + bottom) / 2 - 0.7 * cv.size * count)
    else:
        bottom -= 1.45 * cv.size * count + pad
        widest = max(cv.long(name, cv.size) for name in called) + 2 * cv.size
        place = ((left + right - widest) / 2, bottom)
    for at, name in enumerate(called):
        y = place[1] + 1.4 * cv.size * at
        cv.rect((place[0], y, place[0] + 0.9 * cv.size, y + 0.9 * cv.size), fills[at])
        cv.text(place[0] + 1.5 * cv.size, y, name, cv.size)
    return right, bottom


class Slices:
    """Draws a circle in slices: as a pie, a ring, a thick disc, or with one slice apart."""

    def __init__(
        self, cv: Canvas, centre: tuple[float, float], radius: float, style: str,
        fills: Sequence[str],
    ) -> None:  # fmt: skip
        self.cv, self.centre, self.radius, self.style = cv, centre, radius, style
        self.fills = fills
        self.flat = 0.55 if style == "deep" else 1.0
        self.edge = cv.rng.choice((cv.paper, cv.paper, cv.ink, None))

    def draw(self, shares: np.ndarray, texts: Sequence[str], outside: bool) -> None:
        turn = self.cv.rng.choice((-90.0, -90.0, 0.0, 30.0))
        ends = turn + 360 * np.concatenate([[0], np.cumsum(shares)])
        if self.style == "deep":
            for depth in range(round(0.18 * self.radius), 0, -2):
                for at, fill in enumerate(self.fills):
                    self._slice(ends[at], ends[at + 1], mix(fill, "#000000", 0.65), depth, None)
        for at, fill in enumerate(self.fills):
            self._slice(ends[at], ends[at + 1], fill, 0, self.edge, at == 0)
        if self.style == "donut":
            x, y = self.centre
            hole = self.cv.rng.uniform(0.45, 0.7) * self.radius
            self.cv.pen.ellipse((x - hole, y - hole, x + hole, y + hole), self.cv.paper)
        for at, text in enumerate(texts):
            self._label((ends[at] + ends[at + 1]) / 2, text, outside, shares[at], self.fills[at])

    def _slice(
        self, start: float, end: float, fill: str, depth: float, edge: str | None,
        first: bool = False,
    ) -> None:  # fmt: skip
        x, y = self.centre
        if self.style == "apart" and first:
            middle = math.radians((start + end) / 2)
            x, y = x + 14 * math.cos(middle), y + 14 * math.sin(middle)
        wide, high = self.radius, self.radius * self.flat
        place = (x - wide, y - high + depth, x + wide, y + high + depth)
        self.cv.pen.pieslice(place, start, end, fill, edge, 2)

    def _label(self, angle: float, text: str, outside: bool, share: float, fill: str) -> None:
        cv, turn = self.cv, math.radians(angle)
        if share < 0.045:
            return
        reach = 1.0 if outside else (0.8 if self.style == "donut" else 0.65)
        x = self.centre[0] + reach * self.radius * math.cos(turn)
        y = self.centre[1] + reach * self.radius * math.sin(turn) * self.flat
        size = 0.9 * cv.size
        if not outside:
            ink = "#ffffff" if dark(fill) else "#000000"
            cv.text(x, y, text, size, "mm", ink)
            return
        gap = 18 if self.style == "apart" else 6
        x, y = x + gap * math.cos(turn), y + (gap + 6) * math.sin(turn)
        if self.style == "deep" and math.sin(turn) > 0:
            y += 0.18 * self.radius
        right = math.cos(turn) >= 0
        room = cv.width - x - 4 if right else x - 4
        cv.text(x, y, text, cv.fitting(text, size, room), "lm" if right else "rm")
