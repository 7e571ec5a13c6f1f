"""A folder of documents with questions whose evidence is known.

    docs/*.pdf           the documents; a question names one by its file name without ending
    queries.jsonl        {"qid", "query", "query_clean"?, "answer"?, "wordings"?, "doc" or "doc_id",
                         "scope"?, ...}: `query_clean` says nothing of the answer's form, and
                         `wordings` ask the same in other words
    qrels.tsv            qid, 0, DOC#page, relevance: pages that hold the answer (TREC's format)
    qrels_figures.tsv    qid, 0, ID of a line in figures.jsonl, relevance
    figures.jsonl        {"fig_id", "doc", "page", "bbox", ...}
    qrels_regions.jsonl  {"qid", "doc", "page", "bbox"}: boxes that hold the answer
    unanswerable.jsonl   {"query", "doc" or "doc_id"}: questions that the document does not answer

The last four are optional. Pages count from 1, boxes are in points from the top left. Any
relevance above 0 counts. A DOC without a page is a picture: its page 1. Truths of no question are
passed over. A question that stands twice and a document that docs/ does not hold are errors that
name file and line.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from mmrag.errors import UsageError
from mmrag.text.notation import from_json
from mmrag.types import BBox

Scope = Literal["document", "corpus"]
MOST_PAGES = 1_000_000
"""The highest page number that can be meant; chosen by hand."""
TYPE_KEYS = ("type", "doc_type", "evidence_sources", "types")
"""Keys of a query by which results are grouped; each holds a name or a list of names."""


@dataclass(frozen=True, slots=True)
class PageTruth:
    """A page that answers a question. `document` is a file name without ending."""

    document: str
    page: int
    source: str = field(default="", compare=False, repr=False)  # file and line

    @property
    def name(self) -> str:
        return f"{self.document}#{self.page}"


@dataclass(frozen=True, slots=True)
class BoxTruth:
    """A part of a page that answers a question."""

    document: str
    page: int
    bbox: BBox
    figure: str = field(default="", compare=False)  # its ID in figures.jsonl
    source: str = field(default="", compare=False, repr=False)  # file and line

    @property
    def name(self) -> str:
        box = ",".join(f"{value:g}" for value in self.bbox)
        return self.figure or f"{self.document}#{self.page}@{box}"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `scope` is "document" where it makes sense within its document alone.

    `published` is the text with what it says of the answer's form ("in USD millions").
    """

    id: str
    text: str
    document: str
    scope: Scope
    types: tuple[str, ...]
    pages: tuple[PageTruth, ...]
    boxes: tuple[BoxTruth, ...]
    answer: str = ""  # as the dataset writes it; empty where it has none
    published: str = ""
    wordings: tuple[str, ...] = ()
    regions: tuple[BoxTruth, ...] = ()  # boxes that hold the answer, where `boxes` are of figures


@dataclass(frozen=True, slots=True)
class Dataset:
    """Documents and questions, as they lie in `folder`."""

    folder: Path
    questions: tuple[Question, ...] = field(repr=False)
    unanswerable: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # text, document

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    @property
    def documents(self) -> Path:
        """The folder to index."""
        return self.folder / "docs"


def load(folder: Path) -> Dataset:
    """Read a dataset. Raises `UsageError` naming the file and line that cannot be used."""
    for name in ("queries.jsonl", "qrels.tsv"):
        if not (folder / name).is_file():
            raise UsageError(f"{folder}: not a dataset: it has no {name}")
    pages = _pages(folder / "qrels.tsv")
    boxes, regions = _boxes(folder), _regions(folder)
    docs = folder / "docs"
    held = _held(docs)
    questions: dict[str, Question] = {}
    for place, row in objects(folder / "queries.jsonl"):
        with place:
            question = _question(row, pages, boxes or regions, regions)
            if question.id in questions:
                raise ValueError(f"the question {question.id!r} stands here again")
            if held is not None and question.document not in held:
                raise ValueError(f"its document {question.document!r} is not in {docs}")
            questions[question.id] = question
    if not questions:
        raise UsageError(f"{folder / 'queries.jsonl'}: no question in it")
    if held is not None:
        for question in questions.values():
            truths: tuple[PageTruth | BoxTruth, ...] = (
                *question.pages,
                *question.boxes,
                *question.regions,
            )
            for truth in truths:
                if truth.document not in held:
                    raise UsageError(f"{truth.source}: {truth.document!r} is not in {docs}")
    return Dataset(folder, tuple(questions.values()), tuple(_unanswerable(folder)))


