"""Whether a reply says, in words of its own, that the evidence does not hold the answer.

A general rule in place of a list of phrases: every sentence denies that a source contains, or that
the speaker knows, what was asked, and cites nothing; what is left is courtesy. A denial with a
citation is an answer: that a report states no dividend is something to know.
"""

import re

from mmrag.answer.claims import MARK
from mmrag.protocols import NOT_FOUND
from mmrag.text import sentences

_SIGN = re.compile(
    r"\W*(?:NOT[ _]IN[ _]THE[ _]EVIDENCE|NOT[ _](?:FOUND|ANSWERABLE|AVAILABLE|GIVEN|STATED)"
    r"|NO[ _](?:ANSWER|EVIDENCE)|UNANSWERABLE|UNKNOWN|INSUFFICIENT[ _]EVIDENCE|N/A)(?!\w)"
)
"""The agreed phrase and its like at the beginning, in capitals: a verdict, whatever follows it."""
_NOT = (
    r"(?:\bno\b|\bnot\b|n['’]t\b|\bcannot\b|\bnone\b|\bneither\b|\bnever\b|\bnothing\b|\bunable\b"
    r"|\blacks?\b|\blacking\b|\bmissing\b|\babsent\b|\bwithout\b|\bfails? to\b|\bunclear\b"
    r"|\bunknown\b|\binsufficient\b|\bimpossible\b|\bunsure\b|\buncertain\b|\bunavailable\b"
    r"|\bunspecified\b)"
)
_SOURCE = (
    r"\b(?:evidence|documents?|texts?|context|passages?|sources?|reports?|excerpts?|pages?|materials?"
    r"|content|files?|articles?|data|information|details?|snippets?|extracts?|tables?|figures?"
    r"|pictures?|images?|it|they|there)\b"
)
_HOLDS = (
    r"\b(?:contain|mention|provid|includ|stat|specif|giv|say|said|answer|address|indicat|discuss"
    r"|cover|present|disclos|hold|reveal|list|report|describ|refer|found|find|availabl|enough"
    r"|sufficient|relevant|shown?|showing|shows|tell|told|explain|relate|support|have|has|exist"
    r"|about|regarding|on|detail|clear|known|evident)\w*"
)
_KNOWS = (
    r"\b(?:know|find|found|answer|determin|tell|see|locat|provid|say|sure|certain|able|help|infer|"
    r"conclud|establish|identif|derive|deduc|give|confirm|verif|work out|make out|idea|have)\w*"
)
_DENIALS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_SOURCE}.{{0,60}}{_NOT}.{{0,60}}{_HOLDS}",  # the report does not state
        rf"{_NOT}.{{0,40}}{_SOURCE}.{{0,60}}{_HOLDS}",  # no information is given; not in the text
        rf"\b(?:i|we|one)\b.{{0,30}}{_NOT}.{{0,40}}{_KNOWS}",  # I could not find
        r"\b(?:cannot|can['’]?t|could(?:n['’]t| not)|can not|unable to|(?:im|not )possible to)"
        rf".{{0,20}}{_KNOWS}",  # the answer cannot be determined
        rf"\b(?:answer|question|information|detail|figure|value|number|name|date)s?\b.{{0,60}}{_NOT}"
        rf".{{0,30}}(?:{_HOLDS}|{_SOURCE})",  # the answer is not in the evidence
        r"\bno (?:\w+ ){0,2}(?:answer|information|mention|details?)s?\b",
        r"\bnot (?:enough|sufficient)\b"
        r"|\binsufficient (?:\w+ ){0,2}(?:information|evidence|data|context)",
        r"\b(?:is|are|was|were)(?: not|n['’]t) (?:\w+ ){0,2}(?:mentioned|provided|stated|specified"
        r"|given|found|available|included|disclosed|answered|addressed|contained|present|known)",
    )
)
_COURTESY = re.compile(
    r"\W*(?:(?:i['’]?m|i am|we are|so)?\s*(?:very |really )?sorry\b|(?:i |my )?apolog"
    r"|unfortunately"
    r"|please\b|let me know|if you (?:have|could|can|need|want|provide)|feel free|thank|would you"
    r"|could you|can you|you (?:may|might|could|should) (?:want|try|check|need|consult|look)"
    r"|for (?:more|further)|i (?:would|will|can) (?:be|gladly|need|help))",
    re.IGNORECASE,
)


def opens_with_verdict(raw: str) -> bool:
    """Whether a reply begins with the sign that there is no answer, or with one like it."""
    return _SIGN.match(raw.lstrip("*_`\"' \n[(")) is not None


def may_become_verdict(raw: str) -> bool:
    """Whether a reply that has begun so may still turn out to open with that sign."""
    begun = raw.strip("*_`\"' \n[(")
    return opens_with_verdict(raw) or NOT_FOUND.startswith(begun[: len(NOT_FOUND)])


def is_refusal(text: str) -> bool:
    """Whether an answer cites nothing, and denies in each sentence that the answer is there."""
    if MARK.search(text):
        return False
    said = [sentence for sentence in sentences.split(text) if any(map(str.isalpha, sentence))]
    denials = [sentence for sentence in said if _denies(sentence)]
    others = [sentence for sentence in said if sentence not in denials]
    return bool(denials) and all(_COURTESY.match(sentence) for sentence in others)


def _denies(sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in _DENIALS)
