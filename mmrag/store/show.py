"""One page or figure, opened: where it is, what it says, and its page with the box drawn on it."""

from pathlib import Path

from PIL import Image, ImageDraw

from mmrag import ids
from mmrag.errors import UsageError
from mmrag.reports import Shown
from mmrag.store.catalog import Catalog
from mmrag.store.pictures import PictureStore
from mmrag.types import BBox, Page

BOX_COLOUR = (214, 39, 40)
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


def show(catalog: Catalog, pictures: PictureStore, image_id: str, save: Path | None) -> Shown:
    """Look up an image ID; with `save`, write its page with the box drawn on it.

    Raises `UsageError` for an ID that is not in the index and for an unknown file ending.
    """
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
                None, "", page.text, (), _path(pictures, page.picture), page.label,
            )  # fmt: skip
        else:
            figure = catalog.figures.get(ids.figure_id(page.id, ref.figure))
            shown = Shown(
                figure.id, figure.kind, document.id, document.title, document.path, page.number,
                figure.bbox, figure.caption, figure.text,
                catalog.descriptions.of_figures([figure.id]).get(figure.id, ()),
                _path(pictures, figure.picture), page.label,
                catalog.grids.of_figures([figure.id]).get(figure.id),
            )  # fmt: skip
    if save is not None:
        _save(pictures, page, shown.bbox, save)
    return shown


def _path(pictures: PictureStore, sha256: str | None) -> str | None:
    return None if sha256 is None else str(pictures.path(sha256))


def _save(pictures: PictureStore, page: Page, bbox: BBox | None, save: Path) -> None:
    name = FORMATS.get(save.suffix.lower())
    if name is None:
        raise UsageError(f"{save}: cannot write this kind of file: use {', '.join(FORMATS)}")
    if page.picture is None:
        raise UsageError(
            f"{page.id}: this page could not be rendered, so there is no picture to save: "
            "`mmrag status` says why"
        )
    image = mark(pictures.open(page.picture), page, bbox)
    try:
        save.parent.mkdir(parents=True, exist_ok=True)
        image.save(save, name)
    except OSError as error:
        raise UsageError(f"{save}: cannot write the picture: {error.strerror or error}") from error


def mark(image: Image.Image, page: Page, bbox: BBox | None) -> Image.Image:
    """A copy of a page image with a frame around `bbox` (points), or around the whole page."""
    marked = image.convert("RGB")
    x_scale, y_scale = marked.width / page.width, marked.height / page.height
    x0, y0, x1, y1 = bbox or (0, 0, page.width, page.height)
    line = max(2, round(marked.width / 300))
    margin = 0 if bbox is None else line
    frame = (
        max(0, round(x0 * x_scale) - margin),
        max(0, round(y0 * y_scale) - margin),
        min(marked.width - 1, round(x1 * x_scale) + margin),
        min(marked.height - 1, round(y1 * y_scale) + margin),
    )
    ImageDraw.Draw(marked).rectangle(frame, outline=BOX_COLOUR, width=line)
    return marked
