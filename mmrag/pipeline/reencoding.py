"""Channels encoded anew by another encoder, while the vectors of before are searched."""

import time
from collections.abc import Sequence

from mmrag.channels import BY_NAME, VECTOR_NAMES, Channel
from mmrag.errors import UsageError
from mmrag.models import Models
from mmrag.pipeline.backfill import teller
from mmrag.pipeline.fill import encode_missing_images, encode_missing_texts
from mmrag.pipeline.page_vectors import fill_pages
from mmrag.pipeline.progress import OnEvent
from mmrag.protocols import ImageEncoder, TextEncoder
from mmrag.reports import ChannelReport
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures
from mmrag.store.layout import IndexLayout
from mmrag.store.vector_store import open_vector_store
from mmrag.types import ChannelName


def reencode(
    layout: IndexLayout,
    models: Models,
    channels: Sequence[ChannelName] = (),
    on_event: OnEvent | None = None,
) -> list[ChannelReport]:
    """Encode channels with the profile's encoders; until all are done, the old vectors answer.

    Without `channels`, those whose vectors are of another encoder than the profile's. What was
    encoded before an interruption is kept, and the same call goes on. All channels change over in
    one transaction, so that no question finds some of them old and some new. The vectors of pages
    for late interaction are made where the profile has an encoder for them. Raises `UsageError`
    where the profile has no encoder for a channel, `IndexMissing`, `IndexLocked`, `ModelError`.
    """
    with Catalog.open(layout, write=True) as catalog:
        wanted = [(name, _encoder(models, BY_NAME[name])) for name in channels or VECTOR_NAMES]
        encoders = {
            name: encoder
            for name, encoder in wanted
            if encoder is not None and (channels or _is_other(catalog, name, encoder))
        }
        for name, encoder in wanted:
            if encoder is None and channels:
                raise UsageError(
                    f'profile {models.settings.name}: [image] backend = "none", so nothing can '
                    f"encode the {name} channel: choose a profile that names an image encoder"
                )
        reports = [
            _encode(catalog, models, BY_NAME[name], encoder, on_event)
            for name, encoder in encoders.items()
        ]
        catalog.next_vectors.take_over(list(encoders))
        for name in encoders:
            catalog.vectors.set_filled(name)
        if not channels and models.has_page_encoder:
            reports.append(_pages(catalog, models, on_event))
        open_vector_store(catalog, models.settings.store).publish()
        catalog.checkpoint()
    return reports


def _pages(catalog: Catalog, models: Models, on_event: OnEvent | None) -> ChannelReport:
    """The vectors of pages anew: until they are there, a search goes without late interaction."""
    encoder = models.page_encoder()
    assert encoder is not None
    if catalog.page_vectors.space() != encoder.space:
        catalog.page_vectors.drop()
    pictures, tell = ItemPictures(catalog, models.page_reader), teller("encode", on_event)
    return fill_pages(catalog, pictures, encoder, models.settings.late, tell)


def _is_other(catalog: Catalog, channel: ChannelName, encoder: TextEncoder | ImageEncoder) -> bool:
    """Whether a channel's vectors are of another encoder; what was begun is forgotten if not."""
    held = catalog.vectors.spaces().get(channel)
    if held == encoder.space:
        catalog.next_vectors.forget(channel)
    return held not in (None, encoder.space)


def _encoder(models: Models, channel: Channel) -> TextEncoder | ImageEncoder | None:
    return models.image_encoder() if channel.takes_pictures else models.text_encoder()


def _encode(
    catalog: Catalog,
    models: Models,
    channel: Channel,
    encoder: TextEncoder | ImageEncoder,
    on_event: OnEvent | None,
) -> ChannelReport:
    start = time.monotonic()
    catalog.next_vectors.begin(channel.name, encoder.space)
    tell = teller("encode", on_event)
    if channel.takes_pictures:
        image_encoder = models.image_encoder()
        assert image_encoder is not None
        encoded, unreadable = encode_missing_images(
            catalog,
            catalog.next_vectors,
            channel,
            ItemPictures(catalog, models.page_reader),
            image_encoder,
            models.settings,
            tell,
        )
    else:
        encoded, unreadable = (
            encode_missing_texts(
                catalog,
                catalog.next_vectors,
                channel,
                models.text_encoder(),
                models.settings,
                tell,
            ),
            (),
        )
    return ChannelReport(channel.name, encoded, time.monotonic() - start, unreadable)
