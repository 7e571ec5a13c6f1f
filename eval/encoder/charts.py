"""All kinds of charts, and figures of several panels."""

import random

from bars import bar_chart
from box_plots import box_plot
from canvas import Box, Canvas, Said
from chart_words import listed
from curves import area_chart, line_chart
from heat_maps import heat_map
from histograms import histogram
from scatter_plots import scatter_plot
from slices import pie_chart
from topics import number

CHARTS = {
    "bar chart": bar_chart,
    "line chart": line_chart,
    "scatter plot": scatter_plot,
    "pie chart": pie_chart,
    "area chart": area_chart,
    "box plot": box_plot,
    "heat map": heat_map,
    "histogram": histogram,
}


def multi_panel(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    shapes = ((1, 2), (1, 3), (2, 1), (2, 2), (2, 2), (2, 3), (3, 2), (3, 1))
    aspect = (box[2] - box[0]) / (box[3] - box[1])
    rows, columns = rng.choice([(r, c) for r, c in shapes if 0.75 <= aspect * r / c <= 2.3])
    count = rows * columns
    one = rng.random() < 0.5
    kinds = [rng.choice(list(CHARTS))] * count if one else rng.choices(list(CHARTS), k=count)
    state = rng.getrandbits(60)
    cv.size = max(10.0, cv.size * (0.8 if count <= 2 else 0.66))
    lettered = rng.choice(("", "", "(a)", "a)", "A"))
    wide, high = (box[2] - box[0]) / columns, (box[3] - box[1]) / rows
    said = []
    for at, kind in enumerate(kinds):
        left, top = box[0] + at % columns * wide, box[1] + at // columns * high
        place = (
            left + 4,
            top + (1.5 * cv.size if lettered else 2),
            left + wide - 4,
            top + high - 2,
        )
        said.append(_panel(cv, kind, place, random.Random(state + (0 if one else at))))
        if lettered:
            letter = lettered.replace("a", "abcdef"[at]).replace("A", "ABCDEF"[at])
            cv.text(left + 6, top + 4, letter, 1.2 * cv.size, cut=1)
    parts = list(dict.fromkeys(kinds))
    kindly = parts[0] + "s" if len(parts) == 1 else listed([part + "s" for part in parts[:3]])
    looks = [
        f"{number(count)} panels with {kindly}"
        if len(parts) < 4
        else f"{number(count)} small charts"
    ]
    looks.append(
        f"a figure of {number(count)} panels in {number(rows)} {'rows' if rows > 1 else 'row'}"
    )
    if lettered:
        looks.append(f"a multi-panel figure with panels lettered A to {'ABCDEF'[count - 1]}")
    topics = list(dict.fromkeys(one.about for one in said))
    named = ("multi-panel chart", "figure with several plots", f"grid of {number(count)} charts")
    facts = [f"{part} of {one.about}" for part, one in zip(kinds, said, strict=True)]
    return Said(named, looks, listed(topics[:2]), facts[:2])


def _panel(cv: Canvas, kind: str, place: Box, rng: random.Random) -> Said:
    """One panel, drawn with a chance of its own and pasted in."""
    part = cv.part(place, cv.size)
    part.rng = rng
    said = CHARTS[kind](part, part.box)
    cv.image.paste(part.image, (round(place[0]), round(place[1])))
    return said
