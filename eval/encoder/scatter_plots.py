"""Scatter plots, with groups and fitted lines."""

import math
from collections.abc import Sequence

import numpy as np
from axes import Entry, Frame, Scale, theme
from canvas import Box, Canvas, Said, mix
from chart_words import hued, listed, names, scaled
from topics import Topic, capital, number, topic


def scatter_plot(cv: Canvas, box: Box) -> Said:
    rng, look = cv.rng, theme(cv)
    about = topic(rng)
    other, unit = rng.choice([q for q in about.field.quantities if q[0] != about.quantity])
    groups = rng.choice((1, 1, 1, 2, 3, 4))
    count = rng.choice((15, 30, 60, 150, 300)) // groups + 4
    slope = rng.choice((-0.8, 0.0, 0.8, 0.95))
    clustered = groups > 1 and rng.random() < 0.7
    clouds = _clouds(cv, groups, count, slope, clustered)
    every = np.concatenate(clouds)
    low, high = every.min(axis=0) - 0.5, every.max(axis=0) + 0.5
    size = scaled(rng)
    across = Scale(0, size, f"{capital(other)} ({unit})" if unit else capital(other))
    up = Scale(0, scaled(rng), about.axis)
    called = names(rng, about, groups)
    legend: list[Entry] = [
        (name, cv.palette[at], "mark") for at, name in enumerate(called) if groups > 1
    ]
    title = "" if rng.random() < 0.5 else f"{capital(about.quantity)} and {other}"
    frame = Frame(cv, box, look, across, up, title, legend)
    wide, bubbles = rng.choice((3, 4, 5, 6)), rng.random() < 0.12
    shapes = rng.random() < 0.4
    for at, cloud in enumerate(clouds):
        shape = at % 6 if shapes else rng.choice((0, 0, 0, 1))
        for x, y in (cloud - low) / (high - low):
            reach = cv.rng.uniform(4, 26) if bubbles else wide
            spot = (
                frame.left + x * (frame.right - frame.left),
                frame.bottom - y * (frame.bottom - frame.top),
            )
            fill = mix(cv.palette[at], look.inside, 0.6) if bubbles else cv.palette[at]
            cv.mark(*spot, reach, fill, 0 if bubbles else shape)
    fitted = groups == 1 and slope != 0 and rng.random() < 0.5
    if fitted:
        start, end = (0.9, 0.1) if slope < 0 else (0.1, 0.9)
        ends = [frame.y(up.high * start), frame.y(up.high * end)]
        points = [(frame.x(size * 0.03), ends[0]), (frame.x(size * 0.97), ends[1])]
        cv.line(points, cv.palette[1], 4, rng.choice(((), (12, 8))))
    frame.close()
    colours = cv.palette[:groups]
    return _scatter_said(about, other, called, colours, slope, fitted, bubbles)


def _clouds(cv: Canvas, groups: int, count: int, slope: float, clustered: bool) -> list[np.ndarray]:
    """The points of each group, of shape `(count, 2)`."""
    clouds = []
    for _ in range(groups):
        cloud = cv.chance.normal(size=(count, 2))
        cloud[:, 1] = slope * cloud[:, 0] + math.sqrt(1 - slope**2) * cloud[:, 1]
        shift = cv.chance.uniform(-4, 4, 2) if clustered else np.zeros(2)
        clouds.append(cloud * (0.7 if clustered else 1) + shift)
    return clouds


def _scatter_said(
    about: Topic,
    other: str,
    called: Sequence[str],
    colours: Sequence[str],
    slope: float,
    fitted: bool,
    bubbles: bool,
) -> Said:
    looks = [f"a scatter plot with {hued(colours)} points"]
    if len(called) > 1:
        looks.append(f"scatter plot of {number(len(called))} groups of points in different colours")
    elif slope:
        looks.append(f"scatter plot with a {'negative' if slope < 0 else 'positive'} correlation")
    else:
        looks.append("a scatter plot, a cloud of points without correlation")
    if fitted:
        looks.append("scatter plot with a regression line through the points")
    if bubbles:
        looks.append("bubble chart with circles of different sizes")
    subject = f"{about.matter} against {other}"
    facts = [f"{capital(about.quantity)} versus {other} for {about.subject}"]
    if len(called) > 1:
        facts.append(f"scatter plot with points for {listed(called)}")
    return Said(("scatter plot", "scatter chart", "dot plot"), looks, subject, facts)
