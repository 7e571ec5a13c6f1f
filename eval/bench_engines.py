"""A cluster of Ray on this machine against the local pipeline, and what the one writer stores.

    python eval/bench_engines.py FOLDER            each engine in turn, twice, with two readers
    python eval/bench_engines.py FOLDER --text     the same for text alone
    python eval/bench_engines.py FOLDER --writer   documents that are stored in a second

Processor seconds are those of the command and all its processes, Ray's own among them, sampled
every 0.2 s; of each engine the least of its runs counts, since other work only adds.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psutil

from mmrag import ids
from mmrag.config import IngestSettings, Settings
from mmrag.describe.extracted import ExtractedDescriber
from mmrag.ingest.events import FileParsed, ParseTask
from mmrag.models import Models
from mmrag.pipeline import group
from mmrag.pipeline.encoders import Encoders
from mmrag.pipeline.engine import local
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.pictures import PictureStore
from mmrag.store.sources import SourceFile

ENGINES = ("local", "ray")
ALL = """[ingest]
workers = {readers}
[image]
backend = "open_clip"
model = "mmrag-pictures-1"
"""
TEXT = """[ingest]
workers = {readers}
figures = false
[ocr]
engine = "none"
"""
COPIES = 20
"""Times that each document is stored: once alone tells little."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--writer", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mmrag-engines-") as scratch:
        if options.writer:
            writer(options.folder, Path(scratch))
        else:
            settings = TEXT if options.text else ALL
            profile = Path(scratch) / "engines.toml"
            profile.write_text(settings.format(readers=options.readers))
            engines(options.folder, options.rounds, profile, Path(scratch))


def engines(folder: Path, rounds: int, profile: Path, scratch: Path) -> None:
    """Seconds by the clock and of the processors, and their ratios."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in ENGINES}
    for number in range(rounds):
        for name in ENGINES:
            command = [sys.executable, "-m", "mmrag", "index", str(folder), "--engine", name]
            index = scratch / f"{name}{number}"
            command += ["--index", str(index), "--profile", str(profile), "--json"]
            clock, cpu, told = timed(command)
            took[name].append((clock, cpu))
            print(f"{name:<6} {clock:7.1f} s by the clock {cpu:7.1f} s of the processors {told}")
    clocks, cpus = ({n: min(pair[i] for pair in took[n]) for n in ENGINES} for i in (0, 1))
    print(f"ray / local: clock {clocks['ray'] / clocks['local']:.2f}", end=", ")
    print(f"processors {cpus['ray'] / cpus['local']:.2f}")


def timed(command: list[str]) -> tuple[float, float, dict[str, object]]:
    """Seconds by the clock and of all processes of a command, and what its report says."""
    used: dict[int, float] = {}
    started = time.monotonic()
    process = psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    known = {process.pid: process}
    while process.poll() is None:
        try:
            known |= {child.pid: child for child in process.children(recursive=True)}
        except psutil.NoSuchProcess:
            break
        for pid, each in list(known.items()):
            try:
                times = each.cpu_times()
            except psutil.NoSuchProcess:
                del known[pid]
                continue
            used[pid] = times.user + times.system
        time.sleep(0.2)
    out, _ = process.communicate()
    clock = time.monotonic() - started
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    report = json.loads(out)
    return clock, sum(used.values()), {"pages": report["pages"], "seconds": report["seconds"]}


def writer(folder: Path, scratch: Path) -> None:
    """Documents and pages a second that one process stores, with vectors, once all is encoded."""
    ingest = IngestSettings(workers=2)
    with (
        Models(Settings()) as models,
        Catalog.create(IndexLayout(scratch / "index")) as catalog,
        local(ingest, models) as engine,
    ):
        pictures, encoders = PictureStore(catalog.layout), Encoders(models, catalog)
        tasks = [
            ParseTask(path, sha := ids.file_sha256(path), ids.document_id(sha))
            for path in sorted(folder.iterdir())
        ]
        with closing(engine.parse(tasks, pictures.save)) as events:
            parsed = [event.document for event in events if isinstance(event, FileParsed)]
        ready = [
            group.ReadyDocument(
                document,
                group.describe(
                    document.figures,
                    {grid.figure_id: grid for grid in document.grids},
                    document.graphs,
                    document.document.title,
                    ExtractedDescriber(),
                ),
                (SourceFile(document.document.path, 1, 1),),
            )
            for document in parsed
        ]
        batches = group.encode(ready, encoders, pictures, models.settings, lambda done, total: None)
        stored = pages = 0
        started = time.monotonic()
        cpu = time.process_time()
        for _ in range(COPIES):
            for item, own in zip(ready, batches, strict=True):
                catalog.put(item.parsed, item.descriptions, own, item.sources[0])
                stored, pages = stored + 1, pages + len(item.parsed.pages)
        took, cpu = time.monotonic() - started, time.process_time() - cpu
    print(
        f"{stored} documents of {pages} pages replaced in {took:.1f} s ({cpu:.1f} s of a processor)"
    )
    print(f"{stored / took:.1f} documents and {pages / took:.0f} pages a second")


if __name__ == "__main__":
    main()
