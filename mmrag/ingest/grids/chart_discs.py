"""Pies and doughnuts in a picture: discs whose colour changes with the angle alone.

A disc is unrolled around its middle; where its colour is the same for a while, there is a slice.
Lines between slices, text on them and shades of one colour therefore cost none of them its share.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mmrag.ingest.grids import chart_colours
from mmrag.ingest.grids.chart_colours import Pixels
from mmrag.ingest.grids.chart_shapes import Colour

# Chosen by hand on pies of eight programs at 110 dpi; in shares of the radius where not said.
_MAX_DISCS = 12  # of one picture
_MIN_RADIUS = 25  # pixels
_SAME = 15  # of 255, in each channel: the ground, and the shades of a slice
_PEN = 5  # pixels: what is thinner is a line or a letter, and no part of a disc
_BEYOND = 4  # pixels off the rim of a disc,
_MAX_TOUCHED = 0.3  # of which so much may be words that touch it
_RIM, _CORE = 0.95, 0.25  # between which a disc is looked at: lines meet within, edges mix beyond
_MIN_FILLED = 0.8  # of the turn, that is no ground at a radius within a ring
_MIN_RING = 0.12  # that a ring is broad
_STEP = 8  # of 255, between neighbours in one slice
_MIN_JUMP = 14  # of 255, between one slice and the next: less is a shade of one
_MIN_SLICE = 0.006  # of a turn
_MIN_LINE = 0.8  # of the breadth of the ring, that a line between slices of one colour goes over
_MIN_EVEN = 0.85  # of a slice, that has its colour
_EDGE = 2  # samples at either end of a slice, whose colours mix
_MIN_SWATCH, _MAX_SWATCH = 5, 45  # pixels of a key
_MAX_LONG = 4.0  # its longer side over its shorter one
_MIN_SOLID = 0.7  # of its box, that a key fills: a disc has 0.79

_Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wedge:
    """A slice: its colour, and from where to where it goes, in turns from the right, clockwise."""

    colour: Colour
    start: float
    share: float


@dataclass(frozen=True, slots=True)
class Disc:
    """A pie in pixels."""

    x: float
    y: float
    radius: float
    wedges: tuple[Wedge, ...]


def find(pixels: Pixels, grounds: Sequence[Colour], free: Pixels) -> list[Disc]:
    """The discs that are pies. `free` is 0 where text stands."""
    drawn = _drawn(pixels, grounds)
    found = (_disc(pixels, drawn, free, *circle) for circle in _circles(drawn))
    return [disc for disc in found if disc is not None]


def keys(
    pixels: Pixels, grounds: Sequence[Colour], discs: Sequence[Disc]
) -> Iterator[tuple[Colour, tuple[int, int, int, int]]]:
    """The boxes (x, y, wide, high) of small solid shapes in the colours of slices: their keys."""
    drawn = _drawn(pixels, grounds)
    for disc in discs:
        place = (round(disc.x), round(disc.y))
        cv2.circle(drawn, place, math.ceil(disc.radius) + _EDGE, 0, cv2.FILLED)
    colours = {wedge.colour for disc in discs for wedge in disc.wedges}
    for colour in colours:
        own = drawn & chart_colours.of_colour(pixels, colour, _MIN_JUMP // 2)
        _, _, stats, _ = cv2.connectedComponentsWithStats(own, connectivity=8)
        for x, y, wide, high_, count in stats[1:].tolist():
            short, long = sorted((wide, high_))
            is_key = short >= _MIN_SWATCH and long <= min(_MAX_SWATCH, _MAX_LONG * short)
            if is_key and count >= _MIN_SOLID * wide * high_:
                yield colour, (x, y, wide, high_)


def _drawn(pixels: Pixels, grounds: Sequence[Colour]) -> Pixels:
    """1 where a picture has none of its grounds."""
    found = np.ones(pixels.shape[:2], np.uint8)
    for ground in grounds:
        found[chart_colours.of_colour(pixels, ground, _SAME) > 0] = 0
    return found


def _circles(drawn: Pixels) -> list[tuple[float, float, float]]:
    """Middles and radii of what is round, the largest first, lines and letters taken off."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_PEN, _PEN))
    solid = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, kernel)
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, kernel)
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [x for x in outlines if min(cv2.boundingRect(x)[2:]) >= 2 * _MIN_RADIUS]
    large = sorted(large, key=cv2.contourArea, reverse=True)[:_MAX_DISCS]
    found = (_inner_circle(outline) for outline in large)
    return [circle for circle in found if circle is not None]


