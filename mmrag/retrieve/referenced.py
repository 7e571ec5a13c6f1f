"""What a question refers to, found and boosted in the ranking.

Pages are found by their number, and less surely by a number printed alone at their top or bottom;
figures by their label, and where none has it, pages with a line that begins with the label.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mmrag.errors import UsageError
from mmrag.retrieve import fusion
from mmrag.retrieve.aggregation import RankedUnit, is_figure
from mmrag.retrieve.query import Query
from mmrag.retrieve.references import References
from mmrag.store.catalog import Catalog
from mmrag.text import labels
from mmrag.text.labels import Label
from mmrag.types import Figure, Page, Unit

BOOST = 1.0
"""What is added to the score of what a question refers to, which is from 0 to 1 without it: it
stands before all that only matches. Chosen by hand."""
MAX_DOCUMENTS = 20
"""The best documents, among which references are looked for: each costs a read of its pages. By
hand."""
SURE_OF_FIGURE_ON_PAGE = 0.95
SURE_OF_PAGE_OF_FIGURE = 0.9
SURE_OF_CAPTION_LINE = 0.8
SURE_OF_PRINTED_NUMBER = 0.7
"""How surely a unit is meant, from 0 to 1, beside 1 for the page or figure itself. By hand: only
their order matters."""
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.|slide)?\s*(\d{1,4})(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE
)


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
    found = locate(catalog, references, _documents(catalog, scored, query), query.unit)
    wanted = {
        unit: sure
        for unit, sure in {**found, **dict.fromkeys(images, 1.0)}.items()
        if query.unit == "any" or is_figure(unit) == (query.unit == "figure")
    }
    by_unit = {item.unit: item for item in scored if not references.nothing_else}
    by_unit.update((unit, RankedUnit(unit, 0.0, {})) for unit in wanted if unit not in by_unit)
    total = {unit: item.score + BOOST * wanted.get(unit, 0.0) for unit, item in by_unit.items()}
    ranking = [RankedUnit(unit, total[unit], by_unit[unit].parts) for unit in fusion.order(total)]
    if not references.nothing_else:
        count = f"raised {len(wanted)}" if wanted else "nothing found there"
        notes.append(f"the question names {references}: {count}")
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
        pages = catalog.pages.of_document(document)
        figures = catalog.figures.of_document(document)
        numbered = dict(_numbered(pages, references.pages))
        inside = (
            (figure.id, SURE_OF_FIGURE_ON_PAGE * numbered[figure.page_id])
            for figure in figures
            if figure.page_id in numbered
        )
        labelled = _labelled(figures, pages, references.labels, with_page=unit == "page")
        for item, sure in (*numbered.items(), *inside, *labelled):
            named[item] = max(named.get(item, 0.0), sure * documents[document])
    return named


def _existing(catalog: Catalog, images: Sequence[str]) -> list[str]:
    found = {**catalog.pages.by_id(images), **catalog.figures.by_id(images)}
    return [image for image in images if image in found]


def _numbered(pages: Sequence[Page], numbers: Sequence[int]) -> Iterator[tuple[str, float]]:
    wanted = {number if number > 0 else len(pages) + 1 + number for number in numbers}
    printed = {number for number in numbers if number > 1}
    for page in pages:
        if page.number in wanted:
            yield page.id, 1.0
        elif printed and printed & _printed(page.text):
            yield page.id, SURE_OF_PRINTED_NUMBER


def _printed(text: str) -> set[int]:
    """The numbers that stand alone in the first or last line of a page."""
    lines = [line for line in text.splitlines() if line.strip()]
    ends = lines[:1] + lines[-1:]
    return {int(match[1]) for line in ends if (match := _PAGE_NUMBER.fullmatch(line)) is not None}


def _labelled(
    figures: Sequence[Figure], pages: Sequence[Page], wanted: Sequence[Label], *, with_page: bool
) -> Iterator[tuple[str, float]]:
    """Figures by their label; pages with a line that begins with it where no figure has it."""
    by_label: dict[Label, list[Figure]] = {}
    for figure in figures:
        if label := labels.read(figure.label):
            by_label.setdefault(label, []).append(figure)
    for label in wanted:
        meant = labels.meant(label, by_label)
        for figure in (figure for other in meant for figure in by_label[other]):
            yield figure.id, 1.0
            if with_page:
                yield figure.page_id, SURE_OF_PAGE_OF_FIGURE
        if not meant:
            starts = {label, label.whole}
            for page in pages:
                if any(labels.read(line) in starts for line in page.text.splitlines()):
                    yield page.id, SURE_OF_CAPTION_LINE