def of_some_documents(dataset: Dataset, count: int) -> Dataset:
    """The questions about `count` of the documents, evenly drawn by their names."""
    names = sorted({question.document for question in dataset.questions})
    drawn = {names[at * len(names) // count] for at in range(count)} if count else set(names)
    questions = tuple(item for item in dataset.questions if item.document in drawn)
    return replace(dataset, questions=questions)


def _unanswerable(folder: Path) -> Iterator[tuple[str, str]]:
    path = folder / "unanswerable.jsonl"
    for place, row in objects(path) if path.is_file() else ():
        with place:
            text, document = _asked_of(row)
        yield text, document


def _held(docs: Path) -> set[str] | None:
    """The documents in the folder, by file name without ending; None where there is no folder."""
    return {path.stem for path in docs.rglob("*")} if docs.is_dir() else None


def _question(
    row: Mapping[str, Any],
    pages: Mapping[str, tuple[PageTruth, ...]],
    boxes: Mapping[str, tuple[BoxTruth, ...]],
    regions: Mapping[str, tuple[BoxTruth, ...]],
) -> Question:
    name = str(row["qid"])
    text, document = _asked_of(row)
    scope: Scope = "document" if row.get("scope") in ("doc", "document") else "corpus"
    types = tuple(dict.fromkeys(kind for key in TYPE_KEYS for kind in _names(row.get(key))))
    return Question(
        name,
        text,
        document,
        scope,
        types,
        pages.get(name, ()),
        boxes.get(name, ()),
        answer=str(row["answer"] if row.get("answer") is not None else ""),
        published=str(row["query"]),
        wordings=tuple(_names(row.get("wordings"))),
        regions=regions.get(name, ()),
    )


def _asked_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """The words of a question, and its document."""
    text = str(row.get("query_clean") or row["query"])
    return text, str(row["doc"] if "doc" in row else row["doc_id"])


def _names(value: object) -> list[str]:
    """One name or several; some files hold a list written as text."""
    if value is None or value == "":
        return []
    if isinstance(value, str) and value.startswith("["):
        value = re.split(r"['\"]\s*,\s*['\"]", value.strip("[]'\" "))
    items = value if isinstance(value, list) else [value]
    return [name for item in items if (name := str(item).strip())]


def _pages(path: Path) -> dict[str, tuple[PageTruth, ...]]:
    found: dict[str, list[PageTruth]] = defaultdict(list)
    for place, question, item in _qrels(path):
        with place:
            document, _, page = item.partition("#")
            found[question].append(PageTruth(document, _page(page or 1), str(place)))
    return {question: tuple(dict.fromkeys(truths)) for question, truths in found.items()}


def _boxes(folder: Path) -> dict[str, tuple[BoxTruth, ...]]:
    """The figures that answer, where the dataset labels them."""
    found: dict[str, list[BoxTruth]] = defaultdict(list)
    qrels = folder / "qrels_figures.tsv"
    if qrels.is_file():
        figures = _figures(folder / "figures.jsonl")
        for place, question, item in _qrels(qrels):
            with place:
                if item not in figures:
                    raise ValueError(f"the figure {item!r} is not in figures.jsonl")
                found[question].append(replace(figures[item], source=str(place)))
    return {question: tuple(dict.fromkeys(truths)) for question, truths in found.items()}


def _regions(folder: Path) -> dict[str, tuple[BoxTruth, ...]]:
    found: dict[str, list[BoxTruth]] = defaultdict(list)
    path = folder / "qrels_regions.jsonl"
    for place, row in objects(path) if path.is_file() else ():
        with place:
            found[str(row["qid"])].append(_box(row, str(place)))
    return {question: tuple(dict.fromkeys(truths)) for question, truths in found.items()}


def _figures(path: Path) -> dict[str, BoxTruth]:
    found: dict[str, BoxTruth] = {}
    for place, row in objects(path):
        with place:
            found[str(row["fig_id"])] = _box(row, str(place), figure=str(row["fig_id"]))
    return found


def _box(row: Mapping[str, Any], source: str, figure: str = "") -> BoxTruth:
    x0, y0, x1, y1 = (float(value) for value in row["bbox"])
    return BoxTruth(str(row["doc"]), _page(row["page"]), (x0, y0, x1, y1), figure, source)


def _page(value: object) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise ValueError(f"page {str(value)[:40]!r} is not a number of a page") from None
    if not 1 <= number <= MOST_PAGES:
        raise ValueError(f"page {number}: pages count from 1, to {MOST_PAGES}")
    return number


def _qrels(path: Path) -> Iterator[tuple["Place", str, str]]:
    """Place, question and item of every line with a relevance above 0."""
    for place, line in lines(path):
        with place:
            question, _, item, relevance = line.split("\t")
            relevant = int(relevance) > 0
        if relevant:
            yield place, question, item


def objects(path: Path) -> Iterator[tuple["Place", Mapping[str, Any]]]:
    """The objects of a file with one JSON object a line, with their place."""
    for place, line in lines(path):
        with place:
            row = from_json(line)
            if not isinstance(row, dict):
                raise TypeError("not a JSON object")
        yield place, row


def lines(path: Path) -> Iterator[tuple["Place", str]]:
    """The lines that hold something, with their place."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Place(path, f"line {number}"), line


_UNREADABLE = (
    OSError, ValueError, TypeError, SyntaxError, LookupError, ArithmeticError, AttributeError
)  # fmt: skip
"""What values of other types and sizes than they should have make Python raise."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file. Within it, what cannot be read becomes a `UsageError` that names it."""

    path: Path
    where: str  # "line 3"

    def __str__(self) -> str:
        return f"{self.path}, {self.where}"

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        if isinstance(error, KeyError):
            raise UsageError(f"{self}: {error} is missing") from error
        if isinstance(error, RecursionError | MemoryError):
            raise UsageError(f"{self}: lists within one another, too deep or too large") from error
        if isinstance(error, _UNREADABLE):
            raise UsageError(f"{self}: {error}") from error
