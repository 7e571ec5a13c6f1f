"""Indexes a folder of odd PDFs and compares what mmrag says of each with what is known of it.

    python tests/hard_pdfs.py ../shared/data/hard-pdfs

The folder holds `files/` and `manifest.jsonl`, a line for each file with its `file` and `tags`.
Prints how the files of each tag ended, and every file of which mmrag says something else.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil

from mmrag.ids import file_sha256

FAILED, PARTIAL, OK = "failed", "partial", "ok"


@dataclass(frozen=True)
class Outcome:
    """How a file ended, and every reason that mmrag gives."""

    status: str
    reasons: tuple[str, ...]

    def says(self, *words: str) -> bool:
        return any(word in reason for reason in self.reasons for word in words)


@dataclass(frozen=True)
class Indexed:
    outcomes: Mapping[str, Outcome]  # by file name
    seconds: float
    megabytes: Sequence[tuple[float, float]]
    """What the process that asks held at least and at most, in each eighth of the time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    known = manifest(options.folder)
    with tempfile.TemporaryDirectory(prefix="mmrag-hard-") as name:
        found = index(options.folder / "files", Path(name) / "index")
    print("| tag | files | ok | in part | failed |\n|---|---|---|---|---|")
    tags = Counter(tag for item in known.values() for tag in item)
    for tag, count in [("all", len(known)), *tags.most_common()]:
        of_tag = Counter(
            outcome.status
            for name, outcome in found.outcomes.items()
            if tag == "all" or tag in known.get(name, ())
        )
        print(f"| {tag} | {count} | {of_tag[OK]} | {of_tag[PARTIAL]} | {of_tag[FAILED]} |")
    print(
        f"\n{found.seconds:.0f} s; the process that asks held, in MB and each eighth of the time,"
    )
    for name, held in zip(("least", "most"), zip(*found.megabytes, strict=True), strict=True):
        print(f"at {name} {', '.join(f'{value:.0f}' for value in held)}")
    for line in differences(known, found.outcomes):
        print(line)


def manifest(folder: Path) -> dict[str, Sequence[str]]:
    """The tags of each file, by its name."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return {Path(item["file"]).name: item["tags"] for item in map(json.loads, lines)}


def index(files: Path, root: Path) -> Indexed:
    """Index all files by the command line, and ask `mmrag status` what became of them."""
    start, held = time.monotonic(), []
    mmrag = [sys.executable, "-m", "mmrag"]
    run = subprocess.Popen(
        [*mmrag, "index", str(files), "--index", str(root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    watch = threading.Thread(target=watched, args=(run, held))
    watch.start()
    code = run.wait()
    watch.join()
    assert code in (0, 1), f"exit code {code}"
    told = json.loads(
        subprocess.check_output([*mmrag, "status", "--index", str(root), "--json"], text=True)
    )
    reasons: dict[str, list[str]] = {}
    for problem in told["problems"]:
        reasons.setdefault(problem["path"], []).append(f"{problem['stage']}: {problem['message']}")
    states = {item["path"]: item["status"] for item in told["documents"]}
    states |= {item["path"]: FAILED for item in told["problems"] if item["status"] == FAILED}
    outcomes = {
        Path(path).name: Outcome(status, tuple(reasons.get(path, ())))
        for path, status in states.items()
    }
    of_bytes = {file_sha256(files / name): outcome for name, outcome in outcomes.items()}
    for file in files.iterdir():  # copies are stored once
        if file.name not in outcomes and (same := of_bytes.get(file_sha256(file))):
            outcomes[file.name] = same
    ends = [len(held) * part // 8 for part in range(9)]
    parts = [held[low:high] for low, high in pairwise(ends)]
    megabytes = [(min(part) / 1e6, max(part) / 1e6) for part in parts]
    return Indexed(outcomes, time.monotonic() - start, megabytes)


def watched(run: subprocess.Popen[bytes], held: list[int]) -> None:
    """Note the resident memory of a process until it ends."""
    process = psutil.Process(run.pid)
    while run.poll() is None:
        held.append(process.memory_info().rss or held[-1])  # 0 where it has just ended
        time.sleep(0.5)


def differences(known: Mapping[str, Sequence[str]], outcomes: Mapping[str, Outcome]) -> list[str]:
    """Where mmrag says something else than what is known, and files without an end or a reason."""
    wrong = []
    for name, tags in known.items():
        outcome = outcomes.get(name)
        if outcome is None:
            wrong.append(f"{name}: no outcome")
            continue
        rules = {
            "zero-pages": outcome.status == FAILED,
            "unopenable": outcome.status != OK,
            "wrong-type": outcome.says(
                "not a PDF" if outcome.status == FAILED else "the name says"
            ),
            "password": outcome.status == FAILED and outcome.says("needs a password"),
            "encrypted-no-user-password": outcome.status != FAILED or "zero-pages" in tags,
            "truncated": outcome.status != OK,
            "repaired": outcome.status != OK,
        }
        wrong += [
            f"{name}: {tag}, and mmrag says {outcome.status} {list(outcome.reasons)[:3]}"
            for tag in tags
            if not rules.get(tag, True)
        ]
        if outcome.status != OK and not outcome.reasons:
            wrong.append(f"{name}: {outcome.status} without a reason")
    return wrong


if __name__ == "__main__":
    main()
