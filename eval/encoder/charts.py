"""Charts: bars, curves, dots, slices, areas, boxes, heat maps and histograms."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from axes import Entry, Frame, Scale, Theme, slots, theme
from canvas import Box, Canvas, Said, colour_name, dark, mix
from PIL import Image
from topics import Topic, capital, number, topic

TRENDS = {
    "rising": lambda t: 0.15 + 0.75 * t,
    "falling": lambda t: 0.9 - 0.75 * t,
    "rising steeply at the end": lambda t: 0.1 + 0.8 * t**4,
    "falling fast and then levelling off": lambda t: 0.1 + 0.8 * np.exp(-6 * t),
    "rising fast and then levelling off": lambda t: 0.9 - 0.8 * np.exp(-6 * t),
    "with a peak in the middle": lambda t: 0.15 + 0.75 * np.exp(-(((t - 0.5) / 0.16) ** 2)),
    "with a dip in the middle": lambda t: 0.85 - 0.65 * np.exp(-(((t - 0.5) / 0.18) ** 2)),
    "oscillating": lambda t: 0.5 + 0.35 * np.sin(18 * t),
    "S-shaped": lambda t: 0.1 + 0.8 / (1 + np.exp(-14 * (t - 0.5))),
    "nearly flat": lambda t: 0.5 + 0.03 * np.sin(5 * t),
}


def scaled(rng: random.Random) -> float:
    """The size of the numbers of a chart."""
    return rng.choice((1, 10, 50, 80, 100, 250, 1000, 4000, 20000)) * rng.uniform(0.6, 1)


def heading(rng: random.Random, about: Topic) -> str:
    """The title above a chart, which may be missing."""
    if rng.random() < 0.25:
        return ""
    if about.unit and rng.random() < 0.25:
        return f"{capital(about.matter)}, {about.unit}"
    title = rng.choice((about.title, about.title, about.matter))
    return title.title() if rng.random() < 0.25 else capital(title)


def names(rng: random.Random, about: Topic, count: int) -> list[str]:
    """What the series of a chart are called."""
    if rng.random() < 0.25:
        first = rng.randint(1990, 2024 - count)
        return [str(first + at) for at in range(count)]
    found = rng.sample(about.field.series, min(count, len(about.field.series)))
    return found + [f"Type {letter}" for letter in "ABCDEFGH"[: count - len(found)]]


def listed(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def hued(colours: Sequence[str]) -> str:
    """The colours in words, each once: "blue and orange"."""
    return listed(list(dict.fromkeys(colour_name(colour) for colour in colours))[:3])


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


def line_chart(cv: Canvas, box: Box) -> Said:
    rng, look = cv.rng, theme(cv)
    series = rng.choice((1, 1, 2, 3, 3, 4, 5, 6))
    dated = rng.random() < 0.45
    count = rng.randint(6, 16) if dated else rng.choice((8, 12, 25, 60, 120))
    about = topic(rng, min(count, 12), ordered=True) if dated else topic(rng)
    count = len(about.labels) if dated else count
    runs = rng.choice(("epoch", "time (s)", "iteration", "distance (m)", "temperature (K)",
                       "training steps", "number of samples", "frequency (Hz)", "day"))  # fmt: skip
    one = rng.random() < 0.5
    trends = [rng.choice(list(TRENDS))] * series if one else rng.choices(list(TRENDS), k=series)
    t = np.linspace(0, 1, count)
    noise = rng.choice((0, 0, 0.01, 0.03, 0.06))
    shape = np.array([TRENDS[trend](t) for trend in trends])
    shape = shape * np.linspace(1, rng.uniform(0.35, 0.8), series)[:, None]
    shape += noise * cv.chance.normal(size=shape.shape)
    scale = scaled(rng)
    log = not dated and rng.random() < 0.15
    values = 10 ** (3 * shape - 1) if log else shape * scale
    low, high = float(values.min()), float(values.max())
    start = 0.0 if rng.random() < 0.4 and low > 0 else low - 0.08 * (high - low)
    up = (
        Scale(low / 2, high * 2, about.axis, log=True)
        if log
        else Scale(start, high + 0.12 * (high - low), about.axis if rng.random() < 0.75 else "")
    )
    end = rng.choice((1, 10, 50, 100, 200, 1000))
    across = slots(about.labels) if dated else Scale(0, end, runs)
    called = names(rng, about, series)
    colours = [cv.palette[at % 8] for at in range(series)]
    direct = series > 1 and rng.random() < 0.2
    if direct:
        box = (box[0], box[1], box[2] - 5 * cv.size, box[3])
    entries: list[Entry] = [(n, c, "line") for n, c in zip(called, colours, strict=True)]
    title = heading(rng, about)
    if not dated:
        title = title.replace(f"by {about.by}", "").replace(f"By {about.by.title()}", "").strip()
    legend = entries if series > 1 and not direct else []
    frame = Frame(cv, box, look, across, up, title, legend)
    x = [frame.x(at + 0.5 if dated else end * at / (count - 1)) for at in range(count)]
    style = Curves(cv, frame, x)
    for at in range(series):
        ys = [frame.y(value) for value in values[at]]
        style.draw(ys, colours[at], at)
    if direct:
        _name_ends(cv, frame, [frame.y(run[-1]) for run in values], called, colours)
    frame.close()
    subject = about.title if dated else f"{about.matter} against {runs.partition(' (')[0]}"
    return _curves_said(about, subject, trends, colours, called, log, style)


def _name_ends(
    cv: Canvas, frame: Frame, ends: Sequence[float], called: Sequence[str], colours: Sequence[str]
) -> None:
    """Write the name of each curve where it ends, one below the other."""
    size, free = 0.85 * cv.size, 0.0
    room = cv.width - frame.right - 6
    for y, name, colour in sorted(zip(ends, called, colours, strict=True)):
        free = max(free + 1.1 * size, y)
        cv.text(frame.right + 4, free, name, cv.fitting(name, size, room), "lm", colour)


class Curves:
    """Draws curves all in one manner: with bands, markers or dashes."""

    def __init__(self, cv: Canvas, frame: Frame, x: Sequence[float]) -> None:
        rng = cv.rng
        self.cv, self.frame, self.x = cv, frame, x
        self.wide = rng.choice((2, 3, 3, 4, 5))
        self.marks = len(x) <= 30 and rng.random() < 0.5
        self.same = rng.random() < 0.4
        self.bands = rng.random() < 0.18
        self.dashes = rng.random() < 0.3 or cv.palette[0] == "#222222"
        self.steps = not self.bands and rng.random() < 0.06

    def draw(self, ys: Sequence[float], colour: str, at: int) -> None:
        points = list(zip(self.x, ys, strict=True))
        if self.bands:
            reach = 0.06 * (self.frame.bottom - self.frame.top)
            low = [(x, y + reach * (1 + i / len(ys))) for i, (x, y) in enumerate(points)]
            top = [(x, 2 * y - v) for (x, y), (_, v) in zip(points, low, strict=True)]
            fill = mix(colour, self.frame.look.inside, 0.25)
            self.cv.pen.polygon([*top, *low[::-1]], fill)
        if self.steps:
            points = [spot for (x, y), (u, _) in pairwise(points) for spot in ((x, y), (u, y))]
        dash = ((), (12, 7), (3, 5), (14, 5, 3, 5))[at % 4] if self.dashes else ()
        self.cv.line(points, colour, self.wide, dash)
        if self.marks:
            for x, y in points:
                self.cv.mark(x, y, self.wide + 3, colour, 0 if self.same else at % 6)


def _curves_said(
    about: Topic, subject: str, trends: Sequence[str], colours: Sequence[str],
    called: Sequence[str], log: bool, style: Curves,
) -> Said:  # fmt: skip
    many, series = len(set(trends)) > 1, len(trends)
    curves = "one curve" if series == 1 else f"{number(series)} curves"
    looks = [f"a line chart with {curves}"]
    if not many:
        looks.append(f"line graph with {curves} {trends[0]}")
    if series < 4:
        looks.append(f"a line plot with {hued(colours)} {'line' if series == 1 else 'lines'}")
    if style.bands:
        looks.append("line chart with shaded confidence bands")
    if style.marks and not style.steps:
        looks.append(f"line chart of {curves} with markers at the points")
    if log:
        looks.append("line chart with a logarithmic axis")
    facts = []
    if series > 1:
        facts.append(f"line chart comparing {listed(called)}")
        if many:
            facts.append(f"{called[0]} is {trends[0]}".replace("is with", "has a curve with"))
    else:
        verb = {"rising": "rises", "falling": "falls"}.get(trends[0].split()[0])
        if verb:
            rest = trends[0].partition(" ")[2]
            facts.append(f"{capital(about.matter)} {verb} {rest}".strip() + ".")
    return Said(("line chart", "line graph", "line plot"), looks, subject, facts)


def scatter_plot(cv: Canvas, box: Box) -> Said:
    rng, look = cv.rng, theme(cv)
    about = topic(rng)
    other, unit = rng.choice([q for q in about.field.quantities if q[0] != about.quantity])
    groups = rng.choice((1, 1, 1, 2, 3, 4))
    count = rng.choice((15, 30, 60, 150, 300)) // groups + 4
    slope = rng.choice((-0.8, 0.0, 0.8, 0.95))
    clustered = groups > 1 and rng.random() < 0.7
    clouds = []
    for _ in range(groups):
        cloud = cv.chance.normal(size=(count, 2))
        cloud[:, 1] = slope * cloud[:, 0] + math.sqrt(1 - slope**2) * cloud[:, 1]
        shift = cv.chance.uniform(-4, 4, 2) if clustered else np.zeros(2)
        clouds.append(cloud * (0.7 if clustered else 1) + shift)
    every = np.concatenate(clouds)
    low, high = every.min(axis=0) - 0.5, every.max(axis=0) + 0.5
    size = scaled(rng)
    across = Scale(0, size, f"{capital(other)} ({unit})" if unit else capital(other))
    up = Scale(0, scaled(rng), about.axis)
    called = names(rng, about, groups)
    legend: list[Entry] = [
        (name, cv.palette[at], "mark") for at, name in enumerate(called) if groups > 1
    ]
    title = "" if rng.random() < 0.5 else f"{capital(about.quantity)} and {other}"
    frame = Frame(cv, box, look, across, up, title, legend)
    wide, bubbles = rng.choice((3, 4, 5, 6)), rng.random() < 0.12
    shapes = rng.random() < 0.4
    for at, cloud in enumerate(clouds):
        shape = at % 6 if shapes else rng.choice((0, 0, 0, 1))
        for x, y in (cloud - low) / (high - low):
            reach = cv.rng.uniform(4, 26) if bubbles else wide
            spot = (
                frame.left + x * (frame.right - frame.left),
                frame.bottom - y * (frame.bottom - frame.top),
            )
            fill = mix(cv.palette[at], look.inside, 0.6) if bubbles else cv.palette[at]
            cv.mark(*spot, reach, fill, 0 if bubbles else shape)
    fitted = groups == 1 and slope != 0 and rng.random() < 0.5
    if fitted:
        start, end = (0.9, 0.1) if slope < 0 else (0.1, 0.9)
        ends = [frame.y(up.high * start), frame.y(up.high * end)]
        points = [(frame.x(size * 0.03), ends[0]), (frame.x(size * 0.97), ends[1])]
        cv.line(points, cv.palette[1], 4, rng.choice(((), (12, 8))))
    frame.close()
    looks = [f"a scatter plot with {hued(cv.palette[:groups])} points"]
    if groups > 1:
        looks.append(f"scatter plot of {number(groups)} groups of points in different colours")
    elif slope:
        looks.append(f"scatter plot with a {'negative' if slope < 0 else 'positive'} correlation")
    else:
        looks.append("a scatter plot, a cloud of points without correlation")
    if fitted:
        looks.append("scatter plot with a regression line through the points")
    if bubbles:
        looks.append("bubble chart with circles of different sizes")
    subject = f"{about.matter} against {other}"
    facts = [f"{capital(about.quantity)} versus {other} for {about.subject}"]
    if groups > 1:
        facts.append(f"scatter plot with points for {listed(called)}")
    return Said(("scatter plot", "scatter chart", "dot plot"), looks, subject, facts)


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
        cv.centred(
            (centre[0] - radius / 2, centre[1] - radius / 2, centre[0] + radius / 2,
             centre[1] + radius / 2),
            rng.choice((about.subject, f"{rng.randint(10, 999)}")), 1.3 * cv.size, cut=1,
        )  # fmt: skip
    kinds = {"donut": ("donut chart", "ring chart"), "deep": ("3D pie chart", "pie chart")}
    named = kinds.get(style, ("pie chart", "pie graph"))
    most = called[int(shares.argmax())]
    looks = [f"a {named[0]} with {number(count)} slices", f"{named[0]} in {hued(fills)}"]
    if legend:
        looks.append(f"{named[0]} with a legend {'on the right' if beside else 'below'}")
    if style == "apart":
        looks.append("pie chart with one slice pulled out")
    facts = [
        f"{named[0]}, largest share is {most}",
        f"{most} has the largest share, {shares.max():.0%}.",
    ]
    return Said(
        named, looks, rng.choice((about.title, f"share of {about.matter} by {about.by}")), facts
    )


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


def area_chart(cv: Canvas, box: Box) -> Said:
    rng, look = cv.rng, theme(cv)
    series = rng.choice((1, 1, 2, 3, 4, 5))
    count = rng.randint(6, 12)
    about = topic(rng, count, ordered=True)
    trend = rng.choice([name for name in TRENDS if "flat" not in name])
    fine = 8 * count
    t = np.linspace(0, 1, fine)
    rough = [TRENDS[trend](t) * rng.uniform(0.4, 1) + 0.1 for _ in range(series)]
    values = (
        np.array(rough) + 0.05 * np.abs(np.cumsum(cv.chance.normal(size=(series, fine)), 1)) / 3
    )
    whole = series > 1 and rng.random() < 0.3
    values = 100 * values / values.sum(axis=0) if whole else values * scaled(rng)
    called = names(rng, about, series)
    fills = [cv.palette[at % 8] for at in range(series)]
    legend: list[Entry] = [(n, c, "box") for n, c in zip(called, fills, strict=True)]
    most = 100 if whole else float(values.sum(axis=0).max()) * 1.1
    up = Scale(0, most, "" if whole else about.axis, unit="%" if whole else "")
    frame = Frame(cv, box, look, slots(about.labels), up, heading(rng, about),
                  legend if series > 1 else [])  # fmt: skip
    x = np.linspace(frame.x(0.5), frame.x(count - 0.5), fine)
    low = np.zeros(fine)
    pale = rng.choice((0.45, 0.75, 1.0))
    for run, fill in zip(values, fills, strict=True):
        high = low + run
        top = [(at, frame.y(value)) for at, value in zip(x, high, strict=True)]
        foot = [(at, frame.y(value)) for at, value in zip(x, low, strict=True)]
        cv.pen.polygon([*top, *foot[::-1]], mix(fill, look.inside, pale))
        cv.line(top, fill, 3)
        low = high
    frame.close()
    kind = "area chart" if series == 1 else "stacked area chart"
    looks = [f"{'an' if kind[0] == 'a' else 'a'} {kind} in {hued(fills)}"]
    looks.append(
        "one filled curve above the axis" if series == 1 else
        f"area chart with {number(series)} coloured layers"
    )  # fmt: skip
    facts = [] if whole else [f"area chart of {about.quantity}, {trend}"]
    if series > 1:
        facts.append(f"{kind} of {listed(called)}")
    return Said((kind, "area chart", "area graph"), looks, about.title, facts)


def box_plot(cv: Canvas, box: Box) -> Said:
    rng, look = cv.rng, theme(cv)
    count = rng.randint(2, 9)
    about = topic(rng, count)
    violin, flat = rng.random() < 0.35, rng.random() < 0.2
    size = scaled(rng)
    centres, spreads = cv.chance.uniform(0.3, 0.7, count), cv.chance.uniform(0.05, 0.13, count)
    measure, labels = Scale(0, size, about.axis), slots(about.labels)
    title = heading(rng, about)
    frame = Frame(cv, box, look, *((measure, labels) if flat else (labels, measure)), title)
    one = rng.random() < 0.5
    fills = [cv.palette[0 if one else at % 8] for at in range(count)]
    empty = not violin and rng.random() < 0.3
    wide = rng.uniform(0.2, 0.38)

    def at(place: float, value: float) -> tuple[float, float]:
        value = min(1.0, max(0.0, value)) * size
        return (frame.x(value), frame.y(place)) if flat else (frame.x(place), frame.y(value))

    for slot in range(count):
        middle, centre, spread = slot + 0.5, centres[slot], spreads[slot]
        skew = cv.chance.uniform(0.6, 1.5, 4)
        if violin:
            steps = np.linspace(-2.7, 2.7, 40)
            shape = np.exp(-(steps**2) / 2) + 0.5 * np.exp(-((steps - skew[0]) ** 2))
            shape *= wide / shape.max()
            right = [at(middle + w, centre + s * spread) for s, w in zip(steps, shape, strict=True)]
            left = [at(middle - w, centre + s * spread) for s, w in zip(steps, shape, strict=True)]
            cv.pen.polygon([*right, *left[::-1]], mix(fills[slot], look.inside, 0.7), cv.ink)
            wider = wide / 6
        else:
            wider = wide
        low, high = centre - 0.7 * spread * skew[1], centre + 0.7 * spread * skew[2]
        ends = low - 1.3 * spread, high + 1.3 * spread
        cv.line([at(middle, ends[0]), at(middle, ends[1])])
        for end in ends:
            if not violin:
                cv.line([at(middle - wider / 2, end), at(middle + wider / 2, end)])
        (x, y), (u, v) = at(middle - wider, low), at(middle + wider, high)
        place = (min(x, u), min(y, v), max(x, u), max(y, v))
        inner = cv.ink if violin else (look.inside if empty else fills[slot])
        cv.rect(place, inner, fills[slot] if empty else cv.ink, 3)
        paint = "#ffffff" if violin or (dark(inner) and not empty) else cv.ink
        cv.line([at(middle - wider, centre), at(middle + wider, centre)], paint, 4)
        for _ in range(0 if violin else rng.randint(0, 4)):
            cv.mark(*at(middle, ends[1] + rng.uniform(0.02, 0.12)), 4, cv.ink, 1)
    kind = "violin plot" if violin else "box plot"
    lie = "horizontal " if flat else ""
    things = "violins" if violin else "boxes"
    looks = [f"a {lie}{kind} with {number(count)} {things}"]
    looks.append(
        "smooth violin shapes of distributions" if violin else "boxes with medians and whiskers"
    )
    if not empty:
        looks.append(f"a {kind} with {hued(fills)} {things}")
    best = about.labels[int(centres.argmax())]
    facts = [
        f"distribution of {about.quantity} by {about.by}",
        f"The median is highest for {best}.",
    ]
    named = (kind, f"{lie}{kind}") if violin else (kind, "boxplot", "box and whisker plot")
    return Said(named, looks, about.title, facts)


RAMPS = {
    "purple to yellow": ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"),
    "blue": ("#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"),
    "red and blue": ("#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b"),
    "yellow to red": ("#ffffcc", "#fed976", "#fd8d3c", "#e31a1c", "#800026"),
    "rainbow": ("#00007f", "#007fff", "#7fff7f", "#ff7f00", "#7f0000"),
    "black to yellow": ("#000004", "#57106e", "#bc3754", "#f98e09", "#fcffa4"),
    "green": ("#f7fcf5", "#c7e9c0", "#74c476", "#238b45", "#00441b"),
    "grey": ("#ffffff", "#cccccc", "#969696", "#525252", "#000000"),
}


def shaded(values: np.ndarray, ramp: Sequence[str]) -> np.ndarray:
    """Colours, uint8, of values between 0 and 1."""
    stops = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in ramp])
    places = np.linspace(0, 1, len(ramp))
    parts = [np.interp(values, places, stops[:, channel]) for channel in range(3)]
    return np.stack(parts, axis=-1).astype(np.uint8)


def heat_map(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    theme(cv)
    way = rng.choice(("cells", "cells", "confusion", "correlation", "field", "field"))
    name = rng.choice(list(RAMPS))
    count = rng.randint(3, 9)
    about = topic(rng, count)
    rows = count if way in ("confusion", "correlation") else rng.randint(3, 9)
    values = cv.chance.random((rows, count))
    title = heading(rng, about)
    if way == "confusion":
        values = 0.25 * values + 0.75 * np.eye(count)
        title = rng.choice(("Confusion matrix", "", f"Confusion matrix, {about.subject}"))
    elif way == "correlation":
        name, values = "red and blue", (values + values.T) / 2
        np.fill_diagonal(values, 1)
    elif way == "field":
        values = _smooth(cv, 40, 60)
    if way == "field":
        up, across = Scale(0, 50, about.axis), Scale(0, rng.choice((10, 60, 100)), rng.choice(
            ("time (s)", "x (mm)", "longitude", "distance (km)")
        ))  # fmt: skip
    else:
        side = about.labels if way != "cells" else tuple(f"{at + 1}" for at in range(rows))
        up = slots(side[::-1], rng.choice(("", "", "True label")) if way == "confusion" else "")
        across = slots(about.labels, "Predicted label" if up.name else "")
    bar = rng.random() < 0.6
    if bar:
        box = (box[0], box[1], box[2] - 3.6 * cv.size, box[3])
    frame = Frame(cv, box, Theme(frame="ltrb" if way == "field" else ""), across, up, title)
    left, top, right, bottom = (round(value) for value in frame.box)
    soft = Image.Resampling.BICUBIC if way == "field" else Image.Resampling.NEAREST
    tile = Image.fromarray(shaded(values, RAMPS[name]))
    cv.image.paste(tile.resize((max(8, right - left), max(8, bottom - top)), soft), (left, top))
    written = way != "field" and rng.random() < 0.65
    if written:
        _write_cells(cv, frame, values, RAMPS[name], rng.choice((100, 1)))
    if bar:
        ramp = shaded(np.linspace(1, 0, 60)[:, None].repeat(8, 1), RAMPS[name])
        strip = Image.fromarray(ramp).resize((round(1.1 * cv.size), max(8, bottom - top)))
        x = right + round(0.8 * cv.size)
        cv.image.paste(strip, (x, top))
        for at in range(5):
            y = bottom - (bottom - top) * at / 4
            cv.text(x + 1.4 * cv.size, y, f"{at / 4:.2g}", 0.75 * cv.size, "lm")
    kinds = {
        "confusion": ("confusion matrix", "heat map"),
        "correlation": ("correlation matrix", "heat map"),
        "field": ("heat map", "colour map", "density map"),
    }.get(way, ("heat map", "heatmap"))
    looks = [
        f"a {kinds[0]} in {name}",
        f"{kinds[0]} with a colour bar" if bar else f"a {name} heat map",
    ]
    if way != "field":
        looks.append(f"a grid of {rows} by {count} coloured cells")
    if written:
        looks.append("heat map with a number in each cell")
    if way in ("confusion", "correlation"):
        looks.append(f"{kinds[0]} with a strong diagonal")
    return Said(kinds, looks, f"{about.matter}" if way == "field" else about.title)


def _smooth(cv: Canvas, high: int, wide: int) -> np.ndarray:
    """A smooth random field between 0 and 1."""
    y, x = np.mgrid[0 : 1 : high * 1j, 0 : 1 : wide * 1j]
    made = np.zeros((high, wide))
    for _ in range(cv.rng.randint(2, 6)):
        u, v, reach = cv.rng.random(), cv.rng.random(), cv.rng.uniform(0.1, 0.35)
        made += cv.rng.uniform(-0.6, 1) * np.exp(-((x - u) ** 2 + (y - v) ** 2) / reach**2)
    if cv.rng.random() < 0.3:
        made += 0.1 * cv.chance.normal(size=made.shape)
    return (made - made.min()) / (np.ptp(made) + 1e-9)


def _write_cells(
    cv: Canvas, frame: Frame, values: np.ndarray, ramp: Sequence[str], scale: int
) -> None:
    rows, count = values.shape
    wide, high = (frame.right - frame.left) / count, (frame.bottom - frame.top) / rows
    size = min(0.9 * cv.size, 0.6 * high, wide / 2.6)
    if size < 8:
        return
    inks = shaded(values, ramp).mean(axis=-1)
    for row in range(rows):
        for at in range(count):
            value = values[row, at]
            text = f"{value * scale:.0f}" if scale > 1 else f"{value:.2f}"
            place = frame.left + (at + 0.5) * wide, frame.top + (row + 0.5) * high
            cv.text(*place, text, size, "mm", "#ffffff" if inks[row, at] < 128 else "#000000")


def histogram(cv: Canvas, box: Box) -> Said:
    rng, look = cv.rng, theme(cv)
    about = topic(rng)
    shape = rng.choice(("bell-shaped", "skewed to the right", "with two peaks", "nearly uniform"))
    sets = rng.choice((1, 1, 1, 2))
    bins = rng.choice((10, 15, 20, 30, 40))
    end = scaled(rng)
    counts = np.array([_counts(cv, shape, bins, at) for at in range(sets)])
    called = names(rng, about, sets)
    legend: list[Entry] = [(n, cv.palette[at], "box") for at, n in enumerate(called)]
    across = Scale(0, end, about.axis)
    up = Scale(
        0, float(counts.max()) * 1.15, rng.choice(("Frequency", "Count", "Number", "Density"))
    )
    title = rng.choice(("", f"Distribution of {about.matter}", f"Histogram of {about.matter}"))
    frame = Frame(cv, box, look, across, up, title, legend if sets > 1 else [])
    edge = rng.choice((cv.ink, look.inside, look.inside))
    for at, run in enumerate(counts):
        fill = cv.palette[at] if not at else mix(cv.palette[at], look.inside, 0.8)
        for bin_, value in enumerate(run):
            place = (
                frame.x(end * bin_ / bins), frame.y(value),
                frame.x(end * (bin_ + 1) / bins), frame.y(0),
            )  # fmt: skip
            if value > 0:
                cv.rect(place, fill if sets == 1 or not at else None, fill if at else edge, 2 + at)
    curve = sets == 1 and rng.random() < 0.35
    if curve:
        soft = np.convolve(np.pad(counts[0], 3, mode="edge"), np.ones(7) / 7, "valid")
        points = [(frame.x(end * (at + 0.5) / bins), frame.y(v)) for at, v in enumerate(soft)]
        cv.line(points, cv.palette[1] if cv.palette[1] != cv.palette[0] else cv.ink, 4)
    line = rng.random() < 0.15
    if line:
        x = frame.x(end * rng.uniform(0.35, 0.6))
        cv.line([(x, frame.top), (x, frame.bottom)], "#cc0000", 3, (10, 8))
    frame.close()
    looks = [f"a histogram {shape}" if shape[0] in "sw" else f"a {shape} histogram"]
    looks.append(f"histogram with {bins} {colour_name(cv.palette[0])} bins")
    if curve:
        looks.append("histogram with a density curve over the bars")
    if sets == 2:
        looks.append("histogram of two overlapping distributions")
    if line:
        looks.append("histogram with a dashed red vertical line")
    named = ("histogram", "frequency histogram", "distribution plot")
    return Said(named, looks, f"distribution of {about.matter}")


def _counts(cv: Canvas, shape: str, bins: int, at: int) -> np.ndarray:
    t = (np.arange(bins) + 0.5) / bins
    shift = 0.15 * at
    made = {
        "bell-shaped": np.exp(-(((t - 0.42 - shift) / 0.15) ** 2)),
        "skewed to the right": (t + 0.02) * np.exp(-t / (0.09 + shift / 2)) * 30,
        "with two peaks": np.exp(-(((t - 0.25 - shift) / 0.09) ** 2))
        + 0.8 * np.exp(-(((t - 0.7) / 0.1) ** 2)),
        "nearly uniform": np.full(bins, 0.7),
    }[shape]
    return np.round(120 * made * cv.chance.uniform(0.85, 1.1, bins))


CHARTS = {
    "bar chart": bar_chart,
    "line chart": line_chart,
    "scatter plot": scatter_plot,
    "pie chart": pie_chart,
    "area chart": area_chart,
    "box plot": box_plot,
    "heat map": heat_map,
    "histogram": histogram,
}


def multi_panel(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    shapes = ((1, 2), (1, 3), (2, 1), (2, 2), (2, 2), (2, 3), (3, 2), (3, 1))
    aspect = (box[2] - box[0]) / (box[3] - box[1])
    rows, columns = rng.choice([(r, c) for r, c in shapes if 0.75 <= aspect * r / c <= 2.3])
    count = rows * columns
    one = rng.random() < 0.5
    kinds = [rng.choice(list(CHARTS))] * count if one else rng.choices(list(CHARTS), k=count)
    state = rng.getrandbits(60)
    cv.size = max(10.0, cv.size * (0.8 if count <= 2 else 0.66))
    lettered = rng.choice(("", "", "(a)", "a)", "A"))
    wide, high = (box[2] - box[0]) / columns, (box[3] - box[1]) / rows
    said = []
    for at, kind in enumerate(kinds):
        left, top = box[0] + at % columns * wide, box[1] + at // columns * high
        place = (
            left + 4,
            top + (1.5 * cv.size if lettered else 2),
            left + wide - 4,
            top + high - 2,
        )
        said.append(_panel(cv, kind, place, random.Random(state + (0 if one else at))))
        if lettered:
            letter = lettered.replace("a", "abcdef"[at]).replace("A", "ABCDEF"[at])
            cv.text(left + 6, top + 4, letter, 1.2 * cv.size, cut=1)
    parts = list(dict.fromkeys(kinds))
    kindly = parts[0] + "s" if len(parts) == 1 else listed([part + "s" for part in parts[:3]])
    looks = [
        f"{number(count)} panels with {kindly}"
        if len(parts) < 4
        else f"{number(count)} small charts"
    ]
    looks.append(
        f"a figure of {number(count)} panels in {number(rows)} {'rows' if rows > 1 else 'row'}"
    )
    if lettered:
        looks.append(f"a multi-panel figure with panels lettered A to {'ABCDEF'[count - 1]}")
    topics = list(dict.fromkeys(one.about for one in said))
    named = ("multi-panel chart", "figure with several plots", f"grid of {number(count)} charts")
    facts = [f"{part} of {one.about}" for part, one in zip(kinds, said, strict=True)]
    return Said(named, looks, listed(topics[:2]), facts[:2])


def _panel(cv: Canvas, kind: str, place: Box, rng: random.Random) -> Said:
    """One panel, drawn with a chance of its own and pasted in."""
    part = cv.part(place, cv.size)
    part.rng = rng
    said = CHARTS[kind](part, part.box)
    cv.image.paste(part.image, (round(place[0]), round(place[1])))
    return said
