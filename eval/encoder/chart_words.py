"""What charts say and how large their numbers are: titles, names of series, colours in words."""

import random
from collections.abc import Sequence

from canvas import colour_name
from topics import Topic, capital


def scaled(rng: random.Random) -> float:
    """The size of the numbers of a chart."""
    return rng.choice((1, 10, 50, 80, 100, 250, 1000, 4000, 20000)) * rng.uniform(0.6, 1)


def heading(rng: random.Random, about: Topic) -> str:
    """The title above a chart, which may be missing."""
    if rng.random() < 0.25:
        return ""
    if about.unit and rng.random() < 0.25:
        return f"{capital(about.matter)}, {about.unit}"
    title = rng.choice((about.title, about.title, about.matter))
    return title.title() if rng.random() < 0.25 else capital(title)


def names(rng: random.Random, about: Topic, count: int) -> list[str]:
    """What the series of a chart are called."""
    if rng.random() < 0.25:
        first = rng.randint(1990, 2024 - count)
        return [str(first + at) for at in range(count)]
    found = rng.sample(about.field.series, min(count, len(about.field.series)))
    return found + [f"Type {letter}" for letter in "ABCDEFGH"[: count - len(found)]]


def listed(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def hued(colours: Sequence[str]) -> str:
    """The colours in words, each once: "blue and orange"."""
    return listed(list(dict.fromkeys(colour_name(colour) for colour in colours))[:3])
