"""From queries to what the channels take: which of them are used, and the vectors they compare."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mmrag.config import RetrieveSettings
from mmrag.errors import ModelError, UsageError
from mmrag.protocols import ImageEncoder, TextEncoder
from mmrag.retrieve.channels import Asked
from mmrag.retrieve.expansion import phrases
from mmrag.retrieve.query import Query
from mmrag.retrieve.visual_intent import speaks_of_looks
from mmrag.store.reader import CatalogReader
from mmrag.types import CHANNELS, VECTOR_CHANNELS, Channel, Float32, Space

if TYPE_CHECKING:
    from PIL import Image

FILL_IMAGES = "`mmrag index --channel image` with a profile that has an image checkpoint fills it"
ENCODED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class _Plan:
    """The channels of one query, and what to say about those left out."""

    weights: Mapping[Channel, float]
    notes: tuple[str, ...]


class Asking:
    """Holds the encoders of queries, each loaded when a channel first needs it."""

    def __init__(
        self,
        catalog: CatalogReader,
        text_encoder: Callable[[], TextEncoder],
        image_encoder: Callable[[], ImageEncoder | None],
        settings: RetrieveSettings,
    ) -> None:
        self._catalog = catalog
        self._make_text = text_encoder
        self._make_image = image_encoder
        self._settings = settings
        self._text: TextEncoder | None = None
        self._image: ImageEncoder | None = None

    def using(self, settings: RetrieveSettings) -> "Asking":
        """The same encoders under other settings."""
        other = copy(self)
        other._settings = settings
        return other

    def all(self, queries: Sequence[Query]) -> list[Asked]:
        """Each query as the channels take it; equal texts are encoded once, all of them together.

        Raises `UsageError` where a query has no channel to search in, and `SpaceMismatch`.
        """
        spaces = self._catalog.spaces()
        plans = [self._plan(query, spaces) for query in queries]
        texts = {
            query.text
            for query, plan in zip(queries, plans, strict=True)
            if "passage" in plan.weights or "description" in plan.weights
        }
        used = {channel for plan in plans for channel in plan.weights}
        vectors = self._texts(sorted(texts), used)
        return [
            self._asked(query, plan, vectors) for query, plan in zip(queries, plans, strict=True)
        ]

    def usable(self) -> list[Channel]:
        """The channels that hold something and whose encoder the profile has."""
        spaces = self._catalog.spaces()
        return [channel for channel in CHANNELS if not self._why_not(channel, spaces)]

    def _plan(self, query: Query, spaces: Mapping[Channel, Space]) -> _Plan:
        """The channels that are wanted and can be searched."""
        wanted = query.channels or [name for name in CHANNELS if self._counts(name, query)]
        if query.image is not None and "image" not in wanted:
            raise UsageError("a picture is searched in the image channel: let --channel name it")
        weights: dict[Channel, float] = {}
        notes: list[str] = []
        for channel in wanted:
            if channel != "image" and not query.text.strip():
                continue  # a picture alone has no words
            why = self._why_not(channel, spaces)
            if why and channel == "image" and query.image is not None:
                raise UsageError(f"a picture cannot be searched for: {why}")
            if why:
                notes.append(why)
            else:
                weights[channel] = self._weight(channel) or 1.0
        if not weights:
            raise UsageError("; ".join(notes))
        if len(notes) > 1 and not spaces:
            notes = ["this index holds no vectors: `mmrag index PATH` adds documents"]
        return _Plan(weights, tuple(notes))

    def _counts(self, channel: Channel, query: Query) -> bool:
        """Whether a channel is used where the query names none."""
        if channel == "image" and query.image is not None:
            return True
        if channel == "image" and self._settings.image_for == "looks":
            return self._weight(channel) > 0 and speaks_of_looks(query.text)
        return self._weight(channel) > 0

    def _weight(self, channel: Channel) -> float:
        return float(getattr(self._settings.weights, channel))

    def _why_not(self, channel: Channel, spaces: Mapping[Channel, Space]) -> str:
        """Why a channel cannot be searched; empty where it can."""
        if channel not in VECTOR_CHANNELS:
            return ""
        if channel not in spaces:
            fill = f"`mmrag index --channel {channel}` fills it"
            return f"the {channel} channel is empty: {FILL_IMAGES if channel == 'image' else fill}"
        if channel == "image" and self._image_encoder() is None:
            return "the image channel is left out: this profile has no image checkpoint"
        return ""

    def _asked(self, query: Query, plan: _Plan, texts: Mapping[str, Float32]) -> Asked:
        vectors: dict[Channel, Float32] = {}
        notes = list(plan.notes)
        for channel in plan.weights:
            if channel in ("passage", "description"):
                vectors[channel] = texts[query.text]
        if "image" in plan.weights:
            vectors["image"], pieces = self._in_image_space(query, texts)
            if pieces > 1:
                notes.append(
                    f"the question is longer than the image model reads: split in {pieces}, "
                    "and their vectors averaged"
                )
        return Asked(query.text, vectors, plan.weights, tuple(notes), phrases(query.text))

    def _texts(self, texts: Sequence[str], used: set[Channel]) -> dict[str, Float32]:
        if not texts:
            return {}
        if self._text is None:
            self._text = self._make_text()
        for channel in sorted(used & {"passage", "description"}):
            self._catalog.check_space(channel, self._text.space)
        encoder = self._text
        dimension = encoder.space.dimension
        vectors: dict[str, Float32] = {}
        for start in range(0, len(texts), ENCODED_AT_ONCE):
            part = texts[start : start + ENCODED_AT_ONCE]
            rows = _checked(encoder.encode(part), len(part), dimension)
            vectors.update(zip(part, rows, strict=True))
        return vectors

    def _image_encoder(self) -> ImageEncoder | None:
        """The encoder of the image channel; None where the profile has none."""
        if self._image is None:
            self._image = self._make_image()
            if self._image is not None:
                self._catalog.check_space("image", self._image.space)
        return self._image

    def _in_image_space(self, query: Query, texts: Mapping[str, Float32]) -> tuple[Float32, int]:
        """The vector of the picture, or of the words and of how many pieces it is the mean.

        CLIP reads some 77 tokens: a longer text is split, and the vectors of its pieces averaged.
        """
        encoder = self._image_encoder()
        assert encoder is not None
        if query.image is not None:
            return _checked(_of_picture(encoder, query.image), 1, encoder.space.dimension)[0], 1
        if query.text in texts and self._text and encoder.text_space == self._text.space:
            return texts[query.text], 1
        pieces = encoder.split(query.text)
        rows = _checked(encoder.encode_texts(pieces), len(pieces), encoder.space.dimension)
        mean = rows.mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32), len(pieces)


def _of_picture(encoder: ImageEncoder, picture: "Image.Image") -> Float32:
    return encoder.encode_images([picture])


def _checked(rows: Float32, count: int, dimension: int) -> Float32:
    """Raises `ModelError` where a model answers short or in another shape."""
    if rows.shape != (count, dimension):
        raise ModelError(
            f"the encoder gave an array of shape {rows.shape} for {count} queries, "
            f"not {(count, dimension)}"
        )
    return rows
