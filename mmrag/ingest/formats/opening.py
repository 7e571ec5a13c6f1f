"""PDFs and picture files opened the same way: as numbered pages."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pymupdf
from PIL import Image, ImageOps, UnidentifiedImageError

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats import sniff
from mmrag.ingest.formats.passwords import LOCKED
from mmrag.ingest.layout.lines import clean
from mmrag.ingest.reasons import reason
from mmrag.types import Problem

_SANE_INCHES = (0.5, 22.0)  # longer side of a page; beyond it, the resolution declared is not meant
_LONGEST_INCHES = 14.0
_PAPER_DPI = 100  # lower ones are the defaults of programs and cameras, 72 above all
_METADATA = ("title", "author", "subject", "keywords", "creator", "producer", "creationDate")


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that can be read. `problems` are those of the whole file."""

    source: "pymupdf.Document | Image.Image"
    pages: int
    is_picture: bool
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@contextmanager
def open_file(path: Path, max_pixels: int, passwords: Sequence[str] = ()) -> Iterator[OpenFile]:
    """Open a PDF or a picture. Raises `DocumentError` with a plain reason."""
    kind = sniff.file_type(path)
    opening = _open_pdf(path, passwords) if kind == "pdf" else _open_picture(path, max_pixels)
    with opening as opened:
        named = sniff.NAMED.get(path.suffix.lower(), kind)
        problems = opened.problems
        if named != kind:
            problems = (*problems, Problem("name", f"the name says {named}, the content is {kind}"))
        yield replace(opened, problems=problems)


@contextmanager
def _open_pdf(path: Path, passwords: Sequence[str]) -> Iterator[OpenFile]:
    with path.open("rb") as file, _document(file.fileno()) as document:
        if document.needs_pass and not any(map(document.authenticate, passwords)):
            raise DocumentError(
                f"{LOCKED}: none of those in the password file opens it"
                if passwords
                else f"{LOCKED}: give `--password-file FILE`, a password a line"
            )
        pages = _count(document)
        if pages == 0:
            raise DocumentError("the PDF has no pages (0 pages): it is damaged or empty")
        problems = []
        if document.is_repaired:
            problems.append(
                Problem("open", "the file is damaged and was repaired; parts may be lost")
            )
        metadata = {
            key: clean(value).strip()
            for key in _METADATA
            if isinstance(value := (document.metadata or {}).get(key), str) and value.strip()
        }
        title = metadata.get("title", "")
        yield OpenFile(document, pages, False, title, metadata, tuple(problems))


def _document(descriptor: int) -> pymupdf.Document:
    """An open file as a PDF; by descriptor, since MuPDF takes no file name that is not UTF-8."""
    try:
        return pymupdf.open(f"/dev/fd/{descriptor}", filetype="pdf")
    except Exception as error:  # MuPDF raises many kinds, all of them for a file it cannot read
        raise DocumentError(f"the PDF cannot be opened: {_without_place(error)}") from error


def _without_place(error: Exception) -> str:
    """The reason without the descriptor, which says nothing to the user."""
    text = reason(error)
    return "its structure cannot be read" if "/dev/fd/" in text else text


def _count(document: pymupdf.Document) -> int:
    try:
        return int(document.page_count)
    except Exception as error:
        raise DocumentError(f"the PDF's pages cannot be counted: {reason(error)}") from error


@contextmanager
def _open_picture(path: Path, max_pixels: int) -> Iterator[OpenFile]:
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands in its place, before any decoding
    try:
        image = Image.open(path)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise DocumentError(f"the picture cannot be opened: {reason(error)}") from error
    with image:
        check_pixels(image.width, image.height, max_pixels)
        frames = int(getattr(image, "n_frames", 1))
        yield OpenFile(image, frames, True)


def check_pixels(width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture by its declared size. Raises `DocumentError`."""
    if width * height > max_pixels:
        raise DocumentError(
            f"the picture is too large: {width} x {height} pixels, more than max_pixels "
            f"({max_pixels:,})"
        )


@contextmanager
def page_of(file: OpenFile, number: int, settings: IngestSettings) -> Iterator[pymupdf.Page]:
    """Page `number` (from 1) as a page of a PDF; a picture becomes the only thing on it.

    Raises `DocumentError` where a frame declares too many pixels, and whatever the parser raises.
    """
    if isinstance(file.source, pymupdf.Document):
        page = file.source.load_page(number - 1)
        yield from _upright(file.source, page) if page.rotation else [page]
        return
    file.source.seek(number - 1)
    check_pixels(file.source.width, file.source.height, settings.max_pixels)
    width, height, frame = _frame(file.source, settings)
    with pymupdf.open() as document:
        page = document.new_page(width=width, height=height)
        page.insert_image(page.rect, stream=frame)
        yield page


def _upright(document: pymupdf.Document, page: pymupdf.Page) -> Iterator[pymupdf.Page]:
    """A rotated page as it is shown, so that text, boxes and pictures share one space."""
    if page.cropbox == page.mediabox:
        page.remove_rotation()  # in memory alone
        yield page
        return
    size = page.rect  # `remove_rotation` would lose the crop box
    with pymupdf.open() as copy:
        flat = copy.new_page(width=size.width, height=size.height)
        flat.show_pdf_page(flat.rect, document, page.number, rotate=-page.rotation)
        yield flat


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
    flat.save(buffer, "JPEG", quality=92)
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
        if dpi >= _PAPER_DPI and _SANE_INCHES[0] <= longer / dpi <= _SANE_INCHES[1]:
            return dpi
    return max(float(default), longer / _LONGEST_INCHES)
