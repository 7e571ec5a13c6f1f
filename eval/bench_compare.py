"""Speed, memory and disk of two commits of mmrag, in turn on one machine: `make bench-compare`.

    python eval/bench_compare.py main~20 HEAD
    python eval/bench_compare.py v0.1 HEAD ../shared/data/pages-dev/docs --documents 6 --rounds 3

Each commit is checked out beside this one and measured by `eval/bench.py` of this one; of several
rounds the least counts, which is the one that other work disturbed least. Below 1 is better.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MEASURES = ("processor_s_a_page", "cold_s", "cold_processor_s", "warm_ms", "peak_mb", "kb_a_page")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("folder", nargs="?", default=str(HERE.parent / "corpora/sample/docs"))
    parser.add_argument("--documents", default="0")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    commits = {"old": options.old, "new": options.new}
    found: dict[str, list[dict[str, float]]] = {name: [] for name in commits}
    with tempfile.TemporaryDirectory(prefix="mmrag-compare-") as scratch:
        trees = {name: Path(scratch) / name for name in commits}
        try:
            for name, commit in commits.items():
                git("worktree", "add", "--detach", "--quiet", str(trees[name]), commit)
            for number in range(options.rounds):
                for name, tree in trees.items():
                    saved = Path(scratch) / f"{name}-{number}.json"
                    bench(tree, Path(options.folder).resolve(), options.documents, saved)
                    found[name] += json.loads(saved.read_text())["rows"]
        finally:
            for tree in trees.values():
                git("worktree", "remove", "--force", str(tree))
    least = {
        name: {measure: min(row[measure] for row in rows) for measure in MEASURES}
        for name, rows in found.items()
    }
    print(f"| least of {options.rounds} | {options.old} | {options.new} | new / old |")
    print("|---|---|---|---|")
    for measure in MEASURES:
        old, new = least["old"][measure], least["new"][measure]
        print(f"| {measure} | {old:.2f} | {new:.2f} | {new / old:.2f} |")


def bench(tree: Path, folder: Path, documents: str, saved: Path) -> None:
    """Measure what lies in `tree`, indexing by its own defaults.

    From there, too: `python -m` takes the package of the folder that it is started in.
    """
    subprocess.run(
        [
            sys.executable, str(HERE / "bench.py"), str(folder), "--documents", documents,
            "--way", "mmrag", "--no-floors", "--save", str(saved),
        ],
        check=True, stdout=subprocess.DEVNULL, cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
    )  # fmt: skip


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, cwd=HERE)


if __name__ == "__main__":
    main()