def _inner_circle(outline: NDArray[Any]) -> tuple[float, float, float] | None:
    """The largest circle within an outline, where hardly anything else touches it: a few words."""
    left, top, wide, high = cv2.boundingRect(outline)
    within = np.zeros((high + 2, wide + 2), np.uint8)
    cv2.drawContours(within, [outline], -1, 1, cv2.FILLED, offset=(1 - left, 1 - top))
    depths = cv2.distanceTransform(within, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    radius = float(depths.max())
    if radius < _MIN_RADIUS:
        return None
    rows, columns = np.nonzero(depths >= radius - 0.5)
    y, x = float(rows.mean()), float(columns.mean())
    angles = np.arange(360) * math.tau / 360
    around = (radius + _BEYOND) * np.array([np.sin(angles), np.cos(angles)]) + [[y], [x]]
    down, across = (
        np.clip(np.rint(part).astype(int), 0, most - 1)
        for part, most in zip(around, within.shape, strict=True)
    )
    if within[down, across].mean() > _MAX_TOUCHED:
        return None
    return x + left - 1, y + top - 1, radius


def _disc(
    pixels: Pixels, drawn: Pixels, free: Pixels, x: float, y: float, radius: float
) -> Disc | None:
    """The pie in a circle; None where its colour does not change with the angle alone."""
    turn = max(360, round(math.tau * radius))
    size = (round(radius), turn)

    def unrolled(of: Pixels) -> Pixels:
        way = cv2.WARP_POLAR_LINEAR | cv2.INTER_NEAREST
        return np.asarray(cv2.warpPolar(of, size, (x, y), radius, way), np.uint8)

    filled = unrolled(drawn).mean(axis=0)
    last = int(_RIM * size[0])
    hollow = np.flatnonzero(filled[:last] < _MIN_FILLED)
    first = max(int(_CORE * size[0]), int(hollow[-1]) + _EDGE if len(hollow) else 0)
    if last - first < _MIN_RING * size[0]:
        return None
    ring = unrolled(pixels)[:, first:last]
    runs = _runs(ring)
    if len(runs) < 2:
        return None
    seen = unrolled(free)[:, first:last] > 0
    ends = [((a + b) / 2) % turn for (_, a), (b, _) in pairwise([*runs, _after(runs[0], turn)])]
    wedges = []
    for at, run in enumerate(runs):
        colour = _colour(ring, run)
        if not _is_even(ring, seen, run, colour):
            return None
        start, end = ends[at - 1], ends[at]
        share = ((end - start) % turn) / turn
        wedges.append(Wedge(_exact(colour), start / turn, share))
    return Disc(x, y, radius, tuple(wedges))


def _after(run: tuple[int, int], turn: int) -> tuple[int, int]:
    return run[0] + turn, run[1] + turn


def _runs(ring: Pixels) -> list[tuple[int, int]]:
    """Where each slice begins and ends in an unrolled ring, the ends of lines left out.

    The last one may go over the seam: its end then lies beyond the number of rows.
    """
    turn = len(ring)
    colours = np.median(ring, axis=1).astype(np.int16)
    steps = np.abs(np.roll(colours, -1, axis=0) - np.roll(colours, 1, axis=0)).max(axis=1)
    breaks = np.flatnonzero(steps > _STEP)
    if not len(breaks):
        return []
    seam = int(breaks[0])
    edges = [*(int(at) for at in breaks), seam + turn]
    least = max(_EDGE, round(_MIN_SLICE * turn))
    runs = [(a + 1, b) for a, b in pairwise(edges) if b - a - 1 >= least]
    joined: list[tuple[int, int]] = []
    for run in runs:
        if joined and not _are_apart(ring, joined[-1], run):
            run = (joined.pop()[0], run[1])
        joined.append(run)
    if len(joined) > 1 and not _are_apart(ring, joined[-1], _after(joined[0], turn)):
        joined = [*joined[1:-1], (joined[-1][0], joined[0][1] + turn)]
    return joined


def _are_apart(ring: Pixels, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two runs differ in colour, or a line is drawn between them from rim to core."""
    before, behind = _colour(ring, one), _colour(ring, other)
    if np.abs(before - behind).max() >= _MIN_JUMP:
        return True
    between = np.take(ring, range(one[1], other[0]), axis=0, mode="wrap").astype(np.int16)
    if not len(between):
        return False
    off = np.abs(between - before).max(axis=2) >= _MIN_JUMP
    return bool(off.mean(axis=1).max() >= _MIN_LINE)


def _rows(ring: NDArray[Any], run: tuple[int, int]) -> NDArray[Any]:
    return np.take(ring, range(*run), axis=0, mode="wrap")


def _colour(ring: Pixels, run: tuple[int, int]) -> NDArray[np.int16]:
    return np.asarray(np.median(_rows(ring, run).reshape(-1, 3), axis=0), np.int16)


def _exact(colour: NDArray[np.int16]) -> Colour:
    red, green, blue = (int(part) for part in colour)
    return red, green, blue


def _is_even(ring: Pixels, seen: _Bool, run: tuple[int, int], colour: NDArray[np.int16]) -> bool:
    """Whether a slice has one colour, but for text on it."""
    own = _rows(ring, run).astype(np.int16)
    alike = np.abs(own - colour).max(axis=2) <= _SAME
    free = _rows(seen, run).astype(np.bool_)
    return bool(max(alike.mean(), alike[free].mean() if free.any() else 0.0) >= _MIN_EVEN)
