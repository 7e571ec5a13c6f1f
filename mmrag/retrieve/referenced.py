"""What a question refers to, found and boosted in the ranking.

Pages are found by the label printed on them, and by their number where no page of the document has
such a label; figures by their label, and where none has it, pages with a line that begins with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mmrag.errors import UsageError
from mmrag.retrieve import fusion
from mmrag.retrieve.aggregation import RankedUnit, is_figure
from mmrag.retrieve.query import Query
from mmrag.retrieve.references import References
from mmrag.store.catalog import Catalog
from mmrag.store.figures import FigureLabel
from mmrag.store.pages import PageLabel
from mmrag.text import labels, page_numbers
from mmrag.text.labels import Label
from mmrag.text.page_numbers import NamedPages
from mmrag.types import Page, Unit

BOOST = 1.0
"""What is added to the score of what a question refers to, which is from 0 to 1 without it: it
stands before all that only matches. Chosen by hand."""
MAX_DOCUMENTS = 20
"""The best documents, among which references are looked for: each costs a read of its labels. By
hand."""
SURE_OF_FIGURE_ON_PAGE = 0.95
SURE_OF_PAGE_OF_FIGURE = 0.9
SURE_OF_CAPTION_LINE = 0.8
SURE_OF_OTHER_PAGE = 0.2
"""How surely a unit is meant, from 0 to 1, beside 1 for the page or figure itself. By hand: only
their order matters."""
_DOCUMENTS_NOTED = 3
"""Documents that a note names in which a label means another page. By hand."""


@dataclass(frozen=True, slots=True)
class BoostedRanking:
    """A ranking, which of its units the question names, and what to say about it."""

    ranking: Sequence[RankedUnit]
    units: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def boosted(
    catalog: Catalog, references: References, scored: Sequence[RankedUnit], query: Query
) -> BoostedRanking:
    """The ranking with what the question refers to in front of what matches as well.

    A reference counts as much as its document matches otherwise. Raises `UsageError` where the
    query is nothing but an image ID that is not in the index.
    """
    images = _existing(catalog, references.images)
    notes = [f"{image} is not in the index" for image in references.images if image not in images]
    if references.nothing_else and not images:
        raise UsageError(f"{notes[0]}: `mmrag search` and `mmrag show` take IDs that a search gave")
    documents = _documents(catalog, scored, query)
    found = locate(catalog, references, documents, query.unit)
    wanted = {
        unit: sure
        for unit, sure in {**found, **dict.fromkeys(images, 1.0)}.items()
        if query.unit == "any" or is_figure(unit) == (query.unit == "figure")
    }
    by_unit = {item.unit: item for item in scored if not references.nothing_else}
    by_unit.update((unit, RankedUnit(unit, 0.0)) for unit in wanted if unit not in by_unit)
    total = {unit: item.score + BOOST * wanted.get(unit, 0.0) for unit, item in by_unit.items()}
    ranking = [RankedUnit(unit, total[unit], by_unit[unit].ranks) for unit in fusion.order(total)]
    if not references.nothing_else:
        count = f"raised {len(wanted)}" if wanted else "nothing found there"
        notes.append(f"the question names {references}: {count}")
        notes += _printed_notes(catalog, references.pages, found, documents)
    return BoostedRanking(ranking, frozenset(wanted), tuple(notes))


def _documents(catalog: Catalog, scored: Sequence[RankedUnit], query: Query) -> dict[str, float]:
    """The documents in question, with how well they match: 1 is the best of them."""
    best = dict.fromkeys(query.documents, 0.0)
    for item in scored:
        document = item.unit.split("-")[0]
        best[document] = max(best.get(document, 0.0), item.score)
    if not best:
        best = {document.id: 0.0 for document in catalog.documents.all()}
    top = max(best.values(), default=0.0)
    return {document: score / top if top else 1.0 for document, score in best.items()}


def locate(
    catalog: Catalog, references: References, documents: Mapping[str, float], unit: Unit
) -> dict[str, float]:
    """IDs of the named pages and figures, with how surely they are meant, from 0 to 1.

    `documents` come with how well they match; only the best of them are looked through. A named
    figure stands for its page where both are ranked, and names its page where pages alone are.
    """
    named: dict[str, float] = {}
    if not (references.pages or references.labels):
        return named
    best = sorted(documents, key=lambda document: (-documents[document], document))[:MAX_DOCUMENTS]
    for document in best:
        pages = catalog.pages.labels_of_document(document) if references.pages else ()
        figures = catalog.figures.labels_of_document(document)
        numbered = dict(_numbered(pages, references.pages))
        inside = (
            (figure.id, SURE_OF_FIGURE_ON_PAGE * numbered[figure.page_id])
            for figure in figures
            if figure.page_id in numbered
        )
        by_label = _by_label(figures if references.labels else ())
        labelled = _labelled(by_label, references.labels, with_page=unit == "page")
        begun = _begun(catalog, document, by_label, references.labels)
        for item, sure in (*numbered.items(), *inside, *labelled, *begun):
            named[item] = max(named.get(item, 0.0), sure * documents[document])
    return named


def _existing(catalog: Catalog, images: Sequence[str]) -> list[str]:
    found = {**catalog.pages.by_id(images), **catalog.figures.by_id(images)}
    return [image for image in images if image in found]


def _numbered(pages: Sequence[PageLabel], named: NamedPages) -> Iterator[tuple[str, float]]:
    """The named pages. A label that several of them have means the first, as of a report in parts.

    The page in the place of a number counts as much where no page has it for a label.
    """
    places = {place if place > 0 else len(pages) + 1 + place for place in named.places}
    seen: set[str] = set()
    known = {label for page in pages for label in page_numbers.plain_labels(page.label)}
    for page in pages:
        meant = set(page_numbers.plain_labels(page.label)).intersection(named.labels)
        by_number = str(page.number) in named.labels
        if page.number in places or meant - seen or (by_number and str(page.number) not in known):
            yield page.id, 1.0
        elif meant or by_number:
            yield page.id, SURE_OF_OTHER_PAGE
        seen |= meant


def _printed_notes(
    catalog: Catalog,
    named: NamedPages,
    found: Mapping[str, float],
    documents: Mapping[str, float],
) -> Iterator[str]:
    """Where a number is taken as printed and another page of the file has it for its place."""
    pages = [
        page
        for page in catalog.pages.by_id(unit for unit in found if not is_figure(unit)).values()
        if page_numbers.differs(page.number, page.label)
        and not set(page_numbers.plain_labels(page.label)).isdisjoint(named.labels)
    ]
    titles = catalog.documents.by_id(page.document_id for page in pages)
    best = sorted(titles, key=lambda document: (-documents[document], document))
    for document in best[:_DOCUMENTS_NOTED]:
        own = sorted((page for page in pages if page.document_id == document), key=_number)
        places = ", ".join(f"{page.label} is page {page.number}" for page in own)
        yield f"pages as printed: in {titles[document].title}, {places} of the file"


def _number(page: Page) -> int:
    return page.number


def _labelled(
    by_label: Mapping[Label, Sequence[FigureLabel]], wanted: Sequence[Label], *, with_page: bool
) -> Iterator[tuple[str, float]]:
    """Figures by their label, and their pages."""
    for label in wanted:
        for figure in (one for other in labels.meant(label, by_label) for one in by_label[other]):
            yield figure.id, 1.0
            if with_page:
                yield figure.page_id, SURE_OF_PAGE_OF_FIGURE


def _begun(
    catalog: Catalog,
    document: str,
    by_label: Mapping[Label, Sequence[FigureLabel]],
    wanted: Sequence[Label],
) -> Iterator[tuple[str, float]]:
    """Pages with a line that begins with a label which no figure has."""
    lacking = [label for label in wanted if not labels.meant(label, by_label)]
    if not lacking:
        return
    starts = {start for label in lacking for start in (label, label.whole)}
    for page in catalog.pages.of_document(document):
        if not starts.isdisjoint(labels.at_line_starts(page.text)):
            yield page.id, SURE_OF_CAPTION_LINE


def _by_label(figures: Sequence[FigureLabel]) -> dict[Label, list[FigureLabel]]:
    found: dict[Label, list[FigureLabel]] = {}
    for figure in figures:
        if label := labels.read(figure.label):
            found.setdefault(label, []).append(figure)
    return found
