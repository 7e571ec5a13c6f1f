"""Picture files, opened by Pillow: each frame is a page with nothing else on it."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pymupdf
from PIL import Image, ImageOps, UnidentifiedImageError

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats.pages import OpenFile, check_pixels
from mmrag.ingest.reasons import reason

# Chosen by hand: paper from a ticket to a newspaper page, and the resolutions of scanners.
_SANE_INCHES = (0.5, 22.0)  # longer side of a page; beyond it, the resolution declared is not meant
_LONGEST_INCHES = 14.0  # longer side of a page without a resolution that is meant
_LEAST_PAPER_DPI = 100  # lower ones are the defaults of programs and cameras, 72 above all
_JPEG_QUALITY = 92  # of the frame on its page: no loss that OCR would notice


@contextmanager
def opened(path: Path, *, max_pixels: int, passwords: Sequence[str]) -> Iterator[OpenFile]:
    """A picture file. Raises `DocumentError` where it cannot be read or declares too many pixels.

    No picture takes `passwords`.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands in its place, before any decoding
    try:
        image = Image.open(path)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise DocumentError(f"the picture cannot be opened: {reason(error)}") from error
    with image:
        check_pixels(image.width, image.height, max_pixels)

        @contextmanager
        def load(number: int, settings: IngestSettings) -> Iterator[pymupdf.Page]:
            image.seek(number - 1)
            check_pixels(image.width, image.height, settings.max_pixels)
            width, height, frame = _frame(image, settings)
            with pymupdf.open() as document:
                page = document.new_page(width=width, height=height)
                page.insert_image(page.rect, stream=frame)
                yield page

        yield OpenFile(int(getattr(image, "n_frames", 1)), True, load)


def _frame(image: Image.Image, settings: IngestSettings) -> tuple[float, float, bytes]:
    """The current frame upright: width and height in points, and a JPEG of it."""
    dpi = _dpi(image, settings.page_dpi)
    upright = ImageOps.exif_transpose(image)
    flat = _on_white(upright)
    width, height = flat.width * 72 / dpi, flat.height * 72 / dpi
    wanted = max(settings.crop_dpi, settings.page_dpi)
    if wanted < dpi:
        size = (max(round(flat.width * wanted / dpi), 1), max(round(flat.height * wanted / dpi), 1))
        flat = flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    flat.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return width, height, buffer.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """RGB, with what is transparent white as on paper."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        low, high = image.convert("F").getextrema()
        assert isinstance(low, int | float) and isinstance(high, int | float)
        span = max(high - low, 1e-9)
        return image.convert("F").point(lambda v: (v - low) * (255 / span)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(white, layered).convert("RGB")
    return image.convert("RGB")


def _dpi(image: Image.Image, default: int) -> float:
    """The resolution declared where it makes a page of sane size, or else one that does."""
    longer = max(image.width, image.height)
    declared = image.info.get("dpi")
    if isinstance(declared, tuple) and declared and declared[0]:
        dpi = float(declared[0])
        if dpi >= _LEAST_PAPER_DPI and _SANE_INCHES[0] <= longer / dpi <= _SANE_INCHES[1]:
            return dpi
    return max(float(default), longer / _LONGEST_INCHES)
