"""An encoder for a few items that loads at once, and one for many that takes seconds to load."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Encoder = TypeVar("Encoder")


class Growing(Generic[Encoder]):
    """Gives the light encoder until more than `few` items are to be encoded, then the heavy one.

    Both encode into one space. A run of a few pages never pays for a library that takes longer to
    load than the light encoder takes for all of them, and neither does any number of questions,
    which nobody announces.
    """

    def __init__(
        self, light: Callable[[], Encoder], heavy: Callable[[], Encoder], few: int
    ) -> None:
        self._load = {False: light, True: heavy}
        self._few = few
        self._expected = 0  # items announced so far
        self._lock = Lock()
        self._loaded: dict[bool, Encoder] = {}

    def expect(self, count: int) -> None:
        """So many more items will be encoded."""
        with self._lock:
            self._expected += count

    def encoder(self, count: int) -> Encoder:
        """What encodes the next `count` items."""
        with self._lock:
            is_heavy = max(count, self._expected) > self._few
            if is_heavy not in self._loaded:
                self._loaded = {is_heavy: self._load[is_heavy]()}
            return self._loaded[is_heavy]
