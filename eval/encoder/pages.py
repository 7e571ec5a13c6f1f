"""Pages of text, and scans of pages."""

import random

import numpy as np
from canvas import Box, Canvas, Said
from forms import form, invoice
from PIL import Image, ImageFilter
from tables import table
from topics import (
    FIELDS,
    MONTHS,
    PLACES,
    Field,
    a,
    capital,
    person,
    phrase,
    prose,
)


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
        y = _title(cv, (left, y, right, bottom), title, size, columns, way == "article")
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


def _title(cv: Canvas, box: Box, title: str, size: float, columns: int, signed: bool) -> float:
    """The title, and who wrote it where that is told; gives where the text begins."""
    rng = cv.rng
    left, y, right, _ = box
    cv.text(
        left if columns == 1 else (left + right) / 2,
        y,
        title,
        cv.fitting(title, 1.8 * size, right - left, 1),
        "la" if columns == 1 else "ma",
        cut=1,
    )
    y += 2.8 * size
    if signed:
        names = f"{person(rng)}, {person(rng)}"
        cv.text(
            left if columns == 1 else (left + right) / 2,
            y,
            names,
            size,
            "la" if columns == 1 else "ma",
        )
        y += 2 * size
    return y


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
            y = _chapter(cv, (left, y, right, bottom), at, size, field)
        elif way == "references":
            y = _reference(cv, (left, y, right, bottom), at, size, field)
        elif way == "list":
            y = _bullet(cv, (left, y, right, bottom), size, field)
        else:
            y = _paragraph(cv, (left, y, right, bottom), at, size, field, way != "letter")


def _chapter(cv: Canvas, box: Box, at: int, size: float, field: Field) -> float:
    """A line of a table of contents; gives where it ends."""
    rng = cv.rng
    left, y, right, _bottom = box
    name = f"{at}  {capital(phrase(rng, field))}"
    name = name if cv.long(name, size) < right - left - 40 else name[:24]
    cv.text(left, y, name, size)
    cv.text(right, y, str(3 + 7 * at), size, "ra")
    start = left + cv.long(name, size) + 8
    cv.line([(start, y + size), (right - 2.2 * size, y + size)], cv.ink, 2, (2, 6))
    y += 1.9 * size
    return y


def _reference(cv: Canvas, box: Box, at: int, size: float, field: Field) -> float:
    """An entry of a list of references; gives where it ends."""
    rng = cv.rng
    left, y, right, bottom = box
    cv.text(left, y, f"[{at}]", size)
    words = f"{person(rng)}. {capital(phrase(rng, field))}. {rng.randint(1970, 2024)}.".split()
    return (
        cv.paragraph((left + 2.4 * size, y, right, bottom), words, size, justified=False)
        + 0.4 * size
    )


def _bullet(cv: Canvas, box: Box, size: float, field: Field) -> float:
    """An item of a list; gives where it ends."""
    rng = cv.rng
    left, y, right, bottom = box
    cv.mark(left + 0.4 * size, y + 0.6 * size, 0.22 * size, cv.ink)
    words = prose(rng, rng.randint(4, 14), field)
    return (
        cv.paragraph((left + 1.4 * size, y, right, bottom), words, size, justified=False)
        + 0.5 * size
    )


def _paragraph(cv: Canvas, box: Box, at: int, size: float, field: Field, justified: bool) -> float:
    """A paragraph, with a heading now and then; gives where it ends."""
    rng = cv.rng
    left, y, right, bottom = box
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
    return cv.paragraph((left, y, right, bottom), words, size, justified=justified) + 0.6 * size


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
