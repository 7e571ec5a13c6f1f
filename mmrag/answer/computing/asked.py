"""A question read as an operation over numbers, each of which is a question of its own.

"By how much did the profit grow from 2023 to 2024?" is the difference of "profit 2024" and "profit
2023". A question that asks for more than can be read here is not read.
"""

import re
from dataclasses import dataclass

from mmrag.answer.computing.terms import Terms, plain_periods, terms, years
from mmrag.types import Operation

_MOVES = (
    r"(?:(?:in|de)creas|grow|grew|r[io]s|f[ae]ll|drop|declin|chang|improv|shrink|shrank|shrunk|gain)"
    r"(?:e|es|ed|en|ing|s|ned|ped|th)?"
)
_MORE = r"(?:higher|lower|more|less|greater|larger|smaller|bigger|fewer)"
_CHANGE = re.compile(
    rf"\b(?:by\s+)?(?:how\s+(?:much|many)|(?:by\s+)?what\s+(?:amount|percent(?:age)?|per\s+cent|%)|how"
    rf"\s+many\s+percent(?:age)?(?:\s+points?)?)\b.*?\b(?P<move>{_MOVES}|differ)\b"
    r"|\b"
    rf"(?P<noun>difference|(?:in|de)crease|growth|change|rise|fall|drop|decline)(?:\s+rate)?\s+"
    rf"(?:in|of|between)\b|\b(?:growth\s+rate|rate\s+of\s+growth)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    rf"\bhow\s+(?:much|many)\s+(?P<more>{_MORE})\b.*?\b"
    r"(?:than|compared\s+(?:to|with)|(?:in|as)\s+compar\w+\s+(?:to|with)|versus|vs\.?)\s",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\bper\s?cent(?:age)?s?\b(?!\s+points?)|%|\bgrowth\s+rate\b", re.IGNORECASE)
_POINTS = re.compile(r"\bpercent(?:age)?\s+points?\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\bbetween\s+(?:the\s+)?(?P<a>[^?,;]+?)\s+and\s+(?:the\s+)?(?P<b>[^?;]+)", re.IGNORECASE
)
_NOT_A_NUMBER = re.compile(
    r"^\W*(?:who|whom|whose|when|where|why|is|are|was|were|does|do|did|has|have|had|can|could|will"
    r"|would|should|describe|explain|list|name)\b|\b(?:why|which|reasons?|drove|driven|caused?|main"
    r"|respectively|how\s+(?:did|does|do|is|are|was|were))\b",
    re.IGNORECASE,
)
"""Questions that ask for something else than one number, or for more than one."""
_ASKS_NUMBER = re.compile(
    r"\bhow\s+(?:much|many)\b"
    r"|\bwhat(?:'s|’s)?\s+(?:is|was|were|are|will|percent(?:age)?|share|amount|number|value)\b"
    r"|\bwhat(?:'s|’s)\b|\bwhat\s+[\w\s-]{1,60}?\b(?:did|does|do|is|was|has|have)\b"
    r"|^\W*(?:give|tell|state|find)\b",
    re.IGNORECASE,
)
_CUES = re.compile(
    r"\b(?:how\s+(?:much|many)|by|from|to|compared|than|versus|vs|between|over|since|absolute"
    r"|difference|year[- ]o(?:ver|n)[- ]year|yoy|rate|what|per\s?cent(?:age)?s?(?:\s+points?)?)\b"
    r"|%",
    re.IGNORECASE,
)
_WANTED_SCALE = re.compile(
    r"\bin\s+(?:(?:US|USD|EUR|GBP|INR|\$|€|£|₹|dollars?|euros?|rupees?)\s*)?"
    r"(?P<scale>thousand|million|billion|lakh|lac|crore)s?\b|\(in\s+(?P<plain>USD|EUR|GBP|INR)\)",
    re.IGNORECASE,
)
_SCALES = {"thousand": 3, "lakh": 5, "lac": 5, "million": 6, "crore": 7, "billion": 9}
_DECIMAL_WORDS = {"one": 1, "two": 2, "three": 3, "1": 1, "2": 2, "3": 3}
_DECIMALS = re.compile(r"\b(one|two|three|[1-3])\s+decimals?\b", re.IGNORECASE)
_WHOLE = re.compile(r"\bnearest\s+(?:integer|whole)\b", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"(?:^|(?<=[.?!;,])\s*)(?:please\s+)?(?:answer|give|write|round|return|format|express|if\s+data"
    r"|directly)\b[^?]*$",
    re.IGNORECASE,
)
"""How the answer is to be written, at the end of a question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as an operation over look-ups, in the order in which they go in."""

    operation: Operation
    parts: tuple[Terms, ...]
    power: int | None = None  # the scale in which the answer is wanted
    decimals: int | None = None  # that it is to have
    wants_percent: bool = False


def read(question: str) -> Asked | None:
    """The operation that a question asks for; None where it asks for something else."""
    text = plain_periods(_INSTRUCTION.sub(" ", question))
    scale = _WANTED_SCALE.search(question)
    power = None
    if scale is not None:
        power = _SCALES[scale["scale"].lower()] if scale["scale"] else 0
        text = _WANTED_SCALE.sub(" ", text)
    read = _change(text) or _number(text)
    if read is None:
        return None
    operation, parts = read
    return Asked(
        operation,
        tuple(map(terms, parts)),
        power,
        _decimals(question),
        bool(_PERCENT.search(text) or _POINTS.search(text)),
    )


def _decimals(question: str) -> int | None:
    if _WHOLE.search(question):
        return 0
    found = _DECIMALS.search(question)
    return _DECIMAL_WORDS[found[1].lower()] if found else None


def _number(text: str) -> tuple[Operation, list[str]] | None:
    """One number that stands in a table."""
    if _NOT_A_NUMBER.search(text) or not _ASKS_NUMBER.search(text) or len(years(text)) > 1:
        return None
    return "look-up", [_PERCENT.sub(" ", text)]


def _change(text: str) -> tuple[Operation, list[str]] | None:
    """How much one number differs from another: of two years, or of two things."""
    compared = _COMPARED.search(text)
    change = compared or _CHANGE.search(text)
    if change is None or re.search(r"\b(?:why|which|who|average|respectively)\b", text, re.I):
        return None
    named = years(text)
    is_percent = _PERCENT.search(text) and not _POINTS.search(text)
    operation: Operation = "percent change" if is_percent else "difference"
    if len(named) == 2:
        ordered = named if compared else sorted(named, reverse=True)
        rest = _without_cues(text, named)
        return operation, [f"{rest} {year}" for year in ordered]
    between = _BETWEEN.search(text)
    if between and len(named) < 2 and not is_percent:
        rest = _without_cues(text[: between.start()], named)
        a, b = _without_cues(between["a"], named), _without_cues(between["b"], named)
        return operation, [f"{rest} ; {side} ; {' '.join(named)}" for side in (a, b)]
    if len(named) == 1 and not compared and not between:
        rest = _without_cues(text, named)
        return operation, [f"{rest} {named[0]}", f"{rest} {int(named[0]) - 1}"]
    return None


def _without_cues(text: str, named: list[str]) -> str:
    """A text without its years and the words that say what is to be done with its numbers."""
    for year in named:
        text = re.sub(rf"\b{year}\b", " ", text)
    text = re.sub(rf"\b(?:{_MOVES}|differ|{_MORE})\b", " ", text, flags=re.IGNORECASE)
    return _CUES.sub(" ; ", text)
