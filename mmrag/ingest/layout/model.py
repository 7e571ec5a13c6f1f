"""Boxes of a page by PyMuPDF's layout model, which takes 0.1 to 0.4 s a page on one core."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mmrag.ingest.layout.order import Fragment
from mmrag.ingest.mupdf import pymupdf
from mmrag.types import BBox

MAX_LINES = 3000
"""A page with more pieces of text goes without the model: it takes minutes on such pages."""
_DESCENT = 0.2  # of the height of a line: below its base line; as of Helvetica
FIGURE_LABELS = frozenset({"picture", "table"})
BODY_LABELS = frozenset({"text", "list-item", "section-header", "title"})
MARGIN_LABELS = frozenset({"page-header", "page-footer"})


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the rows and columns of a table part: heights and places across, in points, rising."""

    rows: tuple[float, ...]
    columns: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LayoutBox:
    """A box of the model: picture, table, caption, text, section-header, formula, ..."""

    bbox: BBox
    label: str
    lines: Lines | None = None  # of a table


def load() -> None:
    """Load the model, if that has not been done: 0.3 s and 60 MB."""
    import pymupdf.layout  # noqa: F401 - gives pages `get_layout`


def layout_boxes(page: pymupdf.Page, read: Sequence[Fragment] = ()) -> list[LayoutBox]:
    """The boxes of a page in displayed coordinates, in the model's order.

    The model looks at the text of the page; `read` is what OCR found of one that has none.
    """
    if not read:
        return _boxes(page)
    with pymupdf.open() as copy:
        return _boxes(_with_text(copy, page, read))


def _boxes(page: pymupdf.Page) -> list[LayoutBox]:
    load()
    page.get_layout(return_raw=True)
    found = []
    for group in page.layout_information:
        x0, y0, x1, y1 = map(float, group["group_bbox"][:4])
        grid = group.get("table_grid")  # its lines are measured from the corner of the box
        lines = None if grid is None else Lines(_from(y0, grid.h_lines), _from(x0, grid.v_lines))
        found.append(LayoutBox((x0, y0, x1, y1), str(group["class_name"]), lines))
    return found


def _with_text(
    copy: pymupdf.Document, page: pymupdf.Page, read: Sequence[Fragment]
) -> pymupdf.Page:
    """A page that shows what `page` does, with text that was read where it stands, unseen."""
    made: pymupdf.Page = copy.new_page(width=page.rect.width, height=page.rect.height)
    made.show_pdf_page(made.rect, page.parent, page.number)
    font = pymupdf.Font("helv")
    writer = pymupdf.TextWriter(made.rect)
    for fragment in read:
        x0, _, x1, bottom = fragment.bbox
        width = font.text_length(fragment.text, 1)
        if width > 0:
            size = min(fragment.height, (x1 - x0) / width)
            place = (x0, bottom - _DESCENT * fragment.height)
            writer.append(place, fragment.text, font, max(size, 1.0))
    writer.write_text(made, render_mode=3)  # neither filled nor stroked
    return made


def _from(corner: float, places: Iterable[float]) -> tuple[float, ...]:
    return tuple(sorted(corner + float(place) for place in places))
