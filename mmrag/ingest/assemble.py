"""The pages of one file become a document: title, headings, passages, figures, mentions."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mmrag import boxes
from mmrag.config import IngestSettings
from mmrag.ids import figure_id, page_id
from mmrag.ingest import continuations, page_labels
from mmrag.ingest.characters import clean_name, named
from mmrag.ingest.events import ParseTask
from mmrag.ingest.grids import continued
from mmrag.ingest.layout import headings, mentions, passages
from mmrag.ingest.layout.headings import Outline
from mmrag.ingest.layout.segments import line_boxes
from mmrag.ingest.raw import Opened, RawFigure, RawPage
from mmrag.paths import is_address, text_of
from mmrag.text import labels, languages
from mmrag.types import (
    FILE_READER,
    BBox,
    Cell,
    Continuation,
    Document,
    Figure,
    Grid,
    Page,
    ParsedDocument,
    Passage,
    Problem,
)

NOTES = frozenset({"parser", "blank", "unread", "limit", "name", "layer", "chart", "diagram"})
"""Problems that only tell of what the file is like, or what the user chose: it stays "ok"."""
GRID_READER = "layout model"
"""Who saw the rows and columns of a table."""
CHART_READER = "chart drawing"
"""What the values of a chart were read from: the paths that the page draws."""
PIXEL_READER = "chart picture"
"""The same of one whose marks were seen in its picture."""
_MAX_PROBLEMS = 50  # listed of one document, of losses and of notes each; chosen by hand
_REPEATED_SHARE = (
    0.5  # of the pages: a picture on so many is a logo or a background; chosen by hand
)
_MIN_TITLE_CHARS = 8  # of a title that no metadata tell; chosen by hand
_MAX_TITLE_CHARS = 200  # kept of a title; chosen by hand
_LONG_TITLE = re.compile(r"\s*\S+(?:\s+\S+){8,29}\s*")
"""Of a paper: it may have too many words for a heading; chosen by hand."""
_JUNK_TITLE = re.compile(
    r"untitled|microsoft word|powerpoint presentation|\.(?:docx?|pptx?|xlsx?|pdf|indd|qxd|tex)\b|"
    r"^slide \d|^\W*$|^form \d",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(
    r"(?!.*\b(?:report|review|act|plan|guide)\b)"
    r".*\b(?:commission|ministry|department|agency|bureau|authority)\W*$",
    re.IGNORECASE,
)
"""Who a form or filing is addressed to, which stands large on its first page."""


def document(
    task: ParseTask,
    opened: Opened,
    raw: Sequence[RawPage],
    problems: Sequence[Problem],
    settings: IngestSettings,
) -> ParsedDocument:
    """The document of all that was read. Every page of the file is in it, empty where it failed.

    `problems` are those that ended a step from outside; those of the pages are in the pages.
    """
    texts = [(page.text, page.segments) for page in raw]
    read_by_eye = sum(page.source == "ocr" for page in raw) > len(raw) / 2
    outline = headings.find(texts, exact=not read_by_eye, drawn=_drawn(raw))
    kept = _without_repeated(raw)
    every = _problems(task, opened, raw, problems)
    title = _title(opened, raw, outline)
    labelled = page_labels.find(raw, opened.labels[task.first_page - 1 :])
    identity = task.document_id
    going_on = continuations.find(identity, raw, outline)
    heads = _table_heads(identity, raw, going_on)
    figures = tuple(
        replace(item, heading=item.heading + _carried(heads, item.page_id, item.text))
        for item in _figures(identity, raw, kept, outline)
    )
    found_passages = tuple(
        replace(item, heading=item.heading + _carried(heads, item.page_id, item.text))
        for item in _passages(identity, raw, outline, settings)
    )
    language, own = languages.of_document([item.text for item in found_passages])
    read = [figure for figures_of_page in kept for figure in figures_of_page]
    grids = [
        _grid(figure, found) for figure, found in zip(figures, read, strict=True) if found.cells
    ]
    return ParsedDocument(
        Document(
            id=identity,
            path=clean_name(text_of(task.path)),
            sha256=task.sha256,
            title=title or named(task.path),
            page_count=opened.all_pages,
            metadata=opened.metadata,
            status="ok" if all(p.stage in NOTES for p in every) else "partial",
            problems=every,
            is_named=not title,
            language=language,
            keeps_pictures=_keeps_pictures(task, opened, settings),
        ),
        tuple(_page(identity, page, label) for page, label in zip(raw, labelled, strict=True)),
        figures,
        tuple(
            replace(item, language=differing)
            for item, differing in zip(found_passages, own, strict=True)
        ),
        continued.with_heads(grids, figures, going_on),
        going_on,
        {
            figure.id: found.graph
            for figure, found in zip(figures, read, strict=True)
            if found.graph is not None
        },
        {
            page_id(identity, page.number): line_boxes(page.text, page.segments)
            for page in raw
            if page.segments
        },
    )


def _keeps_pictures(task: ParseTask, opened: Opened, settings: IngestSettings) -> bool:
    """Whether by choice, or since drawing them would fetch, unpack or convert their file."""
    is_elsewhere = task.is_within or is_address(text_of(task.path))
    return settings.pictures == "kept" or is_elsewhere or opened.is_converted


@dataclass(frozen=True, slots=True)
class _TableHead:
    """Rows of a page, and the caption and head that they have on a page before."""

    rows: str
    lines: tuple[str, ...]


def _table_heads(
    document: str, raw: Sequence[RawPage], going_on: Sequence[Continuation]
) -> dict[str, _TableHead]:
    """By page ID."""
    texts = {page_id(document, page.number): page.text for page in raw}
    return {
        item.page_id: _TableHead(
            texts[item.page_id][item.start : item.end],
            tuple(
                " ".join(line.split())
                for line in texts[item.before_id][item.before_start : item.before_end].splitlines()
            ),
        )
        for item in going_on
        if item.kind == "table"
    }


def _carried(heads: Mapping[str, _TableHead], place: str, text: str) -> tuple[str, ...]:
    """The head, line by line, of a text of the page `place` that begins with rows without one."""
    head = heads.get(place)
    first = text.lstrip().partition("\n")[0]
    return head.lines if head and first and first in head.rows else ()


def _drawn(raw: Sequence[RawPage]) -> set[tuple[int, int]]:
    """The segments that stand within a figure smaller than the page."""
    return {
        (page.number, at)
        for page in raw
        for figure in page.figures
        if _area(figure.bbox) < 0.8 * page.width * page.height
        for at, segment in enumerate(page.segments)
        if boxes.holds_middle(figure.bbox, segment.bbox)
    }


def _area(box: BBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _page(document: str, page: RawPage, label: str) -> Page:
    picture = page.picture.sha256 if page.picture else None
    return Page(
        page_id(document, page.number),
        document,
        page.number,
        page.width,
        page.height,
        page.text,
        page.source,
        picture,
        label,
    )


def _passages(
    document: str, raw: Sequence[RawPage], outline: Outline, settings: IngestSettings
) -> tuple[Passage, ...]:
    return tuple(
        passage
        for page in raw
        for passage in passages.split(
            page_id(document, page.number),
            page.number,
            page.text,
            page.segments,
            outline,
            settings.passage_words,
            settings.passage_overlap,
        )
    )


def _without_repeated(raw: Sequence[RawPage]) -> list[list[RawFigure]]:
    """The figures of each page, without those that come again on most pages."""
    times = Counter(
        key for page in raw for key in {f.repeat_key for f in page.figures if f.repeat_key}
    )
    least = max(3, _REPEATED_SHARE * len(raw))
    return [[f for f in page.figures if f.caption or times[f.repeat_key] < least] for page in raw]


def _figures(
    document: str,
    raw: Sequence[RawPage],
    kept: Sequence[Sequence[RawFigure]],
    outline: Outline,
) -> tuple[Figure, ...]:
    every = [figure for figures in kept for figure in figures]
    said = mentions.find(
        (page.text for page in raw), [f.label for f in every], [f.caption for f in every]
    )
    result = []
    for page, figures in zip(raw, kept, strict=True):
        place = page_id(document, page.number)
        for ordinal, figure in enumerate(figures, 1):
            label = labels.read(figure.label)
            result.append(
                Figure(
                    id=figure_id(place, ordinal),
                    page_id=place,
                    ordinal=ordinal,
                    bbox=figure.bbox,
                    kind=figure.kind,
                    caption=figure.caption,
                    text=figure.text,
                    heading=outline.path_at(page.number, figure.segment),
                    mentions=said.get(label, ()) if label else (),
                    label=figure.label,
                    picture=figure.picture.sha256 if figure.picture else None,
                )
            )
    return tuple(result)


def _grid(figure: Figure, read: RawFigure) -> Grid:
    if read.is_told:
        return Grid(figure.id, read.cells, FILE_READER)
    if read.chart is None:
        return Grid(figure.id, read.cells, GRID_READER, _share_read(figure.text, read.cells))
    reader = PIXEL_READER if read.is_of_pixels else CHART_READER
    return Grid(figure.id, read.cells, reader, _share_told(read.cells), read.chart)


def _share_told(cells: Sequence[Cell]) -> float:
    """How many of the places for values of a chart have one, 0 to 1."""
    rows, columns = max(cell.row for cell in cells), max(cell.column for cell in cells)
    return round(sum(not cell.is_header for cell in cells) / max(rows * columns, 1), 2)


def _share_read(text: str, cells: Sequence[Cell]) -> float:
    """How much of a figure's text stands in its cells, 0 to 1, by letters and digits."""
    read = Counter(char for cell in cells for char in cell.text if char.isalnum())
    whole = Counter(filter(str.isalnum, text))
    return round(min(1.0, (whole & read).total() / max(whole.total(), 1)), 2)


