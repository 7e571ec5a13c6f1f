"""Tables of the evidence as data, with what says what their numbers are of."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from mmrag.ids import page_id, page_of
from mmrag.retrieve.document_names import METADATA
from mmrag.store.catalog import Catalog
from mmrag.types import Document, Evidence, Page, Table

_COVER_PAGES = 10
"""Pages from which a document has a cover, whose words say whose it is. By hand."""
_COVER, _TOP = 1500, 200
"""Characters of a first page that may name the document: on the cover sheet of a 10-K the name of
the registrant ends before 1,000; above a short document's text stands its title. By hand."""


def with_tables(catalog: Catalog, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence with its tables: a page has all of its own, a figure itself.

    They are read at once for all of the evidence.
    """
    grids = catalog.grids.of_pages(page_of(item.image_id) for item in evidence)
    if not grids:
        return list(evidence)
    figures = catalog.figures.by_id(grids)
    holding = {page_of(name) for name in grids}
    names = _names(
        catalog, {item.document_id for item in evidence if page_of(item.image_id) in holding}
    )
    return [
        replace(
            item,
            tables=tuple(
                Table(
                    grids[name],
                    figures[name].caption,
                    figures[name].heading,
                    names[item.document_id],
                )
                for name in sorted(grids)
                if item.image_id in (name, page_of(name))
            ),
        )
        for item in evidence
    ]


def _names(catalog: Catalog, document_ids: set[str]) -> dict[str, str]:
    """What documents are called, and what is at the top of their first pages."""
    documents = catalog.documents.by_id(document_ids)
    fronts = catalog.pages.by_id(page_id(name, 1) for name in documents)
    return {
        name: "\n".join((*_called(document), _front(document, fronts.get(page_id(name, 1)))))
        for name, document in documents.items()
    }


def _called(document: Document) -> Iterator[str]:
    yield document.title
    yield PurePath(document.path).stem
    yield from (document.metadata.get(key, "") for key in METADATA)


def _front(document: Document, page: Page | None) -> str:
    longest = _COVER if document.page_count >= _COVER_PAGES else _TOP
    return "" if page is None else page.text[:longest]
