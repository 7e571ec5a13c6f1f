"""Question sets as the field publishes them, turned into datasets of ours.

    MMLongBench-Doc   samples.json: doc_id, question, answer, evidence_pages (from 1), doc_type
    MMDocIR           ...annotations.jsonl: doc_name, domain, questions with Q, A, page_id (from 0)
    BEIR, ViDoRe      queries.jsonl (_id, text), qrels/*.tsv or qrels.tsv (query-id, corpus-id,
                      score), and a corpus of page images: one file each, named by its corpus-id

The documents stay where they are. What the format of a set means is from its own README.
"""

import ast
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmrag.errors import UsageError
from mmrag.evaluate.datasets import Place, lines, objects

NOT_ANSWERABLE = "not answerable"


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a published set. Without pages the document does not answer it."""

    id: str
    text: str
    answer: str
    document: str  # file name without ending
    scope: str
    types: Mapping[str, Any]
    pages: tuple[str, ...]  # DOC#page, or DOC for a picture


def read(source: Path) -> list[Item]:
    """The questions of a published set: a folder, or its file of questions.

    Raises `UsageError` where the format is none of those above, or a line cannot be read.
    """
    for name, reader in _READERS.items():
        found = sorted(source.rglob(name)) if source.is_dir() else [source]
        if found and (source.is_dir() or found[0].match(name)):
            return list(reader(found[0]))
    known = ", ".join(_READERS)
    raise UsageError(f"{source}: not a set that is known: it has none of {known}")


def write(items: Sequence[Item], documents: Path, folder: Path) -> None:
    """Write a dataset over the files in `documents`. Raises `UsageError` where one is there."""
    if (folder / "queries.jsonl").exists():
        raise UsageError(f"{folder}: there is a dataset already: choose another --out")
    if not documents.is_dir():
        raise UsageError(f"{documents}: no such folder of documents")
    held = {path.stem for path in documents.rglob("*")}
    missing = sorted({item.document for item in items} - held)
    if missing:
        raise UsageError(
            f"{documents}: {len(missing)} documents of the questions are not there: "
            f"{', '.join(missing[:5])}{', ...' if len(missing) > 5 else ''}"
        )
    files = {
        "queries.jsonl": [
            {
                "qid": item.id, "query": item.text, "answer": item.answer, "doc": item.document,
                "scope": item.scope, **item.types,
            }
            for item in items
            if item.pages
        ],
        "unanswerable.jsonl": [
            {"qid": item.id, "query": item.text, "doc": item.document}
            for item in items
            if not item.pages
        ],
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        (folder / name).write_text(text, encoding="utf-8")
    qrels = (f"{item.id}\t0\t{page}\t1\n" for item in items for page in item.pages)
    (folder / "qrels.tsv").write_text("".join(qrels), encoding="utf-8")
    (folder / "docs").symlink_to(documents.resolve(), target_is_directory=True)


def _mmlongbench(path: Path) -> Iterator[Item]:
    with Place(path, "the whole of it"):
        rows = json.loads(path.read_text(encoding="utf-8"))
    for number, row in enumerate(rows, start=1):
        with Place(path, f"question {number}"):
            document = Path(str(row["doc_id"])).stem
            answer = str(row["answer"])
            pages = _listed(row["evidence_pages"])
            if answer.lower() == NOT_ANSWERABLE:
                pages = []
            elif not pages:
                continue  # the answer is there, its page is not told
            yield Item(
                f"m{number:04d}",
                str(row["question"]),
                answer,
                document,
                "doc",
                {
                    "doc_type": row.get("doc_type", ""),
                    "evidence_sources": _listed(row.get("evidence_sources", [])),
                },
                tuple(f"{document}#{int(page)}" for page in pages),
            )


def _mmdocir(path: Path) -> Iterator[Item]:
    number = 0
    for place, row in objects(path):
        with place:
            document = Path(str(row["doc_name"])).stem
            for question in row["questions"]:
                number += 1
                pages = [int(page) + 1 for page in _listed(question["page_id"])]
                yield Item(
                    f"i{number:04d}",
                    str(question["Q"]),
                    str(question["A"]),
                    document,
                    "doc",
                    {
                        "doc_type": row.get("domain", ""),
                        "evidence_sources": _listed(question.get("type", [])),
                    },
                    tuple(f"{document}#{page}" for page in pages),
                )


def _beir(path: Path) -> Iterator[Item]:
    """Every corpus-id is a picture; a question has the scope of the corpus."""
    relevant: dict[str, list[str]] = {}
    for qrels in sorted([*path.parent.glob("qrels/*.tsv"), *path.parent.glob("qrels.tsv")]):
        for number, (place, line) in enumerate(lines(qrels)):
            columns = line.split("\t")
            if number == 0 and not columns[-1].strip().lstrip("-").isdecimal():
                continue  # the head
            with place:
                query, *between, item, score = columns
                if len(between) > 1:
                    raise ValueError("more than four columns")
                if int(score) > 0:
                    relevant.setdefault(query, []).append(item)
    for place, row in objects(path):
        with place:
            name = str(row.get("_id", row.get("query-id", row.get("qid"))))
            found = tuple(dict.fromkeys(relevant.get(name, ())))
            if found:
                text = str(row["text"] if "text" in row else row["query"])
                yield Item(name, text, "", found[0], "corpus", {}, found)


_READERS: Mapping[str, Callable[[Path], Iterator[Item]]] = {
    "samples.json": _mmlongbench,
    "*annotations.jsonl": _mmdocir,
    "queries.jsonl": _beir,
}


def _listed(value: object) -> list[Any]:
    """A list, or one written as text ("[3, 5]"), or one value."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = ast.literal_eval(value)
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
