"""Question sets as the field publishes them, turned into datasets of ours.

    MMLongBench-Doc   samples.json: doc_id, question, answer, evidence_pages (from 1), doc_type
    MMDocIR           ...annotations.jsonl: doc_name, domain, questions with Q, A, page_id (from 0)
    BEIR, TREC        queries.jsonl (_id, text) or queries.tsv; qrels/*.tsv, qrels.tsv or qrels.txt
                      (query-id, corpus-id, score); corpus.jsonl (_id, title, text), or documents
                      of one page each, named by their corpus-id
    ViDoRe            the same three in the folders queries, qrels and corpus, as Parquet files;
                      the corpus has a picture of each page

Documents that are files stay where they are. Those of a corpus in one file are written beside the
questions: pictures as they are, texts as PDF files of one page. What the format of a set means is
from its own README.
"""

import ast
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from PIL import Image

from mmrag.errors import UsageError
from mmrag.evaluate.datasets import Place, Scope, lines, objects
from mmrag.ingest.formats.typeset import page_of_text
from mmrag.text.notation import from_json

NOT_ANSWERABLE = "not answerable"
_ROWS_AT_ONCE = 16
MOST_UNPACKED_BYTES = 4 * 10**9
"""Of one row group of a Parquet file, which is unpacked in memory; ViDoRe's have up to 1 GB."""
_PLAIN = re.compile(r"\w[\w.-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a published set. Without pages the document does not answer it."""

    id: str
    text: str
    answer: str
    document: str  # file name without ending
    scope: Scope
    types: Mapping[str, Any]
    pages: tuple[str, ...]  # DOC#page, or DOC where it has but one


@dataclass(frozen=True, slots=True)
class Published:
    """The questions of a published set, and its documents where they come with it."""

    items: Sequence[Item]
    corpus: Iterable[tuple[str, bytes]] | None = None
    """File names and what the files hold."""


def read(source: Path) -> Published:
    """A published set: a folder, or the file of its questions.

    Raises `UsageError` where the format is none of those above, or a line cannot be read.
    """
    for name, reader in _READERS.items():
        found = sorted(source.rglob(name)) if source.is_dir() else [source]
        if found and (source.is_dir() or PurePath(source).match(name)):
            return reader(found[0])
    known = ", ".join(_READERS)
    raise UsageError(f"{source}: not a set that is known: it has none of {known}")


def write(published: Published, documents: Path | None, folder: Path) -> None:
    """Write a dataset over the files in `documents`, or over those that come with the set.

    Raises `UsageError` where one is there already, or documents are missing.
    """
    if (folder / "queries.jsonl").exists():
        raise UsageError(f"{folder}: there is a dataset already: choose another --out")
    if documents is None and published.corpus is None:
        raise UsageError("the set comes without its documents: say where they are with --docs")
    if documents is not None:
        _all_there(documents, {item.document for item in published.items})
    folder.mkdir(parents=True, exist_ok=True)
    if documents is not None:
        (folder / "docs").symlink_to(documents.resolve(), target_is_directory=True)
    else:
        (folder / "docs").mkdir()
        for name, content in published.corpus or ():
            (folder / "docs" / name).write_bytes(content)
    files = {
        "queries.jsonl": [
            {
                "qid": item.id, "query": item.text, "answer": item.answer, "doc": item.document,
                "scope": item.scope, **item.types,
            }
            for item in published.items
            if item.pages
        ],
        "unanswerable.jsonl": [
            {"qid": item.id, "query": item.text, "doc": item.document}
            for item in published.items
            if not item.pages
        ],
    }  # fmt: skip
    qrels = (f"{item.id}\t0\t{page}\t1\n" for item in published.items for page in item.pages)
    (folder / "qrels.tsv").write_text("".join(qrels), encoding="utf-8")
    for name, rows in files.items():
        text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        (folder / name).write_text(text, encoding="utf-8")


def _all_there(documents: Path, wanted: set[str]) -> None:
    if not documents.is_dir():
        raise UsageError(f"{documents}: no such folder of documents")
    missing = sorted(wanted - {path.stem for path in documents.rglob("*")})
    if missing:
        raise UsageError(
            f"{documents}: {len(missing)} documents of the questions are not there: "
            f"{', '.join(missing[:5])}{', ...' if len(missing) > 5 else ''}"
        )


def _mmlongbench(path: Path) -> Published:
    return Published(list(_mmlongbench_items(path)))


def _mmlongbench_items(path: Path) -> Iterator[Item]:
    with Place(path, "the whole of it"):
        rows = from_json(path.read_text(encoding="utf-8"))
        if not isinstance(rows, list):
            raise TypeError("not a list of questions")
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
                "document",
                {
                    "doc_type": row.get("doc_type", ""),
                    "evidence_sources": _listed(row.get("evidence_sources", [])),
                },
                tuple(f"{document}#{int(page)}" for page in pages),
            )


def _mmdocir(path: Path) -> Published:
    return Published(list(_mmdocir_items(path)))


