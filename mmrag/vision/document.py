"""A document from one of its pages: its type with the reason, and the parts of the page, boxed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import ClassVar, Literal

from mmrag import boxes
from mmrag.readings import PageReading
from mmrag.types import BBox, ReadLine
from mmrag.vision import model, prompts
from mmrag.vision.document_types import TYPES, document_type
from mmrag.vision.fields import box_of
from mmrag.vision.looking import EMBEDDED, Bench, By, View
from mmrag.vision.rows import of_reading
from mmrag.vision.signs import DocumentType

RegionKind = Literal[
    "title", "section", "table", "figure", "footnote", "running head", "page number",
    "signature", "stamp",
]  # fmt: skip
# All bounds and shares of this module are chosen by hand.
_MARGIN_SHARE = 0.08  # of the height, above and below: running heads and page numbers
_HEADING_SIZES = 1.12  # of the body's: larger type heads a section
_MAX_HEADING_WORDS = 14
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|-|–)?\s*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d{1,4})?\s*[-–]?", re.I
)
_FOOTNOTE = re.compile(
    r"(?:[*†‡§]|[¹²³⁰-⁹]+|\d{1,2}|\(\d{1,2}\))\s*[A-Z“\"(]|(?:source|note)s?\s*:", re.I
)
_SIGNATURE = re.compile(
    r"\b(?:signature|signed(?: by)?|sign here|authori[sz]ed (?:signature|signatory)|"
    r"unterschrift)\b",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\W*(?:paid|received|approved|rejected|copy|draft|confidential|void|cancelled|certified(?: "
    r"true)? copy|original|urgent|sample|specimen)\W*(?:\d[\d/ .-]*)?",
    re.IGNORECASE,
)
_STAMP_SIZES = 1.5  # of the body's type: a word alone that is stamped is larger


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page: what it is, what it says, and where."""

    kind: RegionKind
    text: str
    bbox: BBox


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What a page tells of its document. `confidence` is of the type, 0 to 1.

    `is_title_in_text`: false for a title that only a model claims.
    """

    by: str
    type: DocumentType
    confidence: float
    reason: str
    title: str
    regions: tuple[Region, ...]
    page: int
    page_count: int
    is_title_in_text: bool = True


@dataclass(frozen=True, slots=True)
class DocumentLook:
    """Says what kind of document it is, and what stands where on the page."""

    by: By = "auto"

    name: ClassVar[str] = "document"
    version: ClassVar[str] = f"5-{prompts.DOCUMENT.version}"
    reads: ClassVar[bool] = True
    result: ClassVar[type] = DocumentResult

    def run(self, view: View, bench: Bench) -> DocumentResult:
        """The page's regions are found by rules in any case; type and title by who is asked."""
        found = by_rules(view.reading)
        if not bench.asks_model(self.by):
            return found
        schema = {
            "type": "object",
            "properties": {
                "type": {"enum": list(TYPES)},
                "title": {"type": "string"},
                "reason": {"type": "string"},
            },
            "required": ["type", "title", "reason"],
            "additionalProperties": False,
        }
        asked = f"{prompts.DOCUMENT.text} {'; '.join(TYPES)}"
        told = model.said_json(bench, asked, [view.image], schema)
        named = str(told.get("type", "")).strip().casefold()
        kind: DocumentType = next((name for name in TYPES if name == named), "unknown")
        agrees = kind == found.type
        title = " ".join(str(told.get("title", "")).split())
        title = "" if title == "N/A" else title
        return replace(
            found,
            by=model.name(bench),
            type=kind,
            confidence=max(found.confidence, 0.5) if agrees else 0.5,
            reason=" ".join(str(told.get("reason", "")).split())
            + ("" if agrees else f" (rules say: {found.type})"),
            title=title or found.title,
            is_title_in_text=not title or box_of(of_reading(view.reading), title) is not None,
        )


