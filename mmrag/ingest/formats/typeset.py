"""Plain text as a PDF file, for texts that come without pages."""

import html

from mmrag.ingest.mupdf import pymupdf

MARGIN = 36.0  # points


def page_of_text(title: str, text: str) -> bytes:
    """A PDF file with one page, on which the text is as small as it must be to fit.

    Each line of the text is a paragraph.
    """
    with pymupdf.open() as document:
        page = document.new_page()
        body = f"<h1>{html.escape(title)}</h1>" if title else ""
        body += "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
        width, height = page.rect.br
        box = (MARGIN, MARGIN, width - MARGIN, height - MARGIN)
        page.insert_htmlbox(box, body, scale_low=0)
        return bytes(document.tobytes(garbage=3, deflate=True))
