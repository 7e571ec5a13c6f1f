"""The outline of a document as evidence: the pages on which its sections begin, and how they do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mmrag.retrieve.lines import with_lines
from mmrag.store.catalog import Catalog
from mmrag.types import Document, Evidence, Page, Passage

MOST_SECTIONS = 10
"""Sections of an outline, those with the most text: what can be read at a glance; by hand."""
_FEWEST_SECTIONS = 4  # of a level of headings; less are a title and what stands before it


@dataclass(frozen=True, slots=True)
class _Section:
    page: Page
    opening: Passage
    length: int  # characters of all its passages


def summary_evidence(catalog: Catalog, document_id: str) -> tuple[Evidence, ...]:
    """The beginning of a document and of its longest sections, a piece of evidence for each page.

    A document without headings is outlined by the beginnings of its pages.
    """
    with catalog.snapshot():
        document = catalog.documents.get(document_id)
        sections = _sections(catalog, document_id)
    longest = sorted(sections[1:], key=lambda section: -section.length)[: MOST_SECTIONS - 1]
    kept = [section for section in sections if section in (*sections[:1], *longest)]
    pages = {section.page.id: section.page for section in kept}
    found = [
        _evidence(document, page, [item.opening for item in kept if item.page.id == page.id])
        for page in pages.values()
    ]
    return tuple(with_lines(catalog, found))


def _sections(catalog: Catalog, document_id: str) -> list[_Section]:
    """The sections of the first level of headings that has several, in order."""
    passages = list(_passages(catalog, document_id))
    deepest = max((len(passage.heading) for _, passage in passages), default=0)
    for level in range(1, deepest + 1):
        names = [passage.heading[:level] for _, passage in passages]
        if len(set(names)) >= _FEWEST_SECTIONS:
            break
    else:
        names = [(f"page {page.number}",) for page, _ in passages]
    openings: dict[tuple[str, ...], tuple[Page, Passage]] = {}
    lengths: Counter[tuple[str, ...]] = Counter()
    for name, (page, passage) in zip(names, passages, strict=True):
        openings.setdefault(name, (page, passage))
        lengths[name] += len(passage.text)
    return [_Section(*openings[name], lengths[name]) for name in openings]


def _passages(catalog: Catalog, document_id: str) -> Iterator[tuple[Page, Passage]]:
    for page in catalog.pages.of_document(document_id):
        for passage in catalog.passages.of_page(page.id):
            yield page, passage


def _evidence(document: Document, page: Page, passages: list[Passage]) -> Evidence:
    return Evidence(
        image_id=page.id,
        kind="page",
        document_id=document.id,
        document=document.title,
        path=document.path,
        page=page.number,
        bbox=None,
        quotable="\n".join(passage.text for passage in passages),
        caption="",
        description="",
        sha256=page.picture,
        score=1.0,
        page_label=page.label,
    )
