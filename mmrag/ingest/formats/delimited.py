"""Tables as text: CSV and TSV, whatever parts their columns, as pages of rows with their cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import flow, rows, text
from mmrag.ingest.formats.flow import Content, HtmlBlock
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.types import Problem

_DELIMITERS = ",;\t|"
_STATED = re.compile(r"sep=([^\n\"])\n", re.IGNORECASE)  # a first line, as Excel has it
_LOOKED_AT = 50  # rows by which the delimiter is told; chosen by hand
MAX_ROWS = 100_000
"""Of one table that are read; chosen by hand: 2,500 pages."""
MAX_COLUMNS = 500
"""Of one table that are read; chosen by hand."""


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A table as text. Raises `DocumentError` where it has no cells."""
    source, metadata, problems = text.read(path)
    try:
        if stated := _STATED.match(source):
            values = list(_parsed(source[stated.end() :], stated[1]))
        else:
            values = list(_parsed(source, _delimiter(source)))
    except csv.Error as error:
        raise DocumentError(f"the table cannot be read: {error}") from error
    with of_rows("", values, terms, metadata, problems) as file:
        yield file


@contextmanager
def of_rows(
    name: str,
    values: list[list[str]],
    terms: OpeningTerms,
    metadata: dict[str, str],
    problems: Sequence[Problem] = (),
    before: Sequence[HtmlBlock] = (),
) -> Iterator[OpenFile]:
    """A table, below the blocks `before` it. Raises `DocumentError` where it has no cells."""
    kept = [row[:MAX_COLUMNS] for row in values[:MAX_ROWS]]
    if not any(any(row) for row in kept):
        raise DocumentError("there is nothing in it to read")
    if len(values) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in values):
        limit = f"only {MAX_ROWS:,} rows and {MAX_COLUMNS} columns of a table are read"
        problems = (*problems, Problem("open", limit))
    pages = list(rows.pages(rows.of_values(name, kept), 0))
    blocks, tables = [*before, *(block for block, _ in pages)], [table for _, table in pages]
    content = Content(blocks, metadata=metadata, tables=tables, problems=problems)
    with flow.opened(content, terms.on_wait) as file:
        yield file


def _parsed(source: str, delimiter: str) -> Iterator[list[str]]:
    """The rows that hold anything, their values without space around them."""
    csv.field_size_limit(text.MAX_BYTES)
    for row in csv.reader(io.StringIO(source, newline="\n"), delimiter=delimiter):
        values = [" ".join(value.split()) for value in row]
        if any(values):
            yield values


def _delimiter(source: str) -> str:
    """What parts most rows into the same number of columns, more than one."""
    lines = [line for line in source.split("\n", _LOOKED_AT)[:_LOOKED_AT] if line.strip()]

    def score(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        return (times / max(len(lines), 1), width) if width > 1 else (0.0, 1)

    return max(_DELIMITERS, key=score)
