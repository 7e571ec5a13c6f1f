"""The text of a page from its text layer, from OCR, or from both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from mmrag.ingest import rendering
from mmrag.ingest.characters import is_garbage
from mmrag.ingest.layout import column_heads, line_numbers, ocr
from mmrag.ingest.layout.fragments import PageText
from mmrag.ingest.layout.layer import Layer
from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.ocr import Need
from mmrag.ingest.layout.order import Fragment, reading_order
from mmrag.ingest.mupdf import pymupdf
from mmrag.ingest.session import ReadingSession
from mmrag.ingest.steps import Steps
from mmrag.protocols import OcrLine
from mmrag.types import Problem, TextSource

_NOT_READ = (
    "most lines on the page could not be read by OCR: it may not know their script "
    "(`mmrag doctor` tells which it reads)"
)


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
    if view is None or image is None:
        return _own(text, steps)
    layer = Layer(image, tuple(page.rect), steps, session)
    if layer.says_unseen(text):
        return _hidden(text, steps)
    right = layer.without_garbled(text)
    need = steps.run("need of ocr", lambda: ocr.need(page, right), Need(read=False, keep=True))
    if (
        not need.read
        and right == text
        and not layer.shows_more_than((*text.fragments, *text.sideways))
    ):
        return _own(text, steps)
    if not text.hidden and rendering.is_blank(image):
        steps.problems.append(Problem("blank", "the page is blank", steps.page))
        return _own(text, steps)
    if session.make_ocr is None:
        message = "the page shows text or pictures that only OCR could read, and OCR is off"
        steps.problems.append(Problem("unread", message, steps.page))
        return _unread(text, steps)
    if session.ocr_dpi != session.settings.page_dpi:
        image = steps.run("render", lambda: rendering.render(view, session.ocr_dpi), image)
    seen: list[OcrLine] = steps.run("ocr", lambda: session.ocr(image), [])
    read = _unnumbered(ocr.to_fragments(seen, image, tuple(page.rect)), steps)
    known = (*right.fragments, *right.sideways) if need.keep else ()
    if layer.shows_more_than((*known, *filter(ocr.is_told, read))):
        steps.problems.append(Problem("unread", _NOT_READ, steps.page))
    if not read:
        return _unread(text, steps)
    if not known:
        return PageLines(
            read, _in_order(lambda: ocr.order(read, ocr.is_on_its_head(seen)), read, steps), "ocr"
        )
    extra = ocr.without_known(read, known)
    if not extra:
        return _own(text, steps)
    both = [*right.fragments, *extra]
    return PageLines(both, _ordered(both, right.sideways, steps), "both")


def _unnumbered(fragments: Sequence[Fragment], steps: Steps) -> Sequence[Fragment]:
    return steps.run("line numbers", lambda: line_numbers.without(fragments), fragments)


def _own(text: PageText, steps: Steps) -> PageLines:
    lines = _ordered(text.fragments, text.sideways, steps)
    return PageLines(text.fragments, lines, "pdf" if lines else "none")


def _hidden(text: PageText, steps: Steps) -> PageLines:
    return PageLines(text.hidden, _ordered(text.hidden, (), steps), "pdf")


def _unread(text: PageText, steps: Steps) -> PageLines:
    """What is left where OCR found nothing: the text layer, even one that nobody sees."""
    seen = text.fragments or text.sideways
    hidden = " ".join(fragment.text for fragment in text.hidden)
    return _own(text, steps) if seen or is_garbage(hidden) else _hidden(text, steps)


def _ordered(
    fragments: Sequence[Fragment], sideways: Sequence[Fragment], steps: Steps
) -> list[TextLine]:
    """The lines in reading order; what stands sideways and heads no column comes last."""

    def order() -> list[TextLine]:
        heads, others = column_heads.stood_up(sideways, fragments)
        lines = reading_order([*fragments, *heads])
        blocks = lines[-1].block + 1 if lines else 0
        return lines + [replace(x, block=x.block + blocks) for x in ocr.order(others)]

    return _in_order(order, (*fragments, *sideways), steps)


def _in_order(
    order: Callable[[], list[TextLine]], pieces: Sequence[Fragment], steps: Steps
) -> list[TextLine]:
    """What `order` finds; where that fails, the pieces as they came."""
    as_they_came = [
        TextLine(piece.text, piece.bbox, piece.size, piece.bold, at)
        for at, piece in enumerate(pieces)
    ]
    return steps.run("order", order, as_they_came)
