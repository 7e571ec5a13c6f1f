"""What drove a change: the sentence that says it of the same matter, in front of its "due to".

"What drove the fall in honey sales in 2031?" is answered by "Honey sales fell by 4 % in 2031,
primarily due to rain.", and by a list that such words announce. What is asked for must stand before
those words, with a word of the change; of several the one that says least besides is meant.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmrag.answer.computing import instructions
from mmrag.answer.computing.matching import names_document
from mmrag.answer.computing.phrasing import FALLS, MOVES, RISES
from mmrag.answer.computing.terms import OPTIONAL
from mmrag.answer.questions import FRAME
from mmrag.answer.spans import CELL, Span, quotable_spans
from mmrag.text.numbers import is_year
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import content_words
from mmrag.types import Evidence

CONFIDENCE = 0.6
"""That a reason is right. By hand."""
_ASKS = re.compile(
    r"^\W*(?:what\s+(?:has\s+|have\s+)?(?:drove|driven|drives?|caused?|causes|led\s+to|explain(?:s|ed)?)"
    r"|what\s+(?:is|are|was|were)\s+(?:the\s+)?(?:main\s+|primary\s+|key\s+)?"
    r"(?:reasons?|causes?|drivers?)\s+(?:of|for|behind)"
    r"|why\s+(?:did|was|were|is|are|has|have|does|do))\s+(?P<rest>[^?]+)",
    re.IGNORECASE,
)
_BECAUSE = re.compile(
    r"\b(?:due\s+to|driven\s+by|because|owing\s+to|thanks\s+to|as\s+a\s+result\s+of|resulted\s+from"
    r"|resulting\s+from|caused\s+by|led\s+by|attributable\s+to|attributed\s+to|reflect(?:s|ed|ing)"
    r"|on\s+account\s+of)\b",
    re.IGNORECASE,
)
_UP, _DOWN = (
    re.compile(rf"\b(?:{moves})\b", re.IGNORECASE)
    for moves in (rf"{RISES}|growth|higher|up", rf"{FALLS}|reduc(?:e[sd]?|ing|tion)|lower|down")
)
_MOVE = re.compile(rf"\b(?:{MOVES}|growth|reduction|higher|lower|up|down)\b", re.IGNORECASE)
_CHANGING = frozenset(
    map(stem, ("change", "grow", "growth", "reduction", "higher", "lower", "main"))
)
_MOST_BESIDE = 6  # stems before the reason that no question says; chosen by hand


@dataclass(frozen=True, slots=True)
class Reason:
    """The words that tell a reason, and the number of their piece of evidence."""

    text: str
    piece: int


def answer(question: str, evidence: Sequence[Evidence]) -> Reason | None:
    """The reason that a question asks for; None where no sentence tells it."""
    asked = _ASKS.search(instructions.bare(question))
    if asked is None:
        return None
    rest = asked["rest"]
    found = [
        (beside, at, span)
        for at, span in enumerate(quotable_spans(evidence))
        if (beside := _beside(rest, span, evidence[span.item])) is not None
    ]
    if not found:
        return None
    *_, best = min(found, key=lambda item: item[:2])
    told = best.text.replace(CELL, "; ")
    return Reason(f"{best.heading} {told}" if best.role == "list" else told, best.item)


def _beside(rest: str, span: Span, item: Evidence) -> int | None:
    """How much a span says besides what changed; None where it tells no reason of that."""
    announced = span.role == "list"
    sentence = span.heading if announced else span.text
    because = _BECAUSE.search(sentence)
    if because is None or span.role not in ("sentence", "list", "item"):
        return None
    if announced and not sentence.rstrip().endswith(":"):
        return None
    before = sentence[: because.start()]
    wanted = _stems(rest, item)
    told = frozenset(content_stems(before))
    if not wanted or not wanted <= told or not _MOVE.search(before) or _contradicts(rest, before):
        return None
    years = {word for word in told if is_year(word)}
    asked = {word for word in content_words(rest) if is_year(word)}
    if years and asked and not asked & years:
        return None
    beside = sum(not root[0].isdigit() for root in told - wanted - OPTIONAL - _CHANGING)
    return beside if beside <= _MOST_BESIDE else None


def _stems(rest: str, item: Evidence) -> frozenset[str]:
    """What has changed, by its stems."""
    names = f"{item.document}\n{item.path}"
    words = [word for word in content_words(_MOVE.sub(" ", rest)) if not is_year(word)]
    told = {stem(word) for word in words if not names_document(word, names)}
    return frozenset(told) - OPTIONAL - FRAME - _CHANGING


def _contradicts(rest: str, before: str) -> bool:
    """Whether a question and a sentence speak of opposite directions."""
    asked = bool(_UP.search(rest)), bool(_DOWN.search(rest))
    told = bool(_UP.search(before)), bool(_DOWN.search(before))
    return asked in ((True, False), (False, True)) and told == asked[::-1]
