"""All files opened before the first is read, so that one knows how many pages there will be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from mmrag.ingest.events import FileFailed, FileUnreached, ParseEvent, ParseTask
from mmrag.ingest.formats import table

Read = Callable[[Iterable[ParseTask]], Iterator[ParseEvent]]


def counting_first(
    read: Read,
    tasks: Sequence[ParseTask],
    is_at_hand: Callable[[ParseTask], bool] = lambda task: True,
) -> Iterator[ParseEvent]:
    """The events of files that are counted and then read: milliseconds a file.

    A file that cannot be opened has failed then, and is not tried again. Files that do not come in
    pages are not counted: text is set on pages when it is opened. Nor are those that are not at
    hand.
    """
    failed = set()
    counted = (task for task in tasks if _is_paged(task) and is_at_hand(task))
    for event in read(replace(task, only_counts=True) for task in counted):
        if isinstance(event, FileFailed | FileUnreached):
            failed.add(event.path)
        yield event
    yield from read(task for task in tasks if task.path not in failed)


def _is_paged(task: ParseTask) -> bool:
    """Whether a file comes in pages, as its name says."""
    fmt = table.named(task.path.suffix)
    return fmt is not None and fmt.is_paged
