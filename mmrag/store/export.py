"""What an index holds, written into files for other programs."""

import csv
from collections.abc import Iterator
from pathlib import Path

from mmrag import grids, ids
from mmrag.errors import UsageError
from mmrag.reports import Exported
from mmrag.store.catalog import Catalog
from mmrag.types import Document, Figure

OVERVIEW = "tables.csv"
_HEAD = ("file", "document", "page", "label", "caption", "rows", "columns", "unit", "path")


def tables(catalog: Catalog, folder: Path) -> Exported:
    """Every table as a CSV file, named by its image ID, and an overview of them.

    The overview lists tables without data as well, with no file. Raises `UsageError` where the
    folder cannot be written.
    """
    written = without = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            catalog.snapshot(),
            (folder / OVERVIEW).open("w", encoding="utf-8", newline="") as file,
        ):
            overview = csv.writer(file)
            overview.writerow(_HEAD)
            for document, figure in _tables(catalog):
                grid = catalog.grids.of_figures([figure.id]).get(figure.id)
                place = ids.parse_image_id(figure.id)
                assert place is not None, figure.id
                name, size = "", ("", "", "")
                if grid is not None:
                    name = f"{figure.id}.csv"
                    (folder / name).write_text(grids.csv_text(grid), encoding="utf-8", newline="")
                    size = (str(grid.rows), str(grid.columns), grids.unit(figure.caption, grid))
                overview.writerow(
                    [
                        name,
                        *map(grids.inert, (document.title, str(place.page), figure.label)),
                        grids.inert(figure.caption),
                        *size,
                        grids.inert(document.path),
                    ]
                )
                written += grid is not None
                without += grid is None
    except OSError as error:
        raise UsageError(
            f"{error.filename or folder}: cannot be written: {error.strerror}"
        ) from error
    return Exported(str(folder), str(folder / OVERVIEW), written, without)


def _tables(catalog: Catalog) -> Iterator[tuple[Document, Figure]]:
    for document in catalog.documents.all():
        for figure in catalog.figures.of_document(document.id):
            if figure.kind == "table":
                yield document, figure
