"""PDF files, opened by MuPDF."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.characters import base_name, clean
from mmrag.ingest.formats import pdf_form, pdf_labels
from mmrag.ingest.formats.members import Members
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.ingest.formats.passwords import refused
from mmrag.ingest.formats.typeset import page_of_text
from mmrag.ingest.mupdf import pymupdf
from mmrag.ingest.reasons import reason
from mmrag.types import Problem

T = TypeVar("T")
_NAMES_LISTED = 5  # of attached files; chosen by hand
_METADATA = ("title", "author", "subject", "keywords", "creator", "producer", "creationDate")


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A PDF with its metadata. Raises `DocumentError` where it is locked, damaged or empty.

    The pictures in it are bounded only when a page is drawn.
    """
    with path.open("rb") as file, _document(file.fileno()) as document:
        if document.needs_pass and not any(map(document.authenticate, terms.passwords)):
            raise DocumentError(refused(terms.passwords))
        pages = _count(document)
        if pages == 0:
            raise DocumentError("the PDF has no pages (0 pages): it is damaged or empty")
        problems: list[Problem] = []
        if document.is_repaired:
            problems.append(
                Problem("open", "the file is damaged and was repaired; parts may be lost")
            )
        metadata = told(document, _METADATA)

        def tried(what: str, read: Callable[[], Sequence[T]]) -> Sequence[T]:
            try:
                return read()
            except Exception as error:  # MuPDF raises many kinds; none of this costs the pages
                problems.append(Problem("extras", f"{what} cannot be read: {reason(error)}"))
                return ()

        problems += tried("attachments", lambda: list(_attached(document, terms.members)))
        labels = tried("page labels", lambda: pdf_labels.read(document, pages))
        form: Sequence[str] = ()
        if pages == 1 and pdf_form.replaces_page(document):
            form = tried("its contents, an XFA form,", lambda: pdf_form.texts(document))
            if form:
                problems.append(Problem("unread", "the layout of an XFA form; its texts are read"))

        @contextmanager
        def load(number: int, settings: IngestSettings) -> Iterator[pymupdf.Page]:
            if form:
                with pymupdf.open(stream=page_of_text("", "\n".join(form))) as typeset:
                    yield typeset.load_page(0)
            else:
                page = document.load_page(number - 1)
                yield _upright(document, page) if page.rotation else page

        title = metadata.get("title", "")
        yield OpenFile(pages, False, load, title, labels, metadata, tuple(problems))


def told(document: pymupdf.Document, names: Iterable[str]) -> dict[str, str]:
    """What a file that MuPDF opened says of itself, of what is so called."""
    return {
        name: clean(value).strip()
        for name in names
        if isinstance(value := (document.metadata or {}).get(name), str) and value.strip()
    }


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


def _attached(document: pymupdf.Document, members: Members | None) -> Iterator[Problem]:
    """The files within the file become members, or are named; all there is of a portfolio."""
    count = document.embfile_count()
    told = [document.embfile_info(at) for at in range(count)]
    names = [base_name(str(item["ufilename"] or item["filename"] or item["name"])) for item in told]
    if members is not None:
        for at, name in enumerate(names):
            try:
                members.add(name, io.BytesIO(document.embfile_get(at)))
            except Exception as error:  # MuPDF raises many kinds; it costs this one alone
                members.fail(name, f"it cannot be taken out: {reason(error)}")
        yield from members.problems()
        return
    listed = ", ".join(names[:_NAMES_LISTED])
    listed += f" and {count - _NAMES_LISTED} more" if count > _NAMES_LISTED else ""
    if document.xref_get_key(document.pdf_catalog(), "Collection")[0] != "null":
        what = f"a portfolio: files embedded in it are not read: {count} ({listed})"
        yield Problem("attachments", f"{what}; save them beside it to have them read")
    elif count:
        yield Problem("unread", f"attachments are not read: {count} ({listed})")


def turned(page: pymupdf.Page, degrees: int) -> pymupdf.Page:
    """A page turned clockwise, in memory alone, as if it were so shown."""
    page.set_rotation(degrees)
    return _upright(page.parent, page)


def _upright(document: pymupdf.Document, page: pymupdf.Page) -> pymupdf.Page:
    """A rotated page as it is shown, so that text, boxes and pictures share one space.

    In memory alone. `remove_rotation` loses the crop box: it is taken off before and turned itself.
    """
    media, crop, rotation = page.mediabox, page.cropbox, page.rotation
    left, right = crop.x0 - media.x0, crop.x1 - media.x0  # from the left; `crop.y0` is from the top
    _set_crop(document, page, media)
    whole = document.reload_page(page)
    whole.remove_rotation()
    x0, y0, x1, y1 = {
        90: (media.height - crop.y1, left, media.height - crop.y0, right),
        180: (
            media.width - right,
            media.height - crop.y1,
            media.width - left,
            media.height - crop.y0,
        ),
        270: (crop.y0, media.width - right, crop.y1, media.width - left),
    }[rotation]
    turned = whole.mediabox
    shown = (turned.x0 + x0, turned.y1 - y1, turned.x0 + x1, turned.y1 - y0)
    _set_crop(document, whole, shown)
    return document.reload_page(whole)


def _set_crop(document: pymupdf.Document, page: pymupdf.Page, box: Iterable[float]) -> None:
    """In coordinates of the PDF, whose y grows upwards."""
    document.xref_set_key(page.xref, "CropBox", "[{:g} {:g} {:g} {:g}]".format(*box))
