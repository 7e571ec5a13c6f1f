"""Pages and figures as encoded pictures, no larger than is useful."""

import hashlib
import io
import math
from typing import Literal

from PIL import Image

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.mupdf import pymupdf
from mmrag.types import BBox, Picture

_MAX_PIXELS = 16_000_000  # less than MAX_PICTURE_PIXELS, since MuPDF rounds up to whole pixels
_MAX_SIDE = 16_000  # less than MAX_PICTURE_SIDE
_WEBP_METHOD = (
    1  # of 0 to 6; 4 takes twice the time for 3 % fewer bytes (measured on pages of papers)
)
_JPEG_QUALITY = 85  # of what is not kept, so that its size matters little; chosen by hand
_GLANCE_DPI = 72  # letters of 2.5 points have as many pixels
_GLANCE = 256  # pixels a side at which a page is looked at; chosen by hand
_NOISE = 6  # of 255: least contrast of anything on a page; chosen by hand


def scale_for(width: float, height: float, dpi: int) -> float:
    """Pixels per point at `dpi`, or less for a poster. Sides in points."""
    wanted = dpi / 72
    area = max(width * height, 1e-6)
    longer = max(width, height, 1e-6)
    return min(wanted, _MAX_SIDE / longer, math.sqrt(_MAX_PIXELS / area))


def render(page: pymupdf.DisplayList, dpi: int, box: BBox | None = None) -> Image.Image:
    """The page, or the part of it in `box` (points), as it is shown, in RGB."""
    area = page.rect if box is None else pymupdf.Rect(box) & page.rect
    return _drawn(page, area, dpi, "RGB")


def glance(page: pymupdf.DisplayList) -> Image.Image:
    """The page in grey, a pixel a point: enough to see lines, not to read them."""
    return _drawn(page, page.rect, _GLANCE_DPI, "L")


def _drawn(
    page: pymupdf.DisplayList, area: pymupdf.Rect, dpi: int, mode: Literal["RGB", "L"]
) -> Image.Image:
    scale = scale_for(area.width, area.height, dpi)
    pixels = page.get_pixmap(
        matrix=pymupdf.Matrix(scale, scale),
        clip=area,
        colorspace=pymupdf.csRGB if mode == "RGB" else pymupdf.csGRAY,
        alpha=False,
    )
    if not (pixels.width and pixels.height):
        raise DocumentError("there is no area to draw")
    size = (pixels.width, pixels.height)
    return Image.frombuffer(mode, size, pixels.samples, "raw", mode, pixels.stride, 1)


def picture(view: pymupdf.DisplayList, settings: IngestSettings, box: BBox | None) -> Picture:
    """The page, or the figure in `box` (points), drawn as the settings say."""
    dpi = settings.page_dpi if box is None else settings.crop_dpi
    return encode(render(view, dpi, box), settings)


def encode(image: Image.Image, settings: IngestSettings) -> Picture:
    """`image` as WebP where it is kept; else as JPEG, larger, and made in a ninth of the time."""
    buffer = io.BytesIO()
    form: Literal["webp", "jpeg"] = "webp" if settings.pictures == "kept" else "jpeg"
    if form == "webp":
        image.save(buffer, "WEBP", quality=settings.picture_quality, method=_WEBP_METHOD)
    else:
        image.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    return Picture(digest, data, form, image.width, image.height)


def is_blank(image: Image.Image) -> bool:
    """Whether the picture is one colour but for noise."""
    low, high = image.convert("L").resize((_GLANCE, _GLANCE), Image.Resampling.BOX).getextrema()
    assert isinstance(low, int | float) and isinstance(high, int | float)
    return high - low < _NOISE
