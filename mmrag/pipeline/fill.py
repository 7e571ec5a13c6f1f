"""Filling one vector channel with what it lacks, some hundred items at a time."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mmrag.channels import Channel
from mmrag.config import Settings
from mmrag.encode.images import encode_images
from mmrag.encode.texts import encode_texts
from mmrag.errors import UsageError
from mmrag.pipeline.sources import SOURCES
from mmrag.protocols import ImageEncoder, TextEncoder
from mmrag.reports import ChannelReport
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures
from mmrag.store.pictures import opened
from mmrag.types import ChannelName, VectorBatch

if TYPE_CHECKING:
    from PIL import Image

TRANSACTION_ITEMS = 256
"""Items that are encoded and stored in one transaction: what an interruption may cost. Chosen by
hand: some ten seconds of work."""

Tell = Callable[[int, int], None]  # vectors done, vectors in all


class VectorTarget(Protocol):
    """Where vectors go: those in use, or those that come next."""

    def missing(self, channel: ChannelName) -> Iterator[str]:
        """Items of a channel without their vector there."""
        ...

    def put(self, batch: VectorBatch) -> None:
        """Keep vectors."""
        ...


def fill_texts(
    catalog: Catalog,
    channel: Channel,
    encoder: TextEncoder,
    settings: Settings,
    tell: Tell,
) -> ChannelReport:
    """Encode what a channel of texts lacks, and what changed since.

    Raises `SpaceMismatch` where the channel is of another encoder, `ModelError`.
    """
    start = time.monotonic()
    catalog.vectors.check_space(channel.name, encoder.space)
    encoded = encode_missing_texts(catalog, catalog.vectors, channel, encoder, settings, tell)
    catalog.vectors.set_filled(channel.name)
    return ChannelReport(channel.name, encoded, time.monotonic() - start)


def encode_missing_texts(
    catalog: Catalog,
    into: VectorTarget,
    channel: Channel,
    encoder: TextEncoder,
    settings: Settings,
    tell: Tell,
) -> int:
    """Encode the texts of a channel that lack a vector there; how many they were."""
    missing = list(into.missing(channel.name))
    for first in range(0, len(missing), TRANSACTION_ITEMS):
        items = missing[first : first + TRANSACTION_ITEMS]
        words = SOURCES[channel.source].of_items(catalog, items, settings.describe.untrusted_below)
        batch = encode_texts(
            encoder,
            channel.name,
            list(words),
            list(words.values()),
            settings.text.batch_size,
            lambda done, first=first: tell(first + done, len(missing)),  # type: ignore[misc]
        )
        into.put(batch)
    return len(missing)


def _opened(files: Mapping[str, Path | UsageError], item: str) -> "Image.Image":
    file = files[item]
    if isinstance(file, UsageError):
        raise file
    return opened(file)


def fill_images(
    catalog: Catalog,
    channel: Channel,
    pictures: ItemPictures,
    encoder: ImageEncoder,
    settings: Settings,
    tell: Tell,
) -> ChannelReport:
    """Encode the pictures that a channel of pictures lacks; those that are not kept are drawn.

    Raises `SpaceMismatch` where the channel is of another encoder, `ModelError`.
    """
    start = time.monotonic()
    catalog.vectors.check_space(channel.name, encoder.space)
    encoded, unreadable = encode_missing_images(
        catalog, catalog.vectors, channel, pictures, encoder, settings, tell
    )
    catalog.vectors.set_filled(channel.name)
    return ChannelReport(channel.name, encoded, time.monotonic() - start, unreadable)


def encode_missing_images(
    catalog: Catalog,
    into: VectorTarget,
    channel: Channel,
    pictures: ItemPictures,
    encoder: ImageEncoder,
    settings: Settings,
    tell: Tell,
) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Encode the pictures of a channel that lack a vector there.

    How many were encoded, and which could not be opened, with the reason.
    """
    missing = list(into.missing(channel.name))
    unreadable: list[tuple[str, str]] = []
    for first in range(0, len(missing), TRANSACTION_ITEMS):
        items = missing[first : first + TRANSACTION_ITEMS]
        files = pictures.files(SOURCES[channel.source].of_items(catalog, items, 0.0))
        encoded = encode_images(
            encoder,
            channel.name,
            list(files),
            list(files),
            partial(_opened, files),
            settings.image.batch_size,
            lambda done, first=first: tell(first + done, len(missing)),  # type: ignore[misc]
        )
        into.put(encoded.batch)
        unreadable += encoded.unreadable
    return len(missing) - len(unreadable), tuple(unreadable)
