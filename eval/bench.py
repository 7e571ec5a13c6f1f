"""Speed and memory of the main job on this machine: `make bench`.

    python eval/bench.py                                   the sample corpus
    python eval/bench.py ../shared/data/pages-dev/docs     another folder of PDFs
    python eval/bench.py FOLDER --documents 10             a part, spread evenly over it

Text documents and picture documents are indexed apart, each by the command line in a process of
its own, so that every stage and the start of every process is counted. Figures are wall-clock
seconds; peak memory is the largest sum of resident memory over all processes of the run, sampled
every 0.2 s (pages shared between processes count once per process).
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pymupdf

from mmrag.config import IngestSettings
from mmrag.ids import document_id, file_sha256
from mmrag.ingest import assemble, parsing
from mmrag.ingest.events import ParseTask
from mmrag.ingest.raw import Opened, RawPage
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.ingest.session import ReadingSession

HERE = Path(__file__).resolve().parent
MMRAG = [str(Path(sys.executable).parent / "mmrag")]
QUESTIONS = ("net revenue by region", "table 2", "safety warnings", "figure with the architecture")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE.parent / "corpora/sample/docs")
    parser.add_argument("--documents", type=int, default=0, help="how many files; 0 is all")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mmrag-bench-") as scratch:
        report = {"machine": machine(), "folder": str(options.folder)} | measure(
            options.folder, options.documents, Path(scratch)
        )
    if options.json:
        print(json.dumps(report, indent=2))
        return
    print(f"machine: {report.pop('machine')}\nfolder:  {report.pop('folder')}")
    for name, value in report.items():
        print(f"{name:<44} {value}")


def measure(folder: Path, documents: int, scratch: Path) -> dict[str, object]:
    """All figures of one folder."""
    files = sorted(path for path in folder.rglob("*.pdf"))
    if documents:
        files = files[:: max(1, len(files) // documents)][:documents]
    scanned = {path for path in files if is_scanned(path)}
    report: dict[str, object] = {}
    index = scratch / "index"
    for name, group in (("text", set(files) - scanned), ("OCR", scanned)):
        if group:
            report |= indexing(name, sorted(group), index, scratch)
    if texts := sorted(set(files) - scanned):
        report |= isolation(texts)
    pages = json.loads(run([*MMRAG, "status", "--index", str(index), "--json"])[0])["pages"]
    pictures = folder_bytes(index / "pictures")
    report["index without pictures, kB a page"] = round(
        (folder_bytes(index) - pictures) / pages / 1e3, 1
    )
    report["pictures, kB a page"] = round(pictures / pages / 1e3, 1)
    _, took = run([*MMRAG, "index", *map(str, files), "--index", str(index)])
    report["index again, nothing to do, s"] = round(took, 2)
    cold = [run([*MMRAG, "search", text, "--index", str(index)])[1] for text in QUESTIONS * 2]
    report["search from a cold start, s (median, worst)"] = spread(cold)
    asked = [run([*MMRAG, "ask", text, "--index", str(index)])[1] for text in QUESTIONS]
    report["ask from a cold start, s (median, worst)"] = spread(asked)
    report["--help, s (median, worst)"] = spread([run([*MMRAG, "--help"])[1] for _ in range(5)])
    return report


def indexing(name: str, files: list[Path], index: Path, scratch: Path) -> dict[str, object]:
    """Index `files` into `index`; pages a second and peak memory."""
    folder = scratch / name
    folder.mkdir()
    for path in files:
        shutil.copy(path, folder)
    pages = sum(page_count(path) for path in files)
    started = time.monotonic()
    process = subprocess.Popen(
        [*MMRAG, "index", str(folder), "--index", str(index), "--keep-missing"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, family_memory(process.pid))
        time.sleep(0.2)
    took = time.monotonic() - started
    if process.returncode not in (0, 1):
        raise SystemExit(f"indexing {name} documents failed with exit code {process.returncode}")
    return {
        f"{name} documents, files / pages": f"{len(files)} / {pages}",
        f"{name} documents, pages a second": round(pages / took, 2),
        f"{name} documents, peak memory, MB": round(peak / 1e6),
    }


def isolation(files: list[Path]) -> dict[str, object]:
    """What reading in a process apart costs, against the same work in this one: medians of three.

    Reading alone, without OCR and layout, whose cost would hide that of the process.
    """
    settings = IngestSettings(workers=1, layout="never")
    tasks = [ParseTask(path, sha := file_sha256(path), document_id(sha)) for path in files]
    took: dict[str, list[float]] = {"apart": [], "together": []}
    for _ in range(3):
        start = time.monotonic()
        for _ in parse_files(tasks, settings, None, lambda _: None):
            pass
        took["apart"].append(time.monotonic() - start)
        start = time.monotonic()
        session = ReadingSession(settings, None, settings.page_dpi, lambda stage, page: None)
        for task in tasks:
            opened, *pages = parsing.parse(task.path, session)
            assert isinstance(opened, Opened)
            raw = [page for page in pages if isinstance(page, RawPage)]
            assemble.document(task, opened, raw, (), settings)
        took["together"].append(time.monotonic() - start)
    apart, together = (statistics.median(took[name]) for name in ("apart", "together"))
    return {
        "reading apart / in one process, s": f"{apart:.2f} / {together:.2f}",
        "cost of isolation, %": round(100 * (apart / together - 1)),
    }


def run(command: list[str]) -> tuple[str, float]:
    """Standard output and seconds of one command."""
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout, time.monotonic() - started


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f}, {max(values):.2f}"


def is_scanned(path: Path) -> bool:
    """Whether most pages hold no text."""
    with pymupdf.open(path) as document:
        empty = sum(1 for page in document if not page.get_text("text").strip())
        return empty * 2 > document.page_count


def page_count(path: Path) -> int:
    with pymupdf.open(path) as document:
        return int(document.page_count)


def family_memory(pid: int) -> int:
    """Resident bytes of a process and all its children."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def machine() -> str:
    """Processor, cores and memory, in one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    memory = psutil.virtual_memory().total / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
