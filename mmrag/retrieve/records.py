"""Tables whole: those of files are set some rows a page, those of pages go on over them.

What is asked of all rows ("the average price") needs all of them, and not those of a page.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from mmrag import grids
from mmrag.ids import page_id, page_of
from mmrag.retrieve.page_tables import PageTables
from mmrag.retrieve.tables import called
from mmrag.store.catalog import Catalog
from mmrag.text import measures
from mmrag.text.stems import content_stems, held
from mmrag.text.words import plain_words
from mmrag.types import Document, Evidence, Figure, Grid, RecordTable, Table

_MOST_DOCUMENTS = 3  # of the evidence whose tables are read; chosen by hand
_MOST_PAGES = 500  # of a document: 20,000 rows, which take a second; of more nothing is computed
_ROWS = re.compile(r"(?:,\s)?rows \d+ to \d+$|![A-Z]+\d+:[A-Z]+\d+$")
"""What the caption of a page of rows says of which they are."""


def record_tables(
    catalog: Catalog, question: str, evidence: Sequence[Evidence]
) -> tuple[RecordTable, ...]:
    """The tables that pieces of evidence are of, each with all of its pages.

    Those of documents with a table that has a word of the question on a page that was found, or,
    where a file tells it, in its names: to read them takes time.
    """
    measured = (measures.nouns(word) for word in plain_words(question))
    wanted = frozenset(content_stems(question)).union(*measured)
    files: dict[str, None] = {}
    figures: defaultdict[str, list[str]] = defaultdict(list)
    for item in evidence:
        for table in item.tables:
            is_of_file = table.grid.is_of_file
            texts = (item.quotable, table.caption)
            if not held("\n".join((*texts, table.names) if is_of_file else texts), wanted):
                continue
            if is_of_file:
                files[item.document_id] = None
            else:
                figures[item.document_id].append(table.grid.figure_id)
    if len(files) > _MOST_DOCUMENTS:
        return ()
    documents = catalog.documents.by_id({*files, *figures})
    return (
        *(table for name in files for table in _of_document(catalog, documents[name])),
        *(
            table
            for name, seeds in figures.items()
            for table in PageTables(catalog, documents[name]).whole(seeds)
        ),
    )


def _of_document(catalog: Catalog, document: Document) -> Iterator[RecordTable]:
    if document.page_count > _MOST_PAGES:
        return
    pages = (page_id(document.id, number + 1) for number in range(document.page_count))
    found = catalog.grids.of_pages(pages)
    names = "\n".join(called(document))
    figures = [item for item in catalog.figures.of_document(document.id) if item.id in found]
    told = [(item, found[item.id]) for item in figures if found[item.id].is_of_file]
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
