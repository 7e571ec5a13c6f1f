"""All that is known of a page when its figures are looked for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from mmrag import boxes
from mmrag.ingest.figures.captions import Caption
from mmrag.ingest.figures.graphics import Graphic
from mmrag.ingest.figures.table_signs import is_row
from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.model import BODY_LABELS, FIGURE_LABELS, MARGIN_LABELS, LayoutBox
from mmrag.ingest.layout.order import Fragment, reading_order
from mmrag.text.scripts import count_words
from mmrag.types import BBox

# Chosen by hand on pages of reports, papers and slides.
_MARGIN_SHARE = 0.095  # of the page, above and below: headers and footers
_MAX_LABEL_WORDS = 8  # of an axis, a legend or a cell
_MAX_LABEL_GAP_POINTS = 11.0  # between a label and what it names
_ON_GROUND_SHARE = 0.95  # of what is drawn, that stands on its ground
_MIN_GROUND_SHARE = 0.1  # of a ground, that what is drawn on it covers: else it is that of a page
_COLUMN_SLACK_POINTS = 12.0  # that a column may reach over the middle of the page


@dataclass(frozen=True)
class Scene:
    """Text, graphics and layout of a page, and what follows from them."""

    frame: BBox
    lines: Sequence[Fragment]
    captions: Sequence[Caption] = ()
    graphics: Sequence[Graphic] = ()
    frames: Sequence[Graphic] = ()  # around running text: a figure only where a caption says so
    ruled: Sequence[BBox] = ()  # between level lines, beside a caption
    layout: Sequence[LayoutBox] = field(default=())
    grounds: Sequence[BBox] = ()  # white boxes behind what is drawn

    @cached_property
    def tables(self) -> list[BBox]:
        return [*(box.bbox for box in self.layout if box.label == "table"), *self.ruled]

    @cached_property
    def areas(self) -> list[BBox]:
        """Every box that may be a figure or a part of one; none from the page's margins."""
        pictures = [box.bbox for box in self.layout if box.label == "picture"]
        every = [*(item.bbox for item in self.graphics), *self.tables, *pictures]
        top, bottom = _MARGIN_SHARE * self.frame[3], (1 - _MARGIN_SHARE) * self.frame[3]
        return [box for box in every if box[3] > top and box[1] < bottom]

    @cached_property
    def body(self) -> list[LayoutBox]:
        """Boxes of running text, headings, headers and footers that no graphic covers."""
        solid = BODY_LABELS | MARGIN_LABELS
        found = [box for box in self.layout if box.label in solid] or _body_by_rule(self.lines)
        parts = [item.bbox for item in (*self.graphics, *self.frames)]
        parts += [box.bbox for box in self.layout if box.label in FIGURE_LABELS]
        parts += self.ruled
        return [
            box
            for box in found
            if not any(boxes.share(box.bbox, part) > 0.5 for part in parts)
            and (boxes.width(box.bbox) > 0.18 * self.frame[2] or box.label in MARGIN_LABELS)
            and not any(boxes.share(box.bbox, caption.bbox) > 0.5 for caption in self.captions)
        ]

    @cached_property
    def type_size(self) -> float:
        """The size of most of the text, in points; 0 without any."""
        sizes: Counter[float] = Counter()
        for line in self.lines:
            sizes[round(line.size, 1)] += len(line.text)
        return sizes.most_common(1)[0][0] if sizes else 0.0

    @cached_property
    def claimed(self) -> frozenset[int]:
        """Positions of the lines of all captions."""
        return frozenset(number for caption in self.captions for number in caption.lines)

    @cached_property
    def loose(self) -> list[Fragment]:
        """Lines that are neither body text nor caption: labels of axes, cells, panel titles."""
        return [
            line
            for number, line in enumerate(self.lines)
            if number not in self.claimed
            and not any(boxes.share(line.bbox, body.bbox) > 0.5 for body in self.body)
        ]

    def inside(self, box: BBox, without: Sequence[int] = ()) -> list[Fragment]:
        """The lines in a box, but those at the positions `without`."""
        left_out = set(without)
        return [
            line
            for number, line in enumerate(self.lines)
            if number not in left_out and boxes.share(line.bbox, box) > 0.6
        ]

    def column(self, box: BBox) -> tuple[float, float]:
        """The left and right end of the column a box stands in: half the page or all of it."""
        left, _, right, _ = self.frame
        middle = right / 2
        if (
            box[0] < middle - _COLUMN_SLACK_POINTS and box[2] > middle + _COLUMN_SLACK_POINTS
        ) or not self._two_columns:
            return left, right
        return (
            (left, middle + 4) if box[2] <= middle + _COLUMN_SLACK_POINTS else (middle - 4, right)
        )

    @cached_property
    def _two_columns(self) -> bool:
        """Whether text or captions stand side by side on the page."""
        middle = self.frame[2] / 2
        blocks = [*(b.bbox for b in self.body), *(caption.bbox for caption in self.captions)]
        wide = [box for box in blocks if boxes.width(box) > 0.2 * self.frame[2]]
        left = any(box[2] <= middle + _COLUMN_SLACK_POINTS for box in wide)
        return left and any(box[0] >= middle - _COLUMN_SLACK_POINTS for box in wide)

    def on_ground(self, box: BBox) -> BBox:
        """`box` with the white box that it stands on, where that holds less running text."""
        ground = min(
            (ground for ground in self.grounds if boxes.share(box, ground) > _ON_GROUND_SHARE),
            key=boxes.area,
            default=box,
        )
        if boxes.area(box) < _MIN_GROUND_SHARE * boxes.area(ground):
            return box
        prose = [x.bbox for x in self.inside(ground) if count_words(x.text) > _MAX_LABEL_WORDS]
        if sum(map(boxes.area, prose)) > boxes.area(box):
            return box
        return boxes.union([box, ground])

    def grown(self, box: BBox, band: BBox, title: BBox | None = None) -> BBox:
        """`box` with the short texts beside it, inside `band`: axis labels, legends, cells.

        What stands in `title` stays outside.
        """
        labels = [
            line.bbox
            for line in self.loose
            if boxes.share(line.bbox, band) > 0.7
            and count_words(line.text) <= _MAX_LABEL_WORDS
            and not (title and boxes.share(line.bbox, title) > 0.5)
        ]
        while True:
            near = [label for label in labels if boxes.touch(label, box, _MAX_LABEL_GAP_POINTS)]
            labels = [label for label in labels if label not in near]
            if not near:
                return box
            box = boxes.union([box, *near])


def _body_by_rule(lines: Sequence[Fragment]) -> list[LayoutBox]:
    """Blocks with several lines of prose, for pages that the layout model did not see."""
    blocks: dict[int, list[TextLine]] = {}
    for line in reading_order(lines):
        blocks.setdefault(line.block, []).append(line)
    return [
        LayoutBox(boxes.union(line.bbox for line in block), "text")
        for block in blocks.values()
        if sum(count_words(line.text) > 5 and not is_row(line.text) for line in block) >= 2
    ]
