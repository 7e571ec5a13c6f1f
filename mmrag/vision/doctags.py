"""Pages and tables as document models write them: DocTags and OTSL.

DocTags (Nassar et al. 2025, arXiv:2503.11576) has an element for each part of a page, with its
place on a grid of 500 by 500. OTSL (Lysak et al. 2023, arXiv:2305.03393) writes a table cell by
cell: what a cell is stands before its text. A reply that is cut off is read as far as it goes.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mmrag.vision.heard import unfenced

GRID = 500
"""Places across and down a page."""
_LOCATION = re.compile(r"<loc_(\d{1,3})>")
_ELEMENT = re.compile(
    r"<(?P<kind>text|title|section_header_level_\d|caption|footnote|list_item|page_header|"
    r"page_footer|code|formula|otsl|checkbox_selected|checkbox_unselected|chart)>"
    r"(?P<body>.*?)(?=</(?P=kind)>|$)",
    re.DOTALL,
)
_CELL = re.compile(r"<(fcel|ecel|lcel|ucel|xcel|ched|rhed|srow|nl)>([^<]*)")
_TAG = re.compile(r"</?[a-z][\w-]*>")
_CONTINUES = frozenset(("ecel", "lcel", "ucel", "xcel"))
"""Cells without a text of their own: empty, or part of the one to the left or above."""


@dataclass(frozen=True, slots=True)
class PageElement:
    """A part of a page, with its text; `box` in shares of width and height, where it was told."""

    kind: str
    text: str
    box: tuple[float, float, float, float] | None


def elements(said: str) -> Iterator[PageElement]:
    """The parts of a page in the order in which they are written."""
    for match in _ELEMENT.finditer(said):
        body = match["body"]
        places = [int(place) / GRID for place in _LOCATION.findall(body)[:4]]
        box = (places[0], places[1], places[2], places[3]) if len(places) == 4 else None
        if match["kind"] in ("otsl", "chart"):
            text = "\n".join(" | ".join(row) for row in otsl(body))
        else:
            text = " ".join(_TAG.sub(" ", body).split())
        if text:
            yield PageElement(match["kind"], text, box)


def text(said: str) -> str:
    """All text of a page, an element a line; a table a line a row."""
    return "\n".join(element.text for element in elements(said))


def otsl(said: str) -> list[list[str]]:
    """The rows of a table. A cell that others go on in has its text once, at its beginning."""
    rows: list[list[str]] = [[]]
    for kind, body in _CELL.findall(_LOCATION.sub("", said)):
        if kind == "nl":
            rows.append([])
        else:
            rows[-1].append("" if kind in _CONTINUES else " ".join(body.split()))
    return [row for row in rows if any(row)]


def csv_rows(said: str) -> list[list[str]]:
    """The rows of comma-separated values, with or without a fence around them."""
    reader = csv.reader(io.StringIO(unfenced(said)), skipinitialspace=True)
    try:
        return [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        return []
