"""A question read as an operation over numbers, each of which is a question of its own.

"By how much did the profit grow from 2023 to 2024?" is the difference of "profit 2024" and "profit
2023". A question that asks for more than can be read here is not read.
"""

import re
from dataclasses import dataclass

from mmrag.answer.computing import languages, phrasing
from mmrag.answer.computing.terms import Terms, plain_periods, terms
from mmrag.text.units import POWERS
from mmrag.types import Operation

_WANTED_SCALE = re.compile(
    r"\bin\s+(?:(?:US|USD|EUR|GBP|INR|\$|€|£|₹|dollars?|euros?|rupees?)\s*)?"
    r"(?P<scale>thousand|million|billion|lakh|lac|crore)s?\b|\(in\s+(?P<plain>USD|EUR|GBP|INR)\)",
    re.IGNORECASE,
)
_DECIMALS = re.compile(r"\b(one|two|three|[1-3])\s+decimals?\b", re.IGNORECASE)
_DECIMAL_WORDS = {"one": 1, "two": 2, "three": 3, "1": 1, "2": 2, "3": 3}
_WHOLE = re.compile(r"\bnearest\s+(?:integer|whole)\b", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"(?:^|(?<=[.?!;,])\s*)(?:please\s+)?(?:answer|give|write|round|return|format|express|if\s+data"
    r"|directly)\b[^?]*$|(?<=[.?!;])\s*(?:address|base|calculate|compute|use)\b[^?]*$",
    re.IGNORECASE,
)
"""How the answer is to be written, at the end of a question."""
_CONDITION = re.compile(
    r"(?<=[.?!;])\s*(?:if|where|when|in\s+case)\b[^?]*?\b(?:then|please|state|explain|say|answer|return)\b"
    r"[^?]*$",
    re.IGNORECASE,
)
"""What to do where there is no answer, behind a question."""
_WHERE_TO_LOOK = re.compile(
    r"^\W*(?:according|answer|assum\w+|based|basing|by|considering|drawing|from|given|in|please|referencing|relying"
    r"|taking|using|utili[sz]ing|we|when|with|within|you)\b[^?\d]*?"
    r"\b(?:statements?|sheets?|reports?|documents?|filings?|information|details|data|line\s+items|question)"
    r"\b[^?\d,:]{0,40}[,:]\s*"
    r"(?=(?:what|how|which|who|whose|when|where|is|are|was|were|does|do|did|has|have|had|can|could)\b)",
    re.IGNORECASE,
)
"""Where to look, or who does, before a question; with a number it says what is meant."""
_AS_REPORTED = re.compile(r"\b(?:unadjusted|as[\s-]reported)\s+", re.IGNORECASE)
_FORM = re.compile(
    r"\([^()]*\b(?:round|decimals?|units?\s+of|in\s+percents?)\b[^()]*\)", re.IGNORECASE
)
"""And in parentheses."""


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


def read(question: str) -> AskedOperation | None:
    """The operation that a question asks for; None where it asks for something else."""
    spoken = languages.read(question)
    language, text = spoken.language, bare(spoken.text)
    found = phrasing.phrased(text)
    if found is None:
        return None
    return AskedOperation(
        operation=found.operation,
        parts=tuple(terms(part, language) for part in found.parts),
        whole=terms(phrasing.PERCENT.sub(" ", text), language),
        power=power_wanted(spoken.text),
        decimals=decimals_wanted(spoken.text),
        wants_percent=bool(phrasing.PERCENT.search(text) or phrasing.POINTS.search(text)),
        less=found.less,
        noun=terms(found.noun, language) if found.noun else None,
        rank=found.rank,
    )


def bare(question: str) -> str:
    """A question without what it says of how the answer is to be written; periods are plain."""
    text = _FORM.sub(lambda m: " in percent " if phrasing.PERCENT.search(m[0]) else " ", question)
    return without_scale(plain_periods(_INSTRUCTION.sub(" ", question_alone(text))))


def question_alone(text: str) -> str:
    """A question without where to look, and without what to do where nothing is found.

    What is as reported is what is meant: "unadjusted" says nothing more.
    """
    return _AS_REPORTED.sub("", _WHERE_TO_LOOK.sub("", _CONDITION.sub(" ", text)))


def power_wanted(question: str) -> int | None:
    """The power of ten of the scale that a question wants; None for no wish."""
    scale = _WANTED_SCALE.search(question)
    if scale is None:
        return None
    return POWERS[scale["scale"].lower()] if scale["scale"] else 0


def without_scale(text: str) -> str:
    """A question without the scale that it wants."""
    return _WANTED_SCALE.sub(" ", text)


def decimals_wanted(question: str) -> int | None:
    """The decimals that a question wants its answer rounded to; None for no wish."""
    if _WHOLE.search(question):
        return 0
    found = _DECIMALS.search(question)
    return _DECIMAL_WORDS[found[1].lower()] if found else None
