"""What the checksums of rows with texts and vectors cover, in SQL.

They find damage, not forgery: CRC-32 of all columns that are written once.
"""

import zlib
from collections.abc import Mapping

from sqlite_utils import Database

_OF_PAGES = "page_id in (select id from pages where document_id = :document)"
_OF_FIGURES = f"figure_id in (select id from figures where {_OF_PAGES})"
TABLES: Mapping[str, tuple[str, str]] = {  # columns that are covered, rows of a document
    "documents": (
        "id, sha256, title, page_count, metadata, status, problems, named, language",
        "id = :document",
    ),
    "pages": (
        "id, document_id, number, width, height, text, text_source, picture, label",
        "document_id = :document",
    ),
    "figures": (
        "id, page_id, ordinal, x0, y0, x1, y1, kind, caption, text, heading, mentions, label, "
        "picture",
        _OF_PAGES,
    ),
    "passages": ("id, page_id, start, stop, heading, language", _OF_PAGES),
    "descriptions": (
        "figure_id, describer, prompt_version, trust, text",
        _OF_FIGURES,
    ),
    "grids": ("figure_id, reader, trust, cells, chart", _OF_FIGURES),
    "graphs": ("figure_id, reader, trust, graph", _OF_FIGURES),
    "line_boxes": ("page_id, boxes", _OF_PAGES),
}


def register(db: Database) -> None:
    """Let the statements of a connection call `checksum`."""
    db.conn.create_function("checksum", -1, _of_values, deterministic=True)


def seal_all(db: Database) -> None:
    """After migrations: take what has no checksum for what was stored."""
    for table in TABLES:
        db.execute(f"update {table} set checksum = {of(table)} where checksum is null")
    db.execute(f"update vectors set checksum = {OF_VECTOR} where checksum is null")


def of(table: str) -> str:
    """The checksum that a row of a table must have, in SQL."""
    columns = TABLES[table][0].split(", ")
    return f"checksum({', '.join(map(readable, columns))})"


def readable(column: str) -> str:
    """A column in SQL, its text as bytes: damaged text need not be UTF-8."""
    return f"case typeof({column}) when 'text' then cast({column} as blob) else {column} end"


OF_VECTOR = f"checksum({readable('channel')}, {readable('item_id')}, row)"
"""The checksum that a row of the table of vectors must have, in SQL."""


def _of_values(*values: bytes | str | float | None) -> int:
    total = 0
    for value in values:
        data = value if isinstance(value, bytes) else str(value).encode()
        total = zlib.crc32(data, zlib.crc32(b"%d:" % len(data), total))
    return total
