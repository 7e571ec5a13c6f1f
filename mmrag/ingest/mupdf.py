"""PyMuPDF without its layout model, which it would load as it is imported: a second and 80 MB.

What draws a page or reads text alone does without; `layout.model` loads it for the first page that
is looked at.
"""

import sys

if "pymupdf" in sys.modules:
    import pymupdf
else:
    sys.modules["pymupdf.layout"] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        import pymupdf
    finally:
        del sys.modules["pymupdf.layout"]

mupdf = pymupdf.mupdf

__all__ = ["mupdf", "pymupdf"]
