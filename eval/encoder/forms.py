"""Forms to fill in, and invoices."""

import random

import numpy as np
from canvas import Box, Canvas, Said, colour_name, dark, mix
from tables import write_row
from topics import (
    COUNTRIES,
    MONTHS,
    PARTS,
    PLACES,
    STEPS,
    a,
    capital,
    firm,
    number,
    person,
)

TITLES = (
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
FIELDS = (
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
)


def form(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    left, top, right, bottom = box
    pad = 1.4 * cv.size
    title = rng.choice(TITLES)
    tint = mix(rng.choice(cv.palette), "#ffffff", rng.choice((0.2, 0.2, 1)))
    y = top + pad
    cv.rect((left + pad, y, right - pad, y + 2.4 * cv.size), tint)
    cv.text(left + pad + 8, y + 1.2 * cv.size, title, 1.3 * cv.size, "lm",
            "#ffffff" if dark(tint) else "#111111", 1)  # fmt: skip
    y += 3.2 * cv.size
    fields = list(FIELDS)
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
    _letter_head(cv, (x, y, end, bottom), seller, word, tint, size)
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
    y, total = _items(cv, (x, y, end, bottom), rows, tint, size)
    y = _totals(cv, y, end, total, size)
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


def _letter_head(cv: Canvas, box: Box, seller: str, word: str, tint: str, size: float) -> None:
    """Who sends an invoice, and what it is called."""
    rng = cv.rng
    x, y, end, _ = box
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


def _items(cv: Canvas, box: Box, rows: int, tint: str, size: float) -> tuple[float, float]:
    """The head and the rows of what is charged; gives the height of the last, and the sum."""
    rng = cv.rng
    x, y, end, _ = box
    edges = x + (end - x) * np.array([0, 0.5, 0.64, 0.82, 1])
    cv.rect((x, y, end, y + 1.6 * size), tint)
    ink, middle = "#ffffff" if dark(tint) else "#111", y + 0.8 * size
    write_row(
        cv,
        ("Description", "Qty", "Price", "Amount"),
        edges,
        middle,
        0.85 * size,
        "rm",
        ink,
        True,
    )
    total = 0.0
    for _ in range(rows):
        y += 1.7 * size
        count, price = rng.randint(1, 20), rng.choice((5, 20, 120, 900)) * rng.uniform(0.5, 1)
        total += count * price
        cells = (capital(rng.choice((rng.choice(PARTS).lower(), rng.choice(STEPS)))), str(count),
                 f"{price:,.2f}", f"{count * price:,.2f}")  # fmt: skip
        write_row(cv, cells, edges, y + 0.8 * size, 0.85 * size, "rm", cv.ink, False)
        cv.line([(x, y + 1.65 * size), (end, y + 1.65 * size)], "#cccccc")
    return y, total


def _totals(cv: Canvas, y: float, end: float, total: float, size: float) -> float:
    """The sums below the items; gives the height of the last."""
    gap = 1.2 * size + cv.long(f"{1.19 * total:,.2f}", 0.9 * size, 1)
    for name, value, bold in (
        ("Net", total, 0),
        ("Tax 19%", 0.19 * total, 0),
        ("Total", 1.19 * total, 1),
    ):
        y += 1.5 * size
        cv.text(end - gap, y + size, name, 0.9 * size, "rm", cut=bold)
        cv.text(end - 5, y + size, f"{value:,.2f}", 0.9 * size, "rm", cut=bold)
    return y
