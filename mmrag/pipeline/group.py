"""Documents that were read, encoded together and stored one by one."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mmrag import ids
from mmrag.channels import Channel, of_query
from mmrag.config import Settings
from mmrag.encode.images import encode_images
from mmrag.encode.texts import encode_texts
from mmrag.pipeline.run_pictures import RunPictures
from mmrag.pipeline.sources import SOURCES
from mmrag.protocols import Describer, FigureView, ImageEncoder, TextEncoder
from mmrag.store.sources import SourceFile
from mmrag.store.storable import storable
from mmrag.types import ChannelName, Description, Figure, Graph, Grid, ParsedDocument, VectorBatch

FULL_GROUP_TEXTS = 64
"""Texts at which a group is encoded: many small files fill the encoder's batches, and what comes
while it is busy makes larger ones. Chosen by hand: two batches."""
MAX_WAIT_SECONDS = 10.0
"""Longest time for which a document waits for others. Chosen by hand."""
MAX_WAITING_TEXTS = 2048
"""Texts that wait while others are encoded before reading waits, too: some megabytes. By hand."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ReadyDocument:
    """A document with its descriptions, and the files that hold it."""

    parsed: ParsedDocument
    descriptions: tuple[Description, ...]
    sources: tuple[SourceFile, ...]


class DocumentGroup:
    """Documents waiting to be encoded."""

    def __init__(self) -> None:
        self._ready: list[ReadyDocument] = []
        self._texts = 0
        self._since = 0.0

    def add(self, ready: ReadyDocument) -> None:
        if not self._ready:
            self._since = time.monotonic()
        self._ready.append(ready)
        self._texts += len(ready.parsed.passages) + len(ready.descriptions)

    @property
    def is_due(self) -> bool:
        """Whether it holds enough, or its first document has waited long enough."""
        waited = time.monotonic() - self._since
        return bool(self._ready) and (self._texts >= FULL_GROUP_TEXTS or waited > MAX_WAIT_SECONDS)

    @property
    def is_full(self) -> bool:
        """Whether no more should be read before it is encoded."""
        return self._texts >= MAX_WAITING_TEXTS

    def __len__(self) -> int:
        return len(self._ready)

    def take(self) -> list[ReadyDocument]:
        """All documents; the group is empty afterwards."""
        taken, self._ready, self._texts = self._ready, [], 0
        return taken


def describe(
    figures: Sequence[Figure],
    grids: Mapping[str, Grid],
    graphs: Mapping[str, Graph],
    title: str,
    describer: Describer,
) -> tuple[Description, ...]:
    """The description of every figure by a describer that needs no picture.

    `grids` and `graphs` are by figure ID.
    """
    views = (
        FigureView(
            figure,
            title,
            ids.page_number(figure.page_id),
            None,
            grids.get(figure.id),
            graphs.get(figure.id),
        )
        for figure in figures
    )
    return tuple(
        Description(
            view.figure.id, describer.describe(view), describer.name, describer.prompt_version
        )
        for view in views
    )


def encode(
    group: Sequence[ReadyDocument],
    text: TextEncoder | None,
    image: ImageEncoder | None,
    pictures: RunPictures,
    settings: Settings,
    tell: Tell,
) -> list[list[VectorBatch]]:
    """The vectors of each document, channel by channel; none of a channel without an encoder."""
    batches: list[list[VectorBatch]] = [[] for _ in group]
    for channel in of_query("text vector"):
        texts = [_encoded(channel, ready, settings) for ready in group]
        for own, batch in zip(
            batches, _encode_texts(channel.name, texts, text, settings, tell), strict=True
        ):
            own += batch
    if image is not None:
        for channel in of_query("image vector"):
            for own, ready in zip(batches, group, strict=True):
                hashes = _encoded(channel, ready, settings)
                own.append(_encode_images(channel, hashes, image, pictures, settings, tell))
    return batches


def _encoded(channel: Channel, ready: ReadyDocument, settings: Settings) -> dict[str, str]:
    """What is encoded for each item of a document: a text, or the hash of a picture."""
    source = SOURCES[channel.source]
    return source.of_document(ready.parsed, ready.descriptions, settings.describe.untrusted_below)


def _encode_images(
    channel: Channel,
    hashes: dict[str, str],
    encoder: ImageEncoder,
    pictures: RunPictures,
    settings: Settings,
    tell: Tell,
) -> VectorBatch:
    """The pictures of one document; one that cannot be read stays missing."""
    return encode_images(
        encoder,
        channel.name,
        list(hashes),
        list(hashes.values()),
        pictures.open,
        settings.image.batch_size,
        lambda done: tell(done, len(hashes)),
    ).batch


def _encode_texts(
    channel: ChannelName,
    texts: Sequence[dict[str, str]],
    encoder: TextEncoder | None,
    settings: Settings,
    tell: Tell,
) -> Iterator[list[VectorBatch]]:
    """One batch for each document, from one pass through the model; none without an encoder."""
    items = [item for own in texts for item in own]
    if not items or encoder is None:
        yield from ([] for _ in texts)
        return
    whole = encode_texts(
        encoder,
        channel,
        items,
        [storable(text) for own in texts for text in own.values()],
        settings.text.batch_size,
        lambda done: tell(done, len(items)),
    )
    start = 0
    for own in texts:
        stop = start + len(own)
        rows = whole.rows[start:stop]
        yield [VectorBatch(channel, whole.item_ids[start:stop], rows, whole.space)]
        start = stop
