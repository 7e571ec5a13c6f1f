"""How many items a numbered list has that may go on over pages: "How many parts are introduced?".

The list stands below a line that says all that is asked, and is numbered from 1 with a full stop
or a parenthesis; it goes on with the next page where that has the next number first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag.answer.blocks import MOST_SHORT_WORDS
from mmrag.answer.computing.matching import names_document
from mmrag.answer.computing.terms import OPTIONAL
from mmrag.answer.questions import FRAME
from mmrag.text.prompting import one_line
from mmrag.text.scripts import count_words
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import content_words
from mmrag.types import Evidence

_ASKED = re.compile(
    r"^\W*how\s+many\s+(?P<noun>parts|items|components|points|rules|steps|tips)\b(?P<rest>[^?]*)",
    re.IGNORECASE,
)
_ASKING_TEXT = "introduce require need take involve there"
_ASKING = frozenset(map(stem, _ASKING_TEXT.split())) | FRAME | OPTIONAL
_ITEM = re.compile(r"(?P<number>\d{1,2})(?P<mark>[.)])\s+\S")
_FEWEST = 3  # items; of two numbers one may be a heading's; chosen by hand
_MOST_EXTRA = 2  # words of the heading that a question leaves out; chosen by hand
_LONGEST_NAME = 120  # characters of the heading in an answer; chosen by hand


@dataclass(frozen=True, slots=True)
class CountedItems:
    """How many items, the line above them, and the pieces of evidence, with the first in each."""

    count: int
    noun: str
    name: str
    pieces: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class AskedItems:
    """The noun that is counted, and the words that the line above the items has to say."""

    noun: str
    words: tuple[str, ...]


def read(question: str) -> AskedItems | None:
    """What is counted; None where a question counts something else, or says nothing of it."""
    found = _ASKED.search(question)
    if found is None:
        return None
    noun = "" if found["noun"].lower() == "steps" else found["noun"]
    told = content_words(f"{noun} {found['rest']}")
    words = tuple(word for word in told if stem(word) not in _ASKING)
    return AskedItems(found["noun"].lower(), words) if len(words) > 1 else None


def answer(asked: AskedItems, evidence: Sequence[Evidence]) -> CountedItems | None:
    """The one list of that name; None where there are several of other lengths, or none."""
    found = [one for at in range(len(evidence)) for one in _lists(asked, evidence, at)]
    return found[0] if len({one.count for one in found}) == 1 else None


def _lists(asked: AskedItems, evidence: Sequence[Evidence], at: int) -> Iterator[CountedItems]:
    item = evidence[at]
    names = f"{item.document}\n{item.path}"
    wanted = {stem(word) for word in asked.words if not names_document(word.capitalize(), names)}
    lines = [line.strip() for line in item.quotable.splitlines()]
    for number, line in enumerate(lines if item.kind == "page" and len(wanted) > 1 else ()):
        stems = set(content_stems(line)) - _ASKING
        is_name = wanted <= stems and len(stems - wanted) <= _MOST_EXTRA
        if is_name and count_words(line) <= MOST_SHORT_WORDS and not _ITEM.match(line):
            counted = _run(lines[number + 1 :], 1)
            pieces = [(at, counted[0])] if counted else []
            page, total = item.page, len(counted)
            while pieces and (other := _page(evidence, item.document_id, page + 1)) is not None:
                more = _run(
                    [told.strip() for told in evidence[other].quotable.splitlines()], total + 1
                )
                if not more:
                    break
                pieces.append((other, more[0]))
                page, total = page + 1, total + len(more)
            if total >= _FEWEST:
                yield CountedItems(total, asked.noun, one_line(line, _LONGEST_NAME), tuple(pieces))


def _run(lines: Sequence[str], first: int) -> list[str]:
    """The numbered lines that count on from `first`, the first of all among them."""
    found: list[str] = []
    for line in lines:
        match = _ITEM.match(line)
        if match and int(match["number"]) == first + len(found):
            found.append(line)
        elif match and (not found or int(match["number"]) == 1):
            break
    return found


def _page(evidence: Sequence[Evidence], document_id: str, page: int) -> int | None:
    return next(
        (
            at
            for at, item in enumerate(evidence)
            if (item.document_id, item.page, item.kind) == (document_id, page, "page")
        ),
        None,
    )
