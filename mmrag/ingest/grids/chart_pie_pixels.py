"""Pies in a picture, in points of the page, and the keys in the colours of their slices."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from PIL import Image

from mmrag.ingest.grids import chart_colours, chart_discs, chart_pixels, polygons
from mmrag.ingest.grids.chart_discs import Disc
from mmrag.ingest.grids.chart_pies import Pie, Slice
from mmrag.ingest.grids.chart_shapes import Shape
from mmrag.ingest.grids.polygons import Point
from mmrag.types import BBox

# Measured on pies of eight programs at 110 dpi, whose shares are known.
_REACH = 0.003  # of a turn, that a slice may be off
_REACH_PIXELS = 0.3  # the same, in pixels at the rim
_RIM_STEPS = 8  # points along the rim of a slice, by which its box is told


@dataclass(frozen=True, slots=True)
class SeenPies:
    """The pies of a picture, and the keys of a legend."""

    pies: tuple[Pie, ...]
    keys: tuple[Shape, ...]


def find(image: Image.Image, area: BBox, texts: Sequence[BBox]) -> SeenPies | None:
    """The pies in `image`, which shows `area` of the page; None where there is none.

    `texts` are the boxes of the text in it.
    """
    pixels = np.asarray(image.convert("RGB"))
    times = image.width / (area[2] - area[0])
    flat = chart_colours.flat(pixels)
    within = (colour for colour in flat[1:] if chart_colours.is_ground(pixels, colour))
    grounds = [*flat[:1], *islice(within, 1)]
    discs = chart_discs.find(pixels, grounds, chart_pixels.free_of(texts, pixels, area))
    if not discs:
        return None
    keys = []
    for colour, place in chart_discs.keys(pixels, grounds, discs):
        box = chart_pixels.in_points(place, area, times)
        keys.append(Shape("rect", colour, polygons.corners(box), box, box, is_filled=True))
    return SeenPies(tuple(_pie(disc, area, times) for disc in discs), tuple(keys))


def _pie(disc: Disc, area: BBox, times: float) -> Pie:
    """A disc in points of the page."""
    centre, radius = (area[0] + disc.x / times, area[1] + disc.y / times), disc.radius / times

    def at(turn: float) -> Point:
        x, y = math.cos(math.tau * turn), math.sin(math.tau * turn)
        return centre[0] + radius * x, centre[1] + radius * y

    slices = []
    for wedge in disc.wedges:
        rim = [at(wedge.start + wedge.share * step / _RIM_STEPS) for step in range(_RIM_STEPS + 1)]
        xs, ys = zip(centre, *rim, strict=True)
        box = (min(xs), min(ys), max(xs), max(ys))
        slices.append(Slice(wedge.colour, wedge.share, at(wedge.start + wedge.share / 2), box))
    return Pie(tuple(slices), centre, radius, _REACH + _REACH_PIXELS / disc.radius)
