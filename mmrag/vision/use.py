"""What a task costs of the profile's model: calls, failures, seconds, tokens."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mmrag.protocols import ChatModel, CountsTokens


@dataclass(slots=True)
class ModelUse:
    """Calls so far, and those that failed; tokens as far as the model counts them."""

    calls: int = 0
    failed: int = 0
    seconds: float = 0.0
    tokens_read: int = 0
    tokens_written: int = 0

    @contextmanager
    def call(self, model: ChatModel) -> Iterator[None]:
        """Count a call, also where it fails."""
        before = model.tokens if isinstance(model, CountsTokens) else None
        started = time.monotonic()
        self.calls += 1
        try:
            yield
        except BaseException:
            self.failed += 1
            raise
        finally:
            self.seconds += time.monotonic() - started
            if before is not None and isinstance(model, CountsTokens):
                self.tokens_read += model.tokens.read - before.read
                self.tokens_written += model.tokens.written - before.written

    def plain(self) -> dict[str, float]:
        """As JSON has it."""
        return {
            "calls": self.calls,
            "failed": self.failed,
            "seconds": round(self.seconds, 3),
            "tokens_read": self.tokens_read,
            "tokens_written": self.tokens_written,
        }
