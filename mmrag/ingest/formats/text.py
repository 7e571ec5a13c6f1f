"""Plain text in any encoding, set in type of one pitch; a form feed begins a page."""

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mmrag.errors import DocumentError
from mmrag.ingest.formats import encodings, flow
from mmrag.ingest.formats.flow import Content, HtmlBlock
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.types import Problem

MAX_BYTES = 32 << 20
"""Of a file of text; chosen by hand: some ten thousand pages."""
_LINES_A_BLOCK = 200  # set together; chosen by hand


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A file of text. Raises `DocumentError` where there is nothing in it."""
    text, metadata, problems = read(path)
    with as_written(text, metadata, problems, terms) as file:
        yield file


@contextmanager
def as_written(
    text: str, metadata: dict[str, str], problems: Sequence[Problem], terms: OpeningTerms
) -> Iterator[OpenFile]:
    """A text as it stands, markup and all. Raises `DocumentError` where there is nothing in it."""
    if not text.strip():
        raise DocumentError("there is nothing but space in it")
    content = Content(_blocks(text), metadata=metadata, problems=problems)
    with flow.opened(content, terms.on_wait) as file:
        yield file


def read(path: Path, declared: str = "") -> tuple[str, dict[str, str], tuple[Problem, ...]]:
    """The text of a file, its encoding as metadata, and a problem where not all of it is read."""
    data, problems = start_of(path, "text")
    text, encoding = encodings.decoded(data, declared)
    return text, {"encoding": encoding}, problems


def start_of(path: Path, what: str) -> tuple[bytes, tuple[Problem, ...]]:
    """As many bytes of a file as are read, and a problem where it has more; `what` they are."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) <= MAX_BYTES:
        return data, ()
    told = f"only the first {MAX_BYTES >> 20} MB of the {what} were read"
    return data[:MAX_BYTES], (Problem("open", told),)


def _blocks(text: str) -> Iterator[HtmlBlock]:
    for page in text.split("\f"):
        lines = page.strip("\n").split("\n")
        for at in range(0, len(lines), _LINES_A_BLOCK):
            piece = "\n".join(line.expandtabs() for line in lines[at : at + _LINES_A_BLOCK])
            if piece.strip():
                yield HtmlBlock(f"<pre>{html.escape(piece)}</pre>", begins_page=at == 0)
