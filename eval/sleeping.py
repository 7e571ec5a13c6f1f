"""A reader and a text encoder that sleep in place of work, for `overlap.py`. Workers import it."""

import time
import zlib
from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np

from mmrag.ingest.layout.segments import Segment
from mmrag.ingest.raw import Opened, RawPage
from mmrag.ingest.sandbox.messages import Job
from mmrag.ingest.steps import Enter
from mmrag.types import Float32, Space

PAGE_S, TEXT_S = 1.0, 0.2
"""Four times what a page with figures and a text take on one core (eval/README, "Speed, memory and
disk"): so the moments in which a busy machine lets nobody in weigh less."""
PAGES = 8  # of a file
WORDS = 300  # of a page: two passages


def read(job: Job, enter: Enter) -> Generator[Opened | RawPage, None, None]:
    """For a worker: pages of nonsense, each after a sleep."""
    yield Opened(PAGES, PAGES, "", {}, ())
    if job.task.only_counts:
        return
    for number in range(job.first_page, PAGES + 1):
        enter("text", number)
        time.sleep(PAGE_S)
        words = (zlib.crc32(f"{job.task.path} {number} {n}".encode()) % 5000 for n in range(WORDS))
        text = " ".join(f"word{word}" for word in words)
        segment = Segment(0, len(text), 10.0, False, False, 40, (72.0, 72.0, 540.0, 720.0))
        empty = RawPage.empty(number)
        yield replace(empty, width=612.0, height=792.0, text=text, segments=(segment,))


class Sleeping:
    """A text encoder that takes its time."""

    space = Space("sleeping", "0" * 64, "", 384)

    def __init__(self, cores: int) -> None:
        self._cores = cores

    def encode(self, texts: Sequence[str]) -> Float32:
        """The same vector for each text."""
        time.sleep(TEXT_S * -(-len(texts) // self._cores))
        return np.full((len(texts), 384), 384**-0.5, np.float32)
