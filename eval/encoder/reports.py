"""What reports and manuals hold: wordy tables, strips of them, bare bars, panels and products."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from canvas import Box, Canvas, Point, Said, colour_name, dark, mix
from charts import hued, names
from topics import (
    PARTS,
    STEPS,
    a,
    capital,
    number,
    phrase,
    prose,
    sentence,
    topic,
)

LETTERS = "xyzwuvhstXYZSHabcαβγθφμσλΩΨ"


def wordy_table(cv: Canvas, box: Box) -> Said:
    """A table whose cells hold sentences, ruled or not."""
    rng = cv.rng
    left, top, right, bottom = box
    margin = rng.choice((0, 4, cv.size))
    left, top, right, bottom = left + margin, top + margin, right - margin - 2, bottom - margin - 2
    size = rng.uniform(0.5, 0.95) * cv.size
    columns = rng.choice((2, 2, 3, 3, 4))
    shares = [rng.uniform(0.4, 0.9), *[rng.uniform(0.9, 2.2) for _ in range(columns - 1)]]
    edges = left + (right - left) * np.concatenate([[0], np.cumsum(shares)]) / sum(shares)
    ruled, banded = rng.choice(("all", "rows", "rows", "none")), rng.random() < 0.25
    tint = mix(rng.choice(cv.palette), "#ffffff", rng.choice((0.2, 0.4, 1.0)))
    line = rng.choice((cv.ink, cv.ink, "#999999"))
    listed, thick = rng.random() < 0.3, rng.choice((1, 2, 3))
    head = [
        rng.choice(("Part", "Step", "Item", "Question", "Role", "Topic", "Type")),
        *[capital(phrase(rng).split()[-1]) for _ in range(columns - 1)],
    ]
    headed = rng.random() < 0.8
    filled = headed and rng.random() < 0.4
    rows, y, starts = 0, top, [top]
    if headed:
        y += 1.8 * size
        _head(cv, head, edges, (top, y), size, tint if filled else "")
        starts.append(y)
    while rows < 12:
        own = rng.choice((capital(rng.choice(STEPS)), capital(phrase(rng)), str(rows + 1)))
        cells = [own.split()] + [prose(rng, rng.randint(3, 34)) for _ in range(columns - 1)]
        lines = [
            cv.wrapped(words, size, edges[at + 1] - edges[at] - 12)
            for at, words in enumerate(cells)
        ]
        high = 1.25 * size * max(map(len, lines)) + 0.9 * size
        if rows and y + high > bottom:
            break
        if banded and rows % 2:
            cv.rect((left, y, right, min(y + high, bottom)), mix(tint, "#ffffff", 0.15))
        _wordy_row(cv, lines, edges, (y, bottom), size, listed, thick > 1)
        y += high
        starts.append(min(y, bottom))
        rows += 1
    if ruled != "none":
        for level in starts:
            cv.line([(left, level), (right, level)], line, thick)
    if ruled == "all":
        for x in edges:
            cv.line([(x, top), (x, starts[-1])], line, thick)
    looks = [f"a table of text with {number(columns)} columns", "table with sentences in its cells",
             f"a table of words with {number(rows)} rows"]  # fmt: skip
    if filled:
        looks.append(f"table with {a(colour_name(tint))} header row")
    return Said(("table", "table of text", "table with rows and columns"), looks, phrase(rng))


def _head(
    cv: Canvas,
    words: Sequence[str],
    edges: np.ndarray,
    rows: tuple[float, float],
    size: float,
    fill: str,
) -> None:
    """The bold row at the top of a table."""
    if fill:
        cv.rect((edges[0], rows[0], edges[-1], rows[1]), fill)
    ink = "#ffffff" if fill and dark(fill) else cv.ink
    for at, word in enumerate(words):
        fit = cv.fitting(word, 1.05 * size, edges[at + 1] - edges[at] - 10, 1)
        cv.text(edges[at] + 5, rows[0] + 0.9 * size, word, fit, "lm", ink, 1)


def _wordy_row(
    cv: Canvas,
    cells: Sequence[Sequence[str]],
    edges: np.ndarray,
    rows: tuple[float, float],
    size: float,
    listed: bool,
    bold: bool,
) -> None:
    """The lines of each cell, as far as there is room."""
    for at, lines in enumerate(cells):
        dotted = listed and at and len(lines) > 2
        for row, text in enumerate(lines):
            y = rows[0] + 0.4 * size + 1.25 * size * row
            if y + 1.25 * size > rows[1]:
                break
            mark = "• " if dotted and row % 2 == 0 else ""
            cv.text(edges[at] + 6, y, mark + text, size, cut=int(at == 0 and bold))


def strip(cv: Canvas, box: Box) -> Said:
    """A few rows of a wide table, as they are cut out of a report of accounts."""
    rng = cv.rng
    left, top, right, bottom = box
    rows = rng.randint(1, 7)
    high = (bottom - top) / rows
    size = min(0.62 * high, rng.uniform(0.4, 0.9) * cv.size)
    columns = rng.randint(1, 4)
    gap = rng.uniform(3.5, 8) * size
    band = rng.choice(
        ("#cce6f4", "#d9ecf7", "#eeeeee", "#f2f2f2", mix(cv.palette[0], "#ffffff", 0.2))
    )
    banded, first = rng.random() < 0.75, rng.randrange(2)
    linked = rng.random() < 0.2
    money = rng.random() < 0.6
    for row in range(rows):
        y = top + high * row
        if banded and row % 2 == first:
            cv.rect((left, y, right, y + high), band)
        last = rows > 2 and row == rows - 1
        head = rows > 2 and row == 0 and not linked
        words = ("Total " if last else "") + phrase(rng)
        ink = "#1a4fb4" if linked else cv.ink
        if not head:
            fit = cv.fitting(capital(words), size, right - left - gap * (columns + 0.5))
            cv.text(left + 4, y + high / 2, capital(words), fit, "lm", ink, int(last))
        for at in range(columns):
            x = right - 6 - gap * at
            value = f"{rng.uniform(1, 90000):,.0f}"
            if linked:
                value = str(rng.randint(1, 140)) if at == 0 else ""
            elif head:
                value = str(2024 - at)
            elif rng.random() < 0.1:
                value = "—"
            elif money and row == int(rows > 2):
                value = "$ " + value
            cv.text(x, y + high / 2, value, size, "rm", cv.ink, int(last or head))
        if last or (head and rng.random() < 0.7):
            level = y if last else y + high - 1
            cv.line([(right - gap * columns, level), (right, level)], cv.ink, 1)
    shown = "list with page numbers" if linked else "rows of numbers"
    looks = [f"a table with {number(rows)} {'row' if rows == 1 else 'rows'}", f"table: {shown}",
             "rows of a financial table" if not linked else "table of contents"]  # fmt: skip
    return Said(("table", "table of numbers", "table with rows and columns"), looks, phrase(rng))


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


GRIDS = ((3, 2), (2, 2), (3, 3), (4, 2), (5, 2), (4, 3), (6, 3), (2, 3), (1, 2))


def graphical_model(cv: Canvas, box: Box) -> Said:
    """Few circles with letters of mathematics, arrows, plates and factors, as papers have them."""
    rng = cv.rng
    left, top, right, bottom = box
    cv.face = rng.choice(("latex", "stix", "times"))
    columns, rows = rng.choice(GRIDS)
    wide, high = (right - left) / columns, (bottom - top) / rows
    reach = min(wide, high) * rng.uniform(0.2, 0.34)
    nodes = _nodes(cv, box, columns, rows)
    stroke, pointed = rng.choice((2, 2, 3, 4)), rng.random() < 0.85
    shade = rng.choice(("#cccccc", "#dddddd", mix(cv.palette[0], "#ffffff", 0.4)))
    boxed = rng.random() < 0.2  # classes in boxes instead of circles
    joined = _links(cv, nodes, reach, boxed, cv.arrow if pointed else cv.line, stroke)
    for row, column, (x, y) in nodes:
        fill = shade if rng.random() < 0.35 else cv.paper
        if boxed:
            half = min(0.46 * wide, 2.4 * reach)
            place = (x - half, y - 0.6 * reach, x + half, y + 0.6 * reach)
            cv.rect(place, fill, cv.ink, stroke)
            cv.centred(place, rng.choice(PARTS).title().replace(" ", ""), 0.9 * cv.size)
            continue
        cv.pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill, cv.ink, stroke)
        size = 0.95 * reach
        cv.text(x - 0.12 * reach, y, rng.choice(LETTERS), size, "mm", cut=2)
        if rng.random() < 0.75:
            below = rng.choice((str(column + 1), "nijt"[row % 4], f"t{'+' if column else '−'}1"))
            cv.text(x + 0.22 * reach, y + 0.3 * reach, below, 0.55 * size, "lm", cut=2)
    plates = rng.random() < 0.45 and not boxed
    if plates:
        inner = (left + 4, top + high * (rows - 1) + 4, right - 6, bottom - 6)
        cv.rect(inner, None, cv.ink, 2, rng.choice((0, 10)))
        cv.text(inner[2] - 6, inner[3] - 4, rng.choice("NMKT"), cv.size, "rd", cut=2)
    kinds = ("graphical model" if joined else "diagram of circles", "diagram", "network graph")
    if boxed:
        kinds = ("class diagram", "diagram", "diagram of boxes and arrows")
    shapes, ends = "boxes" if boxed else "circles", "arrows" if pointed else "lines"
    looks = [f"a diagram of {number(len(nodes))} {shapes} joined by {ends}",
             "diagram of named boxes" if boxed else "diagram with letters in circles",
             "Bayesian network with plates" if plates else "small directed graph"]  # fmt: skip
    about = f"dependencies among {number(len(nodes))} {'classes' if boxed else 'variables'}"
    return Said(kinds, looks, about)


Node = tuple[int, int, Point]  # row, column, middle


def _nodes(cv: Canvas, box: Box, columns: int, rows: int) -> list[Node]:
    """Most places of a grid; the first row may be one node in the middle."""
    rng = cv.rng
    left, top, right, bottom = box
    wide, high = (right - left) / columns, (bottom - top) / rows
    nodes: list[Node] = []
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.85 or len(nodes) < 2:
                x, y = left + wide * (column + 0.5), top + high * (row + 0.5)
                if row == 0 and rows == 2 and columns > 2 and rng.random() < 0.3:
                    x = (left + right) / 2
                    if any(at == 0 for at, _, _ in nodes):
                        continue
                nodes.append((row, column, (x, y)))
    return nodes


def _links(
    cv: Canvas,
    nodes: Sequence[Node],
    reach: float,
    boxed: bool,
    join: Callable[..., None],
    stroke: float,
) -> int:
    """Join neighbours, to the right and downwards; gives how many were joined."""
    joined = 0
    for row, column, one in nodes:
        for below, beside, two in nodes:
            near = (below - row, beside - column)
            forward = near in ((1, 0), (0, 1)) or (near[0] == 1 and abs(near[1]) == 1)
            if not forward or cv.rng.random() > (0.75 if 0 in near else 0.4):
                continue
            long = math.dist(one, two) or 1
            u, v = (two[0] - one[0]) / long, (two[1] - one[1]) / long
            stop = 0.6 * reach if boxed and abs(v) > 0.7 else reach
            start = (one[0] + u * stop, one[1] + v * stop)
            join([start, (two[0] - u * stop, two[1] - v * stop)], width=stroke)
            joined += 1
            if cv.rng.random() < 0.12:  # a factor
                x, y = (one[0] + two[0]) / 2, (one[1] + two[1]) / 2
                cv.rect((x - 7, y - 7, x + 7, y + 7), cv.ink)
    return joined


def panels(cv: Canvas, box: Box) -> Said:
    """Panels of text and small pictures with arrows between them: how a system works."""
    rng = cv.rng
    left, top, right, bottom = box
    down = bottom - top > right - left
    count = rng.randint(2, 4)
    lanes = rng.choice((1, 1, 2, 3))
    size = rng.uniform(0.55, 0.85) * cv.size
    shade = rng.random() < 0.75
    edge, radius = rng.choice((cv.ink, "#999999", None)), rng.choice((0, 10, 18))
    dashed = rng.random() < 0.3
    bow = 3 if rng.random() < 0.3 else 2
    wide = (right - left) / (lanes if down else count)
    high = (bottom - top) / (count if down else lanes)
    for lane in range(lanes):
        for at in range(count):
            x, y = left + wide * (lane if down else at), top + high * (at if down else lane)
            if down:
                place = (x + 6, y + 4, x + wide - 6, y + 0.78 * high)
                ends = [(x + wide / 2, y + 0.78 * high), (x + wide / 2, y + high + 2)]
            else:
                place = (x + 4, y + 6, x + 0.8 * wide, y + high - 6)
                ends = [(x + 0.8 * wide, y + high / 2), (x + wide + 2, y + high / 2)]
            colour = cv.palette[(at if lanes == 1 else lane) % 8]
            cv.rect(place, mix(colour, "#ffffff", 0.22) if shade else cv.paper, edge, 2, radius)
            _fill_panel(cv, place, size, colour)
            if at + 1 < count:
                cv.arrow(ends, rng.choice((cv.ink, "#777777")), bow)
        if dashed and lane + 1 < lanes and not down:
            level = top + high * (lane + 1)
            cv.line([(left, level), (right, level)], "#666666", 2, (10, 6))
    looks = [f"a diagram of {number(count * lanes)} panels with text, joined by arrows",
             "block diagram of boxes with text and arrows",
             "overview of a system in panels"]  # fmt: skip
    about = f"how to {rng.choice(STEPS)} and {rng.choice(STEPS)}"
    return Said(("diagram", "block diagram", "overview diagram"), looks, about)


def _fill_panel(cv: Canvas, place: Box, size: float, colour: str) -> None:
    """A heading, and below it words, speech, a sheet, a small chart, circles or chips."""
    rng = cv.rng
    left, top, right, bottom = place
    if rng.random() < 0.6:
        title = capital(rng.choice((phrase(rng), rng.choice(STEPS), rng.choice(PARTS))))
        fit = cv.fitting(title, 1.1 * size, right - left - 12, 1)
        cv.text((left + right) / 2, top + 1.1 * size, title, fit, "mm", cut=1)
        top += 1.8 * size
    fill = rng.choice((_words, _words, _speech, _sheet, _bars, _circles, _chips))
    if bottom - top - 12 >= 2 * size and right - left - 16 >= 4 * size:
        fill(cv, (left + 8, top + 6, right - 8, bottom - 6), size, colour)


def _words(cv: Canvas, box: Box, size: float, colour: str) -> None:
    cv.paragraph(box, prose(cv.rng, cv.rng.randint(6, 40)), size, justified=False)


def _speech(cv: Canvas, box: Box, size: float, colour: str) -> None:
    left, y, right, bottom = box
    while y + 3.2 * size < bottom:
        who = cv.rng.choice(("Q: ", "A: ", "User: ", "", "“"))
        cv.rect((left, y, right, y + 2.8 * size), mix(colour, "#ffffff", 0.1), "#bbbbbb", 1, 6)
        said = (who + sentence(cv.rng)).split()
        cv.paragraph((left + 4, y + 2, right - 4, y + 2.9 * size), said, size, justified=False)
        y += 3.3 * size


def _sheet(cv: Canvas, box: Box, size: float, colour: str) -> None:
    left, top, right, bottom = box
    cv.rect(box, "#ffffff", "#888888", 1)
    y = top + 8
    while y < bottom - 8:
        cv.line([(left + 8, y), (right - 8 * cv.rng.randint(1, 4), y)], "#aaaaaa", 2)
        y += 9


def _bars(cv: Canvas, box: Box, size: float, colour: str) -> None:
    left, top, right, bottom = box
    step = (right - left) / 7
    for at in range(7):
        tall = cv.rng.uniform(0.1, 0.9) * (bottom - top)
        cv.rect((left + at * step + 2, bottom - tall, left + (at + 0.8) * step, bottom), colour)


def _circles(cv: Canvas, box: Box, size: float, colour: str) -> None:
    left, top, right, bottom = box
    reach = min(right - left, bottom - top) / 7
    for at in range(cv.rng.randint(3, 6)):
        x = cv.rng.uniform(left + reach, right - reach)
        y = cv.rng.uniform(top + reach, bottom - reach)
        disc = (x - reach, y - reach, x + reach, y + reach)
        cv.pen.ellipse(disc, cv.palette[at % 8], cv.ink, 1)


def _chips(cv: Canvas, box: Box, size: float, colour: str) -> None:
    left, top, right, bottom = box
    step, x = (right - left) / cv.rng.randint(3, 8), left
    while x + step <= right + 1:
        chip = (x + 2, top + 4, x + step - 2, min(bottom, top + 4 + 2.4 * size))
        cv.rect(chip, mix(cv.rng.choice(cv.palette), "#ffffff", 0.5), cv.ink, 1, 4)
        x += step


THINGS = ("laptop", "laptop", "keyboard", "box", "bottle", "lamp", "figures", "ports")


def product(cv: Canvas, box: Box) -> Said:
    """A line drawing of a thing of everyday in a slanted view, its parts named at lines."""
    rng = cv.rng
    left, top, right, bottom = box
    thing = rng.choice(THINGS)
    outline = Outline(cv, box)
    if thing in ("laptop", "ports"):
        outline.laptop(with_keys=thing == "laptop")
    elif thing == "keyboard":
        outline.shape((0, 0), (2, 0), (2, 0.9), (0, 0.9))
        outline.grid((0.06, 0.06), (1.88, 0), (0, 0.78), (11, 16), (4, 6))
    elif thing == "box":
        outline.crate()
    elif thing in ("bottle", "lamp"):
        outline.vessel()
    else:
        outline.people()
    if rng.random() < 0.4:
        outline.cable()
    lined = rng.choice(("#000000", "#2a7fbf", "#777777"))
    parts = rng.sample(PARTS, rng.randint(0, 5))
    for at, part in enumerate(parts):
        start = rng.choice(outline.ends)
        level = bottom - 1.4 * cv.size if at % 2 else top + 1.2 * cv.size
        x = left + (right - left) * (at + 0.6) / (len(parts) + 0.2)
        cv.line([start, (x, level - cv.size if at % 2 else level + cv.size)], lined, 1)
        fit = cv.fitting(part, 0.85 * cv.size, (right - left) / max(2, len(parts)))
        cv.text(x, level, part, fit, "mm")
    called = {"figures": "people", "ports": "a laptop and its ports"}.get(thing, a(thing))
    lines = "drawing of a product with lines to its parts" if parts else "line drawing in outline"
    looks = [f"a line drawing of {called}", "outline drawing in black and white", lines]
    about = f"{parts[0].lower()} of the device" if parts else f"{called}, {phrase(rng)}"
    return Said(("line drawing", "drawing", "technical drawing of a device"), looks, about)


class Outline:
    """Draws things by their edges, in units of `reach` from a corner; `ends` are points on them."""

    def __init__(self, cv: Canvas, box: Box) -> None:
        rng = cv.rng
        left, top, right, bottom = box
        self.cv = cv
        self.ink = rng.choice(("#000000", "#333333", "#666666", "#8a8a8a"))
        self.stroke = rng.choice((1, 2, 2))
        self.x = left + (right - left) * rng.uniform(0.3, 0.4)
        self.y = top + (bottom - top) * rng.uniform(0.25, 0.35)
        self.reach = min(right - left, bottom - top) * rng.uniform(0.28, 0.42)
        self.ends: list[Point] = []

    def place(self, u: float, v: float) -> Point:
        return self.x + self.reach * u, self.y + self.reach * v

    def shape(self, *points: Point) -> None:
        placed = [self.place(u, v) for u, v in points]
        self.cv.pen.polygon(placed, self.cv.paper, self.ink, self.stroke)
        self.ends.append(self.cv.rng.choice(placed))

    def grid(
        self,
        corner: Point,
        across: Point,
        down: Point,
        columns: tuple[int, int],
        rows: tuple[int, int],
    ) -> None:
        """Keys or slats in a slanted field, some number between two each way."""
        wide, high = self.cv.rng.randint(*columns), self.cv.rng.randint(*rows)
        for row in range(high):
            for column in range(wide):
                p, q = (column + 0.08) / wide, (row + 0.1) / high
                dp, dq = 0.84 / wide, 0.8 / high
                self.shape(*[
                    (corner[0] + across[0] * u + down[0] * v,
                     corner[1] + across[1] * u + down[1] * v)
                    for u, v in ((p, q), (p + dp, q), (p + dp, q + dq), (p, q + dq))
                ])  # fmt: skip

    def laptop(self, with_keys: bool) -> None:
        lean = self.cv.rng.uniform(0.1, 0.5)
        self.shape((0, 0), (1.5, -0.15), (1.5 + lean, 0.75), (lean, 0.95))
        self.shape((0.08, 0.06), (1.44, -0.08), (1.4 + lean, 0.7), (lean + 0.06, 0.88))
        self.shape((lean, 0.95), (1.5 + lean, 0.75), (2.0 + lean, 1.25), (lean + 0.2, 1.6))
        front = (2.0 + lean, 1.25), (2.0 + lean, 1.32)
        self.shape((lean + 0.2, 1.6), *front, (lean + 0.2, 1.68))
        if with_keys:
            self.grid((lean + 0.15, 1.0), (1.35, -0.18), (0.25, 0.32), (8, 13), (3, 5))
        pad = (lean + 1.15, 1.26), (lean + 1.3, 1.36)
        self.shape((lean + 0.75, 1.32), *pad, (lean + 0.85, 1.44))

    def crate(self) -> None:
        self.shape((0, 0.4), (0.6, 0), (1.8, 0.3), (1.2, 0.75))
        self.shape((0, 0.4), (1.2, 0.75), (1.2, 1.7), (0, 1.3))
        self.shape((1.2, 0.75), (1.8, 0.3), (1.8, 1.2), (1.2, 1.7))
        self.grid((0.15, 0.6), (0.8, 0.24), (0, 0.5), (1, 3), (2, 5))

    def vessel(self) -> None:
        side = [(0.5 + 0.3 * math.sin(3 * t) * t + 0.12, 1.8 * t) for t in np.linspace(0, 1, 14)]
        self.shape(*side, *[(0.5 - (u - 0.5), v) for u, v in reversed(side)])
        self.shape((0.3, 0.75), (0.7, 0.75), (0.75, 1.2), (0.25, 1.2))

    def people(self) -> None:
        rng = self.cv.rng
        for at in range(rng.randint(2, 4)):
            u = at * 0.62
            head = (*self.place(u + 0.12, 0), *self.place(u + 0.4, 0.28))
            self.cv.pen.ellipse(head, self.cv.paper, self.ink, self.stroke)
            hand = rng.uniform(0.2, 1.0)
            self.shape((u + 0.14, 0.3), (u + 0.4, 0.3), (u + 0.46, 0.9), (u + 0.1, 0.9))
            palm = (u + 0.62, hand), (u + 0.56, hand + 0.06)
            self.shape((u + 0.4, 0.34), *palm, (u + 0.38, 0.46))
            self.shape((u + 0.12, 0.9), (u + 0.26, 0.9), (u + 0.22, 1.6), (u + 0.1, 1.6))
            self.shape((u + 0.3, 0.9), (u + 0.44, 0.9), (u + 0.5, 1.6), (u + 0.36, 1.6))

    def cable(self) -> None:
        turns = np.linspace(0, 1, 20)
        path = [self.place(1.6 + t, 1.2 + 0.3 * math.sin(5 * t)) for t in turns]
        self.cv.line(path, self.ink, 2 * self.stroke)
