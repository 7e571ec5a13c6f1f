"""Line charts and area charts."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from axes import Entry, Frame, Scale, slots, theme
from canvas import Box, Canvas, Said, mix
from chart_words import heading, hued, listed, names, scaled
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
