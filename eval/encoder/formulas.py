"""Equations."""

import random

import canvas
from canvas import Box, Canvas, Said
from topics import (
    number,
)

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
