"""Encoders whose work is done by actors of a cluster, shared out among them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import ray

from mmrag.errors import MmragError, ModelError
from mmrag.pipeline.ray_faults import in_words
from mmrag.types import Float32, Space

if TYPE_CHECKING:
    from PIL import Image

T = TypeVar("T")


class _Shared(Generic[T]):
    """Items encoded by some actors, each of them a part; their order stays."""

    def __init__(self, actors: Sequence[Any]) -> None:
        """Lets all load their model, and waits for the first. Raises what that raised."""
        self._actors = actors
        asked = [actor.space.remote() for actor in actors]
        self.space: Space = got(asked[:1])[0]

    def expect(self, count: int) -> None:
        """So many more will be encoded."""
        for actor in self._actors:
            actor.expect.remote(-(-count // len(self._actors)))

    def _encode(self, items: Sequence[T]) -> Float32:
        size = max(1, -(-len(items) // len(self._actors)))
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        asked = [
            actor.encode.remote(list(part))
            for actor, part in zip(self._actors, parts, strict=False)
        ]
        return np.concatenate([np.empty((0, self.space.dimension), np.float32), *got(asked)])

    def close(self) -> None:
        """End the actors."""
        for actor in self._actors:
            ray.kill(actor)


class RayTextEncoder(_Shared[str]):
    """A TextEncoder: texts go to the cluster and vectors come back."""

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, in the order of `texts`. Raises `ModelError`, `MemoryError`."""
        return self._encode(texts)


class RayImageEncoder(_Shared["Image.Image"]):
    """An ImageEncoder: pictures go to the cluster and vectors come back; texts go to one actor."""

    def __init__(self, actors: Sequence[Any]) -> None:
        super().__init__(actors)
        first = actors[0]
        self.text_space: Space | None
        self.logit_scale: float
        self.text_space, self.logit_scale = got(
            [first.text_space.remote(), first.logit_scale.remote()]
        )

    def encode_images(self, images: "Sequence[Image.Image]") -> Float32:
        """Unit vectors, in the order of `images`. Raises `ModelError`, `MemoryError`."""
        return self._encode(images)

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, in the order of `texts`. Raises `ModelError`, `MemoryError`."""
        rows: Float32 = got([self._actors[0].encode_texts.remote(list(texts))])[0]
        return rows

    def split(self, text: str) -> Sequence[str]:
        """`text` in pieces that each fit the model's token limit."""
        pieces: Sequence[str] = got([self._actors[0].split.remote(text)])[0]
        return pieces


def got(asked: Sequence[Any]) -> list[Any]:
    """What actors give back. Raises what they raised."""
    try:
        return list(ray.get(list(asked)))
    except ray.exceptions.RayTaskError as error:
        cause = getattr(error, "cause", None)
        raise (cause if isinstance(cause, MmragError | MemoryError) else _failed(error)) from error
    except ray.exceptions.RayError as error:
        raise _failed(error) from error


def _failed(error: Exception) -> ModelError:
    return ModelError(f"a model of the cluster failed: {in_words(error)}: see Ray's logs")
