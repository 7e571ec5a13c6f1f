"""One page or figure, opened: where it is, what it says, and its page with the box drawn on it."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from mmrag import ids
from mmrag.boxes import area, clip, grow
from mmrag.errors import UsageError
from mmrag.reports import Shown
from mmrag.store.catalog import Catalog
from mmrag.store.pictures import PictureStore
from mmrag.types import BBox, Document, Figure, Page

BOX_COLOUR = (214, 39, 40)
CELL_COLOUR = (31, 119, 180)
CELL_MARGIN = 2.0
"""Points between a cell's text and its frame; by hand."""
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


Place = tuple[int, int]
"""Row and column of a cell, from 0."""


def show(catalog: Catalog, pictures: PictureStore, image_id: str) -> Shown:
    """Look up an image ID. Raises `UsageError` for one that is not in the index."""
    ref = ids.parse_image_id(image_id)
    if ref is None:
        raise UsageError(
            f"{image_id!r} is not an image ID: they look like 3fa9c1d2-p0012 for a page "
            "and 3fa9c1d2-p0012-f02 for a figure"
        )
    with catalog.snapshot():
        page = catalog.pages.get(ids.page_id(ref.document_id, ref.page))
        document = catalog.documents.get(page.document_id)
        if ref.figure is None:
            shown = Shown(
                page.id, "page", document.id, document.title, document.path, page.number,
                None, "", page.text, (), _path(pictures, page, document), page.label,
            )  # fmt: skip
        else:
            figure = catalog.figures.get(ids.figure_id(page.id, ref.figure))
            shown = Shown(
                figure.id, figure.kind, document.id, document.title, document.path, page.number,
                figure.bbox, figure.caption, figure.text,
                catalog.descriptions.of_figures([figure.id]).get(figure.id, ()),
                _path(pictures, figure, document), page.label,
                catalog.grids.of_figures([figure.id]).get(figure.id),
                catalog.graphs.of_figures([figure.id]).get(figure.id),
            )  # fmt: skip
    return shown


def framed(
    shown: Shown, page: Page, cells: Sequence[Place] = (), boxes: Sequence[BBox] = ()
) -> list[BBox]:
    """What is framed beside the item itself: cells of its table, and boxes of its page, in points.

    Raises `UsageError` for a cell that the table does not have and for a box beside the page.
    """
    for box in boxes:
        if not area(clip(box, (0.0, 0.0, page.width, page.height))):
            raise UsageError(
                f"{shown.image_id}: there is no box {box} on this page, which is {page.width:g} "
                f"points wide and {page.height:g} high"
            )
    return [*(_cell_box(shown, place) for place in cells), *boxes]


def _cell_box(shown: Shown, place: Place) -> BBox:
    """Where a cell is. Raises `UsageError` where there is none."""
    for cell in shown.grid.cells if shown.grid is not None else ():
        if cell.row <= place[0] <= cell.row_end and cell.column <= place[1] <= cell.column_end:
            return cell.bbox
    raise UsageError(
        f"{shown.image_id}: there is no cell in row {place[0]}, column {place[1]}: "
        f"`mmrag show {shown.image_id} --data json` lists them, from 0"
    )


def _path(pictures: PictureStore, item: Page | Figure, document: Document) -> str | None:
    """Where a picture lies in the index; one that is kept elsewhere is fetched when it is drawn."""
    if item.picture is None or not document.keeps_pictures or not pictures.is_here:
        return None
    return str(pictures.path(item.picture))


def save(image: Image.Image, file: Path) -> None:
    """Write a picture. Raises `UsageError` for an unknown file ending and where it cannot."""
    name = FORMATS.get(file.suffix.lower())
    if name is None:
        raise UsageError(f"{file}: cannot write this kind of file: use {', '.join(FORMATS)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        image.save(file, name)
    except OSError as error:
        raise UsageError(f"{file}: cannot write the picture: {error.strerror or error}") from error


def mark(
    image: Image.Image, page: Page, bbox: BBox | None, cells: Sequence[BBox] = ()
) -> Image.Image:
    """A copy of a page image with a frame around `bbox` (points), or around the whole page.

    Cells have frames of another colour.
    """
    marked = image.convert("RGB")
    line = max(2, round(marked.width / 300))
    drawn = ImageDraw.Draw(marked)
    frame = _pixels(marked, page, bbox or (0, 0, page.width, page.height), line if bbox else 0)
    drawn.rectangle(frame, outline=BOX_COLOUR, width=line)
    for cell in cells:
        drawn.rectangle(
            _pixels(marked, page, grow(cell, CELL_MARGIN), 0), outline=CELL_COLOUR, width=line
        )
    return marked


def _pixels(image: Image.Image, page: Page, box: BBox, margin: int) -> tuple[int, int, int, int]:
    """A box in points as pixels of the page's image, with a margin, inside of it."""
    x_scale, y_scale = image.width / page.width, image.height / page.height
    return (
        max(0, round(box[0] * x_scale) - margin),
        max(0, round(box[1] * y_scale) - margin),
        min(image.width - 1, round(box[2] * x_scale) + margin),
        min(image.height - 1, round(box[3] * y_scale) + margin),
    )
