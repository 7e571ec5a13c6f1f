"""The endpoint that programs for OpenAI's API call: an index is a model.

The last message is the question, those before it are the talk. Citations are links in the text, and
`annotations` of the message; beside the choices stands the answer as mmrag gives it.
"""

import time
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from mmrag import contract
from mmrag.answer.linked import Link, LinkedText
from mmrag.errors import MmragError, UsageError
from mmrag.serve import errors
from mmrag.serve.api import Served
from mmrag.serve.asking import Asking, Ping
from mmrag.serve.bodies import MOST_TURNS, AskBody, Question, TurnBody
from mmrag.serve.responses import PING, EventStream, Told, data
from mmrag.types import Answer, MarkedEvidence

router = APIRouter(prefix="/v1")


class Part(BaseModel):
    """A part of a message. Only text is read."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: str
    text: Question = ""


class Message(BaseModel):
    """A message of the talk."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    role: str
    content: Question | Annotated[tuple[Part, ...], Field(max_length=MOST_TURNS)] | None = None

    @property
    def text(self) -> str:
        """Its text. Raises `UsageError` where it holds something else."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        other = [part.type for part in self.content if part.type != "text"]
        if other:
            raise UsageError(
                f"{other[0][:40]}: only text is asked here; POST /v1/indexes/NAME/search takes "
                "pictures"
            )
        return "\n".join(part.text for part in self.content)


class CompletionBody(BaseModel):
    """A request for a completion. What it says of sampling means nothing here."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    model: str
    messages: Annotated[tuple[Message, ...], Field(min_length=1, max_length=MOST_TURNS)]
    stream: bool = False

    def asked(self) -> AskBody:
        """The question with the talk before it; instructions of other roles are left out."""
        *before, last = self.messages
        if last.role != "user":
            raise UsageError("the last message has to be the user's: it is what is asked")
        roles: dict[str, Literal["user", "assistant"]] = {"user": "user", "assistant": "assistant"}
        history = tuple(
            TurnBody(role=roles[turn.role], text=turn.text) for turn in before if turn.role in roles
        )
        return AskBody(question=last.text, history=history)


@router.get("/models")
async def models(engine: Served) -> Response:
    """The indexes as models."""
    rows = [
        {"id": name, "object": "model", "created": 0, "owned_by": "mmrag"}
        for name in engine.locations
    ]
    return Told({"object": "list", "data": rows})


@router.post("/chat/completions")
async def complete(engine: Served, request: Request, body: CompletionBody) -> Response:
    """Answer the last message from the index that `model` names."""
    engine.location(body.model)
    asking = Asking(engine, body.model, body.asked())
    base = str(request.base_url).rstrip("/")
    linked = LinkedText(lambda image_id: f"{base}/i/{body.model}/e/{image_id}")
    completion = _Completion(body.model, linked)
    if body.stream:
        return EventStream(completion.chunks(asking))
    return Told(completion.whole(await asking.answer(request.is_disconnected)))


class _Completion:
    """One completion, whole or in chunks."""

    def __init__(self, model: str, linked: LinkedText) -> None:
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time())}
        self._model = model
        self._linked = linked

    def whole(self, answer: Answer) -> dict[str, Any]:
        """A completion as one object."""
        for item in answer.evidence:
            self._linked.add(item)
        text = self._linked.feed(answer.text) + self._linked.end()
        message = {
            "role": "assistant",
            "content": text,
            "annotations": annotations(self._linked.links),
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return self._object("chat.completion", choice, mmrag=contract.answer(answer))

    async def chunks(self, asking: Asking) -> AsyncIterator[bytes]:
        """A completion as a stream; its annotations come with the last words."""
        yield self._chunk({"role": "assistant", "content": ""})
        async for event in asking.events():
            match event:
                case MarkedEvidence():
                    self._linked.add(event)
                case str():
                    yield self._chunk({"content": self._linked.feed(event)})
                case Answer():
                    last = self._linked.end()
                    found = annotations(self._linked.links)
                    yield self._chunk({"content": last, "annotations": found})
                    yield self._chunk({}, "stop", mmrag=contract.answer(event))
                case MmragError():
                    kind, status = errors.of(event)
                    told = {"type": kind, "message": str(event), "code": status}
                    yield data({"error": told})
                case Ping():
                    yield PING
        yield b"data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return data(self._object("chat.completion.chunk", choice, **more))

    def _object(self, kind: str, choice: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {**self._head, "object": kind, "model": self._model, "choices": [choice], **more}


def annotations(links: Sequence[Link]) -> list[dict[str, Any]]:
    """Citations as OpenAI's API tells them."""
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": link.start,
                "end_index": link.end,
                "url": link.url,
                "title": link.title,
            },
        }
        for link in links
    ]
