"""All files opened before the first is read, so that one knows how many pages there will be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from mmrag.ingest.events import FileFailed, ParseEvent, ParseTask
from mmrag.ingest.formats import table

Read = Callable[[Iterable[ParseTask]], Iterator[ParseEvent]]


def counting_first(read: Read, tasks: Sequence[ParseTask]) -> Iterator[ParseEvent]:
    """The events of files that are counted and then read: milliseconds a file.

    A file that cannot be opened has failed then, and is not tried again. Files that do not come in
    pages are not counted: text is set on pages when it is opened.
    """
    failed = set()
    for event in read(replace(task, only_counts=True) for task in tasks if _is_paged(task)):
        if isinstance(event, FileFailed):
            failed.add(event.path)
        yield event
    yield from read(task for task in tasks if task.path not in failed)


def _is_paged(task: ParseTask) -> bool:
    """Whether a file comes in pages, as its name says."""
    fmt = table.named(task.path.suffix)
    return fmt is not None and fmt.is_paged
