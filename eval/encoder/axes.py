"""Axes of charts in the manner of plotting programs, offices and newspapers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from canvas import PALETTES, Box, Canvas, mix


@dataclass(frozen=True, slots=True)
class Theme:
    """How a program draws its axes. Sides of the frame and grid lines are named by letters."""

    inside: str = "#ffffff"
    grid: str = ""  # colour
    lines: str = "y"  # directions with grid lines: of "xy"
    dashed: bool = False
    frame: str = "lb"  # sides that have a line: of "ltrb"
    ticks: int = 5  # length outwards, or inwards below zero
    legend: str = "inside"  # inside, right, top or bottom
    title: str = "middle"  # or left
    bold: bool = False
    edge: bool = False  # bars have a dark edge


THEMES = (
    ("matplotlib", Theme(frame="ltrb")),
    ("matplotlib grid", Theme(frame="ltrb", grid="#cccccc", lines="xy", legend="right")),
    ("seaborn", Theme(frame="", grid="#dddddd", ticks=0, legend="top")),
    ("darkgrid", Theme("#eaeaf2", "#ffffff", "xy", frame="", ticks=0, legend="inside")),
    ("ggplot", Theme("#ebebeb", "#ffffff", "xy", frame="", legend="right", title="left")),
    ("excel", Theme(frame="b", grid="#d9d9d9", ticks=0, legend="bottom")),
    ("excel", Theme(frame="b", grid="#bfbfbf", ticks=0, legend="right", bold=True)),
    ("office", Theme("#c0c0c0", "#808080", "y", frame="ltrb", legend="right", edge=True)),
    ("gnuplot", Theme(frame="ltrb", ticks=-7, dashed=True, grid="#999999", lines="xy")),
    ("gnuplot", Theme(frame="ltrb", ticks=-7)),
    ("pgfplots", Theme(frame="ltrb", ticks=-6, edge=True)),
    ("pgfplots", Theme(frame="lb", ticks=-6, grid="#e2e2e2", dashed=True, legend="top")),
    ("base", Theme(frame="lb", ticks=8, bold=True, edge=True)),
    ("news", Theme(frame="b", grid="#d4d4d4", ticks=0, legend="top", title="left", bold=True)),
    ("plain", Theme(frame="b", ticks=0, legend="top", title="left", bold=True)),
    ("tableau", Theme(frame="lb", grid="#f0f0f0", ticks=0, legend="right", title="left")),
    ("dark", Theme("#1d1f2b", "#3c4052", "y", frame="", ticks=0, legend="top", title="left")),
    ("grey", Theme(frame="ltrb", ticks=-5, edge=True)),
)


def theme(cv: Canvas) -> Theme:
    """Choose a theme, and give the sheet the paper, letters and colours that go with it."""
    name, chosen = cv.rng.choice(THEMES)
    faces = {"pgfplots": "latex", "base": "helvetica", "gnuplot": "times", "matplotlib": "dejavu"}
    if name in faces and cv.rng.random() < 0.7:
        cv.face = faces[name]
    if name == "dark":
        cv.ink = "#e8e8ee"
        cv.clear(cv.rng.choice(("#1d1f2b", "#12141c", "#263040")))
        chosen = replace(chosen, inside=cv.paper)
        cv.palette = list(cv.rng.choice((PALETTES[7], PALETTES[3], PALETTES[6])))
    elif name == "grey":
        cv.palette = list(PALETTES[5])
    elif name == "ggplot" and cv.rng.random() < 0.6:
        cv.palette = list(PALETTES[2])
    elif name in ("news", "plain") and cv.rng.random() < 0.3:
        cv.clear(cv.rng.choice(("#d5e4eb", "#fff1e5", "#f4f1ea", "#f6f6f6")))
        chosen = replace(chosen, inside=cv.paper)
    elif name not in ("office", "darkgrid", "ggplot") and cv.rng.random() < 0.06:
        chosen = replace(chosen, inside=cv.rng.choice(("#fafafa", "#f4f8fc", "#fffbe8")))
    if cv.rng.random() < 0.15:
        chosen = replace(chosen, legend=cv.rng.choice(("inside", "right", "top", "bottom")))
    return chosen


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis: from `low` to `high`, or as many slots as there are labels."""

    low: float
    high: float
    name: str = ""
    labels: tuple[str, ...] = ()
    log: bool = False
    unit: str = ""  # what follows the number of each tick

    def place(self, value: float) -> float:
        """Where a value lies: 0 at the low end, 1 at the high end."""
        if self.log:
            return math.log(max(value, 1e-12) / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self, count: int) -> list[tuple[float, str]]:
        if self.labels:
            every = max(1, math.ceil(len(self.labels) / max(2, 4 * count)))
            return [(at + 0.5, name) for at, name in enumerate(self.labels)][::every]
        if self.log:
            powers = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            return [(10.0**power, f"1e{power}" if abs(power) > 3 else f"{10.0**power:g}")
                    for power in powers]  # fmt: skip
        rough = (self.high - self.low) / count
        power = 10 ** math.floor(math.log10(rough))
        step = next(power * part for part in (1, 2, 5, 10) if power * part >= rough * 0.99)
        first = math.ceil(self.low / step - 1e-6)
        last = math.floor(self.high / step + 1e-6)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        return [
            (at * step, f"{at * step:,.{decimals}f}{self.unit}") for at in range(first, last + 1)
        ]


