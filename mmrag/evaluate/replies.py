"""Questions of a dataset asked of an index, and what came of each, kept in a file.

Asking is slow and scoring is not: answers are written line by line as they come, and a run that
was interrupted goes on where it ended. The first line says what was asked; answers to something
else are refused.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import msgspec

from mmrag.errors import UsageError
from mmrag.evaluate import grounded
from mmrag.evaluate.datasets import Dataset
from mmrag.evaluate.grounded import CheckedClaim
from mmrag.evaluate.rewording import reworded
from mmrag.index import Index
from mmrag.types import Answer, AnswerStatus, BBox, FigureKind, Support

REPLIES = "answers.jsonl"
"""What a run's answers are called in its folder."""


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of evidence, or a citation of one. `bbox` None is the whole page."""

    image_id: str
    document: str  # file name without ending, as datasets name it
    page: int
    kind: FigureKind
    bbox: BBox | None = None
    support: Support = "unchecked"  # of a citation
    region: BBox | None = None  # the figure, table or paragraph in which the box of one lies


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to ask: one of the dataset's, in its words or in others."""

    key: str  # qid, or qid and the number of the wording: "q7~2"; "-3" is the third unanswerable
    text: str
    document: str

    @property
    def qid(self) -> str:
        return self.key.partition("~")[0]


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one question."""

    key: str
    question: str
    status: AnswerStatus
    text: str
    maker: str  # who answered: "extracted", or the model
    citations: tuple[Source, ...]
    evidence: tuple[Source, ...]
    seconds: Mapping[str, float]  # by step, as Answer.timings
    characters: int  # of the evidence's text, which the answerer reads
    said: int  # characters of its raw answer
    claims: tuple[CheckedClaim, ...] = ()
    confidence: float | None = None  # that it is right, where the answerer says so

    @property
    def answered(self) -> bool:
        return self.status != "abstained"

    @classmethod
    def of(cls, key: str, answer: Answer) -> "Reply":
        return cls(
            key,
            answer.question,
            answer.status,
            answer.text,
            answer.models.get("answerer", ""),
            tuple(
                Source(
                    item.image_id,
                    PurePath(item.path).stem,
                    item.page,
                    item.kind,
                    item.bbox,
                    item.support,
                    item.region,
                )
                for item in answer.citations
            ),
            tuple(
                Source(item.image_id, PurePath(item.path).stem, item.page, item.kind, item.bbox)
                for item in (marked.evidence for marked in answer.evidence)
            ),
            dict(answer.timings),
            sum(len(marked.evidence.quotable) for marked in answer.evidence),
            len(answer.raw_text),
            grounded.checked(answer),
            answer.confidence,
        )


OnReply = Callable[[int, int], None]
"""Gets how many questions are answered, and of how many."""


def held(index: Index) -> dict[str, list[str]]:
    """The IDs of an index's documents by file name without ending, as datasets name them."""
    found: dict[str, list[str]] = {}
    for document in index.documents():
        found.setdefault(PurePath(document.path).stem, []).append(document.id)
    return found


def questions(dataset: Dataset, *, wordings: bool = False) -> Iterator[Asked]:
    """What there is to ask: questions with evidence, then those without an answer.

    With `wordings`, each with evidence in other words, too: the dataset's, or else by rules.
    """
    for item in dataset.questions:
        if item.pages:
            others = (item.wordings or reworded(item.text)) if wordings else ()
            for number, text in enumerate((item.text, *others)):
                yield Asked(f"{item.id}~{number}" if number else item.id, text, item.document)
    for number, (text, document) in enumerate(dataset.unanswerable, start=1):
        yield Asked(f"-{number}", text, document)


def ask(
    index: Index, asked: Sequence[Asked], file: Path | None = None, on_reply: OnReply | None = None
) -> dict[str, Reply]:
    """Ask each question of its own document, with the profile's answerer; replies by key.

    Questions about documents that the index does not hold are passed over. What `file` holds is not
    asked again, and what comes is added to it. Raises `UsageError` where it holds the answers to
    other questions, or of another profile or index.
    """
    documents = held(index)
    wanted = [item for item in asked if item.document in documents]
    source = f"{index.root} with the profile {index.settings.name}"
    replies = {} if file is None else _begun(file, source)
    for number, item in enumerate(wanted, start=1):
        known = replies.get(item.key)
        if known is not None and known.question != item.text:
            raise UsageError(
                f"{file}: it holds an answer to {known.question!r} as {item.key}, which is now "
                f"{item.text!r}: choose another folder"
            )
        if known is None:
            answer = index.ask(item.text, documents=documents[item.document])
            replies[item.key] = Reply.of(item.key, answer)
            if file is not None:
                _append(file, msgspec.json.encode(replies[item.key]))
        if on_reply is not None:
            on_reply(number, len(wanted))
    return {item.key: replies[item.key] for item in wanted}


def _begun(file: Path, source: str) -> dict[str, Reply]:
    """The replies in a file; a new one begins with its source. A line cut short is asked again."""
    if not file.is_file():
        _append(file, msgspec.json.encode({"source": source}))
        return {}
    head, *lines = file.read_bytes().split(b"\n")
    try:
        found = msgspec.json.decode(head)["source"]
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise UsageError(f"{file}: not the answers of a run ({error})") from error
    if found != source:
        raise UsageError(f"{file}: these are answers of {found}, not of {source}")
    replies = {}
    for line in lines:
        try:
            reply = msgspec.json.decode(line, type=Reply)
        except msgspec.DecodeError:
            continue
        replies[reply.key] = reply
    if lines and lines[-1]:  # interrupted within a line
        _append(file, b"")
    return replies


def _append(file: Path, line: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as stream:
            stream.write(line + b"\n")
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error
