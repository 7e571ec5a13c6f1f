"""Panels of text and small pictures, joined by arrows."""

from canvas import Box, Canvas, Said, mix
from topics import (
    PARTS,
    STEPS,
    capital,
    number,
    phrase,
    prose,
    sentence,
)


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
