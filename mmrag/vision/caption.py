"""What a picture shows, in words: from its own text and data, or by a model, audited.

Without a model a caption says the kind, what is written and what the data say; of a photograph
without text there is nothing to say, and it says so.
"""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import ClassVar

from mmrag import audit, chart_sentences, grids
from mmrag.audit import Audited
from mmrag.readings import PageReading
from mmrag.text import labels, sentences
from mmrag.types import EXTRACTED, Figure, Grid
from mmrag.vision import model, prompts
from mmrag.vision.document_types import document_type
from mmrag.vision.looking import Bench, By, View
from mmrag.vision.prompts import Style

ALT_CHARACTERS = 125
"""Of an alternative text: screen readers cut longer ones (WebAIM; the prompt says the same)."""
BRIEF_WORDS = 20
"""Of a brief caption; the prompt says the same."""
_TOLD_CHARACTERS = 600  # of the text inside, in a detailed caption; chosen by hand
_SEARCHED_WORDS = 40  # of a line to be searched for; chosen by hand, as are the next three
_QUOTED_SENTENCES = 3  # of a narrative that has no data to tell
_PAGE_LINES = 12  # of a picture of no known kind: with more it is called a page
_LARGER = 1.25  # than most lines is a title that does not stand on top; chosen by hand
_TREND_VALUES = 3  # at least, for a rise or fall over them to be one


@dataclass(frozen=True, slots=True)
class CaptionResult:
    """A caption in its style; `claims` of a model's are audited by the text in the picture."""

    by: str
    style: Style
    text: str
    claims: tuple[Audited, ...] = ()

    @property
    def is_nothing(self) -> bool:
        return not self.text


@dataclass(frozen=True, slots=True)
class CaptionPicture:
    """Says what a picture shows."""

    style: Style = "detailed"
    by: By = "auto"

    name: ClassVar[str] = "caption"
    version: ClassVar[str] = "-".join(
        ["3", *(prompt.version for prompt in prompts.CAPTIONS.values())]
    )
    reads: ClassVar[bool] = True
    result: ClassVar[type] = CaptionResult

    def run(self, view: View, bench: Bench) -> CaptionResult:
        """The caption; empty where rules have nothing to say."""
        if not bench.asks_model(self.by):
            return by_rules(view.reading, self.style)
        said = model.said(bench, prompts.CAPTIONS[self.style].text, [view.image])
        said = " ".join(said.split())
        if self.style == "alt":
            said = cut(said, ALT_CHARACTERS)
        claims = audit.by_text(said, view.reading.text)
        return CaptionResult(model.name(bench), self.style, said, claims)


def by_rules(reading: PageReading, style: Style) -> CaptionResult:
    """A caption of nothing but what was read."""
    main = _main(reading)
    grid = next((item for item in reading.grids if main and item.figure_id == main.id), None)
    kind, title = _kind(reading, main, grid), _title(reading, main)
    if not title and not reading.text.strip() and main is None:
        return CaptionResult(EXTRACTED, style, "")
    data = chart_sentences.of_grid(grid) if grid else ""
    trend = _trend(grid) if grid else ""
    lines = (line.strip().removeprefix(title).strip() for line in reading.text.splitlines())
    inside = "; ".join(filter(None, lines))
    match style:
        case "brief":
            text = sentences.ended(_words(f"{kind}: {title}" if title else kind, BRIEF_WORDS))
        case "alt":
            text = cut(_alternative(kind, title, data, inside), ALT_CHARACTERS)
        case "retrieval":
            words = dict.fromkeys(f"{kind} {title} {inside}".replace(";", " ").split())
            text = " ".join(list(words)[:_SEARCHED_WORDS])
        case "narrative":
            rest = [part for part in (trend, data) if part]
            quoted = [] if rest else list(sentences.of_paragraph(reading.text))[:_QUOTED_SENTENCES]
            text = " ".join([sentences.ended(title or kind), *rest, *quoted])
        case "detailed":
            told = cut(inside, _TOLD_CHARACTERS)
            head = sentences.ended(f"{kind}: {title}" if title else kind)
            quote = sentences.ended(f"Text inside: {told}") if told else ""
            parts = (head, data, trend, quote)
            text = " ".join(part for part in parts if part)
    return CaptionResult(EXTRACTED, style, " ".join(text.split()))


