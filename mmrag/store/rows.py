"""Rows of the database into the domain's types, and text into a form that SQLite keeps."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmrag.types import Description, Document, Figure, Page, Passage, Problem

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
Row = tuple[Any, ...]

PAGE_COLUMNS = "p.id, p.document_id, p.number, p.width, p.height, p.text, p.text_source, p.picture"
FIGURE_COLUMNS = (
    "f.id, f.page_id, f.ordinal, f.x0, f.y0, f.x1, f.y1, f.kind, f.caption, f.text, "
    "f.heading, f.mentions, f.label, f.picture"
)
PASSAGE_COLUMNS = "t.id, t.page_id, t.start, t.stop, t.heading, p.text"
DESCRIPTION_COLUMNS = "figure_id, text, describer, prompt_version, trust"
DOCUMENT_COLUMNS = (
    "d.id, (select min(path) from sources s where s.document_id = d.id), d.sha256, d.title, "
    "d.page_count, d.metadata, d.status, d.problems, d.named"
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was found: its absolute path, size in bytes and time of change.

    Without size and time it is one that the next run reads, whatever it finds.
    """

    path: str
    size: int = 0
    mtime_ns: int = 0

    @property
    def is_stamped(self) -> bool:
        return (self.size, self.mtime_ns) != (0, 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that failed, and why. `sha256` is None where not even its bytes could be read."""

    source: SourceFile
    sha256: str | None
    problem: Problem


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates shown as U+FFFD; places in it stay the same."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def path_key(path: str) -> str | bytes:
    """A path as the database keeps it: its bytes where the name is not valid UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def path_text(key: str | bytes | None) -> str:
    """The path that `path_key` was given."""
    return "" if key is None else os.fsdecode(key)


def texts_json(texts: Sequence[str]) -> str:
    return json.dumps([storable(text) for text in texts], ensure_ascii=False)


def mapping_json(mapping: Mapping[str, str]) -> str:
    clean = {storable(key): storable(value) for key, value in mapping.items()}
    return json.dumps(clean, ensure_ascii=False)


def problems_json(problems: Sequence[Problem]) -> str:
    rows = [(storable(p.stage), storable(p.message), p.page) for p in problems]
    return json.dumps(rows, ensure_ascii=False)


def document_of(row: Row) -> Document:
    return Document(
        id=row[0],
        path=path_text(row[1]),
        sha256=row[2],
        title=row[3],
        page_count=row[4],
        metadata=json.loads(row[5]),
        status=row[6],
        problems=tuple(Problem(*problem) for problem in json.loads(row[7])),
        is_named=bool(row[8]),
    )


def page_of(row: Row) -> Page:
    return Page(*row)


def figure_of(row: Row) -> Figure:
    return Figure(
        id=row[0],
        page_id=row[1],
        ordinal=row[2],
        bbox=(row[3], row[4], row[5], row[6]),
        kind=row[7],
        caption=row[8],
        text=row[9],
        heading=tuple(json.loads(row[10])),
        mentions=tuple(json.loads(row[11])),
        label=row[12],
        picture=row[13],
    )


def passage_of(row: Row) -> Passage:
    start, stop = row[2], row[3]
    return Passage(row[0], row[1], start, stop, row[5][start:stop], tuple(json.loads(row[4])))


def description_of(row: Row) -> Description:
    return Description(*row)


def failure_of(row: Row) -> Failure:
    path, sha256, size, mtime_ns, stage, message, page = row
    return Failure(
        SourceFile(path_text(path), size, mtime_ns), sha256, Problem(stage, message, page)
    )
