"""Papers: tables, equations, forms, invoices, pages of text, scans and pseudo-code."""

import random
from collections.abc import Sequence

import canvas
import numpy as np
from canvas import Box, Canvas, Point, Said, colour_name, dark, mix
from PIL import Image, ImageFilter
from topics import (
    COUNTRIES,
    FIELDS,
    MONTHS,
    PARTS,
    PLACES,
    QUESTIONS,
    STEPS,
    Field,
    a,
    capital,
    firm,
    number,
    person,
    phrase,
    prose,
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
        cv.text(
            left, top, title, cv.fitting(title, 1.05 * size, right - left), cut=rng.choice((0, 1))
        )
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
        if row == 0 and filled:
            cv.rect(place, tint)
        elif row and way == "zebra" and row % 2:
            cv.rect(place, mix(tint, "#ffffff", 0.15) if filled else "#eeeeee")
        elif row and way == "accounts" and row % 2:
            cv.rect(place, "#d9ecf7")
        words = head if row == 0 else cells[row - 1]
        ink = "#ffffff" if row == 0 and filled and dark(tint) else cv.ink
        bold = row == 0 or (row == rows and bold_last)
        _row(cv, words, edges, y + row_high / 2, size, lie, ink, bold)
    end = top + (rows + 1) * row_high
    _rules(cv, way, edges, [top + at * row_high for at in range(rows + 2)])
    if noted:
        cv.text(
            left, end + 0.5 * size, f"Note: {phrase(rng)}, {about.unit or 'index'}.", 0.8 * size
        )
    kinds = {
        "booktabs": "table with horizontal rules",
        "zebra": "table with striped rows",
        "ruled": "table with ruled cells",
        "accounts": "financial table with shaded rows",
    }
    looks = [f"a table with {number(columns)} columns and {number(rows + 1)} rows"]
    looks.append(kinds.get(way, "a plain table of text" if worded else "a plain table of numbers"))
    looks.append(f"picture of a table with {columns} columns")
    if filled and colour_name(tint) != "white":
        looks.append(f"table with {a(colour_name(tint))} header row")
    facts = [
        f"table listing {', '.join(head[1:3]).lower()}",
        f"a table with a row for {cells[0][0]}",
    ]
    return Said(("table", "data table", "table of text" if worded else "table of numbers"), looks,
                about.matter, facts)  # fmt: skip


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


def _row(
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


GREEK = "αβγδθλμσφωΩΔΣ"
LETTERS = "abcdfghkmnpqrstuvwxyzABEFGHKLMNPQRTVX"


class Formula:
    """Sets one line of mathematics from left to right; `x` is where the next sign stands."""

    def __init__(self, cv: Canvas, x: float, y: float, size: float) -> None:
        self.cv, self.x, self.y, self.size = cv, x, y, size
        self.fonts = ("STIXGeneral", "STIXGeneralItalic")

    def put(self, text: str, lean: bool = False, size: float = 0, lift: float = 0) -> None:
        face = canvas.font(self.fonts[lean], max(8, round(size or self.size)))
        self.cv.pen.text((self.x, self.y - lift), text, self.cv.ink, face, anchor="lm")
        self.x += face.getlength(text) + 1

    def symbol(self) -> str:
        rng = self.cv.rng
        name = rng.choice(LETTERS if rng.random() < 0.7 else GREEK)
        self.put(name, True)
        if rng.random() < 0.35:
            self.put(rng.choice("ijkn012"), True, 0.6 * self.size, -0.3 * self.size)
        elif rng.random() < 0.3:
            self.put(rng.choice("2n3T"), False, 0.6 * self.size, 0.4 * self.size)
        return name

    def operator(self) -> None:
        self.put(f" {self.cv.rng.choice('+−+−·×')} ")

    def fraction(self) -> None:
        start, size, y = self.x, self.size, self.y
        ends = []
        self.size = 0.85 * size
        for shift in (-0.6 * size, 0.6 * size):
            self.x, self.y = start + 4, y + shift
            self.symbol()
            if self.cv.rng.random() < 0.5:
                self.operator()
                self.symbol()
            ends.append(self.x)
        self.size, self.y, self.x = size, y, max(ends) + 6
        self.cv.line([(start, y), (max(ends) + 2, y)])

    def big(self, sign: str) -> None:
        start = self.x
        self.put(sign, size=1.7 * self.size)
        end = self.x
        for text, lift in (
            ("n" if sign != "∫" else "b", 1.1),
            ("i=1" if sign != "∫" else "a", -1.1),
        ):
            self.x = start + 2
            self.put(text, True, 0.55 * self.size, lift * self.size)
        self.x = max(end, self.x) + 3

    def root(self) -> None:
        start, size = self.x, self.size
        self.x += 0.6 * size
        self.symbol()
        self.operator()
        self.symbol()
        y = self.y
        self.cv.line(
            [
                (start, y),
                (start + 0.2 * size, y + 0.5 * size),
                (start + 0.45 * size, y - 0.75 * size),
                (self.x + 3, y - 0.75 * size),
            ]
        )
        self.x += 8

    def bracketed(self) -> None:
        self.put("(")
        self.symbol()
        self.operator()
        self.symbol()
        self.put(")")

    def matrix(self) -> None:
        start, size, y = self.x, self.size, self.y
        rows = self.cv.rng.randint(2, 3)
        high = 0.6 * size * rows
        for row in range(rows):
            self.x, self.y = start + 12, y + (row - (rows - 1) / 2) * 1.2 * size
            for _ in range(rows):
                column = self.x
                self.symbol()
                self.x = column + 1.9 * size
        self.y = y
        for x, way in ((start + 4, 6), (self.x, -6)):
            self.cv.line([(x + way, y - high), (x, y - high), (x, y + high), (x + way, y + high)])
        self.x += 8


def equation(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    left, top, right, bottom = box
    lines = rng.choice((1, 1, 2, 3, 4)) if bottom - top > 240 else 1
    high = (bottom - top) / lines
    size = min(rng.uniform(26, 44), 0.27 * high, 0.065 * (right - left))
    numbered, worded = rng.random() < 0.5, lines > 1 and rng.random() < 0.5
    used: list[str] = []
    for line in range(lines):
        y = top + (line + 0.5) * high
        formula = Formula(cv, left + rng.uniform(0.06, 0.16) * (right - left), y, size)
        _side(formula, rng, used, right - 4.5 * size)
        if numbered:
            cv.text(right - 0.6 * size, y, f"({line + rng.randint(1, 3)})", 0.7 * size, "rm")
        if worded and line + 1 < lines:
            text = rng.choice(("where", "so that we get", "and therefore", "with", "which gives"))
            cv.text(left + 20, y + 0.5 * high, text, 0.6 * size, "lm")
    names = {"fraction": "fractions", "∑": "a sum", "∫": "an integral", "∏": "a product",
             "root": "a square root", "matrix": "a matrix", "bracketed": "brackets"}  # fmt: skip
    parts = list(dict.fromkeys(names[part] for part in used))
    holds = " and ".join(parts[:2])
    what = "an equation" if lines == 1 else f"{number(lines)} equations"
    looks = [f"{what} with {holds}", "mathematical formula in black on white"]
    if numbered:
        looks.append(f"{what} with a number in brackets at the right")
    about = f"expression with {holds}" if lines == 1 else f"derivation with {holds}"
    return Said(("equation", "mathematical formula", "math expression"), looks, about)


def _side(formula: Formula, rng: random.Random, used: list[str], end: float) -> None:
    formula.symbol()
    if rng.random() < 0.4:
        formula.put("(")
        formula.put(rng.choice("xtz"), True)
        formula.put(")")
    formula.put(" = ")
    for part in range(rng.randint(1, 4)):
        if part and formula.x > end - 3.5 * formula.size:
            break
        if part:
            formula.operator()
        way = rng.choice(("fraction", "fraction", "∑", "∫", "∏", "root", "matrix", "bracketed"))
        if way == "matrix" and formula.x > end - 5 * formula.size:
            way = "fraction"
        used.append(way)
        if way in "∑∫∏":
            formula.big(way)
            formula.symbol()
        else:
            getattr(formula, way)()


def form(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    left, top, right, bottom = box
    pad = 1.4 * cv.size
    title = rng.choice(
        (
            "Application form",
            "Registration",
            "Claim form",
            "Order form",
            "Questionnaire",
            "Patient record",
            "Membership form",
            "Change of address",
            "Travel expenses",
        )
    )
    tint = mix(rng.choice(cv.palette), "#ffffff", rng.choice((0.2, 0.2, 1)))
    y = top + pad
    cv.rect((left + pad, y, right - pad, y + 2.4 * cv.size), tint)
    cv.text(left + pad + 8, y + 1.2 * cv.size, title, 1.3 * cv.size, "lm",
            "#ffffff" if dark(tint) else "#111111", 1)  # fmt: skip
    y += 3.2 * cv.size
    fields = [
        "Name",
        "Date of birth",
        "Street",
        "Town",
        "Telephone",
        "E-mail",
        "Occupation",
        "Date",
        "Signature",
        "Account number",
        "Reference",
        "Reason",
        "Country",
        "Employer",
    ]
    rng.shuffle(fields)
    columns = rng.choice((1, 2)) if right - left > 480 else 1
    boxed, filled = rng.random() < 0.6, rng.random() < 0.4
    step = cv.size * rng.uniform(2.5, 3.3)
    wide = (right - left - 2 * pad) / columns
    at, ticks = 0, 0
    while y + step < bottom - pad and at < len(fields):
        if rng.random() < 0.22:
            ticks += _ticks(cv, left + pad, y + step / 2, right - pad)
        else:
            for column in range(columns):
                if at < len(fields):
                    x = left + pad + column * wide
                    _blank(cv, (x, y, x + wide - 10, y + step - 8), fields[at], boxed, filled)
                    at += 1
        y += step
    looks = [
        f"a form with {number(at)} fields to fill in",
        f"form with {a(colour_name(tint))} heading bar",
    ]
    looks.append(
        "a filled in form"
        if filled
        else "an empty form with blank boxes"
        if boxed
        else "an empty form with lines"
    )
    if ticks:
        looks.append("a form with check boxes")
    facts = [f"form asking for {fields[0].lower()} and {fields[1].lower()}"]
    return Said(("form", "paper form", "form to fill in"), looks, title.lower(), facts)


def _blank(cv: Canvas, box: Box, name: str, boxed: bool, filled: bool) -> None:
    left, top, right, bottom = box
    if boxed:
        cv.rect(box, None, cv.ink, 2)
        cv.text(left + 4, top + 2, name, 0.7 * cv.size)
        start = left + 8
    else:
        start = left + cv.long(name + ":", cv.size) + 8
        cv.text(left, bottom - 2, name + ":", cv.size, "ld")
        cv.line([(start, bottom - 2), (right, bottom - 2)], "#555555")
    if filled:
        text = _answer(cv.rng, name)
        fit = cv.fitting(text, cv.size, right - start - 6, 2)
        cv.text(start + 4, bottom - 3, text, fit, "ld", "#1a3c9c", 2)


def _answer(rng: random.Random, name: str) -> str:
    """What somebody may write into a field."""
    if name in ("Name", "Signature", "Employer"):
        return person(rng)
    if name in ("Date", "Date of birth"):
        return f"{rng.randint(1, 28)} {rng.choice(MONTHS)} {rng.randint(1950, 2024)}"
    if name in ("Telephone", "Account number", "Reference"):
        return str(rng.randint(10000, 9999999))
    if name == "Country":
        return rng.choice(COUNTRIES)
    return rng.choice(STEPS) if name == "Reason" else rng.choice(PLACES)


def _ticks(cv: Canvas, x: float, y: float, right: float) -> int:
    count = 0
    for word in cv.rng.sample(
        ("Yes", "No", "Male", "Female", "Single", "Married", "New", "Other"), 4
    ):
        side = 0.9 * cv.size
        if x + side + cv.long(word, cv.size) + 10 > right:
            break
        cv.rect((x, y - side / 2, x + side, y + side / 2), cv.paper, cv.ink, 2)
        if cv.rng.random() < 0.3:
            cv.line(
                [(x + 3, y), (x + side / 2, y + side / 3), (x + side, y - side / 2)], "#1a3c9c", 3
            )
        cv.text(x + side + 6, y, word, cv.size, "lm")
        x += side + cv.long(word, cv.size) + 1.6 * cv.size
        count += 1
    return count


def invoice(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    left, top, right, bottom = box
    pad, size = 1.5 * cv.size, 0.95 * cv.size
    seller, buyer = firm(rng), firm(rng)
    tint = rng.choice(cv.palette)
    x, end, y = left + pad, right - pad, top + pad
    word = rng.choice(("INVOICE", "Invoice", "RECEIPT", "Statement", "Quotation"))
    cv.rect((x, y, x + 2.2 * size, y + 2.2 * size), tint)
    cv.text(
        x + 1.1 * size,
        y + 1.1 * size,
        seller[0],
        1.5 * size,
        "mm",
        "#ffffff" if dark(tint) else "#111",
        1,
    )
    cv.text(x + 2.8 * size, y, seller, cv.fitting(seller, 1.1 * size, 0.4 * (end - x), 1), cut=1)
    cv.text(
        x + 2.8 * size,
        y + 1.3 * size,
        f"{rng.choice(PLACES)} {rng.randint(1000, 9999)}",
        0.8 * size,
    )
    cv.text(
        end,
        y,
        word,
        cv.fitting(word, 1.7 * size, 0.32 * (end - x), 1),
        "ra",
        tint if dark(tint) else cv.ink,
        1,
    )
    cv.text(end, y + 1.9 * size, f"No. {rng.randint(1000, 99999)}", 0.8 * size, "ra")
    y += 4 * size
    if bottom - y > 18 * size:
        for line in (
            "Bill to:",
            buyer,
            person(rng),
            f"{rng.choice(PLACES)} {rng.randint(100, 999)}",
        ):
            cv.text(x, y, line, 0.85 * size)
            y += 1.2 * size
        y += 0.8 * size
    rows = max(2, min(rng.randint(2, 10), int((bottom - pad - y) / (1.7 * size)) - 4))
    edges = x + (end - x) * np.array([0, 0.5, 0.64, 0.82, 1])
    cv.rect((x, y, end, y + 1.6 * size), tint)
    _row(cv, ("Description", "Qty", "Price", "Amount"), edges, y + 0.8 * size, 0.85 * size, "rm",
         "#ffffff" if dark(tint) else "#111", True)  # fmt: skip
    total = 0.0
    for _ in range(rows):
        y += 1.7 * size
        count, price = rng.randint(1, 20), rng.choice((5, 20, 120, 900)) * rng.uniform(0.5, 1)
        total += count * price
        cells = (capital(rng.choice((rng.choice(PARTS).lower(), rng.choice(STEPS)))), str(count),
                 f"{price:,.2f}", f"{count * price:,.2f}")  # fmt: skip
        _row(cv, cells, edges, y + 0.8 * size, 0.85 * size, "rm", cv.ink, False)
        cv.line([(x, y + 1.65 * size), (end, y + 1.65 * size)], "#cccccc")
    gap = 1.2 * size + cv.long(f"{1.19 * total:,.2f}", 0.9 * size, 1)
    for name, value, bold in (
        ("Net", total, 0),
        ("Tax 19%", 0.19 * total, 0),
        ("Total", 1.19 * total, 1),
    ):
        y += 1.5 * size
        cv.text(end - gap, y + size, name, 0.9 * size, "rm", cut=bold)
        cv.text(end - 5, y + size, f"{value:,.2f}", 0.9 * size, "rm", cut=bold)
    if y + 4 * size < bottom:
        cv.text(
            x,
            bottom - pad,
            f"Please pay within {rng.choice((14, 30))} days. Thank you.",
            0.75 * size,
            "ld",
        )
    kind = word.lower()
    looks = [f"{a(kind)} with {number(rows)} items and a total"]
    looks.append(f"business document with {a(colour_name(tint))} bar, amounts and total")
    named = (kind, "bill") if kind in ("invoice", "receipt") else (kind, "business document")
    return Said(named, looks, f"{seller}, amount due with tax", [f"{kind} from {seller}"])


def text_page(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    left, top, right, bottom = box
    pad = rng.uniform(0.05, 0.1) * min(right - left, bottom - top)
    left, top, right, bottom = left + pad, top + pad, right - pad, bottom - pad
    size = rng.uniform(0.55, 0.85) * max(14.0, cv.size)
    way = rng.choice(("article", "paragraphs", "list", "letter", "references", "contents"))
    columns = 2 if way == "article" and right - left > 360 else 1
    field = rng.choice(FIELDS)
    title, reader = capital(phrase(rng, field)), person(rng)
    y = top
    if way != "letter":
        cv.text(
            left if columns == 1 else (left + right) / 2,
            y,
            title,
            cv.fitting(title, 1.8 * size, right - left, 1),
            "la" if columns == 1 else "ma",
            cut=1,
        )
        y += 2.8 * size
        if way == "article":
            names = f"{person(rng)}, {person(rng)}"
            cv.text(
                left if columns == 1 else (left + right) / 2,
                y,
                names,
                size,
                "la" if columns == 1 else "ma",
            )
            y += 2 * size
    gap = 1.4 * size
    wide = (right - left - gap * (columns - 1)) / columns
    for column in range(columns):
        x = left + column * (wide + gap)
        _column(cv, (x, y, x + wide, bottom), way, size, field, reader)
    named = {
        "article": ("page of an article", "page of text"),
        "list": ("bulleted list", "page of text"),
        "letter": ("letter", "page of text"),
        "references": ("list of references", "bibliography"),
        "contents": ("table of contents", "list of chapters"),
    }.get(way, ("page of text", "paragraph of text"))
    looks = [f"a page of text in {'two columns' if columns == 2 else 'one column'}"]
    looks.append(
        {
            "list": "text with bullet points",
            "references": "numbered list of references",
            "contents": "chapter titles with page numbers",
            "letter": "a letter with date and greeting",
        }.get(way, "paragraphs of black text on white paper")
    )
    about = f"message to {reader}" if way == "letter" else title[0].lower() + title[1:]
    return Said((*named, "text"), looks, about, [f"{named[0]} about {field.name}"])


def _column(cv: Canvas, box: Box, way: str, size: float, field: Field, reader: str) -> None:
    rng = cv.rng
    left, y, right, bottom = box
    if way == "letter":
        date = f"{rng.randint(1, 28)} {rng.choice(MONTHS)} {rng.randint(1960, 2025)}"
        cv.text(right, y, f"{rng.choice(PLACES)}, {date}", size, "ra")
        cv.text(left, y + 2.4 * size, f"Dear {reader},", size)
        y += 4.6 * size
    at = 0
    while y + 1.3 * size < bottom:
        at += 1
        if way == "contents":
            name = f"{at}  {capital(phrase(rng, field))}"
            name = name if cv.long(name, size) < right - left - 40 else name[:24]
            cv.text(left, y, name, size)
            cv.text(right, y, str(3 + 7 * at), size, "ra")
            start = left + cv.long(name, size) + 8
            cv.line([(start, y + size), (right - 2.2 * size, y + size)], cv.ink, 2, (2, 6))
            y += 1.9 * size
        elif way == "references":
            cv.text(left, y, f"[{at}]", size)
            words = (
                f"{person(rng)}. {capital(phrase(rng, field))}. {rng.randint(1970, 2024)}.".split()
            )
            y = (
                cv.paragraph((left + 2.4 * size, y, right, bottom), words, size, justified=False)
                + 0.4 * size
            )
        elif way == "list":
            cv.mark(left + 0.4 * size, y + 0.6 * size, 0.22 * size, cv.ink)
            words = prose(rng, rng.randint(4, 14), field)
            y = (
                cv.paragraph((left + 1.4 * size, y, right, bottom), words, size, justified=False)
                + 0.5 * size
            )
        else:
            if rng.random() < 0.2 and y + 6 * size < bottom:
                head = f"{at} {capital(phrase(rng, field))}"
                cv.text(
                    left,
                    y + 0.4 * size,
                    head,
                    cv.fitting(head, 1.15 * size, right - left, 1),
                    cut=1,
                )
                y += 2.2 * size
            words = prose(rng, rng.randint(20, 70), field)
            y = (
                cv.paragraph((left, y, right, bottom), words, size, justified=way != "letter")
                + 0.6 * size
            )


def scanned_page(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    maker = rng.choice((text_page, text_page, text_page, form, table, invoice))
    cv.face = rng.choice(("times", "courier", "courier", "serif", "helvetica", "mono"))
    said = maker(cv, box)
    cv.image = scanned(cv.image, rng, cv.chance)
    named = ("scanned page", "scan of a document", f"scanned {said.names[0]}")
    looks = ["a grey scanned page with noise", "photocopy of an old document, slightly tilted",
             f"scan of {a(said.names[0])}"]  # fmt: skip
    return Said(named, looks, said.about, said.facts[:1] if maker is not text_page else ())


def scanned(picture: Image.Image, rng: random.Random, chance: np.random.Generator) -> Image.Image:
    """The picture as a scanner or a copier gives it: turned, grey, with uneven light and specks."""
    paper = rng.randint(205, 250)
    grey = picture.convert("L").rotate(
        rng.choice((-1, 1)) * rng.uniform(0.6, 3), Image.Resampling.BILINEAR, fillcolor=paper
    )
    if rng.random() < 0.5:
        grey = grey.filter(ImageFilter.BoxBlur(rng.uniform(0.5, 1.6)))
    small = grey.reduce(2)
    values = np.asarray(small, dtype=np.float32) * (paper / 255) + rng.choice((0, 15))
    light = np.linspace(1, rng.uniform(0.8, 1), small.width, dtype=np.float32)
    values = values * light
    values += chance.standard_normal(values.shape, dtype=np.float32) * rng.uniform(3, 16)
    for _ in range(rng.randint(0, 40)):
        y, x = rng.randrange(small.height), rng.randrange(small.width)
        values[y : y + rng.randint(1, 3), x : x + rng.randint(1, 3)] = rng.choice((30, 90))
    if rng.random() < 0.25:
        values[:, : rng.randint(3, 12)] *= 0.35
    if rng.random() < 0.2:
        values = np.where(values > 150, 255, 0)
    made = Image.fromarray(values.clip(0, 255).astype(np.uint8)).convert("RGB")
    if rng.random() < 0.3:
        made = Image.blend(made, Image.new("RGB", made.size, "#d8c088"), 0.25)
    return made.resize(picture.size, Image.Resampling.NEAREST)


def algorithm(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    cv.face = rng.choice(("latex", "latex", "times", "stix", "mono"))
    left, top, right, bottom = box
    pad = 1.2 * cv.size
    left, top, right, bottom = left + pad, top + pad, right - pad, bottom - pad
    size = rng.uniform(0.85, 1.15) * cv.size
    step = rng.choice(STEPS).strip()
    framed, numbered = rng.random() < 0.35, rng.random() < 0.75
    title = f"Algorithm {rng.randint(1, 5)}: {capital(step)}"
    cv.line([(left, top), (right, top)], width=4)
    cv.text(
        left + 4, top + 0.4 * size, title, cv.fitting(title, 1.1 * size, right - left - 8, 1), cut=1
    )
    y = top + 2.1 * size
    cv.line([(left, y), (right, y)], width=2)
    y += 0.5 * size
    for word in rng.sample(("Require:", "Input:", "Output:", "Ensure:"), rng.randint(0, 2)):
        cv.text(left + 4, y, word, size, cut=1)
        cv.text(
            left + 10 + cv.long(word, size, 1),
            y,
            f"set {rng.choice('XSDAG')} of {topic(rng).subject} values",
            size,
        )
        y += 1.4 * size
    y, rows, loops = _lines(cv, (left + 4, y, right, bottom), size, numbered)
    cv.line([(left, y + 4), (right, y + 4)], width=4)
    if framed:
        for x in (left, right):
            cv.line([(x, top), (x, y + 4)], width=2)
    looks = [f"pseudo-code with {number(rows)} lines", "algorithm block between horizontal rules"]
    if numbered:
        looks.append(
            "pseudo-code with numbered lines and indented loops"
            if loops
            else "pseudo-code with numbered lines"
        )
    return Said(("algorithm", "pseudo-code", "pseudocode listing"), looks, f"how to {step}",
                [f"algorithm to {step}"])  # fmt: skip


def _lines(cv: Canvas, box: Box, size: float, numbered: bool) -> tuple[float, int, bool]:
    rng = cv.rng
    left, y, right, bottom = box
    opened: list[str] = []
    rows, loops = 0, False
    limit = rng.randint(6, 24)
    while y + (1.4 * len(opened) + 2.4) * size < bottom and rows < limit:
        words = rng.choice(STEPS).strip()
        way = rng.random()
        if way < 0.25 and len(opened) < 3 and y + (1.4 * len(opened) + 5) * size < bottom:
            key = rng.choice(("for", "while", "if"))
            rest = {
                "for": f"each {rng.choice('xis')} in {rng.choice('XSD')} do",
                "while": f"not {rng.choice('abk')} < {rng.randint(1, 9)} do",
                "if": f"{rng.choice(QUESTIONS).strip(' ?')} then",
            }[key]
            y, rows = _line(cv, (left, y), len(opened), size, rows, numbered, key, rest, right)
            opened.append(key)
            loops = loops or key != "if"
        elif way < 0.4 and opened:
            y, rows = _line(
                cv,
                (left, y),
                len(opened) - 1,
                size,
                rows,
                numbered,
                "end " + opened.pop(),
                "",
                right,
            )
        else:
            call = f"{rng.choice('fgh')}({rng.choice('xyz')}, {rng.choice('ktn')})"
            rest = rng.choice((words, f"{rng.choice('xyzw')} ← {call}"))
            if cv.face == "latex":
                rest = rest.replace("←", ":=")
            y, rows = _line(cv, (left, y), len(opened), size, rows, numbered, "", rest, right)
    while opened:
        y, rows = _line(
            cv, (left, y), len(opened) - 1, size, rows, numbered, "end " + opened.pop(), "", right
        )
    y, rows = _line(cv, (left, y), 0, size, rows, numbered, "return", rng.choice("xyzS"), right)
    return y, rows, loops


def _line(
    cv: Canvas,
    spot: Point,
    deep: int,
    size: float,
    rows: int,
    numbered: bool,
    key: str,
    rest: str,
    right: float,
) -> tuple[float, int]:
    x, y = spot
    if numbered:
        cv.text(x, y, f"{rows + 1}:", 0.9 * size)
        x += 2 * size
    x += 1.5 * size * deep
    if key:
        cv.text(x, y, key, size, cut=1)
        x += cv.long(key + " ", size, 1) + 4
    if rest:
        cv.text(x, y, rest, cv.fitting(rest, size, right - x))
    return y + 1.4 * size, rows + 1
