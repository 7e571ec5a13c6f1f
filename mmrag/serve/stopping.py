"""A reply that nobody waits for any more is stopped where the model makes it.

Answering runs on a thread. Who asked may go away meanwhile; then `stop` is set, and the chat model
ends at its next piece: a server at work for nobody would let others wait.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event
from typing import TypeVar

from mmrag.errors import MmragError
from mmrag.models import Models
from mmrag.protocols import ChatModel, Limits, Reply, SchemaModel, Turn

Result = TypeVar("Result")
_LOOKS_SECONDS = 0.25  # between two looks whether the client is still there; chosen by hand
_stop: ContextVar[Event | None] = ContextVar("stop", default=None)


class GivenUp(MmragError):
    """Nobody waits for this answer any more."""


@contextmanager
def stopped_by(stop: Event) -> Iterator[None]:
    """Within it, in this thread, replies end when `stop` is set; those not begun do not begin."""
    token = _stop.set(stop)
    try:
        check()
        yield
    finally:
        _stop.reset(token)


def check() -> None:
    """Raise `GivenUp` where nobody waits any more."""
    stop = _stop.get()
    if stop is not None and stop.is_set():
        raise GivenUp("the client went away")


async def waited_for(
    future: "Future[Result]", stop: Event, is_gone: Callable[[], Awaitable[bool]]
) -> Result:
    """What a call on a thread gives; `stop` ends it where nobody waits for it any more.

    Raises `GivenUp` where the client has gone, and what the call raises.
    """
    waited = asyncio.wrap_future(future)
    try:
        while not (await asyncio.wait({waited}, timeout=_LOOKS_SECONDS))[0]:
            if await is_gone():
                raise GivenUp("the client went away")
        return waited.result()
    finally:
        stop.set()
        waited.cancel()  # and with it `future`; or asyncio logs an error of it that nobody reads


class StoppableChatModel:
    """A ChatModel whose replies end when nobody waits for them."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def max_images(self) -> int:
        return self._model.max_images

    @property
    def parallel(self) -> int:
        return self._model.parallel

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Reply:
        return (yield from _checked(self._model.stream(turns, limits)))

    def structured(
        self, turns: Sequence[Turn], limits: Limits, schema: Mapping[str, object]
    ) -> Reply:
        """As the model offers it; plain text where it does not."""
        if isinstance(self._model, SchemaModel):
            return (yield from _checked(self._model.structured(turns, limits, schema)))
        return (yield from self.stream(turns, limits))

    def close(self) -> None:
        """The model belongs to the `Models` that loaded it."""


def stoppable(models: Models) -> Models:
    """The same profile, its chat model stoppable. Close both."""
    if not models.has_chat_model:
        return models
    load: Callable[[], ChatModel] = models.chat_model
    return Models(models.settings, chat_model=lambda: StoppableChatModel(load()))


def _checked(reply: Reply) -> Reply:
    try:
        while True:
            check()
            try:
                piece = next(reply)
            except StopIteration as end:
                notes: tuple[str, ...] = end.value
                return notes
            yield piece
    finally:
        reply.close()
