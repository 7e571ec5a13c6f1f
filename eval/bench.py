"""Speed, memory and disk of mmrag beside a loop written by hand, in one run: `make bench`.

    python eval/bench.py                                   the sample corpus
    python eval/bench.py ../shared/data/pages-dev/docs     another folder of PDFs
    python eval/bench.py FOLDER --documents 12             a part, spread evenly over it
    python eval/bench.py FOLDER --save bench.json          for bench_compare.py, with the machine

Each is indexed by a command in a process of its own, so that every stage and the start of every
process counts. Seconds are of the processors (of all processes of a command) and of the clock; the
first say more on a machine that does other work. Peak memory is the largest sum of resident memory
over all processes, sampled every 0.2 s; pages that processes share count for each.
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
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import pymupdf

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
MMRAG = (PYTHON, "-m", "mmrag")
QUESTIONS = ("net revenue by region", "table 2", "safety warnings", "figure with the architecture")
STARTS = 4  # of one question from a cold start, of which the median counts
WARM = """
import statistics, sys, time
from mmrag.index import Index
took = []
with Index.open(sys.argv[1]) as index:
    for question in sys.argv[2:] * 11:
        start = time.perf_counter()
        index.search(question)
        took.append(time.perf_counter() - start)
print(1000 * statistics.median(took[len(sys.argv[2:]):]))
"""
"""Prints the median of a question's milliseconds once all is loaded."""


@dataclass(frozen=True)
class Took:
    """What a command took: seconds by the clock and of the processors, bytes at most."""

    clock: float
    processor: float
    peak: int
    out: str


@dataclass(frozen=True)
class Row:
    """One way to index a folder and ask about it."""

    name: str
    pages_a_second: float
    processor_s_a_page: float
    cold_s: float  # of one question, by the clock
    cold_processor_s: float
    warm_ms: float
    peak_mb: float
    kb_a_page: float


Commands = Callable[[Path, Path], list[str]]


