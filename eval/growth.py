"""What a run costs that has little to do, in indexes of more and more documents.

    python eval/growth.py 1000 10000

    python eval/growth.py --commands 100000      those of a user, by the clock and of a processor
    python eval/growth.py --read 2000 8000       the same, where `mmrag index` has read all files

The documents are small files of text that are put into the index as they would be read. Then each
run is measured in CPU seconds of all processes: nothing to do, one file more, one file less. With
`--commands` they are commands in processes of their own, and so are `mmrag status` and `remove`.
With `--read` nothing is put: `mmrag index` reads all files, and its memory is sampled on the way;
then come the commands.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from mmrag import ids
from mmrag.index import Index
from mmrag.models import Models
from mmrag.pipeline.plan import source_of
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.vector_store import open_vector_store
from mmrag.types import Document, Page, ParsedDocument, Passage, Space, VectorBatch

AT_ONCE = 100  # documents that are put in one transaction
SAMPLES = 8  # of the memory of a run, told at equal parts of it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("counts", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--commands", action="store_true")
    parser.add_argument("--read", action="store_true")
    options = parser.parse_args()
    if options.read or options.commands:
        commands(options.counts, reads=options.read)
    else:
        runs(options.counts)


def runs(counts: list[int]) -> None:
    """CPU seconds of runs in this process."""
    with Models.open("fast") as models:
        space = models.text_encoder().space
    print("| documents | nothing to do, CPU s | one more | one less |")
    print("|---|---|---|---|")
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="mmrag-growth-") as scratch:
            docs, root = Path(scratch) / "docs", Path(scratch) / "index"
            make(docs, root, count, space)
            with Index.open(root, "fast") as index:
                settled = spent(index, docs)  # what is derived is made
                nothing = spent(index, docs)
                (docs / "new.txt").write_text("The new ferry leaves at nine.")
                more = spent(index, docs)
                (docs / "00000.txt").unlink()
                less = spent(index, docs)
        print(f"| {count:,} | {nothing:.2f} (first {settled:.2f}) | {more:.2f} | {less:.2f} |")


def make(docs: Path, root: Path, count: int, space: Space) -> None:
    """Files, and an index that holds them."""
    random = np.random.default_rng(1)
    with Catalog.create(IndexLayout(root)) as catalog:
        paths = written(docs, count)
        for first in range(0, count, AT_ONCE):
            with catalog.transaction():
                for path in paths[first : first + AT_ONCE]:
                    parsed = read(path)
                    row = random.standard_normal((1, space.dimension)).astype(np.float32)
                    row /= np.linalg.norm(row)
                    names = (parsed.passages[0].id,)
                    batch = VectorBatch("passage", names, row, space)
                    catalog.put(parsed, [], [batch], source_of(path))
        open_vector_store(catalog).publish()


def written(docs: Path, count: int) -> list[Path]:
    """So many small files of text."""
    docs.mkdir()
    paths = [docs / f"{number:05}.txt" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(f"The ferry of day {number} carried {7 * number} cars.")
    return paths


def commands(counts: list[int], *, reads: bool) -> None:
    """Seconds by the clock and of a processor of commands, each in a process of its own."""
    with Models.open("fast") as models:
        space = models.text_encoder().space
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="mmrag-growth-") as scratch:
            docs, root = Path(scratch) / "docs", Path(scratch) / "index"
            started = time.monotonic()
            if reads:
                written(docs, count)
                read_all(docs, root, count)
            else:
                make(docs, root, count, space)
                print(f"{count:,} documents put in {time.monotonic() - started:.0f} s", flush=True)
            indexing = ("index", docs, "--profile", "fast", "--index", root)
            tell("mmrag index, what is derived is made", *indexing)
            tell("mmrag index, nothing to do", *indexing)
            (docs / "new.txt").write_text("The new ferry leaves at nine.")
            tell("mmrag index, one more", *indexing)
            (docs / "00000.txt").unlink()
            tell("mmrag index, one less", *indexing)
            tell("mmrag status", "status", "--index", root)
            tell("mmrag remove, one", "remove", docs / "00001.txt", "--index", root)
            tell("mmrag search", "search", "ferry of day 77", "--index", root)


def tell(what: str, *arguments: object) -> None:
    """Run a command, and tell what it took."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "mmrag", *map(str, arguments)], stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    took, cpu = time.monotonic() - started, used.ru_utime + used.ru_stime
    told = f"{took:6.1f} s by the clock, {cpu:6.1f} s of a processor"
    print(f"| {what} | {told} | {os.waitstatus_to_exitcode(status)}", flush=True)


def read_all(docs: Path, root: Path, count: int) -> None:
    """`mmrag index` over files that are all new, and the memory of its process as it goes on."""
    command = ["index", docs, "--profile", "fast", "--index", root]
    started, held = time.monotonic(), []
    process = psutil.Popen(
        [sys.executable, "-m", "mmrag", *map(str, command)], stdout=subprocess.DEVNULL
    )
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        held.append(process.memory_info().rss)
        time.sleep(1)
    took, (_, status, used) = time.monotonic() - started, ended
    step = max(1, len(held) // SAMPLES)
    told = ", ".join(f"{rss / 1e6:.0f}" for rss in held[step - 1 :: step])
    cpu = used.ru_utime + used.ru_stime
    print(f"{count:,} files: {took:.0f} s by the clock, {cpu:.0f} of a processor; MB: {told}")
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("not all of them were read")


def read(path: Path) -> ParsedDocument:
    """A file as a document of one page and passage."""
    text, sha256 = path.read_text(), ids.file_sha256(path)
    name = ids.document_id(sha256, 16)
    page = ids.page_id(name, 1)
    passage = Passage(ids.passage_id(page, 1), page, 0, len(text), text)
    return ParsedDocument(
        Document(name, str(path), sha256, path.stem, 1, is_named=True, keeps_pictures=False),
        (Page(page, name, 1, 595.0, 842.0, text, "pdf"),),
        (),
        (passage,),
    )


def spent(index: Index, docs: Path) -> float:
    """CPU seconds of one run, those of its workers with them."""
    before = used()
    report = index.add(docs)
    assert report.complete, report
    return used() - before


def used() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, kinds))


if __name__ == "__main__":
    main()
