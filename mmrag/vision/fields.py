"""Fields of a form, receipt or letter: their values as they stand, each with its box.

A PDF's own form fields are taken as they are. Else a value stands beside, below or behind its
label; what needs no label (the seller, a date, the total) is found by what it looks like. A field
that is not there is `N/A`. A model's values are looked for in the text, and boxed where they are.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from mmrag import boxes
from mmrag.errors import UsageError
from mmrag.readings import PageReading
from mmrag.text.characters import fold
from mmrag.text.notation import from_json
from mmrag.types import BBox, TextPiece
from mmrag.vision import model, prompts, receipts, rows
from mmrag.vision.looking import EMBEDDED, Bench, By, View
from mmrag.vision.rows import TextRow

ABSENT = "N/A"
MAX_FIELDS = 200
"""Asked for at once, or found where none is named; chosen by hand."""
NAMES: Mapping[str, tuple[str, ...]] = {
    "company": ("seller", "vendor", "merchant", "store", "shop", "supplier"),
    "date": ("invoice date", "receipt date", "issue date", "date of issue", "datum", "tarikh"),
    "total": ("total amount", "amount due", "grand total", "total due", "balance due", "sum"),
    "invoice number": (
        "invoice no", "invoice #", "invoice", "inv no", "receipt no", "receipt number",
        "receipt #", "bill no", "document no", "doc no", "invoice id", "rechnung nr",
    ),
    "phone": ("tel", "telephone", "phone number", "tel no", "contact"),
    "email": ("e-mail", "email address"),
    "website": ("web", "url", "homepage"),
    "tax": ("gst", "vat", "sst", "sales tax", "tax amount"),
    "subtotal": ("sub total", "sub-total", "net amount"),
    "due date": ("payment due", "due", "pay by"),
    "customer": ("bill to", "sold to", "customer name", "client", "buyer"),
    "address": ("business address", "seller address"),
}  # fmt: skip
"""What a field is called beside its own name."""
_PUNCTUATION = re.compile(r"[\s:.#_-]+")
_BEHIND = re.compile(r"^\s*[:#.=-]*\s*")
_PAIR = re.compile(r"^\s*([^\W\d_][\w /().#&'-]{0,38}?)\s*:\s*(.*)$")
_BELOW_HEIGHTS = 2.5  # of the label's height: a value below it is no further; chosen by hand


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field with its value as it is written, and where; `N/A` where it is not there.

    `found_by`: "form" (the file's own field), "label", "kind" (by what it looks like), or the
    model; `is_in_text` is false for a model's value that nobody could read in the picture.
    """

    name: str
    value: str
    bbox: BBox | None
    found_by: str
    is_in_text: bool = True


@dataclass(frozen=True, slots=True)
class FieldsResult:
    """The fields in the order in which they were asked for."""

    by: str
    fields: tuple[FieldValue, ...]

    @property
    def is_nothing(self) -> bool:
        return all(field.value == ABSENT for field in self.fields)

    @property
    def values(self) -> dict[str, str]:
        """By name."""
        return {field.name: field.value for field in self.fields}


@dataclass(frozen=True, slots=True)
class Fields:
    """Reads fields by name; without names, all that a form has or that stand behind a colon."""

    names: tuple[str, ...] = ()
    by: By = "auto"

    name: ClassVar[str] = "fields"
    version: ClassVar[str] = f"2-{prompts.FIELDS.version}"
    reads: ClassVar[bool] = True
    result: ClassVar[type] = FieldsResult

    def __post_init__(self) -> None:
        """Raises `UsageError` for names that cannot be used."""
        _check(self.names)

    def run(self, view: View, bench: Bench) -> FieldsResult:
        """The values."""
        if bench.asks_model(self.by):
            return _asked(self.names, view, bench)
        return by_rules(view.reading, self.names)