def ways(folder: Path) -> dict[str, Commands]:
    """How each way makes an index, the second path, of a folder, the first."""

    def by_mmrag(*options: str) -> Commands:
        return lambda docs, index: [*MMRAG, "index", str(docs), "--index", str(index), *options]

    def by_profile(name: str, ingest: str) -> Commands:
        profile = folder / f"{name}.toml"
        embedded = (HERE.parent / "configs" / "embedded.toml").read_text()
        profile.write_text(f"{embedded}\n[ingest]\n{ingest}\n")
        return by_mmrag("--profile", str(profile))

    return {
        "loop": lambda docs, index: [PYTHON, str(HERE / "loop.py"), "index", str(docs), str(index)],
        "mmrag": by_mmrag(),
        "mmrag, pictures kept": by_profile("kept", 'pictures = "kept"'),
        "mmrag without figures": by_profile("plain", 'figures = false\nlayout = "never"'),
        "mmrag --fast": by_mmrag("--fast"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE.parent / "corpora/sample/docs")
    parser.add_argument("--documents", type=int, default=0, help="how many files; 0 is all")
    parser.add_argument("--way", action="append", help="only this one; may be given more than once")
    parser.add_argument("--no-floors", action="store_true", help="leave out the stages")
    parser.add_argument("--save", type=Path, help="write all figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mmrag-bench-") as scratch:
        report = measure(options, Path(scratch))
    print(table(report))
    if options.save:
        options.save.write_text(json.dumps(report, indent=1) + "\n")


def measure(options: argparse.Namespace, scratch: Path) -> dict[str, object]:
    """All figures of one folder."""
    files = sorted(options.folder.rglob("*.pdf"))
    if options.documents:
        files = files[:: max(1, len(files) // options.documents)][: options.documents]
    docs = scratch / "docs"
    docs.mkdir()
    for path in files:
        shutil.copy(path, docs)
    pages = sum(page_count(path) for path in files)
    rows = [
        measured(name, make, docs, scratch / f"index-{number}", pages)
        for number, (name, make) in enumerate(ways(scratch).items())
        if not options.way or name in options.way
    ]
    report: dict[str, object] = {
        "machine": machine(),
        "commit": commit(),
        "folder": str(options.folder),
        "files": len(files),
        "pages": pages,
        "rows": [asdict(row) for row in rows],
    }
    if not options.no_floors:
        trace, index = scratch / "trace.json", scratch / "index-traced"
        run([*MMRAG, "index", str(docs), "--index", str(index), "--trace", str(trace)])
        report["again_s"] = run([*MMRAG, "index", str(docs), "--index", str(index)]).clock
        report["help_s"] = run([*MMRAG, "--help"]).clock
        floors = [PYTHON, str(HERE / "bench_floors.py"), str(docs), str(trace)]
        report["stages"] = json.loads(run(floors).out)
        report["imports_ms"] = imports([*MMRAG, "search", QUESTIONS[0], "--index", str(index)])
    return report


def measured(name: str, make: Commands, docs: Path, index: Path, pages: int) -> Row:
    """One way, from the first file to the last question."""
    made = run(make(docs, index))
    if name == "loop":
        search = [PYTHON, str(HERE / "loop.py"), "search", str(index)]
        warm = [PYTHON, str(HERE / "loop.py"), "warm", str(index), *QUESTIONS]
    else:
        search = [*MMRAG, "search", "--index", str(index)]
        warm = [PYTHON, "-c", WARM, str(index), *QUESTIONS]
    cold = [run([*search, QUESTIONS[at % len(QUESTIONS)]]) for at in range(STARTS)]
    return Row(
        name,
        pages / made.clock,
        made.processor / pages,
        statistics.median(took.clock for took in cold),
        statistics.median(took.processor for took in cold),
        float(run(warm).out.split()[-1]),
        made.peak / 1e6,
        folder_bytes(index) / pages / 1e3,
    )


def table(report: dict[str, object]) -> str:
    """The figures as Markdown, each also as a ratio to the first row."""
    rows = [Row(**row) for row in report["rows"]]  # type: ignore[attr-defined]
    first = rows[0]
    lines = [
        f"{report['files']} files, {report['pages']} pages; {report['machine']}; "
        f"{report['commit']}",
        "",
        "| | pages/s | CPU s a page | cold question s (CPU) | warm p50 ms | peak MB | kB a page |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.name} | {row.pages_a_second:.1f} ({row.pages_a_second / first.pages_a_second:.2f})"
        f" | {row.processor_s_a_page:.2f} "
        f"({row.processor_s_a_page / first.processor_s_a_page:.2f})"
        f" | {row.cold_s:.2f} ({row.cold_processor_s:.2f}) | {row.warm_ms:.0f}"
        f" | {row.peak_mb:.0f} | {row.kb_a_page:.0f} |"
        for row in rows
    ]
    if "stages" in report:
        lines += [
            "",
            f"index again, nothing to do: {report['again_s']:.2f} s; "
            f"`mmrag --help`: {report['help_s']:.2f} s; imports of a question: "
            + ", ".join(f"{name} {ms} ms" for name, ms in report["imports_ms"].items()),  # type: ignore[attr-defined]
            "",
            "| stage | floor, ms a page (CPU) | mmrag, ms a page (clock) | ratio |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {stage['name']} | {stage['floor_ms']:.1f} | {stage['ms']:.1f} | "
            f"{stage['ms'] / stage['floor_ms']:.2f} |"
            if stage["floor_ms"]
            else f"| {stage['name']} | | {stage['ms']:.1f} | |"
            for stage in report["stages"]  # type: ignore[attr-defined]
        ]
    return "\n".join(lines)


def run(command: list[str]) -> Took:
    """Run one command to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started, peak = time.monotonic(), 0
        process = subprocess.Popen(command, stdout=out, stderr=errors)
        while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
            peak = max(peak, family_memory(process.pid))
            time.sleep(0.01 if time.monotonic() - started < 2 else 0.2)
        clock = time.monotonic() - started
        _, status, usage = ended
        process.returncode = os.waitstatus_to_exitcode(status)
        in_part = process.returncode == 1 and "index" in command  # some documents failed
        if process.returncode and not in_part:
            errors.seek(0)
            raise SystemExit(f"{' '.join(command)}: {errors.read().decode()}")
        out.seek(0)
        return Took(clock, usage.ru_utime + usage.ru_stime, peak, out.read().decode())


def imports(command: list[str], most: int = 6) -> dict[str, int]:
    """Milliseconds of the packages that take longest to import, by `python -X importtime`."""
    done = subprocess.run(
        [command[0], "-X", "importtime", *command[1:]], capture_output=True, text=True
    )
    own: dict[str, int] = {}
    for line in done.stderr.splitlines():
        if line.startswith("import time:") and "|" in line and "self" not in line:
            us, _, name = line.removeprefix("import time:").split("|")
            package = name.strip().split(".")[0]
            own[package] = own.get(package, 0) + int(us)
    longest = sorted(own, key=lambda name: -own[name])[:most]
    return {"all": sum(own.values()) // 1000} | {name: own[name] // 1000 for name in longest}


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
        pass  # it ended meanwhile: what is not counted now is in the next sample
    return total


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def commit() -> str:
    """The commit that is measured, by `git describe`; "" where that is not known."""
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, cwd=HERE).stdout.strip()


def machine() -> str:
    """Processor, cores, memory, and how busy it is, in one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} before"
    )


if __name__ == "__main__":
    main()
