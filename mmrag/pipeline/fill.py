"""Filling one vector channel with what it lacks, some hundred items at a time."""

import time
from collections.abc import Callable

from mmrag.channels import Channel
from mmrag.encode.images import encode_images
from mmrag.encode.texts import encode_texts
from mmrag.pipeline.sources import SOURCES
from mmrag.protocols import ImageEncoder, TextEncoder
from mmrag.reports import ChannelReport
from mmrag.store.catalog import Catalog
from mmrag.store.pictures import PictureStore

TRANSACTION_ITEMS = 256
"""Items that are encoded and stored in one transaction: what an interruption may cost. Chosen by
hand: some ten seconds of work."""

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
    """Encode what a channel of texts lacks, and what changed since.

    Raises `SpaceMismatch` where the channel is of another encoder, `ModelError`.
    """
    start = time.monotonic()
    catalog.vectors.check_space(channel.name, encoder.space)
    missing = list(catalog.vectors.missing(channel.name))
    for first in range(0, len(missing), TRANSACTION_ITEMS):
        items = missing[first : first + TRANSACTION_ITEMS]
        words = SOURCES[channel.source].of_items(catalog, items, untrusted_below)
        batch = encode_texts(
            encoder,
            channel.name,
            list(words),
            list(words.values()),
            batch_size,
            lambda done, first=first: tell(first + done, len(missing)),  # type: ignore[misc]
        )
        catalog.vectors.put(batch)
    catalog.vectors.set_filled(channel.name)
    return ChannelReport(channel.name, len(missing), time.monotonic() - start)


def fill_images(
    catalog: Catalog,
    channel: Channel,
    pictures: PictureStore,
    encoder: ImageEncoder,
    batch_size: int,
    tell: Tell = silent,
) -> ChannelReport:
    """Encode the stored pictures that a channel of pictures lacks.

    Raises `SpaceMismatch` where the channel is of another encoder, `ModelError`.
    """
    start = time.monotonic()
    catalog.vectors.check_space(channel.name, encoder.space)
    missing = list(catalog.vectors.missing(channel.name))
    unreadable: list[tuple[str, str]] = []
    for first in range(0, len(missing), TRANSACTION_ITEMS):
        items = missing[first : first + TRANSACTION_ITEMS]
        hashes = SOURCES[channel.source].of_items(catalog, items, 0.0)
        encoded = encode_images(
            encoder,
            channel.name,
            list(hashes),
            list(hashes.values()),
            pictures.open,
            batch_size,
            lambda done, first=first: tell(first + done, len(missing)),  # type: ignore[misc]
        )
        catalog.vectors.put(encoded.batch)
        unreadable += encoded.unreadable
    catalog.vectors.set_filled(channel.name)
    seconds = time.monotonic() - start
    return ChannelReport(channel.name, len(missing) - len(unreadable), seconds, tuple(unreadable))
