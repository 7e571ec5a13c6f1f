"""What an index holds as records for other programs: a file for each kind of thing.

JSON lines always; Parquet where pyarrow is installed, with the same names and nesting.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from mmrag import contract
from mmrag.errors import UsageError
from mmrag.reports import ExportedRecords
from mmrag.store import parquet
from mmrag.store.catalog import Catalog
from mmrag.types import Figure

Record = Mapping[str, Any]
FileFormat = Literal["jsonl", "parquet"]
_RECORDS_AT_ONCE = 1_000
"""In one row group of Parquet; chosen by hand: vectors of 384 numbers are 1.5 MB then."""


def write(
    catalog: Catalog, folder: Path, kinds: Sequence[str] = (), file_format: FileFormat = "jsonl"
) -> ExportedRecords:
    """Write the records of some kinds, or of all, into a folder: `documents.jsonl` and so on.

    Raises `UsageError` for a kind that there is not, where the folder cannot be written, and for
    Parquet without pyarrow.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(f"no records of {kind!r}: choose among {', '.join(KINDS)}")
    opened = parquet.opened if file_format == "parquet" else _json_lines
    files: dict[str, int] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with catalog.snapshot():
            for kind in kinds or KINDS:
                path = folder / f"{kind}.{file_format}"
                files[path.name] = 0
                with opened(path, kind) as put:
                    records = KINDS[kind](catalog)
                    while part := list(islice(records, _RECORDS_AT_ONCE)):
                        put(part)
                        files[path.name] += len(part)
    except OSError as error:
        raise UsageError(
            f"{error.filename or folder}: cannot be written: {error.strerror}"
        ) from error
    return ExportedRecords(str(folder), files)


def _documents(catalog: Catalog) -> Iterator[Record]:
    for item in catalog.documents.all():
        yield {
            "id": item.id,
            "path": item.path,
            "sha256": item.sha256,
            "title": item.title,
            "pages": item.page_count,
            "language": item.language,
            "status": item.status,
            "problems": [str(problem) for problem in item.problems],
            "metadata": json.dumps(dict(item.metadata), ensure_ascii=False),
        }


def _pages(catalog: Catalog) -> Iterator[Record]:
    for document in catalog.documents.all():
        for page in catalog.pages.of_document(document.id):
            yield asdict(page)


def _passages(catalog: Catalog) -> Iterator[Record]:
    for document in catalog.documents.all():
        for passage in catalog.passages.of_document(document.id):
            yield {**asdict(passage), "language": passage.language or document.language}


def _figures(catalog: Catalog) -> Iterator[Record]:
    for figure in _all_figures(catalog):
        yield {**asdict(figure), "bbox": contract.box(figure.bbox)}


def _grids(catalog: Catalog) -> Iterator[Record]:
    for figure in _all_figures(catalog):
        for grid in catalog.grids.of_figures([figure.id]).values():
            told = contract.grid_fields(figure.id, figure.caption, grid)
            yield {**told, "chart": json.dumps(told.get("chart"), ensure_ascii=False)}


def _descriptions(catalog: Catalog) -> Iterator[Record]:
    for figure in _all_figures(catalog):
        for told in catalog.descriptions.of_figures([figure.id]).values():
            yield from map(asdict, told)


def _vectors(catalog: Catalog) -> Iterator[Record]:
    for channel, space in catalog.vectors.spaces().items():
        for numbers, rows in catalog.vectors.read(channel, space.dimension):
            items = catalog.vectors.items(numbers.tolist())
            for number, row in zip(numbers.tolist(), rows, strict=True):
                yield {
                    "channel": channel,
                    "item_id": items[number],
                    "model": space.model,
                    "vector": [round(value, 7) for value in row.tolist()],
                }


def _all_figures(catalog: Catalog) -> Iterator[Figure]:
    for document in catalog.documents.all():
        yield from catalog.figures.of_document(document.id)


KINDS: Mapping[str, Callable[[Catalog], Iterator[Record]]] = {
    "documents": _documents,
    "pages": _pages,
    "passages": _passages,
    "figures": _figures,
    "grids": _grids,
    "descriptions": _descriptions,
    "vectors": _vectors,
}
"""What can be written, each with what makes its records."""

_Put = Callable[[Iterable[Record]], None]


@contextmanager
def _json_lines(path: Path, kind: str) -> Iterator[_Put]:
    with path.open("w", encoding="utf-8") as file:

        def put(records: Iterable[Record]) -> None:
            file.writelines(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)

        yield put
