"""What a task costs of the profile's model: calls, failures, seconds, tokens, and by server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from threading import Lock

from mmrag.protocols import ChatModel, CountsTokens, Served, ServerUse, TokenUse


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Calls, and those that failed; tokens as far as the model counts them.

    `seconds` are those of all calls, of which several may be under way at once; `servers` tell all
    that they have done for this process.
    """

    calls: int = 0
    failed: int = 0
    seconds: float = 0.0
    tokens_read: int = 0
    tokens_written: int = 0
    servers: tuple[ServerUse, ...] = ()

    def plain(self) -> dict[str, object]:
        """As JSON has it."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


class UseMeter:
    """Counts the use of one model, by several threads."""

    def __init__(self) -> None:
        self.use = ModelUse()  # so far
        self._under_way = 0
        self._tokens = TokenUse()  # that are counted already
        self._lock = Lock()

    @contextmanager
    def call(self, model: ChatModel) -> Iterator[None]:
        """Count a call, also where it fails."""
        started = time.monotonic()
        with self._lock:
            if self._under_way == 0:
                self._tokens = _tokens(model)
            self._under_way += 1
            self.use = replace(self.use, calls=self.use.calls + 1)
        failed = 1
        try:
            yield
            failed = 0
        finally:
            with self._lock:
                self._under_way -= 1
                self._count(model, failed, time.monotonic() - started)

    def _count(self, model: ChatModel, failed: int, seconds: float) -> None:
        before, self._tokens = self._tokens, _tokens(model)
        self.use = replace(
            self.use,
            failed=self.use.failed + failed,
            seconds=self.use.seconds + seconds,
            tokens_read=self.use.tokens_read + self._tokens.read - before.read,
            tokens_written=self.use.tokens_written + self._tokens.written - before.written,
            servers=model.servers if isinstance(model, Served) else (),
        )


def _tokens(model: ChatModel) -> TokenUse:
    return model.tokens if isinstance(model, CountsTokens) else TokenUse()