def _main(reading: PageReading) -> Figure | None:
    """The figure that the picture is, or that a page shows alone."""
    return reading.figures[0] if len(reading.figures) == 1 else None


def _kind(reading: PageReading, main: Figure | None, grid: Grid | None) -> str:
    """What is seen: a type of chart, a kind of figure, or a type of document."""
    if grid is not None and grid.chart is not None:
        return f"{grid.chart.type.capitalize()} chart"
    if main is not None and main.kind in ("chart", "table", "diagram"):
        return main.kind.capitalize()
    found = document_type(reading)
    if found.type != "unknown":
        return found.type.capitalize()
    return "Page" if len(reading.lines) > _PAGE_LINES else "Picture"


def _title(reading: PageReading, main: Figure | None) -> str:
    """The caption of the figure, a line that begins with a label, or the largest in the upper half.

    The largest is one where it stands on top, or is larger than most. Lines that run up or down,
    and those whose last word goes on in the next, are none.
    """
    if main is not None and main.caption:
        return " ".join(main.caption.split())
    lines = [
        line
        for line in reading.lines
        if sum(map(str.isalpha, line.text)) >= 3
        and line.bbox[2] - line.bbox[0] > line.bbox[3] - line.bbox[1]
        and not line.text.rstrip().endswith("-")
    ]
    for line in lines:
        if labels.caption_start(line.text) is not None:
            return line.text
    upper = lines[: max(len(lines) // 2, 1)]
    best = max(upper, key=lambda line: (round(line.size), -line.bbox[1]), default=None)
    if best is None:
        return ""
    is_on_top = best.bbox[1] <= min(line.bbox[1] for line in reading.lines)
    is_large = best.size >= _LARGER * median(line.size for line in lines)
    return " ".join(best.text.split()) if is_on_top or is_large else ""


def _alternative(kind: str, title: str, data: str, inside: str) -> str:
    """The title and the data, which say their kind; else the kind and what is written."""
    if data:
        return f"{title.rstrip('.')}. {data}" if title else data
    return f"{kind}: {'. '.join(filter(None, (title.rstrip('.'), inside)))}"


def _trend(grid: Grid) -> str:
    """How each series of a chart over time or numbers goes, where it goes one way throughout."""
    if grid.chart is None or grid.chart.x.scale not in ("linear", "log", "date"):
        return ""
    told = []
    for column, name in enumerate(grid.chart.series, 1):
        values = [
            value
            for cell in grid.cells
            if cell.column == column and not cell.is_header
            if (value := grids.value(cell)) is not None
        ]
        if len(values) < _TREND_VALUES:
            continue
        way = _way([float(value) for value in values])
        if way:
            told.append(f"{name or 'It'} {way}")
    return " ".join(f"{text}." for text in told)


def _way(values: list[float]) -> str:
    steps = [after - before for before, after in pairwise(values)]
    if all(step >= 0 for step in steps) and any(steps):
        return "rises throughout"
    if all(step <= 0 for step in steps) and any(steps):
        return "falls throughout"
    return ""


def _words(text: str, most: int) -> str:
    words = text.split()
    return " ".join(words[:most]) + ("\N{HORIZONTAL ELLIPSIS}" if len(words) > most else "")


def cut(text: str, characters: int) -> str:
    """A text cut after a whole word, with an ellipsis where something is left out."""
    text = " ".join(text.split())
    if len(text) <= characters:
        return text
    return text[: characters - 1].rpartition(" ")[0] + "\N{HORIZONTAL ELLIPSIS}"
