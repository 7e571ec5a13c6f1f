"""What a question says beside what it asks: where to look, how to answer, what a name stands for.

"Based on the income statement, what is the ROA in 2031? ROA is defined as net income / total
assets. Round to two decimals." asks for the ROA in 2031, and for no more.
"""

import re
from typing import NamedTuple

from mmrag.answer.computing import phrasing
from mmrag.answer.computing.terms import plain_periods
from mmrag.text.units import POWERS

_WANTED_SCALE = re.compile(
    r"\bin\s+(?:(?:US|USD|EUR|GBP|INR|\$|€|£|₹|dollars?|euros?|rupees?)\s*)?"
    r"(?P<scale>thousand|million|billion|lakh|lac|crore)s?\b|\(in\s+(?P<plain>USD|EUR|GBP|INR)\)",
    re.IGNORECASE,
)
_DECIMALS = re.compile(r"\b(one|two|three|[1-3])\s+decimals?\b", re.IGNORECASE)
_DECIMAL_WORDS = {"one": 1, "two": 2, "three": 3, "1": 1, "2": 2, "3": 3}
_WHOLE = re.compile(r"\bnearest\s+(?:integer|whole)\b", re.IGNORECASE)
_ASKS_TO = (
    r"answer|give|write|round|return|format|express|respond|address|base|calculate|compute|use"
)
_AT_THE_END = re.compile(
    rf"(?<=[.?!;,])\s*(?:please\s+)?(?:answer|give|write|round|return|format|express|if\s+data"
    rf"|directly)\b[^?]*$|(?<=[.?!;])\s*(?:{_ASKS_TO})\b[^?]*$",
    re.IGNORECASE,
)
"""How the answer is to be written, where no question mark ends the question."""
_SENTENCE = re.compile(
    rf"(?:^|(?<=[.?!:]))\s*(?:please\s+)?(?:you\s+are|assume|adopt|{_ASKS_TO}|if\s+data"
    r"|what\s+was\s+asked)\b[^.?!:]*[.?!:]*",
    re.IGNORECASE,
)
"""Sentences about how to answer, where another one holds the question."""
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
_OTHER_NAME = re.compile(
    r"\s*\((?:formerly|previously|also)\s+(?:known\s+as|called|named)?[^()]*\)", re.IGNORECASE
)
"""Another name of what is asked about."""
_IN_DOCUMENT = re.compile(
    r",?\s+(?:as\s+)?(?:(?:listed|given|stated|shown|reported|disclosed|mentioned|found)\s+)?(?:in|within)"
    r"\s+(?:the\s+|its\s+|their\s+|this\s+)?(?:(?:annual|quarterly|financial)\s+|10-?[KQ]\s+)?"
    r"(?:reports?|filings?|documents?|10-?[KQ])(?=\W*$)",
    re.IGNORECASE,
)
"""Where to look, at the end of a question."""
_FORM = re.compile(
    r"\([^()]*\b(?:round|decimals?|units?\s+of|in\s+percents?)\b[^()]*\)", re.IGNORECASE
)
"""How the answer is to be written, in parentheses."""
_BODY = r"\s*:?\s*(?P<{0}>(?:[^.?!;]|\.(?=\S))+)"
_DEFINED = re.compile(
    r"(?:(?<=[.?!;])|^)\s*(?P<name>[^.?!:;]{2,80}?)(?:\s+here)?\s+is\s+defined\s+as"
    + _BODY.format("body")
    + r"|(?<=[.?!;])\s*(?:please\s+)?define\s+(?P<told>[^.?!:]{2,80}?)\s+as"
    + _BODY.format("formula")
    + r"|,?\s+defined\s+as"
    + _BODY.format("own"),
    re.IGNORECASE,
)
_TO_COMPUTE = re.compile(
    r"(?<=[.?!;])\s*(?:please\s+)?(?:calculate|compute|determine)\s+(?P<what>[^.?!;]+)",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(
    r"\s*(?:\[[^\[\]]*\]|\((?:from|per|as\s+reported)\b[^()]*\))", re.IGNORECASE
)
"""Where in the statements a part of a definition stands."""


class Definition(NamedTuple):
    """What a name stands for in a question; a name that is empty is that of what is asked."""

    name: str
    formula: str


def alone(text: str) -> str:
    """A question without where to look, what to do where nothing is found, and other names.

    What is as reported is what is meant: "unadjusted" says nothing more. What stands behind a last
    question mark asks for nothing.
    """
    text = _WHERE_TO_LOOK.sub("", _CONDITION.sub(" ", _OTHER_NAME.sub("", text)))
    mark = text.rfind("?")
    text = text[: mark + 1] if mark >= 0 else _AT_THE_END.sub(" ", text)
    return _AS_REPORTED.sub("", _IN_DOCUMENT.sub("", text))


def bare(question: str) -> str:
    """A question without what it says of how the answer is to be written; periods are plain."""
    text = _FORM.sub(lambda m: " in percent " if phrasing.PERCENT.search(m[0]) else " ", question)
    return without_scale(plain_periods(alone(text)))


def without_sentences(text: str) -> str:
    """A question without sentences about how to answer."""
    return _SENTENCE.sub(" ", text)


def definitions(text: str) -> list[Definition]:
    """What a question says that names stand for, in its order."""
    plain = _AS_REPORTED.sub("", _IN_BRACKETS.sub("", text))
    return [
        Definition((found["name"] or found["told"] or "").strip(), told.strip())
        for found in _DEFINED.finditer(plain)
        if (told := found["body"] or found["formula"] or found["own"])
    ]


def without_definitions(text: str) -> str:
    """A question without what it says that names stand for."""
    return _DEFINED.sub("", text)


def to_compute(text: str) -> str:
    """What a sentence behind a question says is to be computed; empty for nothing."""
    found = _TO_COMPUTE.search(text, max(0, text.rfind("?")))
    return found["what"] if found else ""


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