def slots(labels: Sequence[str], name: str = "") -> Scale:
    return Scale(0, len(labels), name, tuple(labels))


Entry = tuple[str, str, str]  # name, colour, and what it is: a box, a line, or a mark


class Frame:
    """Drawn axes; `x` and `y` say where a value lies on the sheet."""

    def __init__(
        self,
        cv: Canvas,
        box: Box,
        look: Theme,
        across: Scale,
        up: Scale,
        title: str = "",
        legend: Sequence[Entry] = (),
    ) -> None:
        self.cv, self.look, self.across, self.up = cv, look, across, up
        self.size = cv.size
        self.legend = list(legend)
        left, top, right, bottom = box
        pad = 0.5 * self.size
        self.left, self.top, self.right, self.bottom = left + pad, top + pad, right - pad, bottom
        self.bottom -= pad
        self._title(title)
        self._place_legend()
        self._margins()
        cv.rect(self.box, look.inside)
        self._axis_y()
        self._axis_x()

    @property
    def box(self) -> Box:
        return self.left, self.top, self.right, self.bottom

    def x(self, value: float) -> float:
        return self.left + self.across.place(value) * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - self.up.place(value) * (self.bottom - self.top)

    def _title(self, title: str) -> None:
        if not title:
            self.top += 0.4 * self.size
            return
        cv, cut = self.cv, int(self.look.bold)
        room = self.right - self.left
        size = 1.25 * self.size
        lines = cv.wrapped(title.split(), size, room, cut)[:3]
        size = min(cv.fitting(line, size, room, cut) for line in lines)
        for line in lines:
            if self.look.title == "left":
                cv.text(self.left, self.top, line, size, "la", cut=cut)
            else:
                cv.text((self.left + self.right) / 2, self.top, line, size, "ma", cut=cut)
            self.top += 1.2 * size
        self.top += 0.4 * size

    def _place_legend(self) -> None:
        """Keep room for a legend beside the plot, and draw it there."""
        self.inside = self.look.legend == "inside"
        if not self.legend or self.inside:
            return
        size, side = 0.9 * self.size, self.look.legend
        if side == "right":
            wide = min(0.4 * (self.right - self.left), self._widest(size))
            top = self.top + max(0, (self.bottom - self.top) * 0.3 - size * len(self.legend) / 2)
            self.right -= wide + 0.5 * self.size
            self._entries(self.right + 0.5 * self.size, top, size)
            return
        rows = self._rows(size)
        high = 1.4 * size * len(rows)
        y = self.top if side == "top" else self.bottom - high
        for row in rows:
            used = sum(self._wide(entry, size) for entry in row)
            x = self.left if self.look.title == "left" else (self.left + self.right - used) / 2
            for entry in row:
                self._entry(x, y, entry, size)
                x += self._wide(entry, size)
            y += 1.4 * size
        if side == "top":
            self.top += high + 0.2 * size
        else:
            self.bottom -= high + 0.3 * size

    def _wide(self, entry: Entry, size: float) -> float:
        return self.cv.long(entry[0], size) + (2.6 if entry[2] == "box" else 3.6) * size

    def _widest(self, size: float) -> float:
        return max(self._wide(entry, size) for entry in self.legend)

    def _rows(self, size: float) -> list[list[Entry]]:
        rows: list[list[Entry]] = [[]]
        used = 0.0
        for entry in self.legend:
            wide = self._wide(entry, size)
            if rows[-1] and used + wide > self.right - self.left:
                rows.append([])
                used = 0.0
            rows[-1].append(entry)
            used += wide
        return rows

    def _entries(self, x: float, y: float, size: float) -> None:
        for entry in self.legend:
            self._entry(x, y, entry, size)
            y += 1.4 * size

    def _entry(self, x: float, y: float, entry: Entry, size: float) -> None:
        cv, (name, colour, way) = self.cv, entry
        middle = y + 0.6 * size
        if way == "box":
            edge = cv.ink if self.look.edge else None
            cv.rect((x, middle - 0.4 * size, x + 0.9 * size, middle + 0.4 * size), colour, edge)
            x += 1.3 * size
        elif way == "mark":
            cv.mark(x + 0.9 * size, middle, 0.35 * size, colour)
            x += 2 * size
        else:
            cv.line([(x, middle), (x + 1.8 * size, middle)], colour, 4)
            x += 2.3 * size
        cv.text(x, middle, name, size, "lm")

    def close(self) -> None:
        """Draw the legend that stands inside, in the corner where there is least."""
        if not self.legend or not self.inside:
            return
        size = 0.85 * self.size
        wide, high = self._widest(size), 1.4 * size * len(self.legend) + 0.4 * size
        gap = 0.6 * size
        corners = [
            (x, y)
            for y in (self.top + gap, self.bottom - gap - high)
            for x in (self.right - gap - wide, self.left + gap)
        ]

        def filled(corner: tuple[float, float]) -> float:
            place = (corner[0], corner[1], corner[0] + wide, corner[1] + high)
            return float(np.asarray(self.cv.image.crop(tuple(map(int, place)))).std())

        x, y = min(corners, key=filled)
        paper = mix(self.look.inside, "#ffffff", 0.8) if self.cv.paper == "#ffffff" else ""
        edge = "#bbbbbb" if self.look.ticks > 0 else self.cv.ink
        self.cv.rect((x, y, x + wide, y + high), paper or self.cv.paper, edge)
        self._entries(x + 0.5 * size, y + 0.3 * size, size)

    def _margins(self) -> None:
        cv, size = self.cv, 0.9 * self.size
        self.many_y = max(2, min(7, int((self.bottom - self.top) / (3.4 * size))))
        self.ticks_y = self.up.ticks(self.many_y)
        widest = max([cv.long(text, size) for _, text in self.ticks_y], default=0)
        self.tick_y = size
        if self.up.labels:
            slot = (self.bottom - self.top - 3 * size) / len(self.ticks_y)
            self.tick_y = max(8.0, min(size, 0.95 * slot))
            widest *= self.tick_y / size
        room = 0.36 * (self.right - self.left)
        if widest > room:
            self.tick_y, widest = max(8.0, self.tick_y * room / widest), room
        self.left += widest + max(0, self.look.ticks) + 0.5 * size
        if self.up.name:
            self.left += 1.6 * size
        if not self.across.labels:
            self.right -= size
        self._margin_x()

    def _margin_x(self) -> None:
        cv, size = self.cv, 0.9 * self.size
        count = max(2, min(8, int((self.right - self.left) / (5.5 * size))))
        self.ticks_x = self.across.ticks(count)
        slot = (self.right - self.left) / max(1, len(self.ticks_x))
        widest = max([cv.long(text, size) for _, text in self.ticks_x], default=0)
        self.angle = 0
        self.tick_x = size
        below = 1.3 * size
        if self.across.labels and widest > slot - 0.3 * size:
            if widest * 0.75 < slot - 4:
                self.tick_x = 0.75 * size
            else:
                self.angle = 90 if slot < 1.5 * size or cv.rng.random() < 0.4 else 45
                room = 0.35 * (self.bottom - self.top)
                self.tick_x = max(8, min(size, size * room / widest, 0.95 * slot))
                below = widest * self.tick_x / size * math.sin(math.radians(self.angle)) + size
        self.bottom -= below + max(0, self.look.ticks) + 0.2 * size
        if self.across.name:
            self.bottom -= 1.5 * size
        self.below = below

    def _axis_y(self) -> None:
        cv, look, size = self.cv, self.look, 0.9 * self.size
        for value, text in self.ticks_y:
            y = self.y(value)
            if look.grid and "y" in look.lines and not self.up.labels:
                dash = (4, 6) if look.dashed else ()
                cv.line([(self.left, y), (self.right, y)], look.grid, 2, dash)
            if look.ticks and "l" in look.frame and not self.up.labels:
                cv.line([(self.left, y), (self.left - look.ticks, y)])
            cv.text(self.left - max(0, look.ticks) - 5, y, text, self.tick_y, "rm")
        if "l" in look.frame or self.up.labels:
            cv.line([(self.left, self.top), (self.left, self.bottom)])
        if "r" in look.frame:
            cv.line([(self.right, self.top), (self.right, self.bottom)])
        if self.up.name:
            widest = max([cv.long(text, self.tick_y) for _, text in self.ticks_y], default=0)
            x = self.left - widest - max(0, look.ticks) - 1.2 * size
            fit = cv.fitting(self.up.name, size, 1.1 * (self.bottom - self.top))
            cv.turned(x, (self.top + self.bottom) / 2, self.up.name, fit)

    def _axis_x(self) -> None:
        cv, look, size = self.cv, self.look, 0.9 * self.size
        below = self.bottom + max(0, look.ticks) + 4
        for value, text in self.ticks_x:
            x = self.x(value)
            if look.grid and ("x" in look.lines or self.up.labels) and not self.across.labels:
                dash = (4, 6) if look.dashed else ()
                cv.line([(x, self.top), (x, self.bottom)], look.grid, 2, dash)
            if look.ticks and not self.across.labels:
                cv.line([(x, self.bottom), (x, self.bottom + look.ticks)])
            if self.angle:
                half = 0.35 * self.tick_x if self.angle == 45 else 0
                cv.turned(x + half, below + 2, text, self.tick_x, self.angle, "rm")
            else:
                cv.text(x, below, text, self.tick_x, "ma")
        if "b" in look.frame:
            cv.line([(self.left, self.bottom), (self.right, self.bottom)])
        if "t" in look.frame:
            cv.line([(self.left, self.top), (self.right, self.top)])
        if self.across.name:
            fit = cv.fitting(self.across.name, size, self.right - self.left)
            y = self.bottom + max(0, look.ticks) + self.below + 0.2 * size
            cv.text((self.left + self.right) / 2, y, self.across.name, fit, "ma")
