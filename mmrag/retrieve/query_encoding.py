"""From queries to what the channels take: which of them are used, and the vectors they compare."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mmrag.channels import BY_NAME, CHANNELS, Channel
from mmrag.config import RetrieveSettings
from mmrag.errors import ModelError, ModelMissing, UsageError
from mmrag.protocols import ImageEncoder, TextEncoder
from mmrag.retrieve.expansion import phrases
from mmrag.retrieve.query import Query
from mmrag.retrieve.visual_intent import speaks_of_looks
from mmrag.store.catalog import Catalog
from mmrag.text import function_words
from mmrag.text.function_words import ENGLISH
from mmrag.types import ChannelName, Float32, Space

if TYPE_CHECKING:
    from PIL import Image

BATCH_TEXTS = 64
"""Questions in one call of the encoder; chosen by hand: evaluations ask hundreds at once."""


@dataclass(frozen=True, slots=True)
class EncodedQuery:
    """A query as the channels take it. `weights` holds the channels in use and no others."""

    words: str
    vectors: Mapping[ChannelName, Float32]  # of unit length, shape (dimension,)
    weights: Mapping[ChannelName, float]
    notes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()  # looked for beside the words
    languages: tuple[str, ...] = (ENGLISH,)  # in which the words are read
    left_out: tuple[str, ...] = ()  # words that too much of the index has to look for them


@dataclass(frozen=True, slots=True)
class _Plan:
    """The channels of one query with their weights, and what to say about those left out."""

    channels: Mapping[Channel, float]
    notes: tuple[str, ...]


class QueryEncoder:
    """Holds the encoders of queries, each loaded when a channel first needs it."""

    def __init__(
        self,
        catalog: Catalog,
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
        self._held: dict[str, Float32] | None = None  # vectors of texts that were encoded before

    def remembering(self) -> "QueryEncoder":
        """The same encoders, which encode each text once; those made of it by `using` share it."""
        other = copy(self)
        other._held = {}
        return other

    def using(self, settings: RetrieveSettings) -> "QueryEncoder":
        """The same encoders under other settings."""
        other = copy(self)
        other._settings = settings
        return other

    def encode(self, queries: Sequence[Query]) -> list[EncodedQuery]:
        """Each query as the channels take it; equal texts are encoded once, all of them together.

        Raises `UsageError` where a query has no channel to search in, and `SpaceMismatch`.
        """
        spaces = self._catalog.vectors.spaces()
        held = self._catalog.documents.languages()
        plans = [self._plan(query, spaces) for query in queries]
        texts = {
            query.text
            for query, plan in zip(queries, plans, strict=True)
            if any(channel.query == "text vector" for channel in plan.channels)
        }
        used = [
            channel
            for channel in CHANNELS
            if channel.query == "text vector" and any(channel in plan.channels for plan in plans)
        ]
        vectors = self._text_vectors(sorted(texts), used)
        return [
            self._encoded(query, plan, vectors, held)
            for query, plan in zip(queries, plans, strict=True)
        ]

    def usable(self) -> list[Channel]:
        """The channels that hold something and whose encoder the profile has."""
        spaces = self._catalog.vectors.spaces()
        return [channel for channel in CHANNELS if not self._why_not(channel, spaces)]

    def _plan(self, query: Query, spaces: Mapping[ChannelName, Space]) -> _Plan:
        """The channels that are wanted and can be searched."""
        wanted = (
            [_channel(name) for name in query.channels]
            if query.channels
            else [channel for channel in CHANNELS if self._counts(channel, query)]
        )
        if query.image is not None and not any(channel.takes_pictures for channel in wanted):
            names = " or ".join(channel.name for channel in CHANNELS if channel.takes_pictures)
            raise UsageError(f"a picture is searched in the {names} channel: let --channel name it")
        channels: dict[Channel, float] = {}
        notes: list[str] = []
        for channel in wanted:
            if not channel.takes_pictures and not query.text.strip():
                continue  # a picture alone has no words
            why = self._why_not(channel, spaces)
            if why and channel.takes_pictures and query.image is not None:
                raise UsageError(f"a picture cannot be searched for: {why}")
            if why:
                notes.append(why)
            else:
                channels[channel] = self._settings.weights[channel.name] or 1.0
        if not channels:
            raise UsageError("; ".join(notes))
        if len(notes) > 1 and not spaces:
            notes = ["this index holds no vectors: `mmrag index PATH` adds documents"]
        return _Plan(channels, tuple(notes))

    def _counts(self, channel: Channel, query: Query) -> bool:
        """Whether a channel is used where the query names none."""
        if channel.takes_pictures and query.image is not None:
            return True
        if channel.takes_pictures and self._settings.image_for == "looks":
            return self._settings.weights[channel.name] > 0 and speaks_of_looks(query.text)
        return self._settings.weights[channel.name] > 0

    def _why_not(self, channel: Channel, spaces: Mapping[ChannelName, Space]) -> str:
        """Why a channel cannot be searched; empty where it can."""
        if not channel.has_vectors:
            return ""
        if channel.name not in spaces:
            return f"the {channel.name} channel is empty: {channel.fill_hint}"
        if channel.takes_pictures:
            try:
                encoder = self._image_encoder()
            except ModelMissing as error:  # questions of words have other channels
                return f"the {channel.name} channel is left out: {error}"
            if encoder is None:
                return (
                    f"the {channel.name} channel is left out: this profile has no image checkpoint"
                )
            self._catalog.vectors.check_space(channel.name, encoder.space)
        return ""

    def _encoded(
        self, query: Query, plan: _Plan, texts: Mapping[str, Float32], held: Sequence[str]
    ) -> EncodedQuery:
        vectors: dict[ChannelName, Float32] = {}
        notes = list(plan.notes)
        for channel in plan.channels:
            if channel.query == "text vector":
                vectors[channel.name] = texts[query.text]
            elif channel.query == "image vector":
                vectors[channel.name], pieces = self._in_image_space(query, texts)
                if pieces > 1:
                    notes.append(
                        "the question is longer than the image model reads: split in "
                        f"{pieces}, and their vectors averaged"
                    )
        weights = {channel.name: weight for channel, weight in plan.channels.items()}
        languages = function_words.languages(query.text, held)
        left_out: tuple[str, ...] = ()
        if not query.documents and not all(channel.has_vectors for channel in plan.channels):
            most = self._settings.word_matches
            left_out = self._catalog.words.too_common(query.text, most, languages)
        if left_out:
            notes.append(
                f"not looked for as words, since too many passages have them: {', '.join(left_out)}"
            )
        return EncodedQuery(
            query.text,
            vectors,
            weights,
            tuple(notes),
            phrases(query.text),
            languages,
            left_out,
        )

    def _text_vectors(self, texts: Sequence[str], used: Sequence[Channel]) -> dict[str, Float32]:
        if not texts:
            return {}
        if self._text is None:
            self._text = self._make_text()
        for channel in used:
            self._catalog.vectors.check_space(channel.name, self._text.space)
        encoder = self._text
        dimension = encoder.space.dimension
        vectors: dict[str, Float32] = {} if self._held is None else self._held
        lacking = [text for text in texts if text not in vectors]
        for start in range(0, len(lacking), BATCH_TEXTS):
            part = lacking[start : start + BATCH_TEXTS]
            rows = _checked(encoder.encode(part), len(part), dimension)
            vectors.update(zip(part, rows, strict=True))
        return vectors

    def _image_encoder(self) -> ImageEncoder | None:
        """The encoder of pictures; None where the profile has none."""
        if self._image is None:
            self._image = self._make_image()
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


def _channel(name: ChannelName) -> Channel:
    if name not in BY_NAME:
        raise UsageError(f"no channel {name!r}: choose among {', '.join(BY_NAME)}")
    return BY_NAME[name]


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
