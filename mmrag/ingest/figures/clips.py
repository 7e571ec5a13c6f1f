"""What clips leave to be seen of the paths and bitmaps of a page."""

from collections.abc import Iterator, Sequence

from mmrag import boxes
from mmrag.ingest.drawing import Path
from mmrag.ingest.mupdf import mupdf, pymupdf
from mmrag.types import BBox


def visible(paths: Sequence[Path], frame: BBox) -> Iterator[tuple[Path, BBox]]:
    """Each path that can be seen, and the box of what the page and its clips leave of it.

    A clip made of letters is not told, so what lies in one counts as it is.
    """
    scissors: dict[int, BBox] = {}
    for path in paths:
        level = path["level"]
        scissors = {at: box for at, box in scissors.items() if at < level}
        if path["type"] == "clip":
            scissors[level] = box_of(path["scissor"])
        elif path["type"] != "group":
            around = scissors[max(scissors)] if scissors else frame
            box = boxes.clip(boxes.clip(box_of(path["rect"]), around), frame)
            if box[0] <= box[2] and box[1] <= box[3]:
                yield path, box


def scissors_of_images(page: pymupdf.Page) -> list[tuple[BBox, BBox]]:
    """The box of each bitmap that a page draws, in order, and the box of what clips it."""
    device = _Images()
    device_page = page.this
    mupdf.fz_run_page(
        device_page if isinstance(device_page, mupdf.FzPage) else device_page.super(),
        device,
        mupdf.FzMatrix(),
        mupdf.FzCookie(),
    )
    mupdf.fz_close_device(device)
    return device.seen


class _Images(mupdf.FzDevice2):  # type: ignore[misc]  # pymupdf has no types for it
    """A device that notes the bitmaps drawn on it."""

    def __init__(self) -> None:
        super().__init__()
        self.use_virtual_fill_image()
        self.use_virtual_fill_image_mask()
        self.seen: list[tuple[BBox, BBox]] = []

    def fill_image(self, context: object, image: object, matrix: object, *rest: object) -> None:
        self._note(matrix)

    def fill_image_mask(
        self, context: object, image: object, matrix: object, *rest: object
    ) -> None:
        self._note(matrix)

    def _note(self, matrix: object) -> None:
        placed = mupdf.fz_transform_rect(mupdf.FzRect(0, 0, 1, 1), mupdf.FzMatrix(matrix))
        scissor = mupdf.ll_fz_device_current_scissor(self.m_internal)
        self.seen.append((_corners(placed), _corners(scissor)))


def _corners(rect: mupdf.FzRect) -> BBox:
    return (rect.x0, rect.y0, rect.x1, rect.y1)


def box_of(values: Sequence[float]) -> BBox:
    """Four coordinates as a box, its corners in order."""
    x0, y0, x1, y1 = (float(value) for value in values)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
