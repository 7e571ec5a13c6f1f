"""Heat maps, confusion matrices and fields of colour."""

from collections.abc import Sequence

import numpy as np
from axes import Frame, Scale, Theme, slots, theme
from canvas import Box, Canvas, Said
from chart_words import heading
from PIL import Image
from topics import Topic, topic

RAMPS = {
    "purple to yellow": ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"),
    "blue": ("#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"),
    "red and blue": ("#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b"),
    "yellow to red": ("#ffffcc", "#fed976", "#fd8d3c", "#e31a1c", "#800026"),
    "rainbow": ("#00007f", "#007fff", "#7fff7f", "#ff7f00", "#7f0000"),
    "black to yellow": ("#000004", "#57106e", "#bc3754", "#f98e09", "#fcffa4"),
    "green": ("#f7fcf5", "#c7e9c0", "#74c476", "#238b45", "#00441b"),
    "grey": ("#ffffff", "#cccccc", "#969696", "#525252", "#000000"),
}


def shaded(values: np.ndarray, ramp: Sequence[str]) -> np.ndarray:
    """Colours, uint8, of values between 0 and 1."""
    stops = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in ramp])
    places = np.linspace(0, 1, len(ramp))
    parts = [np.interp(values, places, stops[:, channel]) for channel in range(3)]
    return np.stack(parts, axis=-1).astype(np.uint8)


def heat_map(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    theme(cv)
    way = rng.choice(("cells", "cells", "confusion", "correlation", "field", "field"))
    name = rng.choice(list(RAMPS))
    count = rng.randint(3, 9)
    about = topic(rng, count)
    rows = count if way in ("confusion", "correlation") else rng.randint(3, 9)
    values = cv.chance.random((rows, count))
    title = heading(rng, about)
    if way == "confusion":
        values = 0.25 * values + 0.75 * np.eye(count)
        title = rng.choice(("Confusion matrix", "", f"Confusion matrix, {about.subject}"))
    elif way == "correlation":
        name, values = "red and blue", (values + values.T) / 2
        np.fill_diagonal(values, 1)
    elif way == "field":
        values = _smooth(cv, 40, 60)
    if way == "field":
        up, across = Scale(0, 50, about.axis), Scale(0, rng.choice((10, 60, 100)), rng.choice(
            ("time (s)", "x (mm)", "longitude", "distance (km)")
        ))  # fmt: skip
    else:
        side = about.labels if way != "cells" else tuple(f"{at + 1}" for at in range(rows))
        up = slots(side[::-1], rng.choice(("", "", "True label")) if way == "confusion" else "")
        across = slots(about.labels, "Predicted label" if up.name else "")
    bar = rng.random() < 0.6
    if bar:
        box = (box[0], box[1], box[2] - 3.6 * cv.size, box[3])
    frame = Frame(cv, box, Theme(frame="ltrb" if way == "field" else ""), across, up, title)
    left, top, right, bottom = (round(value) for value in frame.box)
    soft = Image.Resampling.BICUBIC if way == "field" else Image.Resampling.NEAREST
    tile = Image.fromarray(shaded(values, RAMPS[name]))
    cv.image.paste(tile.resize((max(8, right - left), max(8, bottom - top)), soft), (left, top))
    written = way != "field" and rng.random() < 0.65
    if written:
        _write_cells(cv, frame, values, RAMPS[name], rng.choice((100, 1)))
    if bar:
        _colour_bar(cv, frame, RAMPS[name])
    return _heat_said(about, way, name, values.shape, bar, written)


def _colour_bar(cv: Canvas, frame: Frame, colours: Sequence[str]) -> None:
    """The scale of the colours, at the right of the map."""
    _, top, right, bottom = (round(value) for value in frame.box)
    ramp = shaded(np.linspace(1, 0, 60)[:, None].repeat(8, 1), colours)
    strip = Image.fromarray(ramp).resize((round(1.1 * cv.size), max(8, bottom - top)))
    x = right + round(0.8 * cv.size)
    cv.image.paste(strip, (x, top))
    for at in range(5):
        y = bottom - (bottom - top) * at / 4
        cv.text(x + 1.4 * cv.size, y, f"{at / 4:.2g}", 0.75 * cv.size, "lm")


def _heat_said(
    about: Topic, way: str, name: str, shape: tuple[int, ...], bar: bool, written: bool
) -> Said:
    kinds = {
        "confusion": ("confusion matrix", "heat map"),
        "correlation": ("correlation matrix", "heat map"),
        "field": ("heat map", "colour map", "density map"),
    }.get(way, ("heat map", "heatmap"))
    looks = [
        f"a {kinds[0]} in {name}",
        f"{kinds[0]} with a colour bar" if bar else f"a {name} heat map",
    ]
    if way != "field":
        looks.append(f"a grid of {shape[0]} by {shape[1]} coloured cells")
    if written:
        looks.append("heat map with a number in each cell")
    if way in ("confusion", "correlation"):
        looks.append(f"{kinds[0]} with a strong diagonal")
    return Said(kinds, looks, f"{about.matter}" if way == "field" else about.title)


def _smooth(cv: Canvas, high: int, wide: int) -> np.ndarray:
    """A smooth random field between 0 and 1."""
    y, x = np.mgrid[0 : 1 : high * 1j, 0 : 1 : wide * 1j]
    made = np.zeros((high, wide))
    for _ in range(cv.rng.randint(2, 6)):
        u, v, reach = cv.rng.random(), cv.rng.random(), cv.rng.uniform(0.1, 0.35)
        made += cv.rng.uniform(-0.6, 1) * np.exp(-((x - u) ** 2 + (y - v) ** 2) / reach**2)
    if cv.rng.random() < 0.3:
        made += 0.1 * cv.chance.normal(size=made.shape)
    return (made - made.min()) / (np.ptp(made) + 1e-9)


def _write_cells(
    cv: Canvas, frame: Frame, values: np.ndarray, ramp: Sequence[str], scale: int
) -> None:
    rows, count = values.shape
    wide, high = (frame.right - frame.left) / count, (frame.bottom - frame.top) / rows
    size = min(0.9 * cv.size, 0.6 * high, wide / 2.6)
    if size < 8:
        return
    inks = shaded(values, ramp).mean(axis=-1)
    for row in range(rows):
        for at in range(count):
            value = values[row, at]
            text = f"{value * scale:.0f}" if scale > 1 else f"{value:.2f}"
            place = frame.left + (at + 0.5) * wide, frame.top + (row + 0.5) * high
            cv.text(*place, text, size, "mm", "#ffffff" if inks[row, at] < 128 else "#000000")
