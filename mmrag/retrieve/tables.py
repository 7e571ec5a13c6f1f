"""Tables of the evidence as data, with what says what their numbers are of."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from mmrag.ids import document_of, page_id, page_of
from mmrag.retrieve.added import evidence_of
from mmrag.retrieve.document_names import METADATA
from mmrag.statements.questions import find
from mmrag.store.catalog import Catalog
from mmrag.types import Document, Evidence, Page, ShownStatement, Table

_COVER_PAGES = 10
"""Pages from which a document has a cover, whose words say whose it is. By hand."""
_MOST_DOCUMENTS = 3  # of the evidence whose statements are looked for; chosen by hand
_MOST_OF_A_KIND = 3  # tables of one kind of statement that are added; chosen by hand
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
    names = names_of(
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
                    figures[name].bbox,
                )
                for name in sorted(grids)
                if item.image_id in (name, page_of(name))
            ),
        )
        for item in evidence
    ]


def statements(
    catalog: Catalog, question: str, evidence: Sequence[Evidence]
) -> tuple[Evidence, ...]:
    """The statements that hold the accounts of a ratio that a question names, with their tables.

    Those of the documents of the evidence that it does not hold yet, the most certain of each kind.
    """
    named = find(question)
    documents = {item.document_id: item for item in reversed(evidence)}
    if not named or len(documents) > _MOST_DOCUMENTS:
        return ()
    of_kind: defaultdict[tuple[str, str], list[ShownStatement]] = defaultdict(list)
    for shown in catalog.statements.of_documents(documents, named.statements):
        if page_of(shown.item_id) != shown.item_id:
            of_kind[document_of(shown.item_id), shown.kind].append(shown)
    held = {item.image_id for item in evidence}
    wanted = {shown.item_id for found in of_kind.values() for shown in _most_certain(found)} - held
    added = [
        item
        for name in documents
        for item in evidence_of(
            catalog, documents[name], sorted(w for w in wanted if document_of(w) == name)
        )
    ]
    return tuple(with_tables(catalog, added))


def _most_certain(found: Sequence[ShownStatement]) -> list[ShownStatement]:
    """The tables that show a statement best: it may be told in parts, and again in a discussion."""
    ordered = sorted(found, key=lambda shown: (-shown.score, shown.item_id))
    return ordered[:_MOST_OF_A_KIND]


def names_of(catalog: Catalog, document_ids: set[str]) -> dict[str, str]:
    """What documents are called, and what is at the top of their first pages."""
    documents = catalog.documents.by_id(document_ids)
    fronts = catalog.pages.by_id(page_id(name, 1) for name in documents)
    return {
        name: "\n".join((*called(document), _front(document, fronts.get(page_id(name, 1)))))
        for name, document in documents.items()
    }


def called(document: Document) -> Iterator[str]:
    """The title, the name of the file, and what its metadata call it."""
    yield document.title
    yield PurePath(document.path).stem
    yield from (document.metadata.get(key, "") for key in METADATA)


def _front(document: Document, page: Page | None) -> str:
    longest = _COVER if document.page_count >= _COVER_PAGES else _TOP
    return "" if page is None else page.text[:longest]
