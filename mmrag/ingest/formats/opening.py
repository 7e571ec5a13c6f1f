"""Files of every format opened the same way: as numbered pages."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from mmrag.ingest.formats import sniff, table
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
    fmt = sniff.format_of(path)
    terms = OpeningTerms(fmt.name, max_pixels, passwords, on_wait, members)
    with fmt.opener()(path, terms) as opened:
        named = table.named(path.suffix) or fmt
        problems = opened.problems
        if named != fmt:
            message = f"the name says {named.name}, the content is {fmt.name}"
            problems = (*problems, Problem("name", message))
        unpacked = tuple(members.names) if members else ()
        yield replace(opened, problems=problems, members=unpacked)
