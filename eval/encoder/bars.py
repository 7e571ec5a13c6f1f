"""Bar charts: simple, grouped, stacked, with numbers or error bars."""

from collections.abc import Sequence

import numpy as np
from axes import Entry, Frame, Scale, slots, theme
from canvas import Box, Canvas, Said, dark, mix
from chart_words import heading, hued, listed, names, scaled
from topics import Topic, capital, number, topic


def bar_chart(cv: Canvas, box: Box) -> Said:
    rng, look = cv.rng, theme(cv)
    way = rng.choice(("simple", "simple", "grouped", "stacked", "whole"))
    flat = rng.random() < 0.4
    count = rng.randint(3, 12) if way == "simple" else rng.randint(2, 7)
    series = 1 if way == "simple" else rng.randint(2, 5 if way != "grouped" else 4)
    about = topic(rng, count, ordered=not flat and rng.random() < 0.35)
    values = cv.chance.uniform(0.15, 1, (count, series)) * scaled(rng)
    ordered = way == "simple" and about.by not in ("year", "month") and rng.random() < 0.4
    if ordered:
        values[::-1].sort(axis=0)
    below = way == "simple" and not ordered and rng.random() < 0.15
    if below:
        values *= np.where(cv.chance.random((count, 1)) < 0.4, -0.7, 1)
    if way == "whole":
        values = 100 * values / values.sum(axis=1, keepdims=True)
    tops = values.sum(axis=1) if way in ("stacked", "whole") else values.max(axis=1)
    most = float(max(tops.max(), 0.01)) * (1 if way == "whole" else 1.12)
    least = min(0.0, float(values.min())) * 1.15
    called = [] if way == "simple" else names(rng, about, series)
    fills = [cv.palette[at % 8] for at in range(series)]
    legend: list[Entry] = [(name, fill, "box") for name, fill in zip(called, fills, strict=False)]
    unit = "%" if way == "whole" else ""
    title, axis = heading(rng, about), about.axis if rng.random() < 0.6 else ""
    measure = Scale(least, most, "" if way == "whole" else axis, unit=unit)
    if flat:
        labels = slots(about.labels[::-1])
        frame = Frame(cv, box, look, measure, labels, title, legend)
    else:
        labels = slots(about.labels, about.by if rng.random() < 0.4 else "")
        frame = Frame(cv, box, look, labels, measure, title, legend)
    marked = rng.randrange(count) if way == "simple" and rng.random() < 0.12 else -1
    many = way == "simple" and marked < 0 and rng.random() < 0.15
    style = Bars(cv, frame, flat, way, marked, many)
    for at in range(count):
        style.draw(values[at], at, count, fills)
    frame.close()
    return _bars_said(about, way, flat, values, fills, called, ordered, below, marked, many)


