"""The fields of a PDF's form on one page, with the values that were filled in."""

from mmrag.ingest.characters import clean
from mmrag.ingest.mupdf import pymupdf
from mmrag.types import FormField

_BUTTON = pymupdf.PDF_WIDGET_TYPE_BUTTON
_SIGNATURE = pymupdf.PDF_WIDGET_TYPE_SIGNATURE
_TICKED = (pymupdf.PDF_WIDGET_TYPE_CHECKBOX, pymupdf.PDF_WIDGET_TYPE_RADIOBUTTON)


def read(page: pymupdf.Page, most: int) -> tuple[FormField, ...]:
    """At most `most` fields in the file's order, no buttons; a box to tick says "yes" or "no".

    A signature has no value: whether one stands there is seen on the page alone.
    """
    found: list[FormField] = []
    for widget in page.widgets() or ():
        if widget.field_type == _BUTTON or len(found) == most:
            continue
        name = _plain(widget.field_name)
        label = _plain(widget.field_label) or name
        if widget.field_type in _TICKED:
            state = page.parent.xref_get_key(widget.xref, "AS")[1]
            value = "no" if state in ("/Off", "null") else "yes"
        else:
            value = "" if widget.field_type == _SIGNATURE else _plain(widget.field_value)
        x0, y0, x1, y1 = map(float, widget.rect)
        found.append(FormField(name, label, value, (x0, y0, x1, y1)))
    return tuple(found)


def _plain(text: object) -> str:
    return " ".join(clean(str(text or "")).split())
