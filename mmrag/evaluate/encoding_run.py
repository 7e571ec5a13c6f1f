"""One setting of an encoder over many items, in a process of its own: vectors, seconds, memory.

`python -m mmrag.evaluate.encoding_run text FOLDER` (`own_process`) encodes texts, or as `image` the
pictures in files, and writes FOLDER/rows.npy and FOLDER/cost.json.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from mmrag.config import Settings
from mmrag.errors import ModelError
from mmrag.evaluate import own_process
from mmrag.models import Models
from mmrag.protocols import Foresees
from mmrag.types import Float32

EncoderRole = Literal["text", "image"]
TimedEncode = Callable[[Sequence[str]], tuple[Float32, float, float]]
"""Texts, or files of pictures, to vectors with the seconds by the clock and of the processors."""
_ROWS, _COST = "rows.npy", "cost.json"


@dataclass(frozen=True, slots=True)
class EncodingCost:
    """What it took to encode some items. Loading is told with the first item encoded.

    Seconds of the processors, all threads together, do not depend on what else runs on the machine.
    """

    load_seconds: float  # of the processors
    seconds: float  # as a clock shows them, of encoding alone, without opening pictures
    cpu_seconds: float  # the same of the processors
    peak_bytes: int  # the most memory that the process held; 0 where the system does not tell


@dataclass(frozen=True, slots=True)
class EncodingRun:
    """Vectors as they came, one a row: they may hold what is no number."""

    rows: Float32
    cost: EncodingCost


def encoded(
    settings: Settings,
    role: EncoderRole,
    items: Sequence[str],
    tell: Callable[[int], None] = lambda done: None,
) -> EncodingRun:
    """Encode texts, or the pictures in files, by a profile's encoder.

    `tell` is told how many are done. Raises `ModelError` with what the process said last.
    """
    module = "mmrag.evaluate.encoding_run"
    try:
        with own_process.ended(module, settings, items, tell, role) as folder:
            cost = json.loads((folder / _COST).read_text(encoding="utf-8"))
            return EncodingRun(np.load(folder / _ROWS), EncodingCost(**cost))
    except ModelError as error:
        raise ModelError(f"the {role} encoder ended: {error}") from error


def _run(role: EncoderRole, folder: Path) -> None:
    settings, items = own_process.given(folder)
    order = sorted(range(len(items)), key=lambda at: len(items[at]), reverse=True)
    size = settings.text.batch_size if role == "text" else settings.image.batch_size
    seconds = cpu_seconds = 0.0
    parts: list[Float32] = []
    with Models(settings) as models:
        encode = _texts(models, len(items)) if role == "text" else _pictures(models, len(items))
        encode([items[order[-1]]])
        load_seconds = time.process_time()
        for start in range(0, len(order), size):
            rows, took, took_cpu = encode([items[at] for at in order[start : start + size]])
            parts.append(rows)
            seconds += took
            cpu_seconds += took_cpu
            own_process.tell_done(start + len(rows))
    found = np.concatenate(parts)
    rows = np.empty_like(found)
    rows[order] = found
    np.save(folder / _ROWS, rows)
    cost = EncodingCost(load_seconds, seconds, cpu_seconds, own_process.peak_bytes())
    (folder / _COST).write_text(json.dumps(asdict(cost)), encoding="utf-8")


def _texts(models: Models, count: int) -> TimedEncode:
    encoder = models.text_encoder()
    if isinstance(encoder, Foresees):
        encoder.expect(count)
    return lambda texts: _timed(lambda: encoder.encode(texts))


def _pictures(models: Models, count: int) -> TimedEncode:
    encoder = models.image_encoder()
    assert encoder is not None
    if isinstance(encoder, Foresees):
        encoder.expect(count)

    def encode(files: Sequence[str]) -> tuple[Float32, float, float]:
        pictures = [Image.open(file).convert("RGB") for file in files]
        return _timed(lambda: encoder.encode_images(pictures))

    return encode


def _timed(encode: Callable[[], Float32]) -> tuple[Float32, float, float]:
    """Vectors, and the seconds that they took, by the clock and of the processors."""
    start, cpu_start = time.perf_counter(), time.process_time()
    rows = encode()
    return rows, time.perf_counter() - start, time.process_time() - cpu_start


if __name__ == "__main__":
    _run("image" if sys.argv[1] == "image" else "text", Path(sys.argv[2]))
