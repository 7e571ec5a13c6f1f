"""JSON, whole or a record after the other: records that are alike as a table, others as texts.

Of an object that holds one list of objects, those are the records; the rest stands before them.
"""

import html
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import delimited, flow, text
from mmrag.ingest.formats.flow import Content, HtmlBlock
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.types import Problem

_MAX_FIELDS = 30  # of records that are set as a table; chosen by hand
_MAX_CHARS = 120  # of a value in a table; chosen by hand
_MIN_SHARE = 0.5  # of the names that a record of a table has; chosen by hand
_RECORDS_A_BLOCK = 50  # set together; chosen by hand
_INK = re.compile(r"\S")

Pair = tuple[str, str]


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """Records of JSON. What is no JSON is read as it stands.

    Raises `DocumentError` where it is empty.
    """
    source, metadata, problems = text.read(path)
    about, records, odd = _records(source)
    if not (records or about or odd):
        raise DocumentError("there is nothing in it to read")
    if not (records or about):
        told = Problem("text", "it is no JSON, and read as plain text")
        with text.as_written(source, metadata, (*problems, told), terms) as file:
            yield file
        return
    if odd:
        problems = (*problems, Problem("text", f"lines that are no JSON are left out: {odd}"))
    with of_records(about, records, terms, metadata, problems) as file:
        yield file


@contextmanager
def of_records(
    about: Sequence[Pair],
    records: Sequence[Sequence[Pair]],
    terms: OpeningTerms,
    metadata: dict[str, str],
    problems: Sequence[Problem] = (),
) -> Iterator[OpenFile]:
    """Records as a document, each as names and values, below what is said `about` all of them."""
    before = list(_blocks([about])) if about else []
    if names := _columns(records):
        rows = [[dict(record).get(name, "") for name in names] for record in records]
        with delimited.of_rows("", [names, *rows], terms, metadata, problems, before) as file:
            yield file
    else:
        content = Content([*before, *_blocks(records)], metadata=metadata, problems=problems)
        with flow.opened(content, terms.on_wait) as file:
            yield file


def _records(source: str) -> tuple[list[Pair], list[list[Pair]], int]:
    """What is said of all, the records, and how many lines are none.

    Names within others are told by their path. What is nested too deep for the parser is none.
    """
    try:
        about, values = _apart(json.loads(source))
        return about, [list(_pairs("", value)) for value in values], 0
    except (ValueError, RecursionError):
        return _one_after_another(source) or _lines(source)


def _apart(value: object) -> tuple[list[Pair], list[object]]:
    """The records of one value, and what stands beside them."""
    if isinstance(value, list):
        return [], value
    lists = (
        [name for name, inner in value.items() if isinstance(inner, list) and _has_objects(inner)]
        if isinstance(value, dict)
        else []
    )
    if isinstance(value, dict) and len(lists) == 1:
        rest = {name: inner for name, inner in value.items() if name != lists[0]}
        return list(_pairs("", rest)), value[lists[0]]
    return [], [value]


def _has_objects(value: list[object]) -> bool:
    return len(value) > 1 and all(isinstance(item, dict) for item in value)


def _one_after_another(source: str) -> tuple[list[Pair], list[list[Pair]], int] | None:
    """Values that follow each other, over lines or not; None where something else stands there."""
    decoder, values = json.JSONDecoder(), []
    at = len(source) - len(source.lstrip())
    try:
        while at < len(source):
            value, end = decoder.raw_decode(source, at)
            values.append(list(_pairs("", value)))
            at = next((found.start() for found in _INK.finditer(source, end)), len(source))
    except (ValueError, RecursionError):
        return None
    return [], values, 0


def _lines(source: str) -> tuple[list[Pair], list[list[Pair]], int]:
    records, odd = [], 0
    for line in filter(str.strip, source.split("\n")):
        try:
            records.append(list(_pairs("", json.loads(line))))
        except (ValueError, RecursionError):
            odd += 1
    return [], records, odd


def _pairs(path: str, value: object) -> Iterator[Pair]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _pairs(f"{path}.{name}" if path else str(name), inner)
        case list() if any(isinstance(item, dict | list) for item in value):
            for number, inner in enumerate(value, 1):
                yield from _pairs(f"{path}.{number}" if path else str(number), inner)
        case list():
            yield path, ", ".join(map(_written, value))
        case _:
            yield path, _written(value)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _columns(records: Sequence[Sequence[Pair]]) -> list[str]:
    """The names of all records, in order, where these make a table: each has most of them."""
    if len(records) < 2:
        return []
    names = list(dict.fromkeys(name for record in records for name, _ in record))
    fits = 1 < len(names) <= _MAX_FIELDS and all(
        len(record) > _MIN_SHARE * len(names)
        and all(len(value) <= _MAX_CHARS for _, value in record)
        for record in records
    )
    return names if fits else []


def _blocks(records: Sequence[Sequence[Pair]]) -> Iterator[HtmlBlock]:
    for at in range(0, len(records), _RECORDS_A_BLOCK):
        part = records[at : at + _RECORDS_A_BLOCK]
        yield HtmlBlock("<hr>".join("".join(map(_paragraph, record)) for record in part))


def _paragraph(pair: Pair) -> str:
    name, value = map(html.escape, pair)
    lines = "<br>".join(value.split("\n"))
    return f"<p><b>{name}:</b> {lines}</p>" if name else f"<p>{lines}</p>"
