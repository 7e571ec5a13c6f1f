"""Work on many items in threads, a bounded number of them under way."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


def as_done(
    function: Callable[[Item], Done], items: Iterable[Item], at_once: int
) -> Iterator[Done]:
    """What `function` makes of each item, `at_once` of them under way, in the order they are done.

    Items are taken in the caller's thread, each when there is a place for it. Whoever leaves early
    waits for nothing: what is under way ends by itself. Raises what `function` does.
    """
    if at_once == 1:  # in this thread, so that an interruption is felt at once
        yield from map(function, items)
        return
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="side-by-side")
    under_way: set[Future[Done]] = set()
    try:
        for item in items:
            under_way.add(pool.submit(function, item))
            patience = None if len(under_way) == at_once else 0
            done, under_way = wait(under_way, patience, FIRST_COMPLETED)
            yield from (future.result() for future in done)
        yield from (future.result() for future in as_completed(under_way))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
