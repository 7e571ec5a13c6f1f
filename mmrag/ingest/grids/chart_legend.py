"""The legend of a chart: which colour, and which dashes, stand for which series."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mmrag import boxes
from mmrag.ingest.grids import chart_words
from mmrag.ingest.grids.chart_numbers import number
from mmrag.ingest.grids.chart_shapes import Colour, Shape
from mmrag.ingest.layout.order import Fragment
from mmrag.text.numbers import is_year

# Chosen by hand on charts of Matplotlib, Vega and office programs.
_MAX_GAP = 2.6  # from a swatch to its text, in heights of the text
_MAX_SWATCH_WIDTH = 45.0  # points
_MIN_SAMPLE = 0.4  # heights of the text, that a line beside it is long: less is a tick
_MAX_SWATCH_HEIGHT = 1.5  # heights of the text
_MAX_OFFSET = 0.55  # between their middles, in heights of the text
_MAX_GROUND = 2.5  # of the area of all entries, that a box behind them has
_MIN_BARS = 2  # that begin on one line with a shape beside a text: it is a bar, too
_LONGEST_NAME = 40  # characters of a series in its colour
_MIN_ROW, _ALIGNED = 3, 3.0  # entries, and points between the middles of swatches in line
_NEARER = 0.5  # of the distance of texts to the swatches at their other side
_SAME_SIZE = 0.5  # points, between the lines of one text
_UNDER_SHARE = 0.8  # of the narrower of two such lines, that is under the other
_LINE_GAP = 0.4  # heights, between them, or that they reach into each other
_OFF_LINES = 0.25  # heights, from the swatch to the middle of both; and less than to one alone
_CENTRED = 0.8  # points, between the middles of two lines that are one text
_DARK = 64  # of 255: what is less in each channel is black to the eye
_SAME_COLOUR = 8  # of 255, in each channel: what converting colours may change


@dataclass(frozen=True, slots=True)
class Legend:
    """Swatches and the texts beside them; without any, texts may have the colour of a series."""

    entries: tuple[tuple[Shape, Fragment], ...] = ()
    coloured: tuple[Fragment, ...] = ()  # words of the whole figure, that are not black
    lines: tuple[Fragment, ...] = ()  # those that texts of several lines are made of

    def name(self, colour: Colour, dashes: str = "") -> str:
        """The series of a colour; of several of the same colour, that of the same dashes."""
        same = [entry for entry in self.entries if alike(entry[0].colour, colour)]
        exact = [entry for entry in same if entry[0].dashes == dashes]
        found = exact or same
        return found[0][1].text.strip() if found else ""

    def has(self, colour: Colour, dashes: str) -> bool:
        """Whether a swatch has this colour and these dashes."""
        return any(alike(x.colour, colour) and x.dashes == dashes for x, _ in self.entries)

    def by_colour(self, colours: Sequence[Colour]) -> list[str]:
        """What names each of several series by being written in its colour, no other text so.

        Lines right below each other are one text. Empty where there are swatches, or one of them
        has no such text or several.
        """
        if self.entries or len(colours) < 2:
            return []
        named = [
            chart_words.blocks([x for x in self.coloured if x.colour and alike(x.colour, colour)])
            for colour in colours
        ]
        if any(len(blocks) != 1 for blocks in named):
            return []
        names = [block.text for (block,) in named]
        return names if len(set(names)) == len(names) else []

    @property
    def texts(self) -> set[Fragment]:
        return {*(text for _, text in self.entries), *self.lines}

    def without(self, shapes: Iterable[Shape]) -> list[Shape]:
        """The shapes but those of the legend, and what it stands on."""
        if not self.entries:
            return list(shapes)
        swatches = [boxes.grow(swatch.bbox, 1.5) for swatch, _ in self.entries]
        keys = [(x.bbox, _MAX_SWATCH_WIDTH * 2 * text.height) for x, text in self.entries]
        whole = boxes.union(box for x, text in self.entries for box in (x.bbox, text.bbox))
        most = _MAX_GROUND * boxes.area(whole)
        return [
            shape
            for shape in shapes
            if not any(boxes.share(shape.bbox, swatch) == 1.0 for swatch in swatches)
            and not (
                shape.is_filled
                and any(
                    boxes.area(shape.bbox) <= area and boxes.holds(boxes.grow(shape.bbox, 1.5), box)
                    for box, area in ((whole, most), *(keys if shape.kind == "rect" else ()))
                )
            )
        ]


def find(shapes: Sequence[Shape], texts: Sequence[Fragment], taken: set[Fragment]) -> Legend:
    """The legend, as far as texts that are not `taken` stand beside small shapes of their own.

    Empty where texts stand between shapes and it cannot be told to which they belong.
    """
    small = [
        shape
        for shape in shapes
        if boxes.width(shape.bbox) <= _MAX_SWATCH_WIDTH
        and shape.kind != "frame"
        and not shape.is_upright
        and len(shape.points) < 30
    ]
    rects = [shape for shape in shapes if shape.kind == "rect"]
    lines = _of_two_lines([text for text in texts if text not in taken])
    single = [text for text in texts if not any(text in pair for pair in lines.values())]
    left, right = (
        _entries(small, rects, dict.fromkeys(single, 1) | dict.fromkeys(lines, 2), taken, is_left)
        for is_left in (True, False)
    )
    if len(left) == len(right) and not {text for _, text in left}.isdisjoint(t for _, t in right):
        found = left if left == right else _nearer(left, right)
    else:
        found = max(left, right, key=len)
    told = _around_swatches(found, lines, texts)
    own = tuple(line for _, text in told for line in lines.get(text, (text,)))
    return Legend(tuple(told), lines=own)


def _nearer(
    left: tuple[tuple[Shape, Fragment], ...], right: tuple[tuple[Shape, Fragment], ...]
) -> tuple[tuple[Shape, Fragment], ...]:
    """The swatches of one side, where they stand clearly nearer to their texts; else none."""
    before = sum(text.bbox[0] - swatch.bbox[2] for swatch, text in left)
    behind = sum(swatch.bbox[0] - text.bbox[2] for swatch, text in right)
    if max(before, 0.0) <= _NEARER * behind:
        return left
    return right if max(behind, 0.0) <= _NEARER * before else ()


def _of_two_lines(texts: Sequence[Fragment]) -> dict[Fragment, tuple[Fragment, Fragment]]:
    """Lines right below each other with one middle, as one text: those that are two begin alike."""
    found: dict[Fragment, tuple[Fragment, Fragment]] = {}
    ordered = sorted(texts, key=lambda text: text.bbox[1])
    for at, upper in enumerate(ordered):
        for lower in ordered[at + 1 :]:
            if lower.bbox[1] - upper.bbox[3] > upper.height:
                break
            if _is_next(upper, lower) and _is_centred(upper, lower):
                found[_joined(upper, lower)] = (upper, lower)
    times = Counter(line for pair in found.values() for line in pair)
    return {one: pair for one, pair in found.items() if all(times[line] == 1 for line in pair)}


def _around_swatches(
    entries: Sequence[tuple[Shape, Fragment]],
    lines: dict[Fragment, tuple[Fragment, Fragment]],
    texts: Sequence[Fragment],
) -> list[tuple[Shape, Fragment]]:
    """The entries, each with the line that is nearer to its swatch together with its own.

    `lines` gains the lines that these are made of.
    """
    named = {line for _, text in entries for line in lines.get(text, (text,))}
    told = []
    for swatch, text in entries:
        y = swatch.middle[1]
        pairs = [
            sorted((text, other), key=lambda line: line.bbox[1])
            for other in texts
            if other not in named and text not in lines
        ]
        near = [
            (upper, lower)
            for upper, lower in pairs
            if _is_next(upper, lower)
            and abs((upper.bbox[1] + lower.bbox[3]) / 2 - y)
            <= _OFF_LINES * text.height
            < abs(boxes.middle(text.bbox)[1] - y)
        ]
        if len(near) == 1:
            text = _joined(*near[0])
            lines[text] = near[0]
        told.append((swatch, text))
    return told


def _joined(upper: Fragment, lower: Fragment) -> Fragment:
    told = f"{upper.text.strip()} {lower.text.strip()}"
    return replace(upper, text=told, bbox=boxes.union([upper.bbox, lower.bbox]))


def _is_next(upper: Fragment, lower: Fragment) -> bool:
    """Whether one line stands right below another of its size."""
    narrower = min(boxes.width(upper.bbox), boxes.width(lower.bbox))
    return (
        abs(upper.size - lower.size) < _SAME_SIZE
        and boxes.overlap_x(upper.bbox, lower.bbox) > _UNDER_SHARE * narrower
        and abs(lower.bbox[1] - upper.bbox[3]) <= _LINE_GAP * upper.height
    )


def _is_centred(one: Fragment, other: Fragment) -> bool:
    """Whether two lines have one middle, and neither begin nor end on one line."""
    (x0, _, x1, _), (left, _, right, _) = one.bbox, other.bbox
    middles = abs((x0 + x1) / 2 - (left + right) / 2)
    return middles <= _CENTRED < min(abs(x0 - left), abs(x1 - right))


def _entries(
    small: Sequence[Shape],
    rects: Sequence[Shape],
    texts: Mapping[Fragment, int],
    taken: set[Fragment],
    is_left: bool,
) -> tuple[tuple[Shape, Fragment], ...]:
    """Texts with a swatch at their left, or at their right: of the size that most of them have.

    `texts` says of how many lines each is.
    What looks alike beside several texts is the ground of their swatches. A dot beside one text
    alone may be a mark of the chart, and is no legend.
    """
    options: list[tuple[list[Shape], Fragment]] = []
    for text, count in texts.items():
        if text in taken:
            continue
        x0, y0, x1, y1 = text.bbox
        height = text.height / count
        beside = [
            shape
            for shape in small
            if -1 <= (x0 - shape.bbox[2] if is_left else shape.bbox[0] - x1) <= _MAX_GAP * height
            and abs(shape.middle[1] - (y0 + y1) / 2) <= _MAX_OFFSET * height
            and boxes.height(shape.bbox) <= _MAX_SWATCH_HEIGHT * height
            and (shape.kind != "line" or boxes.width(shape.bbox) >= _MIN_SAMPLE * height)
        ]
        if beside:
            options.append((beside, text))
    common = Counter(size for beside, _ in options for size in set(map(_size, beside)))
    looks = Counter(look for beside, _ in options for look in set(map(_look, beside)))
    found = [
        (
            max(beside, key=lambda x: (looks[_look(x)] == 1, common[_size(x)], *_rank(x))),
            text,
        )
        for beside, text in options
    ]
    swatches = {swatch for swatch, _ in found}
    grounds = {shape for beside, _ in options for shape in beside if looks[_look(shape)] > 1}
    feet = Counter(round(s.bbox[0]) for s in rects if s not in swatches and s not in grounds)
    found = [(s, text) for s, text in found if feet[round(s.bbox[0])] < _MIN_BARS]
    sizes = Counter(_size(swatch) for swatch, _ in found)
    found = [(s, text) for s, text in found if s.kind != "dot" or not _is_value(text)]
    words = [entry for entry in found if number(entry[1].text) is None]
    told = _in_line(_own(words, sizes, is_left) or _own(found, sizes, is_left))
    return () if len(told) == 1 and told[0][0].kind == "dot" else tuple(told)


def _is_value(text: Fragment) -> bool:
    """Whether a text is a number, but no year: beside a dot it is the value of the dot."""
    return number(text.text) is not None and not is_year(text.text.strip())


def _own(
    found: Sequence[tuple[Shape, Fragment]], sizes: Counter[tuple[int, int]], is_left: bool
) -> list[tuple[Shape, Fragment]]:
    """The texts whose swatch looks like that of no other one: marks are beside several values."""
    looks = Counter(_look(swatch) for swatch, _ in found)
    return [
        (swatch, text)
        for swatch, text in found
        if looks[_look(swatch)] == 1
        and _as_large(swatch, sizes) > (number(text.text) is not None or not is_left)
    ]


def _in_line(found: Sequence[tuple[Shape, Fragment]]) -> list[tuple[Shape, Fragment]]:
    """The entries but those below or beside none of several others: keys stand in rows."""
    if len(found) < _MIN_ROW:
        return list(found)
    return [
        entry
        for entry in found
        if any(
            other is not entry
            and any(
                abs(a - b) <= _ALIGNED
                for a, b in zip(entry[0].middle, other[0].middle, strict=True)
            )
            for other in found
        )
    ]


def _as_large(swatch: Shape, sizes: Counter[tuple[int, int]]) -> int:
    """How many swatches have the size of one, as near as places in a picture can be told."""
    wide, high = _size(swatch)
    return sum(n for (w, h), n in sizes.items() if abs(w - wide) <= 1 and abs(h - high) <= 1)


def words_in_colour(texts: Sequence[Fragment]) -> tuple[Fragment, ...]:
    """The short texts that are no numbers and not black: one may name a series."""
    return tuple(
        text
        for text in texts
        if text.colour is not None
        and max(text.colour) > _DARK
        and len(text.text) <= _LONGEST_NAME
        and any(map(str.isalnum, text.text))
        and not chart_words.numbers_of(text)
    )


def alike(one: Colour, other: Colour) -> bool:
    """Whether two colours are the same to the eye."""
    return all(abs(a - b) <= _SAME_COLOUR for a, b in zip(one, other, strict=True))


def _rank(shape: Shape) -> tuple[bool, float]:
    """Filled swatches lead, then those nearest to the text."""
    return shape.is_filled, shape.bbox[2]


def _look(shape: Shape) -> tuple[Colour, str, tuple[int, int]]:
    return shape.colour, shape.dashes, _size(shape)


def _size(shape: Shape) -> tuple[int, int]:
    return round(boxes.width(shape.bbox)), round(boxes.height(shape.bbox))