def of_schema(file: Path) -> tuple[str, ...]:
    """The fields that a JSON Schema names. Raises `UsageError` where it is none of an object."""
    try:
        schema = from_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read as a JSON Schema: {error}") from error
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not properties:
        raise UsageError(f"{file}: no JSON Schema of an object: it has no properties")
    nested = [
        name
        for name, about in properties.items()
        if isinstance(about, dict) and about.get("type") in ("object", "array")
    ]
    if nested:
        raise UsageError(f"{file}: {', '.join(nested)}: only plain fields are read")
    return tuple(map(str, properties))


def _check(names: Sequence[str]) -> None:
    if len(names) > MAX_FIELDS:
        raise UsageError(f"{len(names)} fields: at most {MAX_FIELDS} are read at once")
    if not all(name.strip() for name in names) or len(set(names)) < len(names):
        raise UsageError("fields: none empty and none twice, such as company,date,total")


def by_rules(reading: PageReading, names: Sequence[str]) -> FieldsResult:
    """The fields of a form as they are; those that it has not, by layout and by kind."""
    form = {_plain(key): field for field in reading.fields for key in (field.label, field.name)}
    if not names and reading.fields:
        found = tuple(
            FieldValue(field.label or field.name, field.value or ABSENT, field.bbox, "form")
            for field in reading.fields[:MAX_FIELDS]
        )
        return FieldsResult("form", found)
    page = _Page(tuple(rows.of_reading(reading)))
    if not names:
        return FieldsResult(EMBEDDED, tuple(page.pairs()[:MAX_FIELDS]))
    values = []
    for name in names:
        field = form.get(_plain(name))
        if field is not None and field.value:
            values.append(FieldValue(name, field.value, field.bbox, "form"))
        else:
            values.append(page.field(name))
    return FieldsResult("form" if reading.fields else EMBEDDED, tuple(values))


@dataclass(frozen=True)
class _Page:
    """Rows of a page in which labels are looked for."""

    rows: tuple[TextRow, ...]

    @cached_property
    def pieces(self) -> list[tuple[int, int, TextPiece]]:
        """Each piece with its row and its place in it."""
        return [
            (at, place, piece)
            for at, row in enumerate(self.rows)
            for place, piece in enumerate(row.pieces)
        ]

    def field(self, name: str) -> FieldValue:
        """A field by its kind where that has a finder, else by its label."""
        plain = _plain(name)
        known = next(
            (key for key, names in NAMES.items() if plain in map(_plain, (key, *names))), plain
        )
        finder = receipts.FINDERS.get(known)
        if finder is not None:
            found = finder(self.rows)
            if found is not None:
                return FieldValue(name, found[0], found[1], "kind")
        for label in (name, *(() if plain != _plain(known) else NAMES.get(known, ()))):
            found = self.labelled(label)
            if found is not None:
                return FieldValue(name, found[0], found[1], "label")
        return FieldValue(name, ABSENT, None, EMBEDDED)

    def labelled(self, label: str) -> receipts.TextAt | None:
        """The value behind, beside or below the first piece that begins with a label."""
        plain = _plain(label)
        for at, place, piece in self.pieces:
            behind = _behind(piece.text, plain)
            if behind is None:
                continue
            if behind:
                return behind, piece.bbox
            row = self.rows[at]
            if place + 1 < len(row.pieces) and not self._heads_columns(at):
                beside = row.pieces[place + 1]
                value = _BEHIND.sub("", beside.text)
                if not value and place + 2 < len(row.pieces):
                    beside = row.pieces[place + 2]
                    value = beside.text
                if value and not value.endswith(":"):
                    return value, beside.bbox
            below = self._below(at, piece)
            if below is not None:
                return below.text, below.bbox
        return self._in_a_sentence(label)

    def _in_a_sentence(self, label: str) -> receipts.TextAt | None:
        """What stands behind a label in running text: a word with a digit, or all after a colon."""
        words = r"\W+".join(map(re.escape, label.split()))
        named = re.compile(
            rf"\b{words}\b\s*(?:[:#=]\s*(?P<told>[^,;.]+)|[.-]?\s*(?P<number>\S*\d\S*))",
            re.IGNORECASE,
        )
        for _, _, piece in self.pieces:
            match = named.search(piece.text)
            if match is not None:
                return (match["told"] or match["number"]).strip(" .,;"), piece.bbox
        return None

    def _heads_columns(self, at: int) -> bool:
        """Whether a row is labels, each with a value of its own below it."""
        row = self.rows[at].pieces
        below = self.rows[at + 1].pieces if at + 1 < len(self.rows) else ()
        if not 1 < len(row) == len(below) or any(char.isdigit() for p in row for char in p.text):
            return False
        return all(
            boxes.overlap_x(one.bbox, other.bbox) > 0 and not one.text.rstrip().endswith(":")
            for one, other in zip(row, below, strict=True)
        )

    def _below(self, at: int, label: TextPiece) -> TextPiece | None:
        """The piece right below a label, which is no label itself."""
        reach = label.bbox[3] + _BELOW_HEIGHTS * boxes.height(label.bbox)
        for row in self.rows[at + 1 : at + 3]:
            for piece in row.pieces:
                overlaps = boxes.overlap_x(piece.bbox, label.bbox) > 0
                if overlaps and piece.bbox[1] < reach and not piece.text.rstrip().endswith(":"):
                    return piece
        return None

    def pairs(self) -> list[FieldValue]:
        """All that stands behind a label with a colon."""
        found = {}
        for _, _, piece in self.pieces:
            match = _PAIR.match(piece.text)
            if match is None or match[1] in found:
                continue
            value = self.labelled(match[1])
            if value is not None:
                found[match[1]] = FieldValue(match[1], value[0], value[1], "label")
        return list(found.values())


