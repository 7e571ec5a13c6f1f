"""What is encoded of each source of items: of a document just read, or of items in the index."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mmrag import ids
from mmrag.audit import split
from mmrag.channels import Source
from mmrag.encode.wording import description_text, passage_text
from mmrag.store.catalog import Catalog
from mmrag.types import Description, Figure, Page, ParsedDocument

Encoded = dict[str, str]
"""By item ID: the text, or the SHA-256 of the picture, that is encoded for it."""


@dataclass(frozen=True, slots=True)
class ItemSource:
    """How items are come by. The last argument is the trust under which a sentence weighs less."""

    of_document: Callable[[ParsedDocument, Sequence[Description], float], Encoded]
    of_items: Callable[[Catalog, Sequence[str], float], Encoded]


def _passages_of_document(
    parsed: ParsedDocument, descriptions: Sequence[Description], untrusted_below: float
) -> Encoded:
    return {item.id: passage_text(item) for item in parsed.passages}


def _passages(catalog: Catalog, items: Sequence[str], untrusted_below: float) -> Encoded:
    return {item: passage_text(held) for item, held in catalog.passages.by_id(items).items()}


def _descriptions_of_document(
    parsed: ParsedDocument, descriptions: Sequence[Description], untrusted_below: float
) -> Encoded:
    told = {item.figure_id: item for item in descriptions}
    title = parsed.document.title
    return {
        figure.id: description_text(title, figure, [told[figure.id]], untrusted_below)
        for figure in parsed.figures
    }


def _descriptions(catalog: Catalog, items: Sequence[str], untrusted_below: float) -> Encoded:
    figures, told = catalog.figures.by_id(items), catalog.descriptions.of_figures(items)
    titles = {
        document.id: document.title
        for document in catalog.documents.by_id(
            _document(figure) for figure in figures.values()
        ).values()
    }
    return {
        item: description_text(
            titles[_document(figure)],
            figure,
            [part for whole in told[item] for part in split(whole, figure, untrusted_below)],
            untrusted_below,
        )
        for item, figure in figures.items()
    }


def _document(figure: Figure) -> str:
    place = ids.parse_image_id(figure.page_id)
    assert place is not None, figure.page_id
    return place.document_id


def _pictures_of_document(
    parsed: ParsedDocument, descriptions: Sequence[Description], untrusted_below: float
) -> Encoded:
    shown: Sequence[Page | Figure] = (*parsed.pages, *parsed.figures)
    return {item.id: item.picture for item in shown if item.picture}


def _pictures(catalog: Catalog, items: Sequence[str], untrusted_below: float) -> Encoded:
    shown: dict[str, Page | Figure] = {
        **catalog.pages.by_id(items),
        **catalog.figures.by_id(items),
    }
    return {item: shown[item].picture or "" for item in items}


SOURCES: Mapping[Source, ItemSource] = {
    "passages": ItemSource(_passages_of_document, _passages),
    "descriptions": ItemSource(_descriptions_of_document, _descriptions),
    "pictures": ItemSource(_pictures_of_document, _pictures),
}
