"""The text of a page from its text layer, from OCR, or from both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pymupdf
from PIL import Image

from mmrag.ingest import rendering
from mmrag.ingest.characters import is_garbage
from mmrag.ingest.layout import line_numbers, ocr
from mmrag.ingest.layout.fragments import PageText
from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.ocr import Need
from mmrag.ingest.layout.order import Fragment, reading_order
from mmrag.ingest.session import ReadingSession
from mmrag.ingest.steps import Steps
from mmrag.protocols import OcrLine
from mmrag.types import Problem, TextSource


@dataclass(frozen=True, slots=True)
class PageLines:
    """The pieces of text of a page as they came, and its lines in reading order."""

    fragments: Sequence[Fragment]
    lines: Sequence[TextLine]
    source: TextSource


def find(
    page: pymupdf.Page,
    text: PageText,
    view: pymupdf.DisplayList | None,
    image: Image.Image | None,
    steps: Steps,
    session: ReadingSession,
) -> PageLines:
    """The text layer of a page; where that says little, what OCR reads in `image`, the page."""
    text = replace(text, fragments=tuple(_unnumbered(text.fragments, steps)))
    own = _own(text, steps)
    need = steps.run("need of ocr", lambda: ocr.need(page, text), Need(read=False, keep=True))
    if not need.read or view is None or image is None:
        return own
    if not text.hidden and rendering.is_blank(image):
        steps.problems.append(Problem("blank", "the page is blank", steps.page))
        return own
    if session.make_ocr is None:
        message = "the page shows text or pictures that only OCR could read, and OCR is off"
        steps.problems.append(Problem("unread", message, steps.page))
        return _unread(own, text, steps)
    if session.ocr_dpi != session.settings.page_dpi:
        image = steps.run("render", lambda: rendering.render(view, session.ocr_dpi), image)
    seen: list[OcrLine] = steps.run("ocr", lambda: session.ocr(image), [])
    read = _unnumbered(ocr.to_fragments(seen, image, tuple(page.rect)), steps)
    if not read:
        return _unread(own, text, steps)
    if not (need.keep and own.lines):
        return PageLines(read, _ordered(read, lambda: ocr.order(read), steps), "ocr")
    extra = ocr.without_known(read, [*text.fragments, *text.sideways])
    if not extra:
        return own
    both = [*text.fragments, *extra]
    lines = _ordered([*both, *text.sideways], lambda: reading_order(both, text.sideways), steps)
    return PageLines(both, lines, "both")


def _unnumbered(fragments: Sequence[Fragment], steps: Steps) -> Sequence[Fragment]:
    return steps.run("line numbers", lambda: line_numbers.without(fragments), fragments)


def _own(text: PageText, steps: Steps) -> PageLines:
    lines = _ordered(
        [*text.fragments, *text.sideways],
        lambda: reading_order(text.fragments, text.sideways),
        steps,
    )
    return PageLines(text.fragments, lines, "pdf" if lines else "none")


def _ordered(
    pieces: Sequence[Fragment], order: Callable[[], list[TextLine]], steps: Steps
) -> list[TextLine]:
    """The lines in reading order; where finding it fails, the pieces as they came."""
    as_they_came = [
        TextLine(piece.text, piece.bbox, piece.size, piece.bold, at)
        for at, piece in enumerate(pieces)
    ]
    return steps.run("order", order, as_they_came)


def _unread(own: PageLines, text: PageText, steps: Steps) -> PageLines:
    """What is left where OCR found nothing: the text layer, even one that nobody sees."""
    hidden = " ".join(fragment.text for fragment in text.hidden)
    if own.lines or is_garbage(hidden):
        return own
    return PageLines(
        text.hidden, _ordered(text.hidden, lambda: reading_order(text.hidden), steps), "pdf"
    )
