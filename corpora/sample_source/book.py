"""A document that is drawn from top to bottom and remembers where everything went.

All lengths are points; boxes are `(x0, y0, x1, y1)` from the top left. Questions are asked right
after what answers them is drawn, so their page and figure are never kept by hand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pymupdf

Box = tuple[float, float, float, float]
INK, GREY, BLUE, RED = (0.1, 0.1, 0.12), (0.45, 0.47, 0.5), (0.13, 0.36, 0.6), (0.75, 0.22, 0.17)
PALETTE = (BLUE, (0.85, 0.5, 0.13), (0.25, 0.55, 0.35), RED, (0.5, 0.35, 0.6))


@dataclass(frozen=True)
class Figure:
    """A drawn figure; its box leaves the caption out."""

    doc: str
    page: int
    kind: str
    label: str
    bbox: Box
    caption: str
    caption_bbox: Box

    @property
    def id(self) -> str:
        word, _, number = self.label.partition(" ")
        return f"{self.doc}#{self.page}#{word[0]}{number}"


@dataclass(frozen=True)
class Question:
    """A question with its pages and, where one answers it, its figure."""

    query: str
    answer: str | None
    type: str
    doc: str
    pages: tuple[int, ...] = ()
    figure: Figure | None = None


@dataclass
class Truth:
    """What the corpus knows about itself."""

    figures: list[Figure] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


class Book:
    """One PDF in the making."""

    def __init__(
        self,
        stem: str,
        truth: Truth,
        *,
        size: tuple[float, float] = (595, 842),
        columns: int = 1,
        font: str = "helv",
        text_size: float = 10.5,
        dress: Callable[["Book"], None] | None = None,
    ) -> None:
        self.stem, self.truth, self.size, self.columns = stem, truth, size, columns
        self.font, self.text_size, self.dress = font, text_size, dress
        self.bold = {"helv": "hebo", "tiro": "tibo"}[font]
        self.document = pymupdf.open()
        self.margin, self.gutter = 62.0, 22.0
        self.counts = {"Figure": 0, "Table": 0}
        self.new_page()

    @property
    def number(self) -> int:
        return int(self.document.page_count)

    @property
    def width(self) -> float:
        inner = self.size[0] - 2 * self.margin
        return (inner - self.gutter * (self.columns - 1)) / self.columns

    @property
    def x(self) -> float:
        return self.margin + self.column * (self.width + self.gutter)

    def new_page(self) -> None:
        self.page = self.document.new_page(width=self.size[0], height=self.size[1])
        self.column = 0
        self.y = self.top = self.margin + 14
        if self.dress:
            self.dress(self)

    def room(self, height: float) -> None:
        """Go to the next column or page where less than `height` is left."""
        if self.y + height <= self.size[1] - self.margin:
            return
        if self.column + 1 < self.columns:
            self.column, self.y = self.column + 1, self.top
        else:
            self.new_page()

    def write(
        self, point: tuple[float, float], text: str, size: float, *, bold: bool = False,
        colour: tuple[float, ...] = INK,
    ) -> None:  # fmt: skip
        """One line of text with its baseline at `point`."""
        font = self.bold if bold else self.font
        self.page.insert_text(point, text, fontname=font, fontsize=size, color=colour)

    def length(self, text: str, size: float, *, bold: bool = False) -> float:
        return float(pymupdf.get_text_length(text, self.bold if bold else self.font, size))

    def wrap(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """`text` in lines of at most `width`."""
        lines, line = [], ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and self.length(longer, size, bold=bold) > width:
                lines.append(line)
                longer = word
            line = longer
        return [*lines, line] if line else lines

    def lines(self, text: str, size: float, *, bold: bool = False, indent: float = 0) -> Box:
        """A block of wrapped lines at the cursor; its box."""
        box: list[float] = []
        for line in self.wrap(text, size, self.width - indent, bold=bold):
            self.room(size * 1.4)
            top = self.y
            self.write((self.x + indent, top + size), line, size, bold=bold)
            self.y += size * 1.38
            right = self.x + indent + self.length(line, size, bold=bold)
            here = [self.x + indent, top, right, top + size * 1.2]
            box = (
                [min(box[0], here[0]), min(box[1], top), max(box[2], right), here[3]]
                if box
                else here
            )
        return box[0], box[1], box[2], box[3]

    def heading(self, text: str, level: int = 1) -> None:
        size = {0: 24.0, 1: 16.0, 2: 12.5}[level]
        self.room(size * 4)
        self.y += size * 0.5
        self.lines(text, size, bold=True)
        self.y += size * 0.35

    def para(self, text: str) -> None:
        self.lines(text, self.text_size)
        self.y += self.text_size * 0.6

    def steps(self, items: Sequence[str]) -> None:
        for number, item in enumerate(items, 1):
            self.lines(f"{number}. {item}", self.text_size, indent=12)
            self.y += 3
        self.y += 5

    def figure(
        self, draw: Callable[["Book", Box], None], height: float, caption: str, kind: str
    ) -> Figure:
        """Draw a figure with its caption below it."""
        self.room(height + 40)
        box = (self.x, self.y, self.x + self.width, self.y + height)
        draw(self, box)
        self.y += height + 8
        return self._captioned("Figure", self._drawn(box), caption, kind)

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], caption: str, *,
        ruled: bool = True,
    ) -> Figure:  # fmt: skip
        """A table with its caption above it."""
        step = self.text_size * 1.6
        self.room(step * (len(rows) + 1) + 44)
        top = self.y
        self.counts["Table"] += 1
        label = f"Table {self.counts['Table']}"
        text = f"{label}. {caption}"
        caption_box = self.lines(text, self.text_size - 1, bold=False)
        self.y += 5
        start = self.y
        first = self.width * (0.4 if len(header) < 5 else 0.32)
        each = (self.width - first) / max(1, len(header) - 1)
        for line, cells in enumerate([header, *rows]):
            if ruled and line in (0, 1):
                self._rule(self.y)
            for at, cell in enumerate(cells):
                bold = line == 0
                right = self.x + first + each * at - 4
                left = (
                    self.x + 3
                    if at == 0
                    else right - self.length(cell, self.text_size - 1, bold=bold)
                )
                self.write((left, self.y + step * 0.7), cell, self.text_size - 1, bold=bold)
            self.y += step
        if ruled:
            self._rule(self.y)
        box = (self.x, start, self.x + self.width, self.y)
        self.y += 12
        assert top <= start
        return self._remember(label, box, text, caption_box, "table")

    def ask(
        self, query: str, answer: str, type: str, figure: Figure | None = None, *pages: int
    ) -> None:
        """Record a question that the figure, or else this page, answers."""
        where = pages or ((figure.page,) if figure else (self.number,))
        self.truth.questions.append(Question(query, answer, type, self.stem, tuple(where), figure))

    def refuse(self, query: str) -> None:
        """Record a question that this document cannot answer."""
        self.truth.questions.append(Question(query, None, "unanswerable", self.stem))

    def bytes(self, title: str) -> bytes:
        """The finished PDF, without a date or random ID."""
        self.document.set_metadata({"title": title, "author": "mmrag sample corpus"})
        return bytes(self.document.tobytes(garbage=4, deflate=True, no_new_id=True))

    def _drawn(self, box: Box) -> Box:
        """What of `box` is drawn on."""
        x0, y0, x1, y1 = box
        parts = [tuple(drawing["rect"]) for drawing in self.page.get_drawings()]
        parts += [word[:4] for word in self.page.get_text("words")]
        within = [
            part for part in parts
            if part[0] >= x0 - 8 and part[1] >= y0 - 8 and part[2] <= x1 + 8 and part[3] <= y1 + 8
        ]  # fmt: skip
        return (
            min(part[0] for part in within), min(part[1] for part in within),
            max(part[2] for part in within), max(part[3] for part in within),
        )  # fmt: skip

    def _captioned(self, word: str, box: Box, caption: str, kind: str) -> Figure:
        self.counts[word] += 1
        label = f"{word} {self.counts[word]}"
        text = f"{label}: {caption}"
        caption_box = self.lines(text, self.text_size - 1)
        self.y += 10
        return self._remember(label, box, text, caption_box, kind)

    def _remember(self, label: str, box: Box, caption: str, caption_box: Box, kind: str) -> Figure:
        figure = Figure(self.stem, self.number, kind, label, box, caption, caption_box)
        self.truth.figures.append(figure)
        return figure

    def _rule(self, y: float) -> None:
        self.page.draw_line((self.x, y), (self.x + self.width, y), color=INK, width=0.7)
