"""What stands on a PDF page beside its content: comments, boxes to tick, attached files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mmrag.boxes import holds_middle
from mmrag.ingest.characters import base_name, clean
from mmrag.ingest.layout.fragments import PageText
from mmrag.ingest.layout.lines import TextLine
from mmrag.ingest.layout.order import Fragment
from mmrag.ingest.mupdf import pymupdf

TICKED, UNTICKED = "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"
_BOXES = (pymupdf.PDF_WIDGET_TYPE_CHECKBOX, pymupdf.PDF_WIDGET_TYPE_RADIOBUTTON)
_DRAWN = (pymupdf.PDF_ANNOT_FREE_TEXT, pymupdf.PDF_ANNOT_WIDGET, pymupdf.PDF_ANNOT_POPUP)
"""Kinds whose words are part of what the page shows, or of another annotation."""
_ATTACHMENT = pymupdf.PDF_ANNOT_FILE_ATTACHMENT
_UNREAD = {
    _ATTACHMENT: "attachment",
    pymupdf.PDF_ANNOT_SOUND: "sound",
    pymupdf.PDF_ANNOT_MOVIE: "movie",
    pymupdf.PDF_ANNOT_SCREEN: "movie",
    pymupdf.PDF_ANNOT_RICH_MEDIA: "movie",
    pymupdf.PDF_ANNOT_3D: "3D model",
}
_COMMENT_SIZE = 8.0  # points: smaller than a heading; chosen by hand


@dataclass(frozen=True, slots=True)
class Annotations:
    """Comments as lines of text where they stand, in the page's order; and what is not read."""

    comments: tuple[TextLine, ...] = ()
    unread: tuple[str, ...] = ()


def read(page: pymupdf.Page) -> Annotations:
    """The comments of a page; those that are hidden are left out."""
    comments: list[TextLine] = []
    unread: list[str] = []
    for annotation in page.annots():
        kind = annotation.type[0]
        said = " ".join(clean(annotation.info["content"]).split())
        if kind in _UNREAD:
            name = annotation.file_info["filename"] if kind == _ATTACHMENT else said
            unread.append(f"{_UNREAD[kind]} on the page: {base_name(name) or 'without a name'}")
        elif said and kind not in _DRAWN and not annotation.flags & pymupdf.PDF_ANNOT_IS_HIDDEN:
            author = " ".join(clean(annotation.info["title"]).split()).rstrip(" ,")
            who = f"Comment by {author}" if author else "Comment"
            box = tuple(annotation.rect)
            comments.append(TextLine(f"{who}: {said}", box, _COMMENT_SIZE, False, len(comments)))
    return Annotations(tuple(comments), tuple(unread))


def after(lines: Sequence[TextLine], comments: Sequence[TextLine]) -> list[TextLine]:
    """The lines of a page, and its comments behind them in paragraphs of their own."""
    free = max((line.block for line in lines), default=-1) + 1
    return [*lines, *(replace(line, block=free + line.block) for line in comments)]


def with_boxes(page: pymupdf.Page, text: PageText) -> PageText:
    """The text with each box to tick as a sign, in place of what a font of signs has for it."""
    boxes = list(_boxes(page))
    if not boxes:
        return text
    places = [box.bbox for box in boxes]
    kept = [
        item for item in text.fragments if not any(holds_middle(at, item.bbox) for at in places)
    ]
    return replace(text, fragments=(*kept, *boxes))


def _boxes(page: pymupdf.Page) -> Iterator[Fragment]:
    for widget in page.widgets(types=_BOXES):
        state = page.parent.xref_get_key(widget.xref, "AS")[1]
        sign = UNTICKED if state in ("/Off", "null") else TICKED
        box = tuple(widget.rect)
        yield Fragment(sign, box, min(box[3] - box[1], 12.0), False)
