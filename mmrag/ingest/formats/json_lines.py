"""JSON lines: records that are all alike as a table, any others as texts one below the other."""

import html
import json
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
_RECORDS_A_BLOCK = 50  # set together; chosen by hand

Pair = tuple[str, str]


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """Records of JSON, one a line. Raises `DocumentError` where none can be read."""
    source, metadata, problems = text.read(path)
    records, odd = _records(source)
    if not records:
        raise DocumentError("no line of it is JSON")
    if odd:
        problems = (*problems, Problem("text", f"lines that are no JSON are left out: {odd}"))
    names = [name for name, _ in records[0]]
    if _is_table(records, names):
        values = [names, *([value for _, value in record] for record in records)]
        with delimited.of_rows("", values, terms, metadata, problems) as file:
            yield file
    else:
        content = Content(_blocks(records), metadata=metadata, problems=problems)
        with flow.opened(content, terms.on_wait) as file:
            yield file


def _records(source: str) -> tuple[list[list[Pair]], int]:
    """The records as names and values, those within others by their path; and lines that are none.

    A record nested too deep for the parser is none.
    """
    records, odd = [], 0
    for line in filter(str.strip, source.split("\n")):
        try:
            records.append(list(_pairs("", json.loads(line))))
        except (ValueError, RecursionError):
            odd += 1
    return records, odd


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


def _is_table(records: Sequence[Sequence[Pair]], names: Sequence[str]) -> bool:
    return 1 < len(names) <= _MAX_FIELDS and all(
        [name for name, _ in record] == names
        and all(len(value) <= _MAX_CHARS for _, value in record)
        for record in records
    )


def _blocks(records: Sequence[Sequence[Pair]]) -> Iterator[HtmlBlock]:
    for at in range(0, len(records), _RECORDS_A_BLOCK):
        part = records[at : at + _RECORDS_A_BLOCK]
        yield HtmlBlock("<hr>".join("".join(map(_paragraph, record)) for record in part))


def _paragraph(pair: Pair) -> str:
    name, value = map(html.escape, pair)
    lines = "<br>".join(value.split("\n"))
    return f"<p><b>{name}:</b> {lines}</p>" if name else f"<p>{lines}</p>"
