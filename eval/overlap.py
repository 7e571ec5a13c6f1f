"""How the speed of an indexing run grows with its workers, where cores are no limit.

    python eval/overlap.py --workers 1 2 4 8 16

Reading a page and encoding a text are sleeps of the lengths measured on one core, so that what is
left is the pipeline itself: messages, SQLite, and what waits for what. The encoder works on as
many texts at once as there are workers, as the real one does with cores. Timed from the first page
of the last worker on, since starting a process takes a core for a second.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sleeping import PAGE_S, Sleeping, read

from mmrag.config import IngestSettings, Settings
from mmrag.ingest.events import PageParsed, ParseEvent, ParseTask
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.models import Models
from mmrag.pipeline.engine import RunEngine, SavePicture
from mmrag.pipeline.run import index_paths
from mmrag.store.layout import IndexLayout

FILES_A_WORKER = 8  # chosen by hand: a minute of reading


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8, 16])
    first = 0.0
    print("| workers | pages/s | times one worker | read alone, pages/s |\n|---|---|---|---|")
    for workers in parser.parse_args().workers:
        rate = measured(workers)
        first = first or rate / workers
        print(
            f"| {workers} | {rate:.1f} | {rate / first:.1f} | {workers / PAGE_S:.0f} |", flush=True
        )


def measured(workers: int) -> float:
    """Pages a second once all workers run."""
    settings = Settings.model_validate({"ingest": {"workers": workers}})
    seen: dict[int, float] = {}  # by worker, when its first page came
    pages: list[float] = []

    def parse(tasks: Sequence[ParseTask], save: SavePicture) -> Iterator[ParseEvent]:
        for event in parse_files(tasks, settings.ingest, None, None, parse=read):
            if isinstance(event, PageParsed):
                seen.setdefault(event.worker, time.monotonic())
                pages.append(time.monotonic())
            yield event

    @contextmanager
    def opened(ingest: IngestSettings, models: Models) -> Iterator[RunEngine]:
        yield RunEngine(parse, models)

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "docs"
        folder.mkdir()
        for number in range(FILES_A_WORKER * workers):
            (folder / f"{number:04}.pdf").write_text(f"%PDF-1.7 {number}")
        models = Models(settings, text_encoder=partial(Sleeping, workers))
        index_paths(IndexLayout(Path(made) / "index"), [folder], models, open_engine=opened)
        begun = max(seen.values())
        return sum(when > begun for when in pages) / (time.monotonic() - begun)


if __name__ == "__main__":
    main()
