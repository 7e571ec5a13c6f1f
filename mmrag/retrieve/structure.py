"""The structure of a document, for questions about it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from mmrag.retrieve.lines import lines_of
from mmrag.retrieve.tables import names_of
from mmrag.store.catalog import Catalog
from mmrag.types import DocumentOutline, OutlineItem, OutlinePage, Page


def outline(catalog: Catalog, document_id: str) -> DocumentOutline:
    """What a document consists of."""
    pages = catalog.pages.of_document(document_id)
    numbers = {page.id: page.number for page in pages}
    last = pages[-1]
    return DocumentOutline(
        names=names_of(catalog, {document_id})[document_id],
        page_count=len(pages),
        last_page=OutlineItem(last.id, last.number, last.label, ""),
        figures=tuple(
            OutlineItem(item.id, numbers[item.page_id], item.label, item.caption)
            for item in catalog.figures.of_document(document_id)
        ),
        headings=tuple(_headings(catalog.passages.headings(document_id), pages)),
        pages=tuple(
            OutlinePage(OutlineItem(page.id, page.number, page.label, ""), page.text)
            for page in pages
        ),
        first_lines=lines_of(catalog, [pages[0].id]).get(pages[0].id, ()),
    )


def _headings(titles: Sequence[str], pages: Sequence[Page]) -> Iterator[OutlineItem]:
    """The headings that are a line of one page alone: neither in running heads nor in a list."""
    wanted = {" ".join(title.split()): title for title in titles}
    found: defaultdict[str, dict[str, Page]] = defaultdict(dict)
    for page in pages:
        for line in page.text.splitlines():
            if (plain := " ".join(line.split())) in wanted:
                found[plain][page.id] = page
    for plain, standing in found.items():
        if len(standing) == 1:
            [page] = standing.values()
            yield OutlineItem(page.id, page.number, page.label, wanted[plain])
