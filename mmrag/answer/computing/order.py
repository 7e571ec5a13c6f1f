"""Which of two lines of a document comes first: "Is 'Cleaning' before or after 'Charging'?"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mmrag.text.words import plain_words, quoted
from mmrag.types import OutlineItem, OutlinePage

_ASKED = re.compile(r"\b(?:before\s+or\s+after|after\s+or\s+before)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """Two lines in quotation marks: whether the first stands before or behind the other."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """`before` or `after`, and where both lines stand."""

    word: str
    items: tuple[OutlineItem, OutlineItem]


def read(question: str) -> AskedOrder | None:
    """The lines whose order a question asks for: those in quotation marks around its words."""
    found = _ASKED.search(question)
    if found is None:
        return None
    before, after = quoted(question[: found.start()]), quoted(question[found.end() :])
    return AskedOrder(before[-1], after[0]) if before and after else None


def answer(asked: AskedOrder, pages: Sequence[OutlinePage]) -> FoundOrder | None:
    """The order of two lines; None unless each stands in one place of the document alone."""
    places = [list(_places(line, pages)) for line in (asked.one, asked.other)]
    if any(len(found) != 1 for found in places):
        return None
    [(one, first)], [(other, second)] = places
    word = "before" if one < other else "after"
    return FoundOrder(word, (first, second))


def _places(
    wanted: str, pages: Sequence[OutlinePage]
) -> Iterator[tuple[tuple[int, int], OutlineItem]]:
    """The lines of these words alone; in quotation marks they are a reference."""
    words = plain_words(wanted)
    for page in pages:
        for at, line in enumerate(map(str.strip, page.text.splitlines())):
            if words and line[-1:].isalnum() and plain_words(line) == words:
                yield (page.item.page, at), replace(page.item, title=line)
