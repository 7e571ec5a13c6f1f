"""The figures of a page with their crops, their place in the text, and the text in their pixels."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from mmrag import boxes
from mmrag.ingest import rendering
from mmrag.ingest.figures import dots, figure_data, kinds, upright
from mmrag.ingest.figures.regions import STAGES, FoundFigure, find_figures
from mmrag.ingest.formats.pages import KnownTable
from mmrag.ingest.grids import chart_text
from mmrag.ingest.layout import ocr
from mmrag.ingest.layout.order import Fragment, reading_order
from mmrag.ingest.layout.page_lines import PageLines
from mmrag.ingest.layout.segments import Segment
from mmrag.ingest.mupdf import pymupdf
from mmrag.ingest.raw import MAX_CELLS, RawFigure
from mmrag.ingest.reasons import reason
from mmrag.ingest.session import ReadingSession
from mmrag.ingest.steps import Steps
from mmrag.text import labels
from mmrag.text.scripts import count_words
from mmrag.types import BBox, Picture, Problem

# Chosen by hand: OCR of a figure takes as long as that of a page.
_MAX_FIGURES_READ = 4  # of one page, by OCR
_MIN_WORDS_OF_A_PAGE = 40  # in a picture file: one with fewer is a picture, not a page of text
_KNOWN_SHARE = 0.3  # of what is seen: so much of it in a table that the file tells is that table
_MIN_SHARE_READ = 0.02  # of the page: OCR leaves smaller figures out


def cropped_figures(
    page: pymupdf.Page,
    view: pymupdf.DisplayList,
    content: PageLines,
    sideways: Sequence[Fragment],
    segments: Sequence[Segment],
    is_picture: bool,
    known: Sequence[KnownTable],
    steps: Steps,
    session: ReadingSession,
) -> tuple[RawFigure, ...]:
    """The figures of a page in reading order; of a picture file with little text, all of it.

    `sideways` is what the page says beside its lines: the titles and labels of axes. `known` are
    tables that the file tells itself: where it shows no pictures, nothing else is looked for.
    """
    x0, y0, x1, y1 = map(float, page.rect)
    area = (x0, y0, x1, y1)
    words = sum(count_words(line.text) for line in content.lines)
    if is_picture and words < _MIN_WORDS_OF_A_PAGE:
        lines = ocr.order(chart_text.labelled(content.fragments))
        text = "\n".join(line.text for line in lines)
        kind = kinds.once_read("picture", text)
        read_in = tuple(content.fragments)
        if content.source == "ocr":
            read_in = steps.run(
                "ocr figure", partial(_upright, view, area, read_in, session), read_in
            )
        found = [FoundFigure(area, kind, "", "", None, text, "", read_in=read_in)]
    else:
        is_all_known = known and not page.get_images()
        found = [] if is_all_known else _found(page, content, steps, session)
        found = [figure for figure in found if not _is_known(figure, known)]
        found = [_with_rows(figure, content.fragments) for figure in found]
        found = _read_pixels(view, found, area, steps, session)
    draw = partial(rendering.render, view, session.settings.page_dpi)
    read = [figure_data.read(figure, content, sideways, draw, steps) for figure in found]
    seen = tuple(
        RawFigure(
            bbox=_rounded(figure.bbox),
            kind="chart" if data.chart else "diagram" if data.graph else figure.kind,
            label=figure.label,
            caption=figure.caption,
            text=figure.text,
            segment=_place(figure, segments),
            repeat_key=figure.repeat_key,
            picture=_crop(view, figure, steps, session),
            cells=data.cells,
            chart=data.chart,
            graph=data.graph,
            is_of_pixels=data.is_of_pixels,
        )
        for figure, data in zip(found, read, strict=True)
    )
    told = tuple(_told(table, view, segments, steps, session) for table in known)
    return tuple(sorted((*seen, *told), key=lambda figure: figure.bbox[1])) if told else seen


def _is_known(figure: FoundFigure, known: Sequence[KnownTable]) -> bool:
    return any(boxes.share(figure.bbox, table.bbox) > _KNOWN_SHARE for table in known)


def _told(
    table: KnownTable,
    view: pymupdf.DisplayList,
    segments: Sequence[Segment],
    steps: Steps,
    session: ReadingSession,
) -> RawFigure:
    """A table as the file tells it."""
    rows = groupby(table.cells, key=lambda cell: cell.row)
    text = "\n".join(" ".join(cell.text for cell in row) for _, row in rows)
    label = labels.caption_start(table.caption)
    figure = FoundFigure(
        table.bbox, "table", label.name if label else "", table.caption, None, text, ""
    )
    return RawFigure(
        bbox=_rounded(table.bbox),
        kind="table",
        label=figure.label,
        caption=figure.caption,
        text=text,
        segment=_place(figure, segments),
        repeat_key="",
        picture=_crop(view, figure, steps, session),
        cells=table.cells[:MAX_CELLS],
        is_told=True,
    )


def _found(
    page: pymupdf.Page, content: PageLines, steps: Steps, session: ReadingSession
) -> list[FoundFigure]:
    """The figures, without the stages that failed before or fail now."""
    without = {stage for stage in STAGES if (stage, steps.page) in steps.skip}
    for _ in range(len(STAGES) + 1):
        stage = "figures"

        def on_stage(name: str) -> None:
            nonlocal stage
            stage = name
            steps.enter(name, steps.page)

        def on_limit(name: str, message: str) -> None:
            steps.problems.append(Problem("limit", f"{name}: {message}", steps.page))

        steps.enter(stage, steps.page)
        try:
            return find_figures(
                page,
                content.fragments,
                session.settings.layout,
                frozenset(without),
                on_stage,
                on_limit,
                is_read=content.source in ("ocr", "both"),
            )
        except Exception as error:  # whatever a parser raises costs this stage, never the page
            steps.problems.append(Problem(stage, reason(error), steps.page))
            if stage not in STAGES or stage in without:
                break
            without.add(stage)
    return []


def _with_rows(figure: FoundFigure, fragments: Sequence[Fragment]) -> FoundFigure:
    """The figure with its text in reading order, a row of a table on one line."""
    inside = [
        fragment
        for fragment in fragments
        if _meet(fragment.bbox, figure.bbox)
        and not (figure.caption_bbox and _meet(fragment.bbox, figure.caption_bbox))
    ]
    if figure.kind == "chart":
        inside = chart_text.labelled(inside)
    return replace(figure, text="\n".join(line.text for line in reading_order(inside)))


def _read_pixels(
    view: pymupdf.DisplayList,
    found: Sequence[FoundFigure],
    area: BBox,
    steps: Steps,
    session: ReadingSession,
) -> list[FoundFigure]:
    """The figures, with the text that OCR finds in those that have none."""
    whole = max((area[2] - area[0]) * (area[3] - area[1]), 1.0)
    left = _MAX_FIGURES_READ if session.make_ocr is not None else 0
    result = []
    for figure in found:
        x0, y0, x1, y1 = figure.bbox
        if left and not figure.text and (x1 - x0) * (y1 - y0) > _MIN_SHARE_READ * whole:
            left -= 1
            figure = steps.run("ocr figure", partial(_with_text, view, figure, session), figure)
        result.append(figure)
    return result


def _with_text(
    view: pymupdf.DisplayList, figure: FoundFigure, session: ReadingSession
) -> FoundFigure:
    """A figure with the text in its pixels; of one that comes again in the file, as read before."""
    text = session.read_before.get(figure.repeat_key) if figure.repeat_key else None
    read: Sequence[Fragment] = ()
    if text is None:
        image = rendering.render(view, session.ocr_dpi, figure.bbox)
        dots.hide(image, figure.bbox, figure.drawn)
        read = ocr.to_fragments(session.ocr(image), image, figure.bbox)
        read = upright.again(read, image, figure.bbox, session.ocr)
        lines = ocr.order(chart_text.labelled(read))
        session.read_before[figure.repeat_key] = text = "\n".join(line.text for line in lines)
    kind = kinds.once_read(figure.kind, text)
    return replace(figure, text=text, kind=kind, read_in=tuple(read))


def _upright(
    view: pymupdf.DisplayList, area: BBox, texts: Sequence[Fragment], session: ReadingSession
) -> tuple[Fragment, ...]:
    """The texts of a page that is one chart, with its upright labels read once more."""
    image = rendering.render(view, session.ocr_dpi)
    return tuple(upright.again(texts, image, area, session.ocr))


def _crop(
    view: pymupdf.DisplayList, figure: FoundFigure, steps: Steps, session: ReadingSession
) -> Picture | None:
    if not session.makes_pictures:
        return None
    box = _rounded(figure.bbox)  # as it is stored, so that it is drawn the same again
    return steps.run("crop", lambda: rendering.picture(view, session.settings, box), None)


def _place(figure: FoundFigure, segments: Sequence[Segment]) -> int:
    """The segment with the caption, or else inside the figure, or else the nearest above it."""
    for box in (figure.caption_bbox, figure.bbox):
        if box is not None:
            inside = [at for at, segment in enumerate(segments) if _meet(segment.bbox, box)]
            if inside:
                return inside[0]
    above = [
        (segment.bbox[3], at)
        for at, segment in enumerate(segments)
        if segment.bbox[3] <= figure.bbox[1] and segment.bbox[0] < figure.bbox[2]
    ]
    return max(above)[1] if above else -1


def _meet(one: BBox, other: BBox) -> bool:
    """Whether half of `one` or more, each way, lies in `other`."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0.5 * (one[2] - one[0]) and down > 0.5 * (one[3] - one[1])


def _rounded(box: BBox) -> BBox:
    x0, y0, x1, y1 = box
    return round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)
