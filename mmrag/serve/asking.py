"""A question under way: its answer in pieces as they come, until nobody waits for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event

from mmrag.answer.claims import MARK
from mmrag.errors import MmragError
from mmrag.index import Index
from mmrag.serve import stopping
from mmrag.serve.bodies import AskBody
from mmrag.serve.engine import Engine
from mmrag.serve.guard import UNEXPECTED, log_place
from mmrag.types import Answer, MarkedEvidence

PING_SECONDS = 15.0  # of silence, after which proxies begin to close; by hand


@dataclass(frozen=True, slots=True)
class Ping:
    """Nothing has come for a while."""


AskEvent = str | MarkedEvidence | Answer | MmragError | Ping
"""A piece of text, evidence whose marker comes next, the validated answer, or why none."""


class Asking:
    """One question on its way through the queue. Raises `Busy` where that is full."""

    def __init__(self, engine: Engine, name: str, body: AskBody) -> None:
        self._body = body
        self._metrics = engine.metrics
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[AskEvent] = asyncio.Queue()
        self._stop = Event()
        self._evidence: dict[str, MarkedEvidence] = {}
        self._future = engine.asks.submit(name, self._answer)

    async def answer(self, is_gone: Callable[[], Awaitable[bool]]) -> Answer:
        """The whole answer. Raises `GivenUp` where the client has gone, and what asking raises."""
        return await stopping.waited_for(self._future, self._stop, is_gone)

    async def events(self) -> AsyncIterator[AskEvent]:
        """What comes, the answer or the error last. Left early, it stops the answer."""
        try:
            while True:
                try:
                    event = await asyncio.wait_for(self._queue.get(), PING_SECONDS)
                except TimeoutError:
                    event = Ping()
                yield event
                if isinstance(event, Answer | MmragError):
                    return
        finally:
            self._stop.set()
            self._future.cancel()

    def _answer(self, index: Index) -> Answer:
        """On a thread: make a follow-up stand alone, search, answer."""
        try:
            with stopping.stopped_by(self._stop):
                found = self._asked(index)
        except MmragError as error:
            self._tell(error)
            raise
        except Exception as error:
            log_place(error)  # of a stream, nobody else reads it
            told = MmragError(UNEXPECTED)
            self._tell(told)
            raise told from error
        self._metrics.answer(found.status)
        self._tell(found)
        return found

    def _asked(self, index: Index) -> Answer:
        body = self._body
        turns = body.turns
        alone = index.models.rewriter()(body.question, turns) if turns else body.question
        return index.ask(
            alone,
            k=body.k,
            documents=body.documents,
            tags=body.tags,
            kinds=body.kinds,
            pages=body.numbers,
            history=turns,
            on_text=self._text,
            on_evidence=self._marked,
        )

    def _marked(self, evidence: Sequence[MarkedEvidence]) -> None:
        self._evidence = {item.marker: item for item in evidence}

    def _text(self, piece: str) -> None:
        stopping.check()
        for marker in MARK.findall(piece):
            if item := self._evidence.pop(marker, None):
                self._tell(item)
        self._tell(piece)

    def _tell(self, event: AskEvent) -> None:
        with suppress(RuntimeError):  # the loop is closed: the server ends
            self._loop.call_soon_threadsafe(self._queue.put_nowait, event)
