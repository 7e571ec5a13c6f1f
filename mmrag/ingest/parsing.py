"""One file, page by page: text, figures, OCR, pictures. The sandbox runs it in a worker process.

Every step that can hang or crash is announced before it begins, so that the parent process knows
what failed; a step that failed before is left out, and the page does without.
"""

import re
import time
from collections.abc import Generator, Sequence, Set
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from PIL import Image

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest import rendering
from mmrag.ingest.figures.crops import cropped_figures
from mmrag.ingest.formats import pdf
from mmrag.ingest.formats.members import Members
from mmrag.ingest.formats.opening import open_file
from mmrag.ingest.formats.pages import OpenFile, check_pixels
from mmrag.ingest.formats.table import SUFFIXES
from mmrag.ingest.layout import annotations, form_fields, fragments, page_lines
from mmrag.ingest.layout.annotations import Annotations
from mmrag.ingest.layout.fragments import PageText
from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.segments import as_they_stand, page_text
from mmrag.ingest.mupdf import pymupdf
from mmrag.ingest.raw import MAX_FIELDS, MAX_MARKS, Mark, Opened, RawFigure, RawPage
from mmrag.ingest.reasons import reason
from mmrag.ingest.session import ReadingSession
from mmrag.ingest.steps import Steps
from mmrag.types import BBox, Picture, Problem, ReadLine, TextPiece

_MAX_WARNINGS = 3  # kept of one page; chosen by hand
_LOST = re.compile(
    r"cannot decode|failed to decode|truncated image|treating as end of file", re.IGNORECASE
)
"""What MuPDF says where it leaves something out of a page."""
_CACHE_CUT = 80  # per cent of MuPDF's decoded pictures and fonts that go after each page


def parse(
    path: Path,
    session: ReadingSession,
    first_page: int = 1,
    skip: Set[tuple[str, int]] = frozenset(),
    *,
    last_page: int = 0,
    keeps_lines: bool = False,
    drawn: Sequence[BBox | None] = (),
    unpack_to: Path | None = None,
) -> Generator[Opened | RawPage, None, None]:
    """A file, opened, and its pages in order from `first_page` to `last_page` (0: its last).

    `skip` are stages of pages, as `(stage, page)`, that are left out; `keeps_lines` gives each page
    its lines and the fields of its form; with `drawn`, these boxes are drawn (None: the page) and
    nothing is read; files within it are written into `unpack_to`. Raises `DocumentError` where the
    file cannot be opened or has no such page.
    """
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    pymupdf.TOOLS.reset_mupdf_warnings()
    pymupdf.TOOLS.set_subset_fontnames(True)  # fonts of one name can differ in what they say
    settings = session.settings
    session.enter("open", 0)
    session.read_before.clear()
    session.right_fonts.clear()
    session.keeps_lines = keeps_lines
    with open_file(
        path,
        settings.max_pixels,
        session.passwords,
        lambda: session.enter("convert", 0),
        Members(unpack_to, SUFFIXES) if unpack_to else None,
    ) as file:
        if first_page > file.pages:
            raise DocumentError(f"there is no page {first_page}: it has {file.pages}")
        pages = min(file.pages, last_page or settings.max_pages or file.pages)
        yield Opened(
            pages,
            file.pages,
            file.title,
            file.metadata,
            file.problems,
            tuple(file.labels),
            file.members,
            file.is_converted,
        )
        for number in range(first_page, pages + 1):
            yield _read_page(file, number, skip, session, drawn)
            pymupdf.TOOLS.store_shrink(_CACHE_CUT)


def _read_page(
    file: OpenFile,
    number: int,
    skip: Set[tuple[str, int]],
    session: ReadingSession,
    drawn: Sequence[BBox | None],
) -> RawPage:
    """One page; an empty one where it cannot even be loaded."""
    marks: list[Mark] = []

    def enter(stage: str, page: int) -> None:
        marks.append((stage, time.monotonic()))
        session.enter(stage, page)

    steps = Steps(number, skip, enter)
    with ExitStack() as stack:
        page = steps.run(
            "load",
            lambda: stack.enter_context(file.load(steps.page, session.settings)),
            None,
        )
        raw = (
            RawPage.empty(steps.page)
            if page is None
            else _read_loaded(page, file, steps, session, drawn)
        )
    _note_warnings(steps)
    return replace(
        raw,
        problems=tuple(steps.problems),
        marks=tuple(marks[:MAX_MARKS]),
        ended=time.monotonic(),
    )


