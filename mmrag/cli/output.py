"""The one way out for what commands print: lines, JSON, errors. Whatever it says, text only shows.

Words of documents, files, servers and the user's own arguments are mixed with those of mmrag in
most lines. `say` cleans them all: control and bidirectional characters could rewrite the terminal,
and `[1]: http://...` would make a link of a citation where the output is read as Markdown. What
steers a terminal on purpose, bold, colours and links, is a `Styled` part.
"""

import json
import os
import re
import shutil
import sys
import textwrap
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from mmrag.errors import MmragError
from mmrag.paths import is_address
from mmrag.text import page_numbers
from mmrag.text.characters import clean

if TYPE_CHECKING:
    from mmrag.config import Tuned
    from mmrag.reports import FileProblem
    from mmrag.types import BBox

_SAID_OF_STATUS = {
    "ok": "warning",
    "partial": "in part",
    "failed": "failed",
}
_WORDS = re.compile(r"\s+|\S+")
_SET_IN = "    "
_KEPT = "%/:!$&'()*+,;=@[]"  # of an address: what is written in it as it is, or as %20
_PAGES_NAMED = 8  # of those with the same problem; chosen by hand
_LONGEST_TITLE = 100  # characters of a document's title in a line; chosen by hand


@dataclass(frozen=True, slots=True)
class Styled:
    """Words that are shown bold, in a colour, or as a link to a file, where a terminal shows them.

    `link` is an address that mmrag made, as `page_uri` does.
    """

    text: str
    bold: bool = False
    colour: str | None = None
    link: str = ""

    def __str__(self) -> str:
        shown = click.style(safe(self.text), fg=self.colour, bold=self.bold or None)
        if not self.link or not _shows_links():
            return shown
        return f"\x1b]8;;{self.link}\x1b\\{shown}\x1b]8;;\x1b\\"  # OSC 8


def say(*parts: str | Styled, err: bool = False, end: str = "\n") -> None:
    """A line of results, or of notes where `err`; made harmless here, and nowhere else."""
    line = "".join(str(part) if isinstance(part, Styled) else safe(part) for part in parts)
    click.echo(line + end, err=err, nl=False)


def say_folded(*parts: str | Styled) -> None:
    """A line of results that goes on below, set in, at the last word that a terminal has room for.

    What is styled is not parted.
    """
    column, gap, limit = 0, "", width()
    words = [
        word
        for part in parts
        for word in ([part] if isinstance(part, Styled) else _WORDS.findall(safe(part)))
    ]
    for word in words:
        if isinstance(word, str) and word.isspace():
            gap += word
            continue
        length = len(safe(word.text)) if isinstance(word, Styled) else len(word)
        if limit and column and column + len(gap) + length > limit:
            say()
            column, gap = 0, _SET_IN
        say(gap, word, end="")
        column, gap = column + len(gap) + length, ""
    say()


def width() -> int:
    """Columns of the terminal; 0 where results go elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def note(text: str) -> None:
    """What the user should know, on standard error."""
    say(f"note: {text}", err=True)


def print_error(error: MmragError | str) -> None:
    """What went wrong, on standard error."""
    say(f"mmrag: {error}", err=True)


def print_usage_error(error: click.ClickException) -> None:
    """A wrong call with how it is right; its message repeats what was called."""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        say(error.ctx.get_usage(), err=True)
        say(f"Try '{error.ctx.command_path} --help' for help.\n", err=True)
    say(f"Error: {error.format_message()}", err=True)


def print_unexpected(error: Exception, variable: str) -> None:
    """An error that no message was written for: what, where, and how to see more of it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    print_error(
        f"unexpected {type(error).__name__} in {PurePath(frame.filename).name}, line "
        f"{frame.lineno}: {error} (a fault of mmrag: {variable}=1 shows the whole way to it)"
    )


@contextmanager
def interruptible(kept: str) -> Iterator[None]:
    """Within it, Ctrl-C says what is kept, and the command is done in part: exit code 1."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"interrupted: {kept}", err=True)
        raise SystemExit(1) from None


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object, in ASCII so that any text survives any pipe."""
    click.echo(json.dumps(value, indent=2))


def print_event(value: Mapping[str, Any]) -> None:
    """A line of JSON on standard error, for something that happens before the result is there."""
    click.echo(json.dumps(value), err=True)


def safe(text: str) -> str:
    """Text that steers no terminal and defines no link of Markdown."""
    return clean(text).replace("]:", "] :")


def one_line(text: str) -> str:
    """Text on one line, its spaces made single."""
    return " ".join(clean(text).split())


def named(title: str, path: str) -> str:
    """A document by its title and the name of its file, which are often the same."""
    file = PurePath(path)
    short = one_line(title)
    if short in ("", file.name, file.stem):
        return one_line(file.name)
    if len(short) > _LONGEST_TITLE:
        short = f"{short[: _LONGEST_TITLE - 1]}…"
    return f"{short} ({one_line(file.name)})"


def place(kind: str, page: int, label: str, bbox: "BBox | None") -> str:
    """Where a hit or citation is, in words: `chart on page 3 (printed ii), box 72,90-400,310`."""
    name = page_numbers.shown(page, one_line(label))
    if bbox is None:
        return name
    told = name if kind == "page" else f"{kind} on {name}"
    return f"{told}, box {corners(bbox)}"


def corners(bbox: "BBox") -> str:
    """A box by two of its corners, in whole numbers: `72,90-400,310`."""
    x0, y0, x1, y1 = (round(value) for value in bbox)
    return f"{x0},{y0}-{x1},{y1}"


def page_uri(path: str, page: int) -> str:
    """The address at which viewers open a page of a file: `file:///docs/a.pdf#page=12`."""
    uri = quote(path, safe=_KEPT) if is_address(path) else PurePath(path).as_uri()
    return f"{uri}#page={page}" if path.lower().endswith(".pdf") else uri


def problem_lines(problems: "Iterable[FileProblem]") -> Iterator[str]:
    """A line for each kind of problem of each file, with all its pages."""
    grouped: dict[tuple[str, str, str], dict[str, list[int]]] = {}
    for item in problems:
        kind = (item.path, item.problem.stage, item.status)
        pages = grouped.setdefault(kind, {}).setdefault(item.problem.message, [])
        if item.problem.page is not None:
            pages.append(item.problem.page)
    for (path, stage, status), messages in grouped.items():
        for message, pages in messages.items():
            where = f" on page {', '.join(map(str, pages[:_PAGES_NAMED]))}" if pages else ""
            more = f" and {len(pages) - _PAGES_NAMED} more" if len(pages) > _PAGES_NAMED else ""
            what = f"{stage}{where}{more}: {message}"
            yield f"{_SAID_OF_STATUS[status]:<12} {one_line(f'{path}: {what}')}"


def tuned_text(tuned: "Tuned") -> str:
    """What was tuned, in words."""
    parts = []
    if tuned.weights is not None:
        parts.append(", ".join(f"{name} {value:g}" for name, value in tuned.weights.items()))
    if tuned.min_score is not None:
        parts.append(f"min_score {tuned.min_score:g}")
    return f"{'; '.join(parts)} (on {tuned.dataset}; `mmrag eval tune --reset` forgets it)"


def indent(text: str) -> str:
    """Text as a paragraph that stands in from the margin."""
    return textwrap.fill(one_line(text), width=100, initial_indent="    ", subsequent_indent="    ")


def _shows_links() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