def _mmdocir_items(path: Path) -> Iterator[Item]:
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
                    "document",
                    {
                        "doc_type": row.get("domain", ""),
                        "evidence_sources": _listed(question.get("type", [])),
                    },
                    tuple(f"{document}#{page}" for page in pages),
                )


def _beir(path: Path) -> Published:
    """Every document is one page; a question has the scope of the corpus."""
    relevant: dict[str, list[str]] = {}
    for place, row in _judged(path.parent):
        with place:
            query, item, score = row
            if int(score) > 0:
                relevant.setdefault(query, []).append(_stem(item))
    items: list[Item] = []
    for place, fields in _rows(path, ("_id", "text")):
        with place:
            name = str(_first(fields, "_id", "query-id", "qid"))
            found = tuple(dict.fromkeys(relevant.get(name, ())))
            if found:
                text = str(_first(fields, "text", "query"))
                items.append(Item(name, text, "", found[0], "corpus", {}, found))
    if not items:
        raise UsageError(f"{path}: no question has a document that answers it in qrels")
    corpus = sorted([*path.parent.glob("corpus.jsonl"), *path.parent.glob("corpus/*.parquet")])
    return Published(items, _corpus(corpus) if corpus else None)


def _vidore(path: Path) -> Published:
    """Parquet files in the folders queries, qrels and corpus, beside each other."""
    return _beir(path.parent)


def _judged(folder: Path) -> Iterator[tuple[Place, tuple[str, str, str]]]:
    """Question, document and score of each judgement."""
    for qrels in sorted(folder.glob("qrels*/*.parquet")):
        for place, row in _parquet(qrels):
            with place:
                names = ("query-id", "corpus-id", "score")
                query, item, score = (str(row[name]) for name in names)
            yield place, (query, item, score)
    texts = ("qrels/*.tsv", "qrels.tsv", "qrels.txt")
    for qrels in sorted(path for name in texts for path in folder.glob(name)):
        for number, (place, line) in enumerate(lines(qrels)):
            columns = line.strip().split("\t" if "\t" in line else None)
            if number == 0 and not columns[-1].lstrip("-").isdecimal():
                continue  # the head
            with place:
                if len(columns) not in (3, 4):
                    raise ValueError(f"{len(columns)} columns, not 3 or 4")
            yield place, (columns[0], columns[-2], columns[-1])


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The rows of a file of JSON lines or of columns with tabs, or of a folder of Parquet files."""
    if path.is_dir():
        for part in sorted(path.glob("*.parquet")):
            yield from _parquet(part)
    elif path.suffix == ".parquet":
        yield from _parquet(path)
    elif path.suffix == ".tsv":
        for place, line in lines(path):
            yield place, dict(zip(columns, line.rstrip("\r").split("\t", 1), strict=False))
    else:
        yield from objects(path)


def _parquet(path: Path) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise UsageError(
            f"{path}: reading it needs the package pyarrow ({error}): pip install 'mmrag[eval]'"
        ) from error
    number = 0
    try:
        with ParquetFile(path) as file:
            groups = (file.metadata.row_group(at) for at in range(file.metadata.num_row_groups))
            largest = max((group.total_byte_size for group in groups), default=0)
            if largest > MOST_UNPACKED_BYTES:
                raise UsageError(
                    f"{path}: unpacks to {largest / 1e9:.1f} GB in one piece, and "
                    f"{MOST_UNPACKED_BYTES / 1e9:.1f} GB are the most that is read"
                )
            for batch in file.iter_batches(_ROWS_AT_ONCE):
                for row in batch.to_pylist():
                    number += 1
                    yield Place(path, f"row {number}"), row
    except (ArrowException, OSError, MemoryError) as error:
        raise UsageError(f"{path}: not a Parquet file that can be read: {error}") from error


def _corpus(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each document's file."""
    for path in paths:
        for place, row in _rows(path, ()):
            with place:
                stem = _stem(str(_first(row, "_id", "corpus-id")))
                if "image" in row:
                    yield _picture(stem, row["image"]["bytes"])
                else:
                    yield f"{stem}.pdf", page_of_text(str(row.get("title") or ""), str(row["text"]))


def _picture(stem: str, content: bytes) -> tuple[str, bytes]:
    try:
        with Image.open(io.BytesIO(content)) as image:
            return f"{stem}.{str(image.format).lower()}", content
    except (OSError, Image.DecompressionBombError) as error:
        raise ValueError(f"its picture cannot be read: {error}") from error


def _stem(name: str) -> str:
    """The name of a document as that of a file, whatever it holds."""
    if _PLAIN.fullmatch(name):
        return name
    return f"d{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _first(row: Mapping[str, Any], *names: str) -> Any:
    """The value under the first of the names that the row has."""
    for name in names:
        if name in row:
            return row[name]
    raise KeyError(names[0])


_READERS: Mapping[str, Callable[[Path], Published]] = {
    "samples.json": _mmlongbench,
    "*annotations.jsonl": _mmdocir,
    "queries.jsonl": _beir,
    "queries.tsv": _beir,
    "queries/*.parquet": _vidore,
}


def _listed(value: object) -> list[Any]:
    """A list, or one written as text ("[3, 5]"), or one value."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = ast.literal_eval(value)
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
