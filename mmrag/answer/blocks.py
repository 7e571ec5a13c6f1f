"""The text of a piece of evidence in blocks: paragraphs, rows, lists, and lines, under headings.

What says where and not what is left out: lines of a table of contents, running heads, page numbers,
addresses of web pages.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Literal

from mmrag.text import labels, rows
from mmrag.text.scripts import count_words
from mmrag.types import Evidence

BlockKind = Literal["paragraph", "rows", "list", "steps", "lines"]
_LineKind = Literal["prose", "row", "item", "step", "short"]

MOST_SHORT_WORDS = 12
"""Words of a label, a bullet or a heading; longer lines are prose. By hand."""
_MOST_CELL_WORDS = 20  # words of a cell; by hand
_MOST_NAME_WORDS = 8  # of one in a row without an amount: longer ones are two columns of prose
_FEWEST_WORDS = 6  # of a short line that is a sentence: it ends as one does
_OPEN_WORDS = 4  # words of a line that may go on in the next one
_EDGE = 2  # lines at the top and at the end of a page, among which running heads stand
_LEADERS = re.compile(r"\.{5}|(?:\. ){5}|(?:…\s?){3}")
_CONTENTS = re.compile(
    r"(?:table of )?contents?\b(?:\s+[\w-]+){0,3}|inhalt(?:sverzeichnis)?|sommaire", re.IGNORECASE
)
_TABLE_OF_CONTENTS = re.compile(r"table of contents?|inhaltsverzeichnis|sommaire", re.IGNORECASE)
"""Above lines that say where and not what, with page numbers or without."""
_ENDS_IN_PAGE = re.compile(r"\D.*[\s.]\d{1,3}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+\.(?:com|org|net|gov|edu)/\S*", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"\W*(?:page\s)?\d{1,4}(?:\s?(?:/|of)\s?\d{1,4})?\W*", re.IGNORECASE)
_BULLET = re.compile(r"(?:[•▪●○◦‣➢➤►✓✔■□❑·*]|[-–—](?=\s)|o(?=\s))\s*(?=\S)")
_STEP = re.compile(r"(?:step\s+)?\(?(\d{1,2}|[a-z])(?:[.):]\s*|\s+)(?=[^\W\d])", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:\d+(?:\.\d+)*|[A-Z]|[IVX]+)\.?\s+[^\d\s]\D*")
_HEADING_NUMBER = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+(?=[^\W\d])")
_ENDS_IN_AMOUNT = re.compile(r"(?:[\d.,]+[.,%]\d*|\b\d{1,3})\)?%?$")
_SENTENCE_END = (".", "!", "?", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind that stand together. `intro` is the sentence that announces a list."""

    kind: BlockKind
    lines: tuple[str, ...]
    heading: str = ""
    intro: str = ""


def running_heads(evidence: Sequence[Evidence], texts: Sequence[str]) -> frozenset[str]:
    """Lines at the top or end of two pages of one document, without their numbers."""
    pages = {
        (item.document_id, item.page): text
        for item, text in zip(evidence, texts, strict=True)
        if item.kind == "page"
    }
    seen = Counter(
        (document, line)
        for (document, _), text in pages.items()
        for line in {_without_numbers(edge) for edge in _edges(text.splitlines())}
    )
    return frozenset(line for (_, line), count in seen.items() if count > 1 and line)


def blocks(text: str, heads: Collection[str] = (), caption: str = "") -> list[Block]:
    """The blocks of a text in order; `heads` are running heads, without their numbers."""
    lines = [line.strip() for line in text.splitlines()]
    edges = {
        line
        for line in _edges(lines)
        if _without_numbers(line) in heads or _PAGE_NUMBER.fullmatch(line)
    }
    is_contents = any(_CONTENTS.fullmatch(line) for line in lines)
    told = _joined(
        [
            line
            for line in lines
            if line not in edges
            and _says_something(line)
            and not (is_contents and _ENDS_IN_PAGE.fullmatch(line))
        ]
    )
    kinds = _kinds(told)
    found: list[Block] = []
    heading, at = caption, 0
    for kind, group in groupby(zip(kinds, told, strict=True), key=itemgetter(0)):
        held = [line for _, line in group]
        at += len(held)
        following = kinds[at] if at < len(kinds) else None
        if kind == "short":
            heading = _short_lines(held, heading, following, found)
        else:
            found.append(Block(_BLOCKS[kind], tuple(held), heading, _intro(kind, found)))
    return [
        replace(block, heading=_HEADING_NUMBER.sub("", block.heading))
        for block in found
        if not _TABLE_OF_CONTENTS.fullmatch(block.heading)
    ]


_BLOCKS: dict[_LineKind, BlockKind] = {
    "prose": "paragraph",
    "row": "rows",
    "item": "list",
    "step": "steps",
}


def is_heading(line: str) -> bool:
    """Whether a short line may stand above a section: it begins as a title and ends no sentence."""
    if labels.caption_start(line):
        return True
    if _ENDS_IN_AMOUNT.search(line):
        return False
    begins = _NUMBERED.fullmatch(line) is not None or not line[:1].isdigit()
    return begins and not line[:1].islower() and line[-1:] not in ".;,"