def _problems(
    task: ParseTask, opened: Opened, raw: Sequence[RawPage], problems: Sequence[Problem]
) -> tuple[Problem, ...]:
    """Problems of the file, then of its pages, the same one twice left out."""
    every = [*opened.problems]
    if opened.pages < opened.all_pages and not task.last_page:
        every.append(
            Problem(
                "open", f"only {opened.pages} of {opened.all_pages} pages were read (max_pages)"
            )
        )
    every += problems
    every += [problem for page in raw for problem in page.problems]
    unique = list(dict.fromkeys(every))
    notes = [problem for problem in unique if problem.stage in NOTES]
    losses = [problem for problem in unique if problem.stage not in NOTES]
    shown = [*losses[:_MAX_PROBLEMS], *notes[:_MAX_PROBLEMS]]
    if len(shown) < len(unique):
        stage = "open" if len(losses) > _MAX_PROBLEMS else "parser"
        shown.append(Problem(stage, f"{len(unique) - len(shown)} more problems are not listed"))
    return tuple(shown)


def _title(opened: Opened, raw: Sequence[RawPage], outline: Outline) -> str:
    """What the metadata says if that is a title; or the largest type of page 1; or nothing."""
    told = " ".join(opened.title.split())
    if len(told.split()) >= 2 and not _JUNK_TITLE.search(told):
        return told[:_MAX_TITLE_CHARS]
    first = [heading for heading in outline.headings if heading.page == 1]
    if first and raw:
        size = {heading: raw[0].segments[heading.segment].size for heading in first}
        largest = max(first, key=lambda heading: size[heading]).text
        above = [segment for segment in raw[0].segments if segment.size > max(size.values())]
        texts = [raw[0].text[segment.start : segment.end] for segment in above]
        longer = [text for text in texts if _LONG_TITLE.fullmatch(text)]
        if len(longer) == 1:
            largest = " ".join(longer[0].split())
        told_enough = len(largest.split()) >= 2 and len(largest) >= _MIN_TITLE_CHARS
        if told_enough and not (_JUNK_TITLE.search(largest) or _AUTHORITY.match(largest)):
            return largest[:_MAX_TITLE_CHARS]
    return ""
