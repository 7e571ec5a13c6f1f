"""Pictures as Pillow opens them, with our own limit of pixels in the place of its."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from PIL import Image

from mmrag.errors import DocumentError
from mmrag.ingest.formats.pages import check_pixels


def open_image(file: BinaryIO, max_pixels: int) -> Image.Image:
    """A picture, not decoded yet. Raises `DocumentError` for its size, else what Pillow raises."""
    with limited(max_pixels):
        try:
            image = Image.open(file)
        except (ArithmeticError, LookupError, TypeError, struct.error) as error:
            raise ValueError(f"its head is damaged ({error})") from error
    check_pixels(image.width, image.height, max_pixels)
    return image


@contextmanager
def limited(max_pixels: int) -> Iterator[None]:
    """Raises `DocumentError` where Pillow would take memory for a picture twice as large.

    `check_pixels` refuses those between, by their width and height: a GIF takes memory for what its
    frames clear when it is opened or turned on, and its frames may be larger than its screen.
    """
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = max_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except Image.DecompressionBombError as error:
        raise DocumentError(
            f"the picture is too large: more than twice max_pixels ({max_pixels:,})"
        ) from error
    finally:
        Image.MAX_IMAGE_PIXELS = before
