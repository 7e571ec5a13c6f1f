"""Box plots and violin plots."""

from collections.abc import Sequence

import numpy as np
from axes import Frame, Scale, slots, theme
from canvas import Box, Canvas, Said, dark, mix
from chart_words import heading, hued, scaled
from topics import Topic, number, topic


def box_plot(cv: Canvas, box: Box) -> Said:
    rng, look = cv.rng, theme(cv)
    count = rng.randint(2, 9)
    about = topic(rng, count)
    violin, flat = rng.random() < 0.35, rng.random() < 0.2
    size = scaled(rng)
    centres, spreads = cv.chance.uniform(0.3, 0.7, count), cv.chance.uniform(0.05, 0.13, count)
    measure, labels = Scale(0, size, about.axis), slots(about.labels)
    title = heading(rng, about)
    frame = Frame(cv, box, look, *((measure, labels) if flat else (labels, measure)), title)
    one = rng.random() < 0.5
    fills = [cv.palette[0 if one else at % 8] for at in range(count)]
    empty = not violin and rng.random() < 0.3
    wide = rng.uniform(0.2, 0.38)

    def at(place: float, value: float) -> tuple[float, float]:
        value = min(1.0, max(0.0, value)) * size
        return (frame.x(value), frame.y(place)) if flat else (frame.x(place), frame.y(value))

    for slot in range(count):
        middle, centre, spread = slot + 0.5, centres[slot], spreads[slot]
        skew = cv.chance.uniform(0.6, 1.5, 4)
        if violin:
            steps = np.linspace(-2.7, 2.7, 40)
            shape = np.exp(-(steps**2) / 2) + 0.5 * np.exp(-((steps - skew[0]) ** 2))
            shape *= wide / shape.max()
            right = [at(middle + w, centre + s * spread) for s, w in zip(steps, shape, strict=True)]
            left = [at(middle - w, centre + s * spread) for s, w in zip(steps, shape, strict=True)]
            cv.pen.polygon([*right, *left[::-1]], mix(fills[slot], look.inside, 0.7), cv.ink)
            wider = wide / 6
        else:
            wider = wide
        low, high = centre - 0.7 * spread * skew[1], centre + 0.7 * spread * skew[2]
        ends = low - 1.3 * spread, high + 1.3 * spread
        cv.line([at(middle, ends[0]), at(middle, ends[1])])
        for end in ends:
            if not violin:
                cv.line([at(middle - wider / 2, end), at(middle + wider / 2, end)])
        (x, y), (u, v) = at(middle - wider, low), at(middle + wider, high)
        place = (min(x, u), min(y, v), max(x, u), max(y, v))
        inner = cv.ink if violin else (look.inside if empty else fills[slot])
        cv.rect(place, inner, fills[slot] if empty else cv.ink, 3)
        paint = "#ffffff" if violin or (dark(inner) and not empty) else cv.ink
        cv.line([at(middle - wider, centre), at(middle + wider, centre)], paint, 4)
        for _ in range(0 if violin else rng.randint(0, 4)):
            cv.mark(*at(middle, ends[1] + rng.uniform(0.02, 0.12)), 4, cv.ink, 1)
    best = about.labels[int(centres.argmax())]
    return _boxes_said(about, best, violin, flat, [] if empty else fills)


def _boxes_said(about: Topic, best: str, violin: bool, flat: bool, fills: Sequence[str]) -> Said:
    """What is true of a box plot; `fills` are the colours of its boxes, where they have any."""
    kind = "violin plot" if violin else "box plot"
    lie = "horizontal " if flat else ""
    things = "violins" if violin else "boxes"
    looks = [f"a {lie}{kind} with {number(len(about.labels))} {things}"]
    looks.append(
        "smooth violin shapes of distributions" if violin else "boxes with medians and whiskers"
    )
    if fills:
        looks.append(f"a {kind} with {hued(fills)} {things}")
    facts = [
        f"distribution of {about.quantity} by {about.by}",
        f"The median is highest for {best}.",
    ]
    named = (kind, f"{lie}{kind}") if violin else (kind, "boxplot", "box and whisker plot")
    return Said(named, looks, about.title, facts)
