"""The texts of a chart that is a picture, by their ink: OCR boxes them wide, and several as one."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from operator import itemgetter

import cv2
import numpy as np
from PIL import Image

from mmrag import boxes
from mmrag.ingest.grids.chart_colours import THIN
from mmrag.ingest.grids.chart_pixels import in_pixels, in_points
from mmrag.ingest.layout import raised
from mmrag.ingest.layout.order import Fragment
from mmrag.types import BBox

# Chosen by hand on charts of Matplotlib, Vega and ReportLab at 110 dpi.
_FILLED_SHARE = 0.9  # of its box, that a swatch fills
_INK = 70  # of 255, from the ground: a letter
_UPRIGHT = 1.5  # times as high as wide: a text that stands upright
_ABOVE_INK = 0.25  # of the height of ink, that the box of its type is higher above and below it
_LABEL_GAP, _WORD_GAP = 1.2, 0.25  # heights of ink, between two labels of an axis, and two words
_MAX_CUT = 0.4  # of the height of a text, that what is cut off of a letter beside it is wide
_MIN_SWATCH_SIDE, _MIN_SWATCH_SHARE = 5, 0.25  # pixels, and of a line, of a swatch within it
_TICK = re.compile(r"(?<=[\w%])\s*[-–—+_=~|十]+\s*$")
_ZERO = re.compile(r"[oO]")  # alone at an axis: OCR reads letters rather than one digit
_FLAT_POWER = re.compile(r"10[-−–]?[\doO]")
_SAMPLE = re.compile(r"\s*(?:[-–—_=~]+\s+|[■□▪●○•◆◇▲△▼、]+\s*)(?=[^\W\d])")
_PART_END = re.compile(r"\s|(?<=[%)])(?=\w)|(?<=[a-z])(?=[A-Z])")
_SAMPLE_CHARS = 3.5  # that the sample of a legend is wide, with the gap behind it
_MARK_CHARS = 2  # that OCR makes of a dot, at most
_SOLID_SHARE = 0.45  # of its length, that a dot, or half of one, is thick: letters are strokes
_SPECK_SHARE = 0.6  # of the largest ink, that smaller ink beside it may be anything
_AROUND = 3  # pixels around a dot, that show its ground
_RISE = 0.25  # of the height of a 10, that its exponent ends higher


def is_mark(image: Image.Image, area: BBox, text: Fragment) -> bool:
    """Whether what OCR read as a letter or two is a dot: its ink is solid, and no stroke."""
    if len(text.text.strip()) > _MARK_CHARS:
        return False
    times = image.width / (area[2] - area[0])
    x0, y0, x1, y1 = in_pixels(text.bbox, area, times)
    around = (x0 - _AROUND, y0 - _AROUND, x1 + _AROUND, y1 + _AROUND)
    inside = boxes.clip(around, (0, 0, *image.size))
    if boxes.area(inside) <= 0:
        return False
    part = np.asarray(image.crop(inside).convert("RGB"), dtype=np.int16)
    off = np.abs(part - np.median(part.reshape(-1, 3), axis=0)).max(axis=2)
    ink = (off > max(off.max() / 2, _INK)).astype(np.uint8)
    if ink.all():
        return False
    thick = 2 * cv2.distanceTransform(ink, cv2.DIST_L2, 5)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    high, wide = ink.shape
    blobs = [(at, row) for at, row in enumerate(stats.tolist()) if at]
    inner = [item for item in blobs if not _is_at_edge(item[1], wide, high)]
    most = max((row[4] for _, row in inner), default=0)
    return most > 0 and all(
        thick[labels == at].max() >= _SOLID_SHARE * max(row[2:4])
        for at, row in inner
        if row[4] >= _SPECK_SHARE * most
    )


def tight(image: Image.Image, area: BBox, text: Fragment) -> list[Fragment]:
    """A text that OCR boxed wide, in the box of its ink, as high as that of type.

    The swatches of a legend are no ink of it: texts between them are several.
    """
    times = image.width / (area[2] - area[0])
    x0, y0, x1, y1 = in_pixels(text.bbox, area, times)
    part = np.asarray(image.crop((x0, y0, x1, y1)).convert("L"), dtype=np.int16)
    if part.size == 0:
        return [text]
    ink = (np.abs(part - int(np.median(part))) > _INK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    letters = [row for row in stats[1:].tolist() if not _is_rule(row, x1 - x0, y1 - y0)]
    is_upright = len(text.text) > 2 and y1 - y0 > _UPRIGHT * (x1 - x0)
    letters = letters if is_upright else _without_tick(letters)
    cuts = [row[0] for row in letters if _is_swatch_in_text(row, y1 - y0)]
    letters = [row for row in letters if not _is_swatch_in_text(row, y1 - y0)]
    cuts = cuts or _between_labels(text.text, letters)
    groups = [
        [row for row in letters if start <= row[0] < end]
        for start, end in pairwise([0, *sorted(cuts), x1 - x0 + 1])
    ]
    groups = [group for group in groups if group]
    whole = [group for group in groups if not _is_cut(group, x1 - x0, y1 - y0)]
    groups = whole or groups
    if not groups:
        return [text]
    found = []
    spans = [(min(row[0] for row in g), max(row[0] + row[2] for row in g)) for g in groups]
    words = text.text.split()
    parts = words if len(words) == len(groups) else _cut(text.text, spans)
    for (left, right), group, told in zip(spans, groups, parts, strict=True):
        told = told if is_upright else _with_exponent(told, group)
        top, foot = min(row[1] for row in group), max(row[1] + row[3] for row in group)
        more = 0.0 if is_upright else _ABOVE_INK * (foot - top)
        own = (x0 + left, y0 + top - more, right - left, foot - top + 2 * more)
        found.append(replace(text, text=told, bbox=in_points(own, area, times)))
    return found


def _with_exponent(text: str, letters: Sequence[Sequence[int]]) -> str:
    """A power of ten that OCR read flat, as `102`, with its exponent raised as its ink is."""
    ordered = sorted(letters, key=itemgetter(0))
    if _FLAT_POWER.fullmatch(text.strip()) is None or len(ordered) != len(text.strip()):
        return text
    ten, rest = ordered[:2], ordered[2:]
    foot, high = min(row[1] + row[3] for row in ten), max(row[3] for row in ten)
    is_raised = all(row[1] + row[3] < foot - _RISE * high for row in rest)
    return "10" + raised.marked(_ZERO.sub("0", text.strip()[2:])) if is_raised else text


def _without_tick(letters: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    """The ink but what ends over all letters: the tick that a label stands below."""
    high = max((row[3] for row in letters), default=0)
    top = min((row[1] for row in letters if row[3] > high / 2), default=0)
    return [row for row in letters if row[1] + row[3] > top + 1]


def _between_labels(text: str, letters: Sequence[Sequence[int]]) -> list[int]:
    """Where each word but the first begins in a row of labels that OCR read as one text.

    Labels stand further apart than words do; the widest gaps are as many as there are.
    """
    count = len(text.split()) - 1
    edges = sorted((row[0], row[0] + row[2]) for row in letters)
    if count < 1 or len(edges) <= count:
        return []
    gaps: list[tuple[int, int]] = []
    end = edges[0][1]
    for left, right in edges[1:]:
        gaps.append((left - end, left))
        end = max(end, right)
    widest = sorted(gaps, reverse=True)[:count]
    high = max(row[3] for row in letters)
    is_row = widest[0][0] >= _LABEL_GAP * high and widest[-1][0] >= _WORD_GAP * high
    return [left for _, left in widest] if is_row else []


def _is_cut(letters: Sequence[Sequence[int]], width: int, height: int) -> bool:
    """Whether ink is the end of a letter of the text beside, at the edge of the box of another."""
    left, right = min(row[0] for row in letters), max(row[0] + row[2] for row in letters)
    return right - left < _MAX_CUT * height and (left == 0 or right == width)


def _is_swatch_in_text(stats: Sequence[int], height: int) -> bool:
    """Whether ink (x, y, wide, high, count) is a filled square: no letter is one."""
    _, _, wide, high, count = stats
    return (
        min(wide, high) >= max(_MIN_SWATCH_SIDE, _MIN_SWATCH_SHARE * height)
        and abs(wide - high) <= 2
        and count >= _FILLED_SHARE * wide * high
    )


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """A text in as many parts as it has spans of ink, each as long as its share of that.

    Parts end where a word does, as near to that as there is such a place.
    """
    total = sum(end - start for start, end in spans)
    ends = [match.start() for match in _PART_END.finditer(text)] or [len(text)]
    parts, at, covered = [], 0, 0
    for start, end in spans[:-1]:
        covered += end - start
        place = min(ends, key=lambda x: abs(x - covered / total * len(text)))
        parts.append(text[at:place].strip())
        at = max(place, at)
    return [*parts, text[at:].strip()]


def without_strokes(text: Fragment) -> Fragment:
    """A text without the tick behind it or the sample before it, which OCR read as dashes."""
    x0, y0, x1, y1 = text.bbox
    behind, before = _TICK.search(text.text), _SAMPLE.match(text.text)
    if behind is not None:
        x1 = x0 + (x1 - x0) * behind.start() / len(text.text)
    if before is not None:
        rest = len(text.text) - before.end()
        x0 = x1 - (x1 - x0) * rest / (rest + _SAMPLE_CHARS)
    told = text.text[before.end() if before else 0 : behind.start() if behind else None]
    return replace(text, text="0" if _ZERO.fullmatch(told) else told, bbox=(x0, y0, x1, y1))


def _is_rule(stats: Sequence[int], width: int, height: int) -> bool:
    """Whether ink (x, y, wide, high) is a tick or an axis that comes in from beside the text."""
    return _is_at_edge(stats, width, height) and min(stats[2:4]) < THIN


def _is_at_edge(stats: Sequence[int], width: int, height: int) -> bool:
    x, y, wide, high = stats[:4]
    return x == 0 or y == 0 or x + wide == width or y + high == height
