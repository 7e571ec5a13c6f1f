"""The sheet that pictures are drawn on, at twice their size: fonts, colours, strokes and words."""

import colorsys
import io
import math
import random
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
import pymupdf
from PIL import Image, ImageDraw, ImageFont
from topics import capital

Box = tuple[float, float, float, float]  # left, top, right, bottom
Point = tuple[float, float]

FACES = {
    "dejavu": ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"),
    "serif": ("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    "stix": ("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic"),
    "latex": ("cmr10", "cmb10", "cmti10"),
    "helvetica": ("*helv", "*hebo", "*heit"),
    "times": ("*tiro", "*tibo", "*tiit"),
    "courier": ("*cour", "*cobo", "*coit"),
    "mono": ("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique"),
}  # regular, bold, italic; a star marks the fonts inside pymupdf
PALETTES = tuple(
    tuple(f"#{code}" for code in row.split())
    for row in """
1f77b4 ff7f0e 2ca02c d62728 9467bd 8c564b e377c2 7f7f7f
4472c4 ed7d31 a5a5a5 ffc000 5b9bd5 70ad47 264478 9e480e
f8766d b79f00 00ba38 00bfc4 619cff f564e3 cd9600 7cae00
4e79a7 f28e2b e15759 76b7b2 59a14f edc948 b07aa1 ff9da7
440154 414487 2a788e 22a884 7ad151 fde725 31688e 35b779
222222 777777 aaaaaa 555555 cccccc 3f3f3f 999999 e0e0e0
e41a1c 377eb8 4daf4a 984ea3 ff7f00 a65628 f781bf 999999
8dd3c7 fb8072 80b1d3 fdb462 b3de69 bebada fccde5 d9d9d9
003f5c 58508d bc5090 ff6361 ffa600 2f4b7c 665191 a05195
0000cc cc0000 007700 aa00aa 00aaaa 885500 000000 ee7700
0b3c5d 328cc1 d9b310 1d2731 6b7a8f f7882f a3c4dc 5f7d95
08306b 2171b5 6baed6 9ecae1 4292c6 c6dbef 08519c deebf7
7f2704 d94801 fd8d3c fdae6b a63603 f16913 fdd0a2 8c2d04
00441b 238b45 74c476 a1d99b 006d2c 41ab5d c7e9c0 005a32
436983 bf9b30 949d48 9b3a2e 7a7a7a d1a730 5a7d9a c9c19f
cc0033 003366 99bbdd ff9999 666666 333333 ffcc66 669966
""".strip().splitlines()
)


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: str, other: str, share: float) -> str:
    """A colour between two: `share` of the first."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def colour_name(colour: str) -> str:
    red, green, blue = (value / 255 for value in rgb(colour))
    hue, light, vivid = colorsys.rgb_to_hls(red, green, blue)
    if light < 0.14:
        return "black"
    if light > 0.94:
        return "white"
    if vivid < 0.14:
        return "grey"
    bounds = (
        (15, "red"), (42, "orange" if light > 0.42 else "brown"), (68, "yellow"), (160, "green"),
        (192, "turquoise"), (256, "blue"), (295, "purple"), (342, "pink"), (361, "red"),
    )  # fmt: skip
    return next(name for bound, name in bounds if hue * 360 < bound)


def dark(colour: str) -> bool:
    red, green, blue = rgb(colour)
    return 0.3 * red + 0.59 * green + 0.11 * blue < 128


@cache
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """A face by its file name in matplotlib, or with a star by its name in pymupdf."""
    if face.startswith("*"):
        source: io.BytesIO | str = io.BytesIO(pymupdf.Font(face[1:]).buffer)
    else:
        source = str(Path(matplotlib.get_data_path(), "fonts", "ttf", f"{face}.ttf"))
    return ImageFont.truetype(source, size, layout_engine=ImageFont.Layout.BASIC)


@dataclass(frozen=True, slots=True)
class Said:
    """What is true of a picture, as parts of captions.

    `names` are words for its kind, `looks` phrases without the topic, `about` the topic alone,
    `facts` statements about what it shows.
    """

    names: Sequence[str]
    looks: Sequence[str]
    about: str
    facts: Sequence[str] = ()


class Canvas:
    """A sheet of twice the size of the picture."""

    def __init__(self, rng: random.Random, least: float = 0.6, most: float = 2.0) -> None:
        self.rng = rng
        self.chance = np.random.default_rng(rng.getrandbits(63))
        aspect = math.exp(rng.uniform(math.log(least), math.log(most)))
        side = 2 * rng.randint(256, 384)
        self.width = side if aspect >= 1 else 2 * round(side * aspect / 2)
        self.height = side if aspect <= 1 else 2 * round(side / aspect / 2)
        self.paper = "#ffffff"
        self.ink = rng.choice(("#000000", "#000000", "#222222", "#333333"))
        self.palette = list(rng.choice(PALETTES))
        if rng.random() < 0.35:
            rng.shuffle(self.palette)
        self.face = rng.choice(
            ("dejavu", "dejavu", "helvetica", "helvetica", "helvetica", "times", "times", "stix",
             "latex", "serif", "mono")
        )  # fmt: skip
        self.size = min(24.0, max(12.0, rng.uniform(0.026, 0.038) * math.hypot(*self.extent)))
        self.clear()

    @property
    def extent(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def box(self) -> Box:
        return 0, 0, self.width, self.height

    def clear(self, paper: str | None = None) -> None:
        self.paper = paper or self.paper
        self.image = Image.new("RGB", self.extent, self.paper)
        self.pen = ImageDraw.Draw(self.image)

    def part(self, place: Box, size: float) -> "Canvas":
        """A sheet of its own for a part of this one, with its colours and letters."""
        made = copy(self)
        made.palette, made.size = list(self.palette), max(9.0, size)
        made.width, made.height = round(place[2] - place[0]), round(place[3] - place[1])
        made.clear()
        return made

    def finished(self) -> Image.Image:
        return self.image.reduce(2)

    def font(self, size: float, cut: int = 0) -> ImageFont.FreeTypeFont:
        """`cut` is 0 for regular, 1 for bold, 2 for italic."""
        return font(FACES[self.face][cut], max(8, round(size)))

    def long(self, words: str, size: float, cut: int = 0) -> float:
        return self.font(size, cut).getlength(words)

    def fitting(self, words: str, size: float, room: float, cut: int = 0) -> float:
        """The size at which the words fit into the room."""
        return max(8.0, min(size, math.floor(size * room / max(1.0, self.long(words, size, cut)))))

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 0,
        anchor: str = "la",
        fill: str = "",
        cut: int = 0,
    ) -> None:
        face = self.font(size or self.size, cut)
        self.pen.text((x, y), words, fill or self.ink, face, anchor=anchor)

    def turned(
        self, x: float, y: float, words: str, size: float, angle: int = 90, anchor: str = "mm"
    ) -> None:
        """Text that runs upwards at an angle; (x, y) is its middle ("mm") or its end ("rm")."""
        face = self.font(size)
        wide, high = math.ceil(face.getlength(words)) + 2, round(size * 1.4)
        strip = Image.new("L", (wide, high), 0)
        ImageDraw.Draw(strip).text((1, high / 2), words, 255, face, anchor="lm")
        made = strip.rotate(angle, Image.Resampling.BILINEAR, expand=True)
        left, top = x - made.width / 2, y - made.height / 2
        if anchor == "rm":
            turn = math.radians(angle)
            left = x - made.width / 2 - math.cos(turn) * wide / 2
            top = y - made.height / 2 + math.sin(turn) * wide / 2
        self.image.paste(self.ink, (round(left), round(top)), made)

    def line(
        self, points: Sequence[Point], fill: str = "", width: float = 2, dash: Sequence[float] = ()
    ) -> None:
        fill, stroke = fill or self.ink, max(1, round(width))
        if not dash:
            self.pen.line(points, fill, stroke, joint="curve" if stroke > 2 else None)
            return
        on, left, at = True, dash[0], 0
        for (x, y), (u, v) in pairwise(points):
            whole = math.hypot(u - x, v - y)
            done = 0.0
            while done < whole:
                step = min(left, whole - done)
                if on:
                    a, b = done / whole, (done + step) / whole
                    ends = (x + (u - x) * a, y + (v - y) * a, x + (u - x) * b, y + (v - y) * b)
                    self.pen.line(ends, fill, stroke)
                done += step
                left -= step
                if left <= 1e-6:
                    on, at = not on, (at + 1) % len(dash)
                    left = dash[at]

    def arrow(self, points: Sequence[Point], fill: str = "", width: float = 2) -> None:
        """A line with a filled head at its end."""
        fill = fill or self.ink
        (x, y), (u, v) = points[-2:]
        turn, head = math.atan2(v - y, u - x), 5 + 3 * width
        neck = (u - head * 0.8 * math.cos(turn), v - head * 0.8 * math.sin(turn))
        self.line([*points[:-1], neck], fill, width)
        wings = [
            (u - head * math.cos(turn + side), v - head * math.sin(turn + side))
            for side in (0.42, -0.42)
        ]
        self.pen.polygon([(u, v), *wings], fill)

    def rect(
        self,
        box: Box,
        fill: str | None = None,
        outline: str | None = None,
        width: float = 2,
        radius: float = 0,
    ) -> None:
        left, top, right, bottom = (round(value) for value in box)
        if right < left or bottom < top:
            return
        if radius:
            place = (left, top, right, bottom)
            self.pen.rounded_rectangle(place, radius, fill, outline, max(1, round(width)))
        else:
            self.pen.rectangle((left, top, right, bottom), fill, outline, max(1, round(width)))

    def hatch(self, box: Box, style: int, fill: str = "#000000") -> None:
        """Cover a box with slanted lines, crossed lines or dots."""
        left, top, right, bottom = (round(value) for value in box)
        if right <= left or bottom <= top:
            return
        y, x = np.ogrid[: bottom - top, : right - left]
        masks = (
            (x + y) % 12 < 2, (x - y) % 12 < 2, ((x + y) % 12 < 2) | ((x - y) % 12 < 2),
            (x % 10 < 3) & (y % 10 < 3), (x + 0 * y) % 10 < 2, (y + 0 * x) % 10 < 2,
        )  # fmt: skip
        mask = Image.fromarray(masks[style % 6].astype(np.uint8) * 255)
        self.image.paste(fill, (left, top), mask)

    def mark(self, x: float, y: float, size: float, fill: str, shape: int = 0) -> None:
        """A marker of a plot: disc, ring, square, triangle, diamond or cross."""
        box = (x - size, y - size, x + size, y + size)
        if shape == 0:
            self.pen.ellipse(box, fill)
        elif shape == 1:
            self.pen.ellipse(box, self.paper, fill, 2)
        elif shape == 2:
            self.pen.rectangle(box, fill)
        elif shape == 3:
            self.pen.polygon([(x, y - size), (x - size, y + size), (x + size, y + size)], fill)
        elif shape == 4:
            self.pen.polygon([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], fill)
        else:
            self.pen.line((x - size, y - size, x + size, y + size), fill, 2)
            self.pen.line((x - size, y + size, x + size, y - size), fill, 2)

    def wrapped(self, words: Sequence[str], size: float, room: float, cut: int = 0) -> list[str]:
        """Lines that fit into the room."""
        face = self.font(size, cut)
        space = face.getlength(" ")
        lines, line, used = [], [], 0.0
        for word in words:
            wide = face.getlength(word)
            if line and used + wide > room:
                lines.append(" ".join(line))
                line, used = [], 0.0
            line.append(word)
            used += wide + space
        return [*lines, " ".join(line)] if line else lines

    def centred(self, box: Box, words: str, size: float, fill: str = "", cut: int = 0) -> None:
        """Words in the middle of a box, in lines, smaller if they have to be."""
        left, top, right, bottom = box
        room = right - left - 6
        while True:
            lines = self.wrapped(words.split(), size, room, cut)
            high = 1.2 * size * len(lines)
            widest = max(self.long(line, size, cut) for line in lines)
            if size <= 9 or (high <= bottom - top and widest <= room):
                break
            size -= 1
        y = (top + bottom) / 2 - high / 2 + 0.6 * size
        for line in lines:
            self.text((left + right) / 2, y, line, size, "mm", fill, cut)
            y += 1.2 * size

    def paragraph(
        self, box: Box, words: Sequence[str], size: float, fill: str = "", justified: bool = True
    ) -> float:
        """Running text from the top of a box; gives where it ends."""
        left, top, right, bottom = box
        face, leading = self.font(size), 1.25 * size
        lines = self.wrapped(words, size, right - left)
        for at, line in enumerate(lines):
            if top + leading > bottom:
                break
            if justified and at < len(lines) - 1:
                self._spread(left, top, line, right - left, face, fill)
            else:
                self.pen.text((left, top), line, fill or self.ink, face)
            top += leading
        return top

    def _spread(
        self,
        left: float,
        top: float,
        line: str,
        room: float,
        face: ImageFont.FreeTypeFont,
        fill: str,
    ) -> None:
        words = line.split()
        wide = [face.getlength(word) for word in words]
        gap = (room - sum(wide)) / max(1, len(words) - 1)
        for word, long in zip(words, wide, strict=True):
            self.pen.text((left, top), word, fill or self.ink, face)
            left += long + gap

    def captioned(self, box: Box, words: str, size: float, label: str = "Figure") -> Box:
        """Write a caption below what will be drawn in the box; gives the box that is left."""
        left, top, right, bottom = box
        text = f"{label} {self.rng.randint(1, 12)}: {capital(words)}.".split()
        lines = self.wrapped(text, size, right - left - 20)
        y = bottom - 1.3 * size * len(lines) - 4
        for at, line in enumerate(lines):
            self.text((left + right) / 2, y + 1.3 * size * at, line, size, "ma")
        return left, top, right, y - 6
