"""Pseudo-code."""

from canvas import Box, Canvas, Point, Said
from topics import (
    QUESTIONS,
    STEPS,
    capital,
    number,
    topic,
)


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
