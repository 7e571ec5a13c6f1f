"""Makes question sets of the documents of MMLongBench-Doc that nobody tuned on.

    git clone https://github.com/mayubo2333/MMLongBench-Doc
    python eval/mmlongbench.py unseen --checkout MMLongBench-Doc --without ../shared/data/pages-dev

MMLongBench-Doc (arXiv 2407.01523) asks of documents of all kinds, names the pages that answer, and
has questions that its documents do not answer. Those that are not in another dataset (`--without`),
have at most `--most-pages` pages (70) and are in the checkout become two datasets by turns, in
order of their number of pages: OUT/test, of which only totals are to be looked at, and
OUT/development.
"""

import argparse
import ast
import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pymupdf
from unseen import blob, documents_of

_DOCUMENTS = "data/documents"
_NO_ANSWER = "Not answerable"
_SETS = ("test", "development")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--checkout", type=Path, required=True)
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="datasets left out")
    parser.add_argument("--most-pages", type=int, default=70, metavar="N")
    options = parser.parse_args()
    known = {name for folder in options.without for name in documents_of(folder)}
    found = documents(options.checkout, known, options.most_pages)
    rows = json.loads(blob(options.checkout, "data/samples.json"))
    for number, name in enumerate(_SETS):
        folder = options.out / name
        chosen = dict(list(found.items())[number :: len(_SETS)])
        written = write(folder, chosen, rows)
        print(
            f"{folder}: {len(chosen)} documents, {written[0]} questions, {written[1]} unanswerable"
        )


def documents(checkout: Path, known: set[str], most_pages: int) -> dict[str, bytes]:
    """The documents of a checkout that are not known, by their names, the shortest first."""
    listed = subprocess.run(
        ["git", "-C", str(checkout), "ls-tree", "-r", "--name-only", "HEAD", _DOCUMENTS],
        capture_output=True,
        check=True,
        text=True,
    )
    found: list[tuple[int, str, bytes]] = []
    for path in listed.stdout.splitlines():
        name = PurePosixPath(path).stem
        content = blob(checkout, path) if name not in known else b""
        if not content.startswith(b"%PDF"):  # absent, or a pointer to where it lies
            continue
        with pymupdf.open(stream=content, filetype="pdf") as document:
            pages = len(document)
        if pages <= most_pages:
            found.append((pages, name, content))
    return {name: content for _, name, content in sorted(found)}


def write(
    folder: Path, found: Mapping[str, bytes], rows: Sequence[Mapping[str, Any]]
) -> tuple[int, int]:
    """Write a dataset; returns how many questions have an answer, and how many have none."""
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (folder / "docs" / f"{name}.pdf").write_bytes(content)
    queries, without, qrels = [], [], []
    for number, row in enumerate(rows):
        name, qid = PurePosixPath(row["doc_id"]).stem, f"u{number:04d}"
        if name not in found:
            continue
        asked = {"qid": qid, "query": row["question"], "scope": "doc", "doc": name}
        pages = sorted(set(ast.literal_eval(str(row["evidence_pages"]))))
        if row["answer"] == _NO_ANSWER:
            without.append(asked)
        elif pages:
            kinds = ast.literal_eval(str(row["evidence_sources"]))
            queries.append(asked | {"answer": row["answer"], "evidence_sources": kinds})
            qrels += [f"{qid}\t0\t{name}#{page}\t2" for page in pages]
    for file, told in (("queries", queries), ("unanswerable", without)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told)
        (folder / f"{file}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels.tsv").write_text("".join(f"{line}\n" for line in qrels), encoding="utf-8")
    return len(queries), len(without)


if __name__ == "__main__":
    main()
