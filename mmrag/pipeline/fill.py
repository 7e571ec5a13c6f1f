"""Filling one vector channel with what it lacks, some hundred items at a time."""

import time
from collections.abc import Callable, Sequence

from mmrag import ids
from mmrag.describe.audit import split
from mmrag.encode.images import encode_images
from mmrag.encode.texts import encode_texts
from mmrag.encode.wording import description_text, passage_text
from mmrag.protocols import ImageEncoder, TextEncoder
from mmrag.reports import ChannelReport
from mmrag.store.catalog import Catalog
from mmrag.store.pictures import PictureStore
from mmrag.types import Channel

SLICE = 256
"""Items that are encoded and stored in one transaction: what an interruption may cost."""

Tell = Callable[[int, int], None]  # vectors done, vectors in all


def silent(done: int, total: int) -> None:
    """Tells nobody."""


def fill_texts(
    catalog: Catalog,
    channel: Channel,
    encoder: TextEncoder,
    batch_size: int,
    untrusted_below: float = 0.5,
    tell: Tell = silent,
) -> ChannelReport:
    """Encode what the passage or description channel lacks, and what changed since.

    Raises `SpaceMismatch` where the channel is of another encoder, `ModelError`.
    """
    start = time.monotonic()
    catalog.check_space(channel, encoder.space)
    missing = list(catalog.missing(channel))
    titles = {document.id: document.title for document in catalog.documents()} if missing else {}
    for first in range(0, len(missing), SLICE):
        items = missing[first : first + SLICE]
        words = _wording(catalog, channel, items, titles, untrusted_below)
        batch = encode_texts(
            encoder,
            channel,
            list(words),
            list(words.values()),
            batch_size,
            lambda done, first=first: tell(first + done, len(missing)),  # type: ignore[misc]
        )
        catalog.put_vectors(batch)
    catalog.set_filled(channel)
    return ChannelReport(channel, len(missing), time.monotonic() - start)


def fill_images(
    catalog: Catalog,
    pictures: PictureStore,
    encoder: ImageEncoder,
    batch_size: int,
    tell: Tell = silent,
) -> ChannelReport:
    """Encode the stored pictures of pages and figures that the image channel lacks.

    Raises `SpaceMismatch` where the channel is of another encoder, `ModelError`.
    """
    start = time.monotonic()
    catalog.check_space("image", encoder.space)
    missing = list(catalog.missing("image"))
    unreadable: list[tuple[str, str]] = []
    for first in range(0, len(missing), SLICE):
        items = missing[first : first + SLICE]
        pages, figures = catalog.pages_by_id(items), catalog.figures_by_id(items)
        hashes = [(pages.get(item) or figures[item]).picture or "" for item in items]
        encoded = encode_images(
            encoder,
            items,
            hashes,
            pictures.open,
            batch_size,
            lambda done, first=first: tell(first + done, len(missing)),  # type: ignore[misc]
        )
        catalog.put_vectors(encoded.batch)
        unreadable += encoded.unreadable
    catalog.set_filled("image")
    seconds = time.monotonic() - start
    return ChannelReport("image", len(missing) - len(unreadable), seconds, tuple(unreadable))


def _wording(
    catalog: Catalog,
    channel: Channel,
    items: Sequence[str],
    titles: dict[str, str],
    untrusted_below: float,
) -> dict[str, str]:
    """What is embedded for each item."""
    if channel == "passage":
        passages = catalog.passages_by_id(items)
        return {item: passage_text(passage) for item, passage in passages.items()}
    figures, told = catalog.figures_by_id(items), catalog.descriptions(items)
    return {
        item: description_text(
            titles[_document(figure.page_id)],
            figure,
            [part for whole in told[item] for part in split(whole, figure, untrusted_below)],
            untrusted_below,
        )
        for item, figure in figures.items()
    }


def _document(page_id: str) -> str:
    place = ids.parse_image_id(page_id)
    assert place is not None, page_id
    return place.document_id
