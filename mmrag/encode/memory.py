"""Memory that the C library holds though nothing uses it any more."""

import ctypes

TRIM_ITEMS = 32
"""Items after which memory is given back; at this distance its cost is lost in the noise. By
hand."""


class Heap:
    """Gives memory back to the system now and then.

    Batches of many lengths leave glibc's heap full of holes, which it keeps: hundreds of megabytes
    after some hours. `malloc_trim` (glibc's manual, 3.2.3.7) gives back the pages in them. Where
    the C library has no such function its heap is left alone.
    """

    def __init__(self) -> None:
        self._trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        self._used = 0

    def used(self, items: int) -> None:
        """Note that so many more items went through a model."""
        self._used += items
        if self._trim is not None and self._used >= TRIM_ITEMS:
            self._trim(0)
            self._used = 0


HEAP = Heap()
"""Of this process, which has but one."""
