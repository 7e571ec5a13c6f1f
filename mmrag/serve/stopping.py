"""A reply that nobody waits for any more is stopped where the model makes it.

Answering runs on a thread. Who asked may go away meanwhile; then `stop` is set, and the chat model
ends at its next piece: a server at work for nobody would let others wait.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event

from mmrag.errors import MmragError
from mmrag.models import Models
from mmrag.protocols import ChatModel, Limits, Reply, SchemaModel, Turn

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
