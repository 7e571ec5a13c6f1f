"""What an index holds, written into files for other programs."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mmrag import graphs, grids, ids
from mmrag.errors import UsageError
from mmrag.reports import Exported
from mmrag.store.catalog import Catalog
from mmrag.types import Document, Figure, FigureKind, Graph, Grid

OVERVIEW = "tables.csv"
_HEAD = (
    "file", "kind", "document", "page", "label", "caption", "rows", "columns", "unit", "left out",
    "path",
)  # fmt: skip
_KINDS: frozenset[FigureKind] = frozenset({"table", "chart"})
"""Figures that are data: listed where none was read, too. A diagram may be any drawing."""


def tables(catalog: Catalog, folder: Path) -> Exported:
    """Every table and chart as a CSV file, every diagram in DOT, and an overview of them.

    Files are named by image IDs. The overview lists tables and charts without data as well, with
    no file. Raises `UsageError` where the folder cannot be written.
    """
    written: Counter[FigureKind] = Counter()
    without = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            catalog.snapshot(),
            (folder / OVERVIEW).open("w", encoding="utf-8", newline="") as file,
        ):
            overview = csv.writer(file)
            overview.writerow(_HEAD)
            for document, figure, data in _data(catalog):
                place = ids.parse_image_id(figure.id)
                assert place is not None, figure.id
                overview.writerow(
                    [
                        _write(folder, figure.id, data),
                        figure.kind,
                        *map(grids.inert, (document.title, str(place.page), figure.label)),
                        grids.inert(figure.caption),
                        *_size(figure, data),
                        grids.inert(_left_out(data)),
                        grids.inert(document.path),
                    ]
                )
                if data is None:
                    without += 1
                else:
                    written[_kind(data)] += 1
    except OSError as error:
        raise UsageError(
            f"{error.filename or folder}: cannot be written: {error.strerror}"
        ) from error
    counts = written["table"], written["chart"], written["diagram"]
    return Exported(str(folder), str(folder / OVERVIEW), *counts, without)


def _kind(data: Grid | Graph) -> FigureKind:
    if isinstance(data, Graph):
        return "diagram"
    return "table" if data.chart is None else "chart"


def _data(catalog: Catalog) -> Iterator[tuple[Document, Figure, Grid | Graph | None]]:
    """The figures that are data or were read as such, with what was read."""
    for document in catalog.documents.all():
        figures = catalog.figures.of_document(document.id)
        held = catalog.grids.of_figures(figure.id for figure in figures)
        drawn = catalog.graphs.of_figures(figure.id for figure in figures)
        for figure in figures:
            data = held.get(figure.id) or drawn.get(figure.id)
            if data is not None or figure.kind in _KINDS:
                yield document, figure, data


def _write(folder: Path, name: str, data: Grid | Graph | None) -> str:
    """The name of the file that the data are written into; empty for none."""
    match data:
        case Grid():
            name, text = f"{name}.csv", grids.csv_text(data)
        case Graph():
            name, text = f"{name}.dot", graphs.dot(data)
        case None:
            return ""
    (folder / name).write_text(text, encoding="utf-8", newline="")
    return name


def _size(figure: Figure, data: Grid | Graph | None) -> tuple[str, str, str]:
    """Rows, columns and unit of a table or chart."""
    if not isinstance(data, Grid):
        return "", "", ""
    return str(data.rows), str(data.columns), grids.unit(figure.caption, data)


def _left_out(data: Grid | Graph | None) -> str:
    """What of a chart or diagram could not be told."""
    parts = data.left_out if isinstance(data, Graph) else ()
    if isinstance(data, Grid) and data.chart is not None:
        parts = data.chart.left_out
    return "; ".join(parts)
