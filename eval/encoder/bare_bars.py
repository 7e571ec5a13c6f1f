"""Bars without axes, as polls and reports show them."""

from collections.abc import Sequence

import numpy as np
from canvas import Box, Canvas, Said, dark, mix
from chart_words import hued, names
from topics import (
    capital,
    sentence,
    topic,
)


def bare_bars(cv: Canvas, box: Box) -> Said:
    """Bars without axes, their numbers inside, as polls and reports show them."""
    rng = cv.rng
    left, top, right, bottom = box
    flat, apart = rng.random() < 0.7, rng.random() < 0.4  # to both sides of a line
    panels = rng.choice((1, 1, 2)) if flat else 1
    series = 2 if apart else rng.choice((1, 2, 2, 3, 4))
    about = topic(rng, rng.randint(2, 8))
    called = names(rng, about, series)
    bars = BareBars(cv, about.labels, called, apart)
    wide = right - left - 12
    if rng.random() < 0.3:
        fit = cv.fitting(about.title, cv.size, wide, 1)
        cv.text(left + 6, top + 4, capital(about.title), fit, cut=1)
        top += 1.8 * cv.size
    if rng.random() < 0.25:
        note = f"Note: {sentence(rng)}"
        fit = cv.fitting(note, 0.7 * bars.size, wide)
        cv.text(left + 6, bottom - 4, note, fit, "ld", "#777777")
        bottom -= 1.6 * bars.size
    bars.group()
    room = min(0.35 * (right - left), bars.named + 12) if flat else 0
    grow = (right - left - room) / panels
    for panel in range(panels):
        values = cv.chance.uniform(4, 60, (len(about.labels), series))
        if rng.random() < 0.5:
            values *= 96 / values.sum(axis=1, keepdims=True)
        start = left + room + grow * panel + 8
        place = (start, top, start + grow - 16, bottom)
        if flat:
            bars.rows(values, place, left, right, 0 if panel else room)
        else:
            bars.columns(values, place)
    lie = "horizontal" if flat else "vertical"
    way = "diverging " if apart else "stacked " if series > 1 else ""
    looks = [f"a {lie} {way}bar chart without axes", f"{way}bars with numbers inside",
             f"bar chart of {hued(bars.fills)} bars"]  # fmt: skip
    if panels > 1:
        looks.append("two bar charts side by side")
    kinds = ("bar chart", f"{lie} bar chart", f"{way}bar chart", "bar graph")
    facts = [f"bar chart comparing {about.labels[0]} and {about.labels[1]}"]
    return Said(kinds, looks, about.matter, facts)


class BareBars:
    """Draws stacked bars with nothing around them, all in one manner."""

    def __init__(
        self, cv: Canvas, labels: Sequence[str], series: Sequence[str], apart: bool
    ) -> None:
        rng = cv.rng
        self.cv, self.labels, self.series, self.apart = cv, labels, series, apart
        base, steps = rng.choice(cv.palette), max(1, len(series) - 1)
        one_hue = rng.random() < 0.5
        self.fills = [
            mix(base, "#ffffff", 1 - 0.55 * at / steps) if one_hue else cv.palette[at % 8]
            for at in range(len(series))
        ]
        self.numbered = rng.random() >= 0.3
        self.size = 0.85 * cv.size
        self.named = max(cv.long(label, self.size) for label in labels)

    def group(self) -> None:
        """Choose where a gap parts the labels."""
        rng = self.cv.rng
        self.breaks = {at for at in range(1, len(self.labels)) if rng.random() < 0.25}
        self.dotted = rng.random() < 0.4

    def rows(self, values: np.ndarray, place: Box, left: float, right: float, room: float) -> None:
        """Bars from left to right, named in the room at the left where there is any."""
        cv, size = self.cv, self.size
        start, top, end, bottom = place
        width, most = end - start, self._most(values)
        y = self._below(top)
        step = (bottom - y) / (len(values) + 0.5 * len(self.breaks))
        self._heads(start, width, top)
        for row, own in enumerate(values):
            if row in self.breaks:
                level = y + 0.25 * step
                if self.dotted:
                    cv.line([(left, level), (right, level)], "#999999", 1, (4, 4))
                y += 0.5 * step
            if room:
                label = self.labels[row]
                fit = cv.fitting(label, size, room - 8)
                cv.text(left + room - 4, y + step / 2, label, fit, "rm")
            x = start + width / 2 - width * own[0] / most if self.apart else start
            for fill, value in zip(self.fills, own, strict=True):
                long = width * value / most
                self._bar((x, y + 0.12 * step, x + long, y + 0.88 * step), fill, value)
                x += long
            y += step

    def columns(self, values: np.ndarray, place: Box) -> None:
        """Bars from below upwards, each with its name under it."""
        cv, size = self.cv, self.size
        start, top, end, bottom = place
        step, most = (end - start) / len(values), self._most(values)
        foot = bottom - 2 * size
        for column, own in enumerate(values):
            y, x = foot, start + step * column + 0.12 * step
            label = self.labels[column]
            fit = cv.fitting(label, size, 0.95 * step)
            cv.text(x + 0.38 * step, foot + size, label, fit, "mm")
            for fill, value in zip(self.fills, own, strict=True):
                long = (foot - self._below(top)) * value / most
                self._bar((x, y - long, x + 0.76 * step, y), fill, value)
                y -= long
        cv.line([(start, foot), (end, foot)], cv.rng.choice((cv.ink, "#bbbbbb")), 1)

    def _most(self, values: np.ndarray) -> float:
        return float(2 * values.max() if self.apart else values.sum(axis=1).max())

    def _below(self, top: float) -> float:
        """Where the bars begin, below the names of the series."""
        return top + (2.4 if len(self.series) > 1 else 0.6) * self.size

    def _heads(self, start: float, width: float, top: float) -> None:
        if len(self.series) > 1:
            share = width / len(self.series)
            for at, name in enumerate(self.series):
                fit = self.cv.fitting(name, self.size, share, 1)
                x = start + share * (at + 0.5)
                self.cv.text(x, top + self.size, name, fit, "mm", self.fills[at], 1)

    def _bar(self, place: Box, fill: str, value: float) -> None:
        self.cv.rect(place, fill)
        left, top, right, bottom = place
        if min(right - left, bottom - top) > 0.8 * self.size and self.numbered:
            ink = "#ffffff" if dark(fill) else "#222222"
            x, y = (left + right) / 2, (top + bottom) / 2
            self.cv.text(x, y, f"{value:.0f}", self.size, "mm", ink)
