"""What reading charts and diagrams costs, of all that reading a document does.

    python eval/chart_cost.py ../shared/data/pages-dev/docs/*.pdf
    python eval/chart_cost.py ../shared/data/figures-dev/docs/*.pdf --memory

Each document is read as an index reads it, in this process; the time is that of the processor. With
`--memory` the most that each figure holds at once is measured too, which makes all of it slower.
"""

import argparse
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mmrag.config import IngestSettings, Settings
from mmrag.errors import MmragError
from mmrag.ingest import parsing
from mmrag.ingest.session import ReadingSession
from mmrag.ingest.steps import Steps, T
from mmrag.models import Models

STAGES = ("chart data", "chart pixels", "chart labels")
"""Of figures: their paths as a chart or a diagram, their pixels, and their texts alone."""
MIB = 1 << 20


class Spent(NamedTuple):
    """Seconds of the processor and bytes that one stage took for one figure."""

    seconds: float
    most: int
    where: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--memory", action="store_true", help="measure memory, which is slow")
    parser.add_argument("--most", type=int, default=5, help="of the most expensive figures")
    options = parser.parse_args()
    spent: dict[str, list[Spent]] = defaultdict(list)
    plain_run, file = Steps.run, Path()

    def run(self: Steps, stage: str, do: Callable[[], T], instead: T) -> T:
        if stage not in STAGES:
            return plain_run(self, stage, do, instead)
        if options.memory:
            tracemalloc.start()
        start = time.process_time()
        found = plain_run(self, stage, do, instead)
        seconds = time.process_time() - start
        most = tracemalloc.get_traced_memory()[1] if options.memory else 0
        tracemalloc.stop()
        spent[stage].append(Spent(seconds, most, f"{file.name}, page {self.page}"))
        return found

    Steps.run = run  # type: ignore[method-assign]
    settings = Settings()
    session = ReadingSession(
        IngestSettings(), Models(settings).ocr_factory(), settings.ocr.dpi, lambda *_: None
    )
    pages, start = 0, time.process_time()
    for file in options.files:  # `run` tells which
        try:
            pages += sum(1 for _ in parsing.parse(file, session)) - 1
        except MmragError as error:
            print(f"{file.name}: {error}")
    whole = time.process_time() - start
    print(f"{len(options.files)} documents, {pages} pages: {whole:.1f} s of the processor")
    for stage in STAGES:
        own = spent[stage]
        seconds = sum(one.seconds for one in own)
        print(f"{stage:<13} {len(own):5} figures {seconds:7.2f} s {100 * seconds / whole:6.2f} %")
    every = [(one, stage) for stage in STAGES for one in spent[stage]]
    for one, stage in sorted(every, reverse=True)[: options.most]:
        print(f"{one.seconds:6.2f} s {one.most / MIB:6.0f} MiB {stage}: {one.where}")
    if options.memory:
        one, stage = max(every, key=lambda item: item[0].most)
        print(f"the most: {one.most / MIB:.0f} MiB, {stage}: {one.where}")


if __name__ == "__main__":
    main()
