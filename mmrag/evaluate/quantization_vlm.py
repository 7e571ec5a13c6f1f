"""What fewer bits gain and lose of a profile's vision-language model: time, memory, its answers.

Each quantization is loaded in a process of its own and asked the same questions, each with the
picture of a page that holds its answer. What it says is compared with what the model says in full
precision, or in the most bits that fit the memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any, Literal

from rapidfuzz.distance import Levenshtein

from mmrag import ids
from mmrag.config import Settings
from mmrag.errors import ModelError, UsageError
from mmrag.evaluate import correctness, gold, metrics
from mmrag.evaluate.answering_run import AnsweringRun, AskedPicture, answered
from mmrag.evaluate.datasets import Dataset, Question
from mmrag.evaluate.retrieval import OnStage
from mmrag.index import Index

Quantization = Literal["none", "8bit", "4bit"]
QUANTIZATIONS: tuple[Quantization, ...] = ("none", "8bit", "4bit")
MOST = 20
"""Questions that are asked unless more are wanted: a model on a CPU takes a minute for each."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One quantization of a model; of one that could not be run, `note` says why.

    Shares are from 0 to 1; the interval holds its mean in 95 of 100 resamples of the questions.
    """

    name: Quantization
    note: str = ""
    load_seconds: float = 0.0
    tokens_per_second: float = 0.0
    memory_bytes: int = 0
    peak_bytes: int = 0
    foretold_bytes: int = 0
    silent: int = 0  # questions without a reply
    same: float = 0.0  # replies that are those of the most bits
    agreement: float = 0.0  # mean likeness to them: 1 less the edit distance over the longer
    agreement_interval: tuple[float, float] = (0.0, 0.0)
    right: float | None = None  # replies that hold the answer; None where the dataset has none

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "note": self.note,
            "load_seconds": round(self.load_seconds, 2),
            "tokens_per_second": round(self.tokens_per_second, 2),
            "memory_bytes": self.memory_bytes,
            "peak_bytes": self.peak_bytes,
            "foretold_bytes": self.foretold_bytes,
            "silent": self.silent,
            "same": round(self.same, 4),
            "agreement": round(self.agreement, 4),
            "agreement_interval": [round(value, 4) for value in self.agreement_interval],
            "right": None if self.right is None else round(self.right, 4),
        }


def measure(
    index: Index,
    dataset: Dataset,
    most: int = MOST,
    on_stage: OnStage = lambda stage, done, total: None,
) -> tuple[ModelRow, ...]:
    """A row for each quantization of the profile's model, most bits first.

    Raises `UsageError` where the profile's model does not run in this process, or no question has
    a page in the index.
    """
    settings = index.settings
    if settings.vlm.backend != "transformers":
        raise UsageError(
            f"profile {settings.name!r}: how its model is quantized can be changed only where it "
            'runs in this process, [vlm] backend = "transformers"; a server is started with each '
            "and measured by `mmrag eval answers`"
        )
    with TemporaryDirectory(prefix="mmrag-pages-") as folder:
        asked = list(_asked(index, dataset, Path(folder), most))
        if not asked:
            raise UsageError(f"{dataset.folder}: no question of it has a page in the index")
        return tuple(_rows(settings, asked, on_stage))


def _asked(
    index: Index, dataset: Dataset, folder: Path, most: int
) -> Iterator[tuple[Question, AskedPicture]]:
    """Questions, evenly drawn, with the picture of the first page that holds their answer."""
    named = {PurePath(item.path).stem: item.id for item in index.catalog.documents.all()}
    places = [
        (question, ids.page_id(named[truth.document], truth.page))
        for question in dataset.questions
        for truth in question.pages[:1]
        if truth.document in named
    ]
    pages = index.catalog.pages.by_id(page for _, page in places)
    held = [(question, page) for question, page in places if page in pages]
    held = held[:: max(1, len(held) // most)][:most]
    index.pictures.files(page for _, page in held)  # drawn together, where they are not kept
    for number, (question, page) in enumerate(held):
        file = folder / f"{number}.png"
        index.pictures.open(page).save(file)
        yield question, AskedPicture(question.text, str(file))


def _rows(
    settings: Settings, asked: Sequence[tuple[Question, AskedPicture]], on_stage: OnStage
) -> Iterator[ModelRow]:
    most_bits: AnsweringRun | None = None
    for name in QUANTIZATIONS:
        vlm = settings.vlm.model_copy(update={"quantization": name})
        changed = settings.model_copy(update={"vlm": vlm})
        try:
            run = answered(
                changed,
                [picture for _, picture in asked],
                lambda done, name=name: on_stage(name, done, len(asked)),  # type: ignore[misc]
            )
        except ModelError as error:
            yield ModelRow(name, str(error))
            continue
        most_bits = most_bits or run
        yield _row(name, run, most_bits, [question for question, _ in asked])


def _row(
    name: Quantization, run: AnsweringRun, most_bits: AnsweringRun, questions: Sequence[Question]
) -> ModelRow:
    pairs = [
        (_plain(one), _plain(other))
        for one, other in zip(run.replies, most_bits.replies, strict=True)
    ]
    alike = [Levenshtein.normalized_similarity(one, other) for one, other in pairs]
    right = [
        float(correctness.holds(gold.read(question.answer), question.text, reply))
        for question, reply in zip(questions, run.replies, strict=True)
        if question.answer
    ]
    return ModelRow(
        name,
        load_seconds=run.load_seconds,
        tokens_per_second=run.tokens / max(run.seconds, 1e-9),
        memory_bytes=run.memory_bytes,
        peak_bytes=run.peak_bytes,
        foretold_bytes=run.foretold_bytes,
        silent=sum(not reply for reply in run.replies),
        same=sum(one == other for one, other in pairs) / len(pairs),
        agreement=sum(alike) / len(alike),
        agreement_interval=metrics.interval(alike),
        right=sum(right) / len(right) if right else None,
    )


def _plain(reply: str) -> str:
    return " ".join(reply.casefold().split())
