"""What all commands print alike: JSON, places, problems, and text that is harmless to show.

Text that comes from outside is cleaned before it is shown: control and bidirectional characters
could otherwise rewrite the terminal.
"""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from mmrag.errors import MmragError
from mmrag.text import page_numbers
from mmrag.text.characters import clean
from mmrag.types import BBox, Status

if TYPE_CHECKING:
    from mmrag.config import Tuned
    from mmrag.reports import FileProblem

_SAID_OF_STATUS: Mapping[Status, str] = {"ok": "warning", "partial": "in part", "failed": "failed"}
_PAGES_NAMED = 8  # of those with the same problem; chosen by hand


def print_error(error: MmragError) -> None:
    """What went wrong, on standard error; a message may quote a file or a server."""
    click.echo(f"mmrag: {clean(str(error))}", err=True)


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object, in ASCII so that any text survives any pipe."""
    click.echo(json.dumps(value, indent=2))


def place(kind: str, page: int, label: str, bbox: BBox | None) -> str:
    """Where a hit or citation is, in words: `chart on page 3 (printed ii), box 72,90-400,310`."""
    name = page_numbers.shown(page, clean(label))
    if bbox is None:
        return name
    x0, y0, x1, y1 = (round(value) for value in bbox)
    return f"{kind} on {name}, box {x0},{y0}-{x1},{y1}"


def problem_lines(problems: "Iterable[FileProblem]") -> Iterator[str]:
    """A line for each kind of problem of each file, with all its pages."""
    grouped: dict[tuple[str, str, Status], dict[str, list[int]]] = {}
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
            yield f"{_SAID_OF_STATUS[status]:<12} {clean(path)}: {clean(what)}"


def tuned_text(tuned: "Tuned") -> str:
    """What was tuned, in words."""
    parts = []
    if tuned.weights is not None:
        parts.append(", ".join(f"{name} {value:g}" for name, value in tuned.weights.items()))
    if tuned.min_score is not None:
        parts.append(f"min_score {tuned.min_score:g}")
    return f"{'; '.join(parts)} (on {clean(tuned.dataset)}; `mmrag eval tune --reset` forgets it)"


def indent(text: str) -> str:
    """Text as a paragraph that stands in from the margin."""
    return textwrap.fill(
        " ".join(text.split()), width=100, initial_indent="    ", subsequent_indent="    "
    )
