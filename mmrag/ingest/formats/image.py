"""Picture files, opened by Pillow: each page of a TIFF is a page with nothing else on it.

So is each frame of an animation. Of a photo the first picture is the page: what a phone puts behind
it (a gain map, a depth map, a preview) is none.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats import animation, heif
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms, check_pixels
from mmrag.ingest.formats.paper import on_paper
from mmrag.ingest.formats.pillow import open_image
from mmrag.ingest.mupdf import pymupdf
from mmrag.ingest.reasons import reason
from mmrag.types import Problem

# Chosen by hand: paper from a ticket to a newspaper page, and the resolutions of scanners.
_SANE_INCHES = (0.5, 22.0)  # longer side of a page; beyond it, the resolution declared is not meant
_SHEET_INCHES = 11.0  # longer side of a letter, up to which a small picture is enlarged to be read
_LONGEST_INCHES = 14.0  # longer side of a page without a resolution that is meant
_LEAST_PAPER_DPI = 100  # lower ones are the defaults of programs and cameras, 72 above all
_MOST_STRETCH = 4.0  # of pixels, higher to wider or wider to higher: faxes have 204 by 98, or by 49
_JPEG_QUALITY = 92  # of the frame on its page: no loss that OCR would notice
_ORIENTATION = 0x0112  # tag of EXIF and TIFF; from 5 on rows are stored as columns
_SIDEWAYS = (5, 6, 7, 8)
_SUBFILE = 254  # tag of TIFF (6.0, page 36): a set of bits
_REDUCED, _MASK = 1, 4  # a smaller copy of another page; where another page is transparent


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A picture file. Raises `DocumentError` where it is none, or declares too many pixels."""
    is_known = terms.kind != "heic" or heif.register()
    with path.open("rb") as file:  # by name, Pillow maps an uncompressed TIFF and loses its turn
        try:
            image = open_image(file, terms.max_pixels)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
            is_unknown = isinstance(error, UnidentifiedImageError)
            told = "it is damaged, or of a kind that Pillow lacks" if is_unknown else reason(error)
            told = told if is_known else heif.ADVICE
            raise DocumentError(f"the picture cannot be opened: {told}") from error
        frames, problems = _frames(image, path, terms.max_pixels)

        @contextmanager
        def load(number: int, settings: IngestSettings) -> Iterator[pymupdf.Page]:
            image.seek(frames[number - 1])
            check_pixels(image.width, image.height, settings.max_pixels)
            width, height, frame = _frame(image, settings)
            with pymupdf.open() as document:
                page = document.new_page(width=width, height=height)
                page.insert_image(page.rect, stream=frame)
                yield page

        yield OpenFile(len(frames), True, load, problems=problems)


def _frames(
    image: Image.Image, path: Path, max_pixels: int
) -> tuple[Sequence[int], tuple[Problem, ...]]:
    """The frames that are pages, and what to say about the others."""
    if animation.is_one(image):
        return animation.pages(path, max_pixels)
    count = int(getattr(image, "n_frames", 1))
    if image.format != "TIFF":
        return [0], _left_out(count - 1, "data of a camera")
    pages = [frame for frame in range(count) if not _is_copy(image, frame)] or [0]
    return pages, _left_out(count - len(pages), "smaller copies of pages, or masks")


def _left_out(count: int, what: str) -> tuple[Problem, ...]:
    if count == 0:
        return ()
    return (Problem("unread", f"pictures in the file that are no pages: {count} ({what})"),)


def _is_copy(image: Image.Image, frame: int) -> bool:
    image.seek(frame)
    kind = getattr(image, "tag_v2", {}).get(_SUBFILE, 0)
    return isinstance(kind, int) and bool(kind & (_REDUCED | _MASK))


def _frame(image: Image.Image, settings: IngestSettings) -> tuple[float, float, bytes]:
    """The current frame upright: width and height in points, and a JPEG of it."""
    across, down = _resolution(image, settings.page_dpi)
    flat = on_paper(image)
    width, height = flat.width * 72 / across, flat.height * 72 / down
    wanted = min(max(settings.crop_dpi, settings.page_dpi), max(across, down))
    if wanted < across or across != down:
        size = (max(round(width * wanted / 72), 1), max(round(height * wanted / 72), 1))
        flat = flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    flat.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return width, height, buffer.getvalue()


def _resolution(image: Image.Image, default: int) -> tuple[float, float]:
    """Pixels an inch across and down the upright picture, which is not decoded yet.

    As declared where that makes a page of sane size, but enlarged to a sheet while it has pixels
    for it: pages are drawn and read at one resolution, at which the small print of a ticket or of
    a screenshot is lost. Else as makes one, with pixels of the shape that is declared.
    """
    across, down = _declared(image)
    if image.getexif().get(_ORIENTATION) in _SIDEWAYS:
        across, down = down, across
        width, height = _upright_size(image)
    else:
        width, height = image.size
    longer = max(width / across, height / down)
    if max(across, down) >= _LEAST_PAPER_DPI and _SANE_INCHES[0] <= longer <= _SANE_INCHES[1]:
        larger = max(1.0, min(_SHEET_INCHES / longer, min(across, down) / default))
        return across / larger, down / larger
    stretch = max(across, down)
    scale = max(float(default), longer * stretch / _LONGEST_INCHES) / stretch
    return across * scale, down * scale


def _upright_size(image: Image.Image) -> tuple[int, int]:
    """Of a picture that is stored sideways; Pillow tells that of a TIFF so before it is decoded."""
    return image.size if image.format == "TIFF" else (image.height, image.width)


def _declared(image: Image.Image) -> tuple[float, float]:
    """What the file says of its pixels across and down; 1 to 1 where that makes no sense."""
    for key in ("dpi", "resolution", "jfif_density"):
        match image.info.get(key):
            case (across, down) if across and down:
                if 1 / _MOST_STRETCH <= float(across) / float(down) <= _MOST_STRETCH:
                    return float(across), float(down)
    return 1.0, 1.0