def _read_loaded(
    page: pymupdf.Page,
    file: OpenFile,
    steps: Steps,
    session: ReadingSession,
    drawn: Sequence[BBox | None],
) -> RawPage:
    settings = session.settings
    as_set = file.as_set.get(steps.page)
    tables = settings.figures
    read = steps.run(
        "text", lambda: fragments.read(page, as_set, for_tables=tables), PageText((), (), ())
    )
    if read.turn:  # a page set sideways is read, shown and cited as its reader turns it
        page = steps.run("turn", lambda: pdf.turned(page, read.turn), page)
        read = steps.run("text", lambda: fragments.read(page, for_tables=tables), read)
    text = steps.run("boxes", lambda: annotations.with_boxes(page, read), read)
    view = steps.run("draw", lambda: _view(page, settings.max_pixels), None)
    if drawn:
        return _drawn(page, view, drawn, steps, settings)
    is_legible = steps.page in file.of_type and bool(text.fragments)
    image = None
    if view is not None and (session.makes_pictures or not is_legible):
        image = steps.run("render", lambda: _image(view, session), None)
    looked_at = None if is_legible else image  # to see what its text does not say
    content = page_lines.find(page, text, view, looked_at, steps, session)
    beside = steps.run("comments", lambda: annotations.read(page), Annotations())
    steps.problems += [Problem("unread", what, steps.page) for what in beside.unread]
    lines = annotations.after(content.lines, beside.comments)
    plain, segments = steps.run("paragraphs", lambda: page_text(lines), as_they_stand(lines))
    found: tuple[RawFigure, ...] = ()
    if view is not None and settings.figures:
        found = steps.run(
            "figures",
            lambda: cropped_figures(
                page,
                view,
                content,
                text.sideways,
                segments,
                file.is_picture,
                file.tables.get(steps.page, ()),
                steps,
                session,
            ),
            (),
        )
    picture = None
    if image is not None and session.makes_pictures:
        picture = steps.run("encode", lambda: rendering.encode(image, settings), None)
    return RawPage(
        steps.page,
        round(page.rect.width, 2),
        round(page.rect.height, 2),
        plain,
        segments,
        "pdf" if content.source == "none" and beside.comments else content.source,
        found,
        picture,
        lines=tuple(map(_kept, lines)) if session.keeps_lines else (),
        fields=steps.run("fields", lambda: form_fields.read(page, MAX_FIELDS), ())
        if session.keeps_lines
        else (),
    )


def _image(view: pymupdf.DisplayList, session: ReadingSession) -> Image.Image:
    """The page as pixels; few of them where nobody reads or keeps them, who see what text lacks."""
    if session.makes_pictures or session.make_ocr is not None:
        return rendering.render(view, session.settings.page_dpi)
    return rendering.glance(view)


def _drawn(
    page: pymupdf.Page,
    view: pymupdf.DisplayList | None,
    boxes: Sequence[BBox | None],
    steps: Steps,
    settings: IngestSettings,
) -> RawPage:
    """The page without its text, and each box as a figure of it."""
    empty = RawPage.empty(steps.page)
    if view is None:
        return empty

    def draw(box: BBox | None) -> Picture | None:
        return steps.run("render", lambda: rendering.picture(view, settings, box), None)

    return replace(
        empty,
        width=round(page.rect.width, 2),
        height=round(page.rect.height, 2),
        picture=draw(None) if None in boxes else None,
        figures=tuple(RawFigure.of_box(box, draw(box)) for box in boxes if box is not None),
    )


def _kept(line: TextLine) -> ReadLine:
    """A line with its pieces; one that has none is its only piece."""
    pieces = line.pieces or (TextPiece(line.text, line.bbox),)
    return ReadLine(line.text, line.bbox, line.size, line.bold, line.block, pieces)


def _view(page: pymupdf.Page, max_pixels: int) -> pymupdf.DisplayList:
    """The page ready to be drawn. Raises `DocumentError` where a picture in it is too large."""
    for _, _, width, height, *_ in page.get_images():
        check_pixels(width, height, max_pixels)
    return page.get_displaylist()


def _note_warnings(steps: Steps) -> None:
    """What MuPDF complained about while it read the page; what it could not read is a loss."""
    lines = pymupdf.TOOLS.mupdf_warnings(reset=True).splitlines()
    warnings = dict.fromkeys(line for line in lines if not line.startswith("... repeated"))
    for text in sorted(warnings, key=lambda text: not _LOST.search(text))[:_MAX_WARNINGS]:
        stage = "picture" if _LOST.search(text) else "parser"
        steps.problems.append(Problem(stage, reason(ValueError(text)), steps.page))