class Bars:
    """Draws the bars of one label beside or above each other."""

    def __init__(
        self, cv: Canvas, frame: Frame, flat: bool, way: str, marked: int, many: bool
    ) -> None:
        rng = cv.rng
        self.cv, self.frame, self.flat, self.way = cv, frame, flat, way
        self.marked, self.many = marked, many
        self.share = rng.uniform(0.5, 0.9)
        self.hatched = frame.look.edge and rng.random() < 0.45
        self.edge = cv.ink if frame.look.edge else None
        self.numbers = rng.random() < 0.4
        self.errors = way in ("simple", "grouped") and not self.numbers and rng.random() < 0.25
        self.pins = way == "simple" and rng.random() < 0.07

    def draw(self, values: np.ndarray, at: int, count: int, fills: Sequence[str]) -> None:
        stacked = self.way in ("stacked", "whole")
        wide = self.share / (1 if stacked else len(values))
        start = 0.0
        for series, value in enumerate(values):
            place = count - at - 1 if self.flat else at
            shift = 0 if stacked else (len(values) - 1 - series if self.flat else series) * wide
            middle = place + 0.5 - self.share / 2 + shift + wide / 2
            fill = fills[series] if not self.many else self.cv.palette[at % 8]
            if self.marked >= 0 and at != self.marked:
                fill = mix("#999999", self.cv.paper, 0.6)
            self._bar(middle, wide, start, start + value, fill, series)
            start += value if stacked else 0

    def _bar(self, middle: float, wide: float, low: float, high: float, fill: str, at: int) -> None:
        frame, cv = self.frame, self.cv
        if self.flat:
            sides = sorted((frame.x(low), frame.x(high)))
            ends = frame.y(middle + wide / 2), frame.y(middle - wide / 2)
            box = (sides[0], ends[0], sides[1], ends[1])
            tip = (frame.x(high), sum(ends) / 2)
        else:
            sides = sorted((frame.y(low), frame.y(high)))
            ends = frame.x(middle - wide / 2), frame.x(middle + wide / 2)
            box = (ends[0], sides[0], ends[1], sides[1])
            tip = (sum(ends) / 2, frame.y(high))
        if self.pins:
            foot = (frame.x(0), tip[1]) if self.flat else (tip[0], frame.y(0))
            cv.line([foot, tip], fill, 4)
            cv.mark(*tip, 8, fill)
            return
        cv.rect(box, "#ffffff" if self.hatched and at % 2 else fill, self.edge)
        if self.hatched:
            cv.hatch(box, at + 1, cv.ink)
            cv.rect(box, None, cv.ink)
        if self.errors:
            self._whisker(tip, abs(high - low))
        if self.numbers:
            self._number(box, tip, high - low, fill)

    def _whisker(self, tip: tuple[float, float], value: float) -> None:
        x, y = tip
        axis = self.frame.x if self.flat else self.frame.y
        reach = abs(axis(0.07 * value) - axis(0))
        ends = ((x - reach, y), (x + reach, y)) if self.flat else ((x, y - reach), (x, y + reach))
        self.cv.line(ends)
        for u, v in ends:
            tick = ((u, v - 4), (u, v + 4)) if self.flat else ((u - 4, v), (u + 4, v))
            self.cv.line(tick)

    def _number(self, box: Box, tip: tuple[float, float], value: float, fill: str) -> None:
        text = (
            f"{value:.0f}%" if self.way == "whole" else f"{value:,.{1 if abs(value) < 10 else 0}f}"
        )
        cv, size = self.cv, 0.8 * self.frame.size
        wide = cv.long(text, size)
        if self.way in ("stacked", "whole"):
            if wide < box[2] - box[0] - 4 and size < box[3] - box[1] - 2 and not self.hatched:
                ink = "#ffffff" if dark(fill) else "#000000"
                cv.centred(box, text, size, ink)
            return
        if self.flat:
            room = self.frame.right - tip[0]
            if value >= 0 and wide < room and size < box[3] - box[1] + 3:
                cv.text(tip[0] + 4, tip[1], text, size, "lm")
        elif wide < (box[2] - box[0]) * 1.35:
            cv.text(
                tip[0], tip[1] + (-3 if value >= 0 else 3), text, size, "md" if value >= 0 else "ma"
            )


def _bars_said(
    about: Topic, way: str, flat: bool, values: np.ndarray, fills: Sequence[str],
    called: Sequence[str], ordered: bool, below: bool, marked: int, many: bool,
) -> Said:  # fmt: skip
    lie = "horizontal" if flat else "vertical"
    count = len(values)
    kind = {"simple": "", "grouped": "grouped ", "stacked": "stacked ", "whole": "stacked "}[way]
    kinds = [f"{kind}bar chart", f"{lie} {kind}bar chart", "bar chart", f"{kind}bar graph"]
    looks = [f"a {lie} bar chart with {number(count)} {'bars' if not called else 'groups of bars'}"]
    if not many and marked < 0:
        looks.append(f"a {kind}bar chart with {hued(fills)} bars")
    facts = []
    share = "100% " if way == "whole" else ""
    if called:
        looks.append(f"a {lie} {kind}bar chart with {number(len(called))} series and a legend")
        facts.append(f"{share}{kind}bar chart comparing {listed(called)} by {about.by}")
    else:
        best = about.labels[int(values[:, 0].argmax())]
        facts.append(f"{capital(about.quantity)} is highest for {best}.")
    if ordered:
        looks.append("bar chart sorted from largest to smallest")
    if below:
        looks.append("a bar chart with positive and negative values")
    if marked >= 0:
        looks.append("a bar chart of grey bars with one bar highlighted")
        facts.append(f"bar chart that highlights {about.labels[marked]}")
    return Said(kinds, looks, about.title, facts)
