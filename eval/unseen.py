"""Makes question sets of documents that nobody tuned on, from two published benchmarks.

    git clone https://github.com/patronus-ai/financebench
    git clone https://github.com/trustbit/enterprise-rag-challenge
    python eval/unseen.py unseen --financebench financebench --challenge enterprise-rag-challenge \
        --without ../shared/data/pages-dev

FinanceBench (arXiv 2311.11944) and the Enterprise RAG Challenge ask of annual and quarterly
reports, and name the pages that answer. Their documents are two datasets here, OUT/read and
OUT/counted, by company: failures of the first are read while rules are written, of the second only
totals are looked at. Documents of datasets that were tuned on (`--without`) are left out.

To read all of a report takes minutes: with `--around N` (2) a document has its first page and, of
each page that answers one of its questions, N pages before and behind. That makes finding the page
easier, and answering not; `--whole` keeps all pages. What a checkout lacks is passed over and told.
"""

import argparse
import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pymupdf

_HALVES = ("read", "counted")
_INSTEAD = re.compile(r"\s*If (?:there is no mention|data is not available), return .*?\.")
"""What the challenge adds to each question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A published question: `path` is its document's in the checkout, pages count from 1."""

    checkout: Path
    path: str
    text: str
    answer: str
    pages: tuple[int, ...]
    kind: str

    @property
    def document(self) -> str:
        return Path(self.path).stem


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--financebench", type=Path, help="its checkout")
    parser.add_argument("--challenge", type=Path, help="the checkout of enterprise-rag-challenge")
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="datasets left out")
    parser.add_argument("--around", type=int, default=2, metavar="N")
    parser.add_argument("--whole", action="store_true", help="all pages of each document")
    options = parser.parse_args()
    known = {name for folder in options.without for name in documents_of(folder)}
    asked = [
        *(of_financebench(options.financebench) if options.financebench else ()),
        *(of_challenge(options.challenge) if options.challenge else ()),
    ]
    by_document: defaultdict[str, list[Asked]] = defaultdict(list)
    for question in asked:
        if question.document not in known:
            by_document[question.document].append(question)
    halves: dict[str, list[tuple[Asked, tuple[int, ...]]]] = {name: [] for name in _HALVES}
    for questions in by_document.values():
        company, *_ = questions[0].document.split("_")
        half = _HALVES[sha256(company.encode()).digest()[0] % len(_HALVES)]
        around = None if options.whole else options.around
        halves[half] += written(questions, options.out / half / "docs", around)
    for half, rows in halves.items():
        if rows:
            describe(options.out / half, rows)
        print(
            f"{half}: {len(rows)} questions of {len({row.document for row, _ in rows})} documents"
        )


def documents_of(folder: Path) -> Iterator[str]:
    """What the documents of a dataset are called, and where they come from were called."""
    yield from (path.stem for path in (folder / "docs").glob("*"))
    lists = folder / "docs.jsonl"
    for line in lists.read_text("utf-8").splitlines() if lists.is_file() else ():
        yield Path(json.loads(line)["orig_name"]).stem


def of_financebench(checkout: Path) -> Iterator[Asked]:
    for line in blob(checkout, "data/financebench_open_source.jsonl").decode().splitlines():
        row = json.loads(line)
        yield Asked(
            checkout,
            f"pdfs/{row['doc_name']}.pdf",
            row["question"],
            row["answer"],
            tuple(sorted({found["evidence_page_num"] + 1 for found in row["evidence"]})),
            row["question_type"],
        )


def of_challenge(checkout: Path) -> Iterator[Asked]:
    """The questions that one document answers."""
    for text, row in json.loads(blob(checkout, "round2/answers.json")).items():
        places = [place.split(":") for pool in row["reference_pools"] for place in pool]
        names = {name for name, _ in places}
        if len(names) == 1:
            name = names.pop()
            pages = tuple(sorted({int(page) for _, page in places}))
            asked, answer = _INSTEAD.sub("", text), answer_of(row)
            path = f"round2/pdfs/{name}.pdf"
            yield Asked(checkout, path, asked, answer, pages, row["kind"])


def answer_of(row: dict[str, Any]) -> str:
    """An answer of the challenge as a dataset has it: the first one of those that are accepted."""
    first = str(row["answers"][0])
    if row["kind"] == "boolean":
        return {"True": "Yes", "False": "No"}.get(first, first)
    names = [name.strip() for name in first.split(",")]
    return json.dumps(names) if row["kind"] == "names" and len(names) > 1 else first


def written(
    questions: Sequence[Asked], folder: Path, around: int | None
) -> list[tuple[Asked, tuple[int, ...]]]:
    """Write a document; its questions with the pages that answer them there."""
    first = questions[0]
    content = blob(first.checkout, first.path)
    if not content:
        print(f"not in the checkout: {first.path}")
        return []
    folder.mkdir(parents=True, exist_ok=True)
    with pymupdf.open(stream=content, filetype="pdf") as document:
        count = len(document)
        wanted = {page for question in questions for page in question.pages}
        near = range(-around, around + 1) if around is not None else range(-count, count + 1)
        kept = sorted({1, *(page + by for page in wanted for by in near)} & {*range(1, count + 1)})
        document.select([page - 1 for page in kept])
        document.save(folder / f"{first.document}.pdf", garbage=3, deflate=True)
    return [
        (question, tuple(kept.index(page) + 1 for page in question.pages if page in kept))
        for question in questions
    ]


def describe(folder: Path, rows: Sequence[tuple[Asked, tuple[int, ...]]]) -> None:
    """Write the questions of a dataset, and the pages that answer them."""
    queries, qrels = [], []
    for number, (row, pages) in enumerate(rows):
        name = f"u{number:03d}"
        queries.append(
            {
                "qid": name,
                "query": row.text,
                "answer": row.answer,
                "scope": "doc",
                "doc": row.document,
                "type": row.kind,
            }
        )
        qrels += [f"{name}\t0\t{row.document}#{page}\t2" for page in pages]
    lines = [json.dumps(query, ensure_ascii=False) for query in queries]
    (folder / "queries.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(qrels) + "\n", encoding="utf-8")


def blob(checkout: Path, path: str) -> bytes:
    """A committed file, from a checkout with a work tree or without; empty where it has none."""
    command = ["git", "-C", str(checkout), "cat-file", "blob", f"HEAD:{path}"]
    return subprocess.run(command, capture_output=True, check=False).stdout


if __name__ == "__main__":
    main()
