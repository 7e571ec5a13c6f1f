"""Documents that were read, encoded together and stored one by one."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mmrag import ids
from mmrag.config import Settings
from mmrag.encode.images import encode_images
from mmrag.encode.texts import encode_texts
from mmrag.encode.wording import description_text, passage_text
from mmrag.pipeline.encoders import Encoders
from mmrag.protocols import Describer, FigureView, ImageEncoder
from mmrag.store.pictures import PictureStore
from mmrag.store.rows import SourceFile, storable
from mmrag.types import Channel, Description, Figure, Page, ParsedDocument, VectorBatch

FULL = 256
"""Texts at which a group is encoded: many small files fill the encoder's batches."""
SECONDS = 10.0
"""Longest time for which a document waits for others."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A document with its descriptions, and the files that hold it."""

    parsed: ParsedDocument
    descriptions: tuple[Description, ...]
    sources: tuple[SourceFile, ...]


class Group:
    """Documents waiting to be encoded."""

    def __init__(self) -> None:
        self._ready: list[Ready] = []
        self._texts = 0
        self._since = 0.0

    def add(self, ready: Ready) -> None:
        if not self._ready:
            self._since = time.monotonic()
        self._ready.append(ready)
        self._texts += len(ready.parsed.passages) + len(ready.descriptions)

    @property
    def is_due(self) -> bool:
        """Whether it holds enough, or its first document has waited long enough."""
        waited = time.monotonic() - self._since
        return bool(self._ready) and (self._texts >= FULL or waited > SECONDS)

    def take(self) -> list[Ready]:
        """All documents; the group is empty afterwards."""
        taken, self._ready, self._texts = self._ready, [], 0
        return taken


def describe(
    figures: Sequence[Figure], title: str, describer: Describer
) -> tuple[Description, ...]:
    """The description of every figure by a describer that needs no picture."""
    return tuple(
        Description(
            figure.id,
            describer.describe(FigureView(figure, title, ids.page_number(figure.page_id), None)),
            describer.name,
            describer.prompt_version,
        )
        for figure in figures
    )


def encode(
    group: Sequence[Ready],
    encoders: Encoders,
    pictures: PictureStore,
    settings: Settings,
    tell: Tell,
) -> list[list[VectorBatch]]:
    """The vectors of each document, channel by channel; none of a channel without an encoder."""
    passages = [{item.id: passage_text(item) for item in ready.parsed.passages} for ready in group]
    figures = [_figure_texts(ready, settings.describe.untrusted_below) for ready in group]
    batches: list[list[VectorBatch]] = [[] for _ in group]
    said = _encode_texts("passage", passages, encoders, settings, tell)
    shown = _encode_texts("description", figures, encoders, settings, tell)
    for own, *of_texts in zip(batches, said, shown, strict=True):
        own += itertools.chain(*of_texts)
    if encoders.image is not None:
        for own, ready in zip(batches, group, strict=True):
            own.append(_encode_images(ready.parsed, encoders.image, pictures, settings, tell))
    return batches


def _encode_images(
    parsed: ParsedDocument,
    encoder: ImageEncoder,
    pictures: PictureStore,
    settings: Settings,
    tell: Tell,
) -> VectorBatch:
    """The pictures of a document's pages and figures; one that cannot be read stays missing."""
    shown: Sequence[Page | Figure] = (*parsed.pages, *parsed.figures)
    hashes = {item.id: item.picture for item in shown if item.picture}
    return encode_images(
        encoder,
        list(hashes),
        list(hashes.values()),
        pictures.open,
        settings.image.batch_size,
        lambda done: tell(done, len(hashes)),
    ).batch


def _figure_texts(ready: Ready, untrusted_below: float) -> dict[str, str]:
    told = {item.figure_id: item for item in ready.descriptions}
    title = ready.parsed.document.title
    return {
        figure.id: description_text(title, figure, [told[figure.id]], untrusted_below)
        for figure in ready.parsed.figures
    }


def _encode_texts(
    channel: Channel,
    texts: Sequence[dict[str, str]],
    encoders: Encoders,
    settings: Settings,
    tell: Tell,
) -> Iterator[list[VectorBatch]]:
    """One batch for each document, from one pass through the model; none without an encoder."""
    items = [item for own in texts for item in own]
    if not items or encoders.text is None:
        yield from ([] for _ in texts)
        return
    whole = encode_texts(
        encoders.text,
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
