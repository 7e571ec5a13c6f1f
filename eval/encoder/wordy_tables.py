"""Tables of sentences, and strips of a few rows of a table."""

from collections.abc import Sequence

import numpy as np
from canvas import Box, Canvas, Said, colour_name, dark, mix
from topics import (
    STEPS,
    a,
    capital,
    number,
    phrase,
    prose,
)


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
    _rules(cv, ruled, (left, right), edges, starts, line, thick)
    looks = [f"a table of text with {number(columns)} columns", "table with sentences in its cells",
             f"a table of words with {number(rows)} rows"]  # fmt: skip
    if filled:
        looks.append(f"table with {a(colour_name(tint))} header row")
    return Said(("table", "table of text", "table with rows and columns"), looks, phrase(rng))


def _rules(
    cv: Canvas,
    ruled: str,
    ends: tuple[float, float],
    edges: np.ndarray,
    starts: Sequence[float],
    line: str,
    thick: int,
) -> None:
    """Lines between the rows, and between the columns where all is ruled."""
    if ruled != "none":
        for level in starts:
            cv.line([(ends[0], level), (ends[1], level)], line, thick)
    if ruled == "all":
        for x in edges:
            cv.line([(x, starts[0]), (x, starts[-1])], line, thick)


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
