"""How many steps a procedure has: counted where the document numbers them under its name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag.answer.blocks import Block, blocks
from mmrag.answer.computing.terms import OPTIONAL
from mmrag.answer.questions import FRAME
from mmrag.answer.spans import CELL
from mmrag.text.prompting import neutralise, one_line
from mmrag.text.stems import content_stems, stem
from mmrag.types import Evidence

_ASKED = re.compile(
    r"^\W*how\s+(?:many\s+)?steps\b(?P<rest>[^?]*)|\bnumber\s+of\s+steps\b(?P<of>[^?]*)",
    re.IGNORECASE,
)
_ASKING_TEXT = "need require take involve necessary step instruction procedure process follow do"
_ASKING = frozenset(map(stem, _ASKING_TEXT.split())) | FRAME | OPTIONAL
_NUMBER = re.compile(r"\(?(?:step\s+)?(\d{1,2})\b", re.IGNORECASE)
_MOST_EXTRA = 2  # words of a procedure's name that a question leaves out; chosen by hand
_LONGEST_NAME = 120  # characters of the name in an answer; chosen by hand


@dataclass(frozen=True, slots=True)
class CountedSteps:
    """How many steps the procedure `name` has, their text, and the number of their evidence."""

    count: int
    name: str
    text: str  # set apart by CELL, its name first
    piece: int


def read(question: str) -> frozenset[str] | None:
    """The stems of the procedure whose steps are to be counted; None where none are."""
    found = _ASKED.search(question)
    if found is None:
        return None
    return frozenset(content_stems(found["rest"] or found["of"] or "")) - _ASKING or None


def answer(asked: frozenset[str], evidence: Sequence[Evidence]) -> CountedSteps | None:
    """The steps of the one procedure of that name; None where it has several counts, or none."""
    found = [
        counted
        for number, item in enumerate(evidence)
        for block in blocks(neutralise(item.quotable))
        for counted in _counted(asked, number, block)
    ]
    return found[0] if len({counted.count for counted in found}) == 1 else None


def _counted(asked: frozenset[str], number: int, block: Block) -> Iterator[CountedSteps]:
    name = block.intro or block.heading
    stems = frozenset(content_stems(name)) - _ASKING
    if block.kind != "steps" or not asked <= stems or len(stems - asked) > _MOST_EXTRA:
        return
    numbers = [int(match[1]) for line in block.lines if (match := _NUMBER.match(line))]
    if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)):
        text = CELL.join((name, *block.lines))
        yield CountedSteps(len(numbers), one_line(name, _LONGEST_NAME), text, number)
