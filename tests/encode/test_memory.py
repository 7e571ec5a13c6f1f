"""Memory that nothing uses goes back to the system."""

import ctypes

import psutil
import pytest

from mmrag.encode.memory import HEAP, TRIM_ITEMS, Heap

BLOCK, BLOCKS = 64 * 1024, 3200  # 200 MB in pieces that come from the heap


@pytest.mark.promise(13)
@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="glibc alone trims")
def test_holes_in_the_heap_are_given_back() -> None:
    blocks = [b"x" * BLOCK for _ in range(BLOCKS)]
    kept = blocks[::100]  # what is left over holds the holes between
    del blocks
    before = psutil.Process().memory_info().rss
    HEAP.used(TRIM_ITEMS)
    assert before - psutil.Process().memory_info().rss > 0.8 * BLOCK * (BLOCKS - len(kept))


def test_it_is_given_back_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    heap, trimmed = Heap(), []
    monkeypatch.setattr(heap, "_trim", trimmed.append)
    for _ in range(10):
        heap.used(TRIM_ITEMS // 4)
    assert len(trimmed) == 2


def test_a_library_without_trimming_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    Heap().used(TRIM_ITEMS)
