"""Answers that are kept, so that they have an address, and the dataset of those called right.

The dataset lies in `feedback/` of the index and is one that `mmrag eval` reads; what was called
wrong stands in `wrong.jsonl` beside it, for a person to say what is right.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from mmrag import contract, ids
from mmrag.contract import Json
from mmrag.errors import IndexUnusable, UsageError
from mmrag.serve import answer_views
from mmrag.serve.engine import Engine
from mmrag.serve.errors import NotFound
from mmrag.serve.listing import ListPart
from mmrag.store.answers import KeptAnswer, KeptAnswers, Mark
from mmrag.store.layout import FeedbackFile, IndexLayout
from mmrag.store.private import make_folder, open_private
from mmrag.types import Answer

_appending = threading.Lock()


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer that was kept: as the contract tells it."""

    told: Json
    asked_at: str
    mark: str


def answers_of(engine: Engine, name: str) -> KeptAnswers:
    """The answers of an index. Raises `UnknownIndex`."""
    return KeptAnswers(IndexLayout(engine.location(name).path))


async def kept(engine: Engine, name: str, answer: Answer) -> answer_views.AnswerView:
    """An answer as it is shown, once it is kept; where it cannot be, a note says so."""
    told = contract.answer(answer)
    if not engine.settings.keeps_answers:
        return answer_views.answer(name, told)
    answers = answers_of(engine, name)
    try:
        address = await engine.read(
            name, lambda index: answers.keep(answer.question, json.dumps(told))
        )
    except IndexUnusable as error:
        return answer_views.answer(name, {**told, "notes": [*told["notes"], str(error)]})
    return answer_views.answer(name, told, address)


async def some(engine: Engine, name: str, start: int, count: int) -> ListPart[KeptAnswer]:
    """The answers that were given last, from place `start` on."""
    answers = answers_of(engine, name)
    return await engine.read(
        name, lambda index: ListPart(answers.last(count, start), start, count, answers.count())
    )


async def answer(engine: Engine, name: str, answer_id: str) -> GivenAnswer:
    """An answer that was given. Raises `NotFound`."""
    answers = answers_of(engine, name)
    found = await engine.read(name, lambda index: answers.get(answer_id))
    if found is None:
        raise NotFound("no answer of that address is kept here")
    return GivenAnswer(json.loads(found.answer), found.asked_at, found.mark)


async def mark(engine: Engine, name: str, answer_id: str, called: Mark) -> None:
    """Note what a reader calls an answer. Raises `NotFound`, and `UsageError` the second time."""
    engine.check_writable()
    found = await answer(engine, name, answer_id)
    answers = answers_of(engine, name)
    layout = IndexLayout(engine.location(name).path)

    def note() -> None:
        if not answers.mark(answer_id, called):
            raise UsageError("this answer was marked already")
        with _appending:
            for file, line in _lines(answer_id, found.told, called):
                _append(layout, file, line)

    await engine.read(name, lambda index: note())


def _lines(qid: str, told: Json, called: Mark) -> Iterator[tuple[FeedbackFile, str]]:
    """What goes into which file of the dataset."""
    cited = told["citations"] or told["evidence"][:1]
    document = PurePath(cited[0]["path"]).stem if cited else ""
    row = {"query": told["question"], "doc": document}
    if called == "wrong":
        yield "wrong.jsonl", json.dumps({**row, "qid": qid, "said": told["text"]})
    elif told["status"] == "abstained":
        yield "unanswerable.jsonl", json.dumps(row)
    else:
        yield "queries.jsonl", json.dumps({"qid": qid, **row, "answer": _value(told)})
        for name, page in dict.fromkeys(
            (PurePath(item["path"]).stem, ids.page_number(item["image_id"])) for item in cited
        ):
            yield "qrels.tsv", f"{qid}\t0\t{name}#{page}\t1"


def _value(told: Json) -> str:
    """What was computed, or else what was said, without its markers."""
    computed = told.get("computation")
    if computed is not None:
        return f"{computed['result']} {computed['unit']}".strip()
    text: str = told["text"]
    for item in told["citations"]:
        text = text.replace(f"[{item['marker']}]", "")
    return " ".join(text.split())


def _append(layout: IndexLayout, name: FeedbackFile, line: str) -> None:
    """A line more in a file of the dataset. Raises `IndexUnusable`."""
    file = layout.feedback / name
    try:
        make_folder(file.parent)
        with open_private(file, 0) as opened:
            opened.seek(0, 2)
            opened.write(f"{line}\n".encode())
    except OSError as error:
        raise IndexUnusable(f"{file}: cannot be written: {error.strerror}") from error
