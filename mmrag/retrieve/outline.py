"""The outline of a document as evidence: the pages on which its sections begin, and how they do."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mmrag.retrieve.lines import with_lines
from mmrag.store.catalog import Catalog
from mmrag.text import section_names
from mmrag.types import Document, Evidence, Page, Passage

MOST_SECTIONS = 10
"""Sections of an outline, those with the most text: what can be read at a glance; by hand."""
_MOST_NAMED = 2  # sections of one name: of more of them none is meant more than another; by hand
_MOST_PAGES = 3  # of a section that an answer is made of; chosen by hand
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


def section_evidence(catalog: Catalog, document_id: str, question: str) -> tuple[Evidence, ...]:
    """The sections under the name that a question asks for, a piece of evidence for each page.

    The first piece of a section begins with its heading. Empty where no section has that name, or
    several have.
    """
    with catalog.snapshot():
        document = catalog.documents.get(document_id)
        wanted = section_names.asked(question, section_names.of(document.title, document.path))
        if not wanted:
            return ()
        alike = {
            title: section_names.likeness(wanted, title)
            for title in catalog.passages.headings(document_id)
        }
        best = max(alike.values(), default=0)
        named = {title for title, likeness in alike.items() if likeness == best > 0}
        if not named or (best == 1 < len(named)):
            return ()
        sections = list(_named(catalog, document_id, named))
    if len(sections) > _MOST_NAMED:
        return ()
    found = [_piece(document, page, text) for section in sections for page, text in section]
    return tuple(with_lines(catalog, found))


def _named(
    catalog: Catalog, document_id: str, named: Collection[str]
) -> Iterator[list[tuple[Page, str]]]:
    """The text of each section under a heading of these names, by page, the heading first."""
    pages = catalog.pages.of_document(document_id)
    for at, page in enumerate(pages):
        for title, start in _lines(page.text, named):
            section = []
            for other in pages[at : at + _MOST_PAGES]:
                end = _end(catalog, other, title, start)
                if end > start:
                    section.append((other, other.text[start:end]))
                if end < len(other.text):
                    break
                start = 0
            if section and any(title in item.heading for item in catalog.passages.of_page(page.id)):
                yield section


def _lines(text: str, named: Collection[str]) -> Iterator[tuple[str, int]]:
    """The lines of a text that are one of these names, and where each begins."""
    start = 0
    for line in text.splitlines(keepends=True):
        if (title := " ".join(line.split())) in named:
            yield title, start
        start += len(line)


def _end(catalog: Catalog, page: Page, title: str, start: int) -> int:
    """Where a section that has begun ends on a page: at the first passage of another one."""
    behind = (item for item in catalog.passages.of_page(page.id) if item.start > start or not start)
    return next((item.start for item in behind if title not in item.heading), len(page.text))


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
    return _piece(document, page, "\n".join(passage.text for passage in passages))


def _piece(document: Document, page: Page, text: str) -> Evidence:
    return Evidence(
        image_id=page.id,
        kind="page",
        document_id=document.id,
        document=document.title,
        path=document.path,
        page=page.number,
        bbox=None,
        quotable=text,
        caption="",
        description="",
        sha256=page.picture,
        score=1.0,
        page_label=page.label,
    )
