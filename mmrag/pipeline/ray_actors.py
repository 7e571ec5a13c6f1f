"""Encoders and describers on the machines of a cluster.

Nothing here knows of Ray: `ray_engine` makes actors of it. A model is loaded
by the first call that needs it, whose error it then is: of what fails while an actor is made Ray
hands on the text alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from PIL import Image

from mmrag.config import Settings
from mmrag.models import Models
from mmrag.protocols import (
    Describer,
    FigureView,
    Foresees,
    GridReader,
    ImageEncoder,
    TextEncoder,
)
from mmrag.types import Float32, Grid, Space


class TextEncoding:
    """The profile's text encoder on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _encoder(self) -> TextEncoder:
        return Models(self._settings).text_encoder()

    def space(self) -> Space:
        return self._encoder.space

    def expect(self, count: int) -> None:
        if isinstance(self._encoder, Foresees):
            self._encoder.expect(count)

    def encode(self, texts: Sequence[str]) -> Float32:
        return self._encoder.encode(texts)


class ImageEncoding:
    """The profile's image encoder on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _encoder(self) -> ImageEncoder:
        encoder = Models(self._settings).image_encoder()
        assert encoder is not None, "asked for where the profile has one alone"
        return encoder

    def space(self) -> Space:
        return self._encoder.space

    def text_space(self) -> Space | None:
        return self._encoder.text_space

    def logit_scale(self) -> float:
        return self._encoder.logit_scale

    def expect(self, count: int) -> None:
        if isinstance(self._encoder, Foresees):
            self._encoder.expect(count)

    def encode(self, images: Sequence[Image.Image]) -> Float32:
        return self._encoder.encode_images(images)

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        return self._encoder.encode_texts(texts)

    def split(self, text: str) -> Sequence[str]:
        return self._encoder.split(text)


@dataclass(frozen=True, slots=True)
class DescriberFacts:
    """Who describes on a machine, and who reads tables, if anyone."""

    name: str
    prompt_version: str
    parallel: int
    reader: str | None


class Describing:
    """The profile's vision-language model on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._models = Models(settings)

    @cached_property
    def _describer(self) -> Describer:
        return self._models.describer()

    @cached_property
    def _reader(self) -> GridReader | None:
        return self._models.grid_reader()

    def facts(self) -> DescriberFacts:
        describer, reader = self._describer, self._reader
        return DescriberFacts(
            describer.name,
            describer.prompt_version,
            describer.parallel,
            None if reader is None else reader.name,
        )

    def describe(self, view: FigureView) -> str:
        return self._describer.describe(view)

    def read(self, view: FigureView) -> Grid:
        assert self._reader is not None, "asked for where the facts name one"
        return self._reader.read(view)
