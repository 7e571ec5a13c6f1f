"""Files of every format opened the same way: as numbered pages."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from mmrag.ingest.formats import office_lock, parts, sniff, table
from mmrag.ingest.formats.members import Members
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.types import Problem


@contextmanager
def open_file(
    path: Path,
    max_pixels: int,
    passwords: Sequence[str] = (),
    on_wait: Callable[[], None] = lambda: None,
    members: Members | None = None,
) -> Iterator[OpenFile]:
    """Open a file of any format that is read. Raises `DocumentError` with a plain reason.

    `on_wait` is called while another program works on it; `members` take the files within it.
    """
    with ExitStack() as stack:
        plain = stack.enter_context(office_lock.unlocked(path, passwords))
        fmt = sniff.format_of(plain)
        if not fmt.holds_files:  # what is taken out of an archive is counted as it is
            parts.refuse_bomb(plain)
        terms = OpeningTerms(fmt.name, max_pixels, passwords, on_wait, members)
        opened = stack.enter_context(fmt.opener()(plain, terms))
        named = table.named(path.suffix) or fmt
        problems = opened.problems
        if named != fmt:
            message = f"the name says {named.name}, the content is {fmt.name}"
            problems = (*problems, Problem("name", message))
        unpacked = tuple(members.names) if members else ()
        yield replace(opened, problems=problems, members=unpacked)
