"""Tables of numbers."""

import random
from collections.abc import Sequence

import numpy as np
from canvas import Box, Canvas, Said, colour_name, dark, mix
from topics import (
    COUNTRIES,
    PLACES,
    STEPS,
    Field,
    a,
    capital,
    number,
    phrase,
    topic,
)


def table(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    about = topic(rng)
    way = rng.choice(("ruled", "booktabs", "booktabs", "zebra", "lines", "accounts", "plain"))
    left, top, right, bottom = box
    pad = cv.size
    left, top, right, bottom = left + pad, top + 0.7 * pad, right - pad, bottom - 0.7 * pad
    size = rng.uniform(0.55, 1.1) * cv.size
    row_high = size * rng.uniform(1.5, 2.1)
    rows = max(2, min(24, int((bottom - top) / row_high) - 2))
    rows = rng.randint(max(2, rows // 2), rows)
    columns = max(2, min(rng.randint(2, 8), int((right - left) / (5.2 * size))))
    worded = rng.random() < 0.2
    head, cells = _cells(rng, about.field, rows, columns, worded)
    noted = rng.random() < 0.3
    if rng.random() < 0.5:
        title = f"Table {rng.randint(1, 9)}: {capital(about.matter)}"
        fit = cv.fitting(title, 1.05 * size, right - left)
        cv.text(left, top, title, fit, cut=rng.choice((0, 1)))
        top += 1.9 * size
    row_high = min(3.2 * size, (bottom - top) / (rows + (1.8 if noted else 1)))
    shares = [
        2.0 if worded else 1.8,
        *[rng.uniform(0.9, 1.1) * (1.5 if worded else 1)] * (columns - 1),
    ]
    edges = left + (right - left) * np.concatenate([[0], np.cumsum(shares)]) / sum(shares)
    tint = mix(rng.choice(cv.palette), "#ffffff", rng.choice((0.15, 1.0, 1.0)))
    lie = "lm" if worded else rng.choice(("mm", "rm", "rm"))
    filled = way in ("zebra", "ruled") and rng.random() < 0.7
    bold_last = way == "accounts" or rng.random() < 0.15
    if bold_last:
        cells[-1][0] = "Total"
    for row in range(rows + 1):
        y = top + row * row_high
        place = (edges[0], y, edges[-1], y + row_high)
        _shade(cv, place, row, way, tint if filled else "")
        words = head if row == 0 else cells[row - 1]
        ink = "#ffffff" if row == 0 and filled and dark(tint) else cv.ink
        bold = row == 0 or (row == rows and bold_last)
        write_row(cv, words, edges, y + row_high / 2, size, lie, ink, bold)
    end = top + (rows + 1) * row_high
    _rules(cv, way, edges, [top + at * row_high for at in range(rows + 2)])
    if noted:
        note = f"Note: {phrase(rng)}, {about.unit or 'index'}."
        cv.text(left, end + 0.5 * size, note, 0.8 * size)
    looks = _table_looks(way, rows, columns, worded, tint if filled else "")
    listing = f"table listing {', '.join(head[1:3]).lower()}"
    named = ("table", "data table", "table of text" if worded else "table of numbers")
    return Said(named, looks, about.matter, [listing, f"a table with a row for {cells[0][0]}"])


def _shade(cv: Canvas, place: Box, row: int, way: str, tint: str) -> None:
    """Colour what is behind a row; `tint` is the colour of the head, where it has one."""
    if row == 0 and tint:
        cv.rect(place, tint)
    elif row and way == "zebra" and row % 2:
        cv.rect(place, mix(tint, "#ffffff", 0.15) if tint else "#eeeeee")
    elif row and way == "accounts" and row % 2:
        cv.rect(place, "#d9ecf7")


def _table_looks(way: str, rows: int, columns: int, worded: bool, tint: str) -> list[str]:
    kinds = {
        "booktabs": "table with horizontal rules",
        "zebra": "table with striped rows",
        "ruled": "table with ruled cells",
        "accounts": "financial table with shaded rows",
    }
    looks = [f"a table with {number(columns)} columns and {number(rows + 1)} rows"]
    looks.append(kinds.get(way, "a plain table of text" if worded else "a plain table of numbers"))
    looks.append(f"picture of a table with {columns} columns")
    if tint and colour_name(tint) != "white":
        looks.append(f"table with {a(colour_name(tint))} header row")
    return looks


def _cells(
    rng: random.Random, field: Field, rows: int, columns: int, worded: bool
) -> tuple[list[str], list[list[str]]]:
    """The head and the cells of a table."""
    quantities = [capital(name) for name, _ in field.quantities]
    items = rng.choice(
        (list(COUNTRIES), list(PLACES), [*field.items, *map(capital, field.subjects)])
    )
    names = (items if len(items) >= rows else [*items, *PLACES])[:rows]
    if rng.random() < 0.6:
        names = rng.sample(names, len(names))
    years = rng.random() < 0.35
    first = rng.randint(1995, 2016)
    head = [str(first + at) for at in range(columns)] if years else rng.sample(quantities, columns)
    head[0] = rng.choice(("", "Name", "Group", "Item", "Region"))
    sizes = [rng.choice((1, 10, 100, 1000, 50000)) for _ in range(columns)]
    if years:
        sizes = [sizes[0]] * columns
    made = []
    for name in names:
        row = [name]
        for at in range(1, columns):
            if worded:
                row.append(capital(rng.choice((phrase(rng), rng.choice(STEPS)))))
            else:
                value = rng.uniform(0.1, 1) * sizes[at]
                row.append(f"{value:,.{2 if sizes[at] < 5 else 1 if sizes[at] < 200 else 0}f}")
        made.append(row)
    return head, made


def write_row(
    cv: Canvas, words: Sequence[str], edges: np.ndarray, y: float, size: float, lie: str,
    ink: str, bold: bool,
) -> None:  # fmt: skip
    for at, text in enumerate(words):
        low, high = edges[at] + 5, edges[at + 1] - 5
        way = "lm" if at == 0 else lie
        x = {"l": low, "m": (low + high) / 2, "r": high}[way[0]]
        fit = cv.fitting(text, size, high - low, int(bold))
        cut = int(bold)
        if fit < 0.7 * size:
            fit = 0.7 * size
            while text and cv.long(text, fit, cut) > high - low:
                text = text[:-1].rstrip()
        cv.text(x, y, text, fit, way, ink, cut)


def _rules(cv: Canvas, way: str, edges: np.ndarray, rows: Sequence[float]) -> None:
    left, right = edges[0], edges[-1]
    if way == "booktabs":
        for y, width in ((rows[0], 4), (rows[1], 2), (rows[-1], 4)):
            cv.line([(left, y), (right, y)], width=width)
    elif way == "ruled":
        line = cv.rng.choice((cv.ink, "#999999", "#cccccc"))
        for y in rows:
            cv.line([(left, y), (right, y)], line)
        for x in edges:
            cv.line([(x, rows[0]), (x, rows[-1])], line)
    elif way == "lines":
        for y in rows[1:]:
            cv.line([(left, y), (right, y)], "#bbbbbb")
    elif way == "accounts":
        for x in edges[1:-1]:
            cv.line([(x + 8, rows[-2]), (edges[-1] - 4, rows[-2])], width=2)
            cv.line([(x + 8, rows[-1]), (edges[-1] - 4, rows[-1])], width=4)
