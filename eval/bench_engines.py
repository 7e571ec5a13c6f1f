"""A cluster of Ray on this machine against the local pipeline, and what the one writer stores.

    python eval/bench_engines.py FOLDER            each engine in turn, twice, with two readers
    python eval/bench_engines.py FOLDER --text     the same for text alone
    python eval/bench_engines.py FOLDER --parts    also what each kind of process used
    python eval/bench_engines.py FOLDER --joined   a cluster that is there is joined, none started
    python eval/bench_engines.py FOLDER --writer   documents that are stored in a second

Processor seconds are those of the command and all its processes, Ray's own among them (of a cluster
that is there what it takes meanwhile), sampled every 0.2 s; of each engine the least of its runs
counts, since other work only adds.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
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
from mmrag.pipeline.run_pictures import RunPictures
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.pictures import PictureStore
from mmrag.store.sources import SourceFile

ENGINES = ("local", "ray")
PORT = 36379
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
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--joined", action="store_true")
    parser.add_argument("--engines", nargs="*", default=ENGINES, choices=ENGINES)
    parser.add_argument("--writer", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mmrag-engines-") as scratch:
        if options.writer:
            writer(options.folder, Path(scratch))
        else:
            settings = TEXT if options.text else ALL
            profile = Path(scratch) / "engines.toml"
            profile.write_text(settings.format(readers=options.readers))
            names, parts, readers = options.engines, options.parts, options.readers
            with running(readers) if options.joined else nullcontext() as head:
                rounds, folder = options.rounds, options.folder
                engines(folder, rounds, profile, Path(scratch), names, parts=parts, head=head)


@contextmanager
def running(readers: int) -> Iterator[psutil.Process]:
    """A cluster of this machine as `ray start` makes one, while it is there."""
    command = ["ray", "start", "--head", "--block", f"--port={PORT}", f"--num-cpus={readers}"]
    command += ["--disable-usage-stats", "--include-dashboard=false"]
    environment = {**os.environ, "RAY_worker_niceness": "0"}
    process = psutil.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(60):
            time.sleep(1)
            with suppress(OSError), socket.create_connection(("127.0.0.1", PORT), 1):
                break
        time.sleep(10)  # its processes have started
        yield process
    finally:
        process.terminate()
        process.wait()


def engines(
    folder: Path,
    rounds: int,
    profile: Path,
    scratch: Path,
    names: Sequence[str],
    *,
    parts: bool,
    head: psutil.Process | None,
) -> None:
    """Seconds by the clock and of the processors, and their ratios."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            command = [sys.executable, "-m", "mmrag", "index", str(folder), "--engine", name]
            index = scratch / f"{name}{number}"
            command += ["--index", str(index), "--profile", str(profile), "--json"]
            if head is not None and name == "ray":
                command += ["--address", f"127.0.0.1:{PORT}"]
            clock, used, told = timed(command, head if name == "ray" else None)
            cpu = sum(used.values())
            took[name].append((clock, cpu))
            print(f"{name:<6} {clock:7.1f} s by the clock {cpu:7.1f} s of the processors {told}")
            for part, seconds in used.most_common() if parts else ():
                print(f"    {seconds:6.1f} s {part}")
    if len(names) < len(ENGINES):
        return
    clocks, cpus = ({n: min(pair[i] for pair in took[n]) for n in names} for i in (0, 1))
    print(f"ray / local: clock {clocks['ray'] / clocks['local']:.2f}", end=", ")
    print(f"processors {cpus['ray'] / cpus['local']:.2f}")


def timed(
    command: list[str], head: psutil.Process | None
) -> tuple[float, Counter[str], dict[str, object]]:
    """Seconds by the clock, those of each kind of process, and what the report says.

    `head` is that of the cluster which the command joins.
    """
    used: dict[int, float] = {}
    kinds: dict[int, str] = {}
    before = {} if head is None else {each.pid: spent(each) for each in family(head)}
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as errors:
        process = psutil.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        known = {process.pid: process}
        while process.poll() is None:
            try:
                known |= {child.pid: child for child in process.children(recursive=True)}
                known |= {} if head is None else {each.pid: each for each in family(head)}
            except psutil.NoSuchProcess:
                break
            for pid, each in list(known.items()):
                try:
                    used[pid] = spent(each) - before.get(pid, 0)
                    kinds[pid] = kind_of(each)
                except psutil.NoSuchProcess:
                    del known[pid]
            time.sleep(0.2)
        out, _ = process.communicate()
        clock = time.monotonic() - started
        if process.returncode not in (0, 1):
            errors.seek(0)
            told = errors.read().strip()
            raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}: {told}")
    report = json.loads(out)
    parts: Counter[str] = Counter()
    for pid, seconds in used.items():
        parts[kinds[pid]] += seconds
    return clock, parts, {"pages": report["pages"], "seconds": report["seconds"]}


def family(head: psutil.Process) -> list[psutil.Process]:
    return [head, *head.children(recursive=True)]


def spent(process: psutil.Process) -> float:
    """Of a processor, that it has used."""
    times = process.cpu_times()
    return times.user + times.system


def kind_of(process: psutil.Process) -> str:
    """A process in words: what an actor is, what a module or a script runs, else its program."""
    command = process.cmdline() or [process.name()]
    if command[0].startswith("ray::"):
        return command[0].partition(".")[0]
    for word, after in zip(command, [*command[1:], ""], strict=True):
        if word == "-m":
            return after
        if word.endswith(".py"):
            return "/".join(Path(word).parts[-2:])
        if word == "-c":
            return after.strip()[:60]
    return Path(command[0]).name


def writer(folder: Path, scratch: Path) -> None:
    """Documents and pages a second that one process stores, with vectors, once all is encoded."""
    ingest = IngestSettings(workers=2)
    with (
        Models(Settings()) as models,
        Catalog.create(IndexLayout(scratch / "index")) as catalog,
        local(ingest, models) as engine,
    ):
        kept, encoders = PictureStore(catalog.layout), Encoders(models, catalog)
        pictures = RunPictures(catalog.layout, kept, keeps=True, encodes=True)
        tasks = [
            ParseTask(path, sha := ids.file_sha256(path), ids.document_id(sha))
            for path in sorted(folder.iterdir())
        ]
        with closing(engine.parse(tasks, pictures.taker)) as events:
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
        text, image = encoders.text, encoders.image
        batches = group.encode(ready, text, image, pictures, models.settings, lambda *_: None)
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
