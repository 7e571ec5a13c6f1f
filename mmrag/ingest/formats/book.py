"""Books, pages and drawings that MuPDF opens beside PDF: EPUB, FB2, CBZ, XPS, SVG.

Books are laid out on pages of A5. Each page is handed on as one of a PDF.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.formats import pdf
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.ingest.mupdf import mupdf, pymupdf
from mmrag.ingest.reasons import reason

_WIDTH, _HEIGHT, _EM = 420.0, 595.0, 10.0  # points: A5, and the size of the type
_READABLE = "* { font-variant: normal !important; }"
"""Small capitals have glyphs of their own, from which a PDF does not tell their letters."""
_METADATA = ("title", "author", "subject", "keywords", "creationDate")


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A book, or a drawing. Raises `DocumentError` where it cannot be read or has no pages."""
    with path.open("rb") as file, _document(file.fileno(), terms.kind) as document:
        pages = _laid_out(document)
        if pages == 0:
            raise DocumentError("it has no pages")

        @contextmanager
        def load(number: int, settings: IngestSettings) -> Iterator[pymupdf.Page]:
            with pymupdf.open(stream=_as_pdf(document, number - 1), filetype="pdf") as one:
                yield one.load_page(0)

        metadata = pdf.told(document, _METADATA)
        yield OpenFile(pages, False, load, metadata.get("title", ""), metadata=metadata)


def _as_pdf(document: pymupdf.Document, at: int) -> bytes:
    """A page as a PDF of its own; PyMuPDF's `convert_to_pdf` fails for all but the first (2.0)."""
    page, buffer = document.load_page(at), io.BytesIO()
    writer = pymupdf.DocumentWriter(buffer)
    device = writer.begin_page(page.rect)
    mupdf.fz_run_page(page.this, device.this, mupdf.FzMatrix(), mupdf.FzCookie())
    writer.end_page()
    writer.close()
    return buffer.getvalue()


def _document(descriptor: int, kind: str) -> pymupdf.Document:
    """By descriptor, since MuPDF takes no file name that is not UTF-8."""
    mupdf.fz_set_user_css(_READABLE)
    try:
        return pymupdf.open(f"/dev/fd/{descriptor}", filetype=kind)
    except Exception as error:  # MuPDF raises many kinds, all of them for a file it cannot read
        raise DocumentError(f"it cannot be opened: {reason(error)}") from error


def _laid_out(document: pymupdf.Document) -> int:
    """How many pages there are."""
    try:
        if document.is_reflowable:
            document.layout(width=_WIDTH, height=_HEIGHT, fontsize=_EM)
        return int(document.page_count)
    except Exception as error:
        raise DocumentError(f"its pages cannot be laid out: {reason(error)}") from error
