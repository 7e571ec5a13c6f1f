"""What a document lists in its own table of contents, in order: a title, and the page behind it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mmrag.types import OutlineItem, OutlinePage

_HEAD = re.compile(
    r"(?:table\s+of\s+)?contents|inhalt(?:sverzeichnis)?|sommaire|table\s+des\s+matières",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"(?P<title>[^\W_].*?[^\W\d_].*?)(?:\s*(?:\.\s?|…\s?|·\s?){2,}\s*|\s+)(?P<page>\d{1,4}|[ivxl]{1,6})"
)
"""A title, leaders or a gap, and a page."""
_PAGE = re.compile(r"\d{1,4}|[ivxl]{1,6}")
_FIRST_PAGES = 20  # among which a table of contents stands; chosen by hand
_FEWEST = 3  # entries: fewer are lines that end in a number; chosen by hand


def entries(pages: Sequence[OutlinePage]) -> list[OutlineItem]:
    """The entries below the heading of the table of contents, and of pages that go on with it.

    Each is an item of the page on which it is listed. Empty where there is none, or where the
    pages that it names do not go up: then it is a table of something else.
    """
    found: list[tuple[OutlineItem, str]] = []
    for page in pages[:_FIRST_PAGES]:
        lines = [line.strip() for line in page.text.splitlines() if line.strip()]
        heads = [at for at, line in enumerate(lines) if _HEAD.fullmatch(line)]
        if not found and not heads:
            continue
        listed = list(_listed(page, lines if found else lines[heads[0] + 1 :]))
        if len(listed) < _FEWEST:
            if found:
                break
            continue
        found += listed
    numbers = [int(number) for _, number in found if number.isdigit()]
    goes_up = numbers == sorted(numbers)
    return [item for item, _ in found] if len(found) >= _FEWEST and goes_up else []


def _listed(page: OutlinePage, lines: Sequence[str]) -> Iterator[tuple[OutlineItem, str]]:
    """Titles with their pages, which stand behind them in the line, or alone in the next one."""
    for at, line in enumerate(lines):
        after = lines[at + 1] if at + 1 < len(lines) else ""
        match = _ENTRY.fullmatch(line)
        if match is None and _PAGE.fullmatch(after) and not _PAGE.fullmatch(line):
            match = _ENTRY.fullmatch(f"{line} {after}")
        if match is not None:
            title = match["title"].rstrip(" .…·")
            yield replace(page.item, title=title), match["page"]
