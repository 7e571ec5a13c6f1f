"""Who made a document, by its first pages: "Prepared by: Ada Lind", or the name on a title page.

A name on a title page is told by its form alone where it is the only line beside the title.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mmrag.text.words import plain_words
from mmrag.types import OutlineItem, OutlinePage

WHOLE = (
    r"(?:this|the)\s+(?:document|paper|article|report|book|manual|presentation|slides?(?:\s+deck)?"
    r"|deck|thesis|study)"
)
"""Pattern for the document, as a question calls it."""
_ASKED = re.compile(
    r"^\W*who(?:'s|’s|\s+(?:is|are|was|were))\s+(?:the\s+)?(?:presenters?|authors?|speakers?|writers?)"
    rf"\s+(?:of|in)\s+{WHOLE}\W*$"
    rf"|^\W*who\s+(?:wrote|authored|presented|prepared|made|created)\s+{WHOLE}\W*$"
    rf"|^\W*(?:by\s+)?whom\s+(?:was|were)\s+{WHOLE}\s+(?:written|presented|prepared|made)(?:\s+by)?\W*$",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"\W*(?:(?:(?:presented|prepared|written|compiled|submitted)\s+)?by|authors?|presenters?|speakers?)"
    r"\s*(?:[:–—-]\s*|\s+)(?P<name>.*)",
    re.IGNORECASE,
)
_BARE_CUE = re.compile(
    r"\W*(?:(?:presented|prepared|written|compiled|submitted)\s+by|by|authors?|presenters?|speakers?)"
    r"\s*:?\W*",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:(?:Mr|Ms|Mrs|Dr|Prof)\.?\s+)?[A-Z][a-z'’-]+(?:\s+[A-Z]\.)*(?:\s+(?:[A-Z][a-z'’]+-?){1,2}){1,2}"
)
_FIRST_PAGES = 3  # on which a document says who made it; chosen by hand
_MOST_LINES = 2  # of a title page whose other line is a name: the title, and the name
_LONGEST_NAME = 12  # words of the line with the names; chosen by hand


def asks(question: str) -> bool:
    """Whether a question asks who made the document."""
    return _ASKED.search(question) is not None


def maker(pages: Sequence[OutlinePage], title: str) -> OutlineItem | None:
    """The line that names who made the document; None where it says none, or several."""
    first = pages[:_FIRST_PAGES]
    found = [item for page in first for item in _behind_cues(page)]
    if not found and first:
        found = list(_beside_title(first[0], title))
    names = {tuple(plain_words(item.title)) for item in found}
    return found[0] if len(names) == 1 else None


def _behind_cues(page: OutlinePage) -> Iterator[OutlineItem]:
    lines = [line.strip() for line in page.text.splitlines() if line.strip()]
    for at, line in enumerate(lines):
        behind = _CUE.fullmatch(line)
        name = behind["name"] if behind else ""
        if _BARE_CUE.fullmatch(line) and at + 1 < len(lines):
            name = lines[at + 1]
        if name[:1].isupper() and len(name.split()) <= _LONGEST_NAME and _PERSON.match(name):
            yield replace(page.item, title=name)


def _beside_title(page: OutlinePage, title: str) -> Iterator[OutlineItem]:
    lines = [line.strip() for line in page.text.splitlines() if line.strip()]
    named = plain_words(title)
    others = [line for line in lines if plain_words(line) != named]
    others = others if len(others) < len(lines) else lines[1:]  # the title is a file's name
    if len(others) == 1 < len(lines) <= _MOST_LINES and _PERSON.fullmatch(others[0]):
        yield replace(page.item, title=others[0])
