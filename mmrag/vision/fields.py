"""Fields of a form, receipt or letter: their values as they stand, each with its box.

A PDF's own form fields are taken as they are. Else a value stands beside, below or behind its
label; what needs no label (the seller, a date, the total) is found by what it looks like. A field
that is not there is `N/A`. A model's values are looked for in the text, and boxed where they are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mmrag import boxes
from mmrag.errors import UsageError
from mmrag.readings import PageReading
from mmrag.text.characters import fold
from mmrag.text.notation import from_json
from mmrag.types import BBox
from mmrag.vision import families, model, parts, receipts, rows
from mmrag.vision.field_words import FIELDS
from mmrag.vision.labelled import LabelledPage, plain_label
from mmrag.vision.looking import EMBEDDED, Bench, By, View
from mmrag.vision.rows import TextRow

if TYPE_CHECKING:
    from PIL import Image

ABSENT = "N/A"
MAX_FIELDS = 200
"""Asked for at once, or found where none is named; chosen by hand."""
_FIELD_OF = {plain_label(word): key for key, names in FIELDS.items() for word in (key, *names)}
"""The known field that a label is for."""


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
    version: ClassVar[str] = f"3-{families.version('fields')}"
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
    named = ((key, field) for field in reading.fields for key in (field.label, field.name))
    form = {plain_label(key): field for key, field in named}
    if not names and reading.fields:
        found = tuple(
            FieldValue(field.label or field.name, field.value or ABSENT, field.bbox, "form")
            for field in reading.fields[:MAX_FIELDS]
        )
        return FieldsResult("form", found)
    page = LabelledPage(tuple(rows.of_reading(reading)))
    if not names:
        pairs = islice(page.pairs(), MAX_FIELDS)
        found = tuple(FieldValue(name, *value, "label") for name, value in pairs)
        return FieldsResult(EMBEDDED, found)
    values = []
    for name in names:
        field = form.get(plain_label(name))
        if field is not None and field.value:
            values.append(FieldValue(name, field.value, field.bbox, "form"))
        else:
            values.append(_by_kind_or_label(page, name))
    return FieldsResult("form" if reading.fields else EMBEDDED, tuple(values))


def _by_kind_or_label(page: LabelledPage, name: str) -> FieldValue:
    """A field by its kind where that has a finder, else by its label."""
    plain = plain_label(name)
    finder = receipts.FINDERS.get(_FIELD_OF.get(plain, plain))
    if finder is not None:
        found = finder(page.rows)
        if found is not None:
            return FieldValue(name, found[0], found[1], "kind")
    for label in (name, *FIELDS.get(plain, ())):
        found = page.labelled(label)
        if found is not None:
            return FieldValue(name, found[0], found[1], "label")
    return FieldValue(name, ABSENT, None, EMBEDDED)


def _asked(names: Sequence[str], view: View, bench: Bench) -> FieldsResult:
    """The model's values, each with the box of its text, where it stands in the picture.

    Where its text is small the picture is looked at part by part, until no field is left.
    """
    wanted = names or tuple(field.name for field in by_rules(view.reading, ()).fields)
    if not wanted:
        wanted = ("company", "date", "address", "total")
    told: dict[str, str] = {}
    for image in parts.images(view, bench):
        left = [name for name in wanted if name not in told]
        told |= _told(left, image, bench) if left else {}
    maker = model.name(bench)
    page = rows.of_reading(view.reading)
    values = []
    for name in wanted:
        value = told.get(name, ABSENT)
        box = None if value == ABSENT else box_of(page, value)
        values.append(FieldValue(name, value, box, maker, value == ABSENT or box is not None))
    return FieldsResult(maker, tuple(values))


def _told(names: Sequence[str], image: "Image.Image", bench: Bench) -> dict[str, str]:
    """The values that the model reads in one picture."""
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": list(names),
        "additionalProperties": False,
    }
    prompt = families.prompt("fields", model.name(bench))
    wanted: object = schema if prompt.asks_by == "schema" else list(names)
    asked = f"{prompt.text}\n{json.dumps(wanted)}"
    told = model.said_json(bench, asked, [image], schema)
    given = {
        name: " ".join(str(value).split())
        for name in names
        if isinstance(value := told.get(name), str | int | float)
    }
    return {name: value for name, value in given.items() if value not in ("", ABSENT)}


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
