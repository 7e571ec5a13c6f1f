"""Tables of files whole: CSV, sheets and the like are set some rows a page, and found page by page.

What is asked of all rows ("the average price") needs all of them, and not those of a page.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from mmrag import grids
from mmrag.ids import page_id, page_of
from mmrag.retrieve.tables import called
from mmrag.store.catalog import Catalog
from mmrag.text.stems import content_stems, held
from mmrag.types import FILE_READER, Document, Evidence, Figure, Grid, RecordTable, Table

_MOST_DOCUMENTS = 3  # of the evidence whose tables are read; chosen by hand
_MOST_PAGES = 500  # of a document: 20,000 rows, which take a second; of more nothing is computed
_ROWS = re.compile(r"(?:,\s)?rows \d+ to \d+$|![A-Z]+\d+:[A-Z]+\d+$")
"""What the caption of a page of rows says of which they are."""


def record_tables(
    catalog: Catalog, question: str, evidence: Sequence[Evidence]
) -> tuple[RecordTable, ...]:
    """The tables of files that pieces of evidence are of, each with all of its pages.

    Those of documents with a table that has a word of the question on a page that was found, or in
    its names: to read them takes time.
    """
    wanted = frozenset(content_stems(question))
    names = dict.fromkeys(
        item.document_id
        for item in evidence
        if any(
            held("\n".join((item.quotable, table.caption, table.names)), wanted)
            for table in item.tables
            if table.grid.reader == FILE_READER
        )
    )
    if len(names) > _MOST_DOCUMENTS:
        return ()
    documents = catalog.documents.by_id(names)
    return tuple(table for name in names for table in _of_document(catalog, documents[name]))


def _of_document(catalog: Catalog, document: Document) -> Iterator[RecordTable]:
    if document.page_count > _MOST_PAGES:
        return
    pages = (page_id(document.id, number + 1) for number in range(document.page_count))
    found = catalog.grids.of_pages(pages)
    names = "\n".join(called(document))
    figures = [item for item in catalog.figures.of_document(document.id) if item.id in found]
    told = [(item, found[item.id]) for item in figures if found[item.id].reader == FILE_READER]
    for (_, columns), group in groupby(told, lambda pair: _key(*pair)):
        if not any(columns):
            continue
        parts = tuple(
            Table(grid, item.caption, item.heading, names, item.bbox) for item, grid in group
        )
        held = {page_of(part.grid.figure_id) for part in parts}
        if len(held) == len(parts):  # two tables of a page that are alike are two
            yield RecordTable(document.id, _name(parts[0].caption), parts)


def _key(figure: Figure, grid: Grid) -> tuple[str, tuple[str, ...]]:
    return _name(figure.caption), tuple(grids.columns(grid))


def _name(caption: str) -> str:
    return _ROWS.sub("", caption)