def without_mark(line: str) -> str:
    """An item of a list without its bullet."""
    return _BULLET.sub("", line, count=1) if _BULLET.match(line) else line


def amounts_apart(line: str) -> list[str]:
    """The cells of a row: by wide gaps, or a label and the two or more amounts behind it."""
    cells = rows.cells(line)
    if not cells:
        return cells
    words = cells[0].split()
    label = len(words)
    while label and _is_number(words[label - 1]):
        label -= 1
    amounts = len(words) - label
    if amounts == 0 or (len(cells) == 1 and amounts < 2):
        return cells
    return [*([" ".join(words[:label])] if label else []), *words[label:], *cells[1:]]


def _is_number(word: str) -> bool:
    """Whether a word is an amount; the day in "May 3, 2023" is none."""
    return any(map(str.isdigit, word)) and rows.is_amount(word) and not word.endswith(",")


def _short_lines(
    held: Sequence[str], heading: str, following: _LineKind | None, found: list[Block]
) -> str:
    """Add a run of short lines as a block; returns the heading of what follows it.

    The first of several is their heading, the last one that of a block which follows.
    """
    last = held[-1] if following is not None and is_heading(held[-1]) else None
    inner = list(held[:-1] if last is not None else held)
    if len(inner) > 1 and is_heading(inner[0]):
        heading, inner = inner[0], inner[1:]
    if inner:
        found.append(Block("lines", tuple(inner), heading))
    return last if last is not None else heading


def _intro(kind: _LineKind, found: Sequence[Block]) -> str:
    """The paragraph line before a list, where it announces the list."""
    if kind in ("item", "step") and found and found[-1].kind == "paragraph":
        line = found[-1].lines[-1]
        return line if line.endswith((":", "：")) else ""
    return ""


def _kinds(lines: Sequence[str]) -> list[_LineKind]:
    steps = _steps(lines)
    return ["step" if at in steps else _kind(line) for at, line in enumerate(lines)]


def _kind(line: str) -> _LineKind:
    if _BULLET.match(line):
        return "item"
    cells = amounts_apart(line)
    longest = _MOST_CELL_WORDS if any(map(rows.is_amount, cells)) else _MOST_NAME_WORDS
    is_table = max(map(count_words, cells)) <= longest
    if len(cells) > 1 and is_table and not _NUMBERED.fullmatch(line):
        return "row"
    count = count_words(line)
    ends = line.endswith(_SENTENCE_END) and count >= _FEWEST_WORDS
    return "prose" if ends or count > MOST_SHORT_WORDS else "short"


def _steps(lines: Sequence[str]) -> frozenset[int]:
    """Where lines are numbered one after another, as steps are: two in a row at least."""
    numbered = [(at, match[1].lower()) for at, line in enumerate(lines) if (match := _step(line))]
    found: set[int] = set()
    for (at, number), (then, following) in pairwise(numbered):
        if then <= at + 2 and following == _next(number):
            found |= set(range(at, then + 1))
    return frozenset(found)


def _step(line: str) -> re.Match[str] | None:
    return None if len(rows.cells(line)) > 2 else _STEP.match(line)


def _next(number: str) -> str:
    return str(int(number) + 1) if number.isdigit() else chr(ord(number) + 1)


def _joined(lines: Sequence[str]) -> list[str]:
    """The lines, with what one leaves open put to what follows: a sentence that was broken."""
    found: list[str] = []
    for at, line in enumerate(lines):
        before = found[-1] if found else ""
        after = lines[at + 1] if at + 1 < len(lines) else ""
        if before and (
            (_is_open(before) and _goes_on(before, line)) or _is_within_list(before, line, after)
        ):
            found[-1] = f"{before} {line}"
        else:
            found.append(line)
    return found


def _is_open(line: str) -> bool:
    words = count_words(line)
    if line.endswith(","):
        return words > MOST_SHORT_WORDS
    is_text = words >= _OPEN_WORDS or _BULLET.match(line) is not None
    return is_text and line[-1:] not in ".!?:;)" and len(rows.cells(line)) == 1


def _goes_on(before: str, line: str) -> bool:
    if before.endswith(","):
        return True
    return line[:1].islower() and len(rows.cells(line)) == 1 and not _BULLET.match(line)


def _is_within_list(before: str, line: str, after: str) -> bool:
    """Whether a short line between two bullets is the end of the first one's item."""
    has_bullets = _BULLET.match(before) and _BULLET.match(after) and not _BULLET.match(line)
    return bool(has_bullets) and count_words(line) <= _OPEN_WORDS and before[-1:] not in ".!?:;"


def _says_something(line: str) -> bool:
    """Whether a line is more than marks, a line of contents, or an address."""
    is_text = any(map(str.isalnum, line)) and not _LEADERS.search(line)
    return is_text and not _ADDRESS.fullmatch(line)


def _edges(lines: Sequence[str]) -> Iterator[str]:
    told = [line.strip() for line in lines if line.strip()]
    for line in (*told[:_EDGE], *told[-_EDGE:]):
        if count_words(line) <= MOST_SHORT_WORDS:
            yield line


def _without_numbers(line: str) -> str:
    return " ".join(re.sub(r"\d+", " ", line).split()).lower()