def _behind(text: str, label: str) -> str | None:
    """What stands behind a label at the beginning of a text; None where it begins otherwise."""
    words = text.split()
    for count in range(1, min(len(words), len(label.split()) + 2) + 1):
        head = " ".join(words[:count])
        whole, colon, rest = head.partition(":")
        if colon and _plain(whole) == label:
            tail = " ".join([rest, *words[count:]]).strip()
            return _BEHIND.sub("", tail)
        if _plain(head) == label:
            tail = " ".join(words[count:])
            is_set_off = not tail or tail[0] in ":#=-" or head[-1] in ":#.=" or tail[0].isdigit()
            return _BEHIND.sub("", tail) if is_set_off else None
    return None


def _plain(text: str) -> str:
    """A label as it is compared: small letters, single spaces, no marks around its words."""
    return _PUNCTUATION.sub(" ", fold(text)).strip().casefold()


def _asked(names: Sequence[str], view: View, bench: Bench) -> FieldsResult:
    """The model's values; each with the box of its text, where it stands in the picture."""
    wanted = names or tuple(field.name for field in by_rules(view.reading, ()).fields)
    if not wanted:
        wanted = ("company", "date", "address", "total")
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in wanted},
        "required": list(wanted),
        "additionalProperties": False,
    }
    asked = f"{prompts.FIELDS.text}\n{json.dumps(list(wanted))}"
    told = model.said_json(bench, asked, [view.image], schema)
    maker = model.name(bench)
    page = rows.of_reading(view.reading)
    values = []
    for name in wanted:
        given = told.get(name)
        value = " ".join(str(given).split()) if isinstance(given, str | int | float) else ABSENT
        box = None if value == ABSENT else box_of(page, value)
        is_in_text = value == ABSENT or box is not None
        values.append(FieldValue(name, value or ABSENT, box, maker, is_in_text))
    return FieldsResult(maker, tuple(values))


def box_of(page: Sequence[TextRow], value: str) -> BBox | None:
    """Where a value stands: in one row, or over rows that follow one another."""
    wanted = _letters(value)
    if not wanted:
        return None
    for row in page:
        for piece in row.pieces:
            if wanted in _letters(piece.text):
                return piece.bbox
        if wanted in _letters(row.text):
            return row.bbox
    for first in range(len(page)):
        text = ""
        for last in range(first, min(first + 8, len(page))):
            text += _letters(page[last].text)
            if wanted in text:
                return boxes.union(row.bbox for row in page[first : last + 1])
    return None


def _letters(text: str) -> str:
    return "".join(char for char in fold(text).casefold() if char.isalnum())
