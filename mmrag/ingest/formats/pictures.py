"""A single picture, opened to be searched with or looked at."""

from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from mmrag.errors import DocumentError, UsageError
from mmrag.ingest.formats import heif
from mmrag.ingest.formats.paper import on_paper
from mmrag.ingest.formats.pillow import open_image


def open_picture(path: Path, max_pixels: int) -> Image.Image:
    """The first frame of a picture, upright, in RGB.

    Raises `UsageError` naming the file where it is no picture or declares too many pixels.
    """
    try:
        with path.open("rb") as file:
            return read_picture(file, str(path), max_pixels)
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened as a picture: {error}") from error


def read_picture(file: BinaryIO, name: str, max_pixels: int) -> Image.Image:
    """The same of an open file. Raises `UsageError` naming it so."""
    is_heif = file.read(8)[4:] == b"ftyp"  # the box at the start of HEIC and AVIF (ISO 14496-12)
    file.seek(0)
    is_known = not is_heif or heif.register()
    try:
        with open_image(file, max_pixels) as image:
            return on_paper(image)
    except DocumentError as error:
        raise UsageError(f"{name}: {error}") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        told = error if is_known else heif.ADVICE
        raise UsageError(f"{name}: cannot be opened as a picture: {told}") from error
