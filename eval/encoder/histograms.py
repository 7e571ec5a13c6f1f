"""Histograms of one or two sets of numbers."""

import numpy as np
from axes import Entry, Frame, Scale, theme
from canvas import Box, Canvas, Said, colour_name, mix
from chart_words import names, scaled
from topics import topic


def histogram(cv: Canvas, box: Box) -> Said:
    rng, look = cv.rng, theme(cv)
    about = topic(rng)
    shape = rng.choice(("bell-shaped", "skewed to the right", "with two peaks", "nearly uniform"))
    sets = rng.choice((1, 1, 1, 2))
    bins = rng.choice((10, 15, 20, 30, 40))
    end = scaled(rng)
    counts = np.array([_counts(cv, shape, bins, at) for at in range(sets)])
    called = names(rng, about, sets)
    legend: list[Entry] = [(n, cv.palette[at], "box") for at, n in enumerate(called)]
    across = Scale(0, end, about.axis)
    up = Scale(
        0, float(counts.max()) * 1.15, rng.choice(("Frequency", "Count", "Number", "Density"))
    )
    title = rng.choice(("", f"Distribution of {about.matter}", f"Histogram of {about.matter}"))
    frame = Frame(cv, box, look, across, up, title, legend if sets > 1 else [])
    edge = rng.choice((cv.ink, look.inside, look.inside))
    for at, run in enumerate(counts):
        fill = cv.palette[at] if not at else mix(cv.palette[at], look.inside, 0.8)
        for bin_, value in enumerate(run):
            place = (
                frame.x(end * bin_ / bins), frame.y(value),
                frame.x(end * (bin_ + 1) / bins), frame.y(0),
            )  # fmt: skip
            if value > 0:
                cv.rect(place, fill if sets == 1 or not at else None, fill if at else edge, 2 + at)
    curve = sets == 1 and rng.random() < 0.35
    if curve:
        soft = np.convolve(np.pad(counts[0], 3, mode="edge"), np.ones(7) / 7, "valid")
        points = [(frame.x(end * (at + 0.5) / bins), frame.y(v)) for at, v in enumerate(soft)]
        cv.line(points, cv.palette[1] if cv.palette[1] != cv.palette[0] else cv.ink, 4)
    line = rng.random() < 0.15
    if line:
        x = frame.x(end * rng.uniform(0.35, 0.6))
        cv.line([(x, frame.top), (x, frame.bottom)], "#cc0000", 3, (10, 8))
    frame.close()
    looks = [f"a histogram {shape}" if shape[0] in "sw" else f"a {shape} histogram"]
    looks.append(f"histogram with {bins} {colour_name(cv.palette[0])} bins")
    if curve:
        looks.append("histogram with a density curve over the bars")
    if sets == 2:
        looks.append("histogram of two overlapping distributions")
    if line:
        looks.append("histogram with a dashed red vertical line")
    named = ("histogram", "frequency histogram", "distribution plot")
    return Said(named, looks, f"distribution of {about.matter}")


def _counts(cv: Canvas, shape: str, bins: int, at: int) -> np.ndarray:
    t = (np.arange(bins) + 0.5) / bins
    shift = 0.15 * at
    made = {
        "bell-shaped": np.exp(-(((t - 0.42 - shift) / 0.15) ** 2)),
        "skewed to the right": (t + 0.02) * np.exp(-t / (0.09 + shift / 2)) * 30,
        "with two peaks": np.exp(-(((t - 0.25 - shift) / 0.09) ** 2))
        + 0.8 * np.exp(-(((t - 0.7) / 0.1) ** 2)),
        "nearly uniform": np.full(bins, 0.7),
    }[shape]
    return np.round(120 * made * cv.chance.uniform(0.85, 1.1, bins))
