"""A question read as an operation over numbers, each of which is a question of its own.

"By how much did the profit grow from 2023 to 2024?" is the difference of "profit 2024" and "profit
2023". A question that asks for more than can be read here is not read.
"""

from dataclasses import dataclass

from mmrag.answer.computing import instructions, languages, phrasing
from mmrag.answer.computing.terms import Terms, terms
from mmrag.types import Operation


@dataclass(frozen=True, slots=True)
class AskedOperation:
    """A question as an operation over look-ups, in the order in which they go in."""

    operation: Operation
    parts: tuple[Terms, ...]
    whole: Terms  # all of the question, as of a look-up
    power: int | None = None  # the scale in which the answer is wanted
    decimals: int | None = None  # that it is to have
    wants_percent: bool = False
    less: bool = False  # whether the first is less is asked
    noun: Terms | None = None  # which of what is asked
    rank: int = 1  # the largest, or the second largest
    of_group: bool = False  # whether the noun is of a group of rows
    of_two: bool = False  # whether it is one of two


def read(question: str) -> AskedOperation | None:
    """The operation that a question asks for; None where it asks for something else."""
    spoken = languages.read(question)
    language, text = spoken.language, instructions.bare(spoken.text)
    found = phrasing.phrased(text)
    if found is None:
        return None
    return AskedOperation(
        operation=found.operation,
        parts=tuple(terms(part, language) for part in found.parts),
        whole=terms(phrasing.PERCENT.sub(" ", text), language),
        power=instructions.power_wanted(spoken.text),
        decimals=instructions.decimals_wanted(spoken.text),
        wants_percent=bool(phrasing.PERCENT.search(text) or phrasing.POINTS.search(text)),
        less=found.less,
        noun=terms(found.noun, language) if found.noun else None,
        rank=found.rank,
        of_group=found.of_group,
        of_two=found.of_two,
    )