def by_rules(reading: PageReading) -> DocumentResult:
    """Type, title and regions by rules."""
    found = document_type(reading)
    regions = tuple(_regions(reading))
    title = next((region.text for region in regions if region.kind == "title"), "")
    return DocumentResult(
        EMBEDDED,
        found.type,
        found.confidence,
        found.reason,
        title,
        regions,
        reading.page.number,
        reading.page_count,
    )


def _regions(reading: PageReading) -> Iterator[Region]:
    """The regions in the order of their kinds, those of one kind from top to bottom."""
    margins = [line for line in reading.lines if _in_margin(reading, line)]
    numbers = [line for line in margins if _PAGE_NUMBER.fullmatch(line.text.strip())]
    inside = [line for line in reading.lines if line not in margins]
    body = median(line.size for line in inside) if inside else 0.0
    heads = [line for line in inside if _is_heading(reading, line, body)]
    title = _title(reading, heads, body)
    if title is not None:
        yield Region("title", title.text, title.bbox)
    for line in heads:
        if line is not title:
            yield Region("section", line.text, line.bbox)
    for figure in reading.figures:
        kind: RegionKind = "table" if figure.kind == "table" else "figure"
        yield Region(kind, figure.caption or figure.label, figure.bbox)
    top, bottom = reading.frame[1], reading.frame[3]
    for line in inside:
        is_low = line.bbox[1] > top + 0.7 * (bottom - top)
        if is_low and line.size < 0.95 * body and _FOOTNOTE.match(line.text):
            yield Region("footnote", line.text, line.bbox)
    for line in margins:
        yield Region("page number" if line in numbers else "running head", line.text, line.bbox)
    for line in reading.lines:
        if _SIGNATURE.search(line.text) and len(line.text.split()) <= _MAX_HEADING_WORDS:
            yield Region("signature", line.text, line.bbox)
    for field in reading.fields:
        if _SIGNATURE.search(field.label):
            yield Region("signature", field.label, field.bbox)
    for line in inside:
        if line.size > _STAMP_SIZES * body and _STAMP.fullmatch(line.text.strip()):
            yield Region("stamp", line.text, line.bbox)


def _in_margin(reading: PageReading, line: ReadLine) -> bool:
    """Whether a short line stands in the margin above or below, apart from the text."""
    if reading.bbox is not None or len(reading.lines) < 8:
        return False
    height = reading.page.height
    is_outside = (
        line.bbox[3] < _MARGIN_SHARE * height or line.bbox[1] > (1 - _MARGIN_SHARE) * height
    )
    if not is_outside or len(line.text.split()) > _MAX_HEADING_WORDS:
        return False
    others = [other for other in reading.lines if other is not line]
    gap = min(max(other.bbox[1] - line.bbox[3], line.bbox[1] - other.bbox[3]) for other in others)
    return gap > 0.8 * line.size or any(_level(line, other) for other in others)


def _level(one: ReadLine, other: ReadLine) -> bool:
    return abs(one.bbox[1] - other.bbox[1]) < 0.3 * boxes.height(one.bbox)


def _is_heading(reading: PageReading, line: ReadLine, body: float) -> bool:
    """Whether a line is short and larger than the text, or bold in a text that is not."""
    words = line.text.split()
    if not 0 < len(words) <= _MAX_HEADING_WORDS or not any(map(str.isalpha, line.text)):
        return False
    if line.text.rstrip().endswith((",", ";")) or len(line.pieces) > 2:
        return False
    bold = sum(item.bold for item in reading.lines)
    stands_out = line.bold and bold < 0.4 * len(reading.lines)
    return line.size > _HEADING_SIZES * body or stands_out


def _title(reading: PageReading, heads: list[ReadLine], body: float) -> ReadLine | None:
    """The largest heading of the upper half."""
    middle = (reading.frame[1] + reading.frame[3]) / 2
    upper = [line for line in heads if line.bbox[1] < middle and line.size > _HEADING_SIZES * body]
    return max(upper, key=lambda line: (round(line.size), -line.bbox[1]), default=None)
