"""Pictures into vectors, the next batch decoded while the model works on this one."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from mmrag.encode.batches import Batcher
from mmrag.errors import MmragError
from mmrag.protocols import Foresees, ImageEncoder
from mmrag.types import ChannelName, VectorBatch

MAX_PIXELS = 2_000_000
"""What a decoded picture keeps at most: encoders see less, and a photograph of 60 million pixels
takes 180 MB, of which two batches are held at once."""


@dataclass(frozen=True, slots=True)
class EncodedImages:
    """The vectors, and which items have none because their picture could not be read, and why."""

    batch: VectorBatch
    unreadable: tuple[tuple[str, str], ...]


def encode_images(
    encoder: ImageEncoder,
    channel: ChannelName,
    item_ids: Sequence[str],
    pictures: Sequence[str],
    open_picture: Callable[[str], Image.Image],
    batch_size: int = 16,
    on_batch: Callable[[int], None] | None = None,
) -> EncodedImages:
    """Encode the picture `pictures[i]`, opened by `open_picture`, for `item_ids[i]`.

    `on_batch` is told how many are done after each batch. Raises `ModelError`.
    """
    if isinstance(encoder, Foresees):
        encoder.expect(len(pictures))
    batcher = Batcher(encoder.encode_images, encoder.space, batch_size)
    jobs = list(zip(item_ids, pictures, strict=True))
    batches = [jobs[start : start + batch_size] for start in range(0, len(jobs), batch_size)]
    done: list[str] = []
    unreadable: list[tuple[str, str]] = []
    parts = [np.empty((0, encoder.space.dimension), np.float32)]
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="decode") as decoder:
        following = [decoder.submit(_decode, batch, open_picture) for batch in batches[:1]]
        for number in range(len(batches)):
            decoded = following.pop().result()
            if number + 1 < len(batches):
                following.append(decoder.submit(_decode, batches[number + 1], open_picture))
            unreadable += [(item, reason) for item, image, reason in decoded if image is None]
            whole = [(item, image) for item, image, _ in decoded if image is not None]
            parts.append(batcher.encode([image for _, image in whole]))
            done += [item for item, _ in whole]
            if on_batch is not None:
                on_batch(len(done) + len(unreadable))
    batch = VectorBatch(channel, tuple(done), np.concatenate(parts), encoder.space)
    return EncodedImages(batch, tuple(unreadable))


def _decode(
    jobs: Sequence[tuple[str, str]], open_picture: Callable[[str], Image.Image]
) -> list[tuple[str, Image.Image | None, str]]:
    """Item, its picture or None, and the reason for None."""
    decoded: list[tuple[str, Image.Image | None, str]] = []
    for item, picture in jobs:
        try:
            decoded.append((item, _reduced(open_picture(picture)), ""))
        except (MmragError, OSError) as error:
            decoded.append((item, None, str(error)))
    return decoded


def _reduced(image: Image.Image) -> Image.Image:
    """The picture in `MAX_PIXELS` at most, in its proportions."""
    share = MAX_PIXELS / (image.width * image.height)
    if share >= 1:
        return image
    smooth = image if image.mode in ("RGB", "RGBA", "L", "LA") else image.convert("RGB")
    side = math.sqrt(share)
    size = (max(1, int(side * image.width)), max(1, int(side * image.height)))
    return smooth.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
