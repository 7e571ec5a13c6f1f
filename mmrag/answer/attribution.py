"""Evidence for sentences that a model left without: found by mmrag, and marked as found by it.

Small models often say what the evidence says and name no marker. Such a sentence gets the first
piece of evidence that bears it out in full; one that is borne out in part only stays uncited.
"""

from collections.abc import Sequence

from mmrag.answer.claims import Claim, claims
from mmrag.answer.grounding import UNITS, support
from mmrag.text import numbers
from mmrag.text.stems import stem
from mmrag.text.words import is_content, words
from mmrag.types import MarkedEvidence

_FEWEST_WORDS = 2
"""Words of meaning without which a sentence says too little to be told from others; a number counts
for one: "Revenue was 4.2 million" is a word and a number, "It was 4.2 million" stands anywhere.
Chosen by hand."""


def attributed(
    text: str, evidence: Sequence[MarkedEvidence], question: str
) -> tuple[str, tuple[str, ...]]:
    """Resolved text with a marker in each uncited sentence that is borne out, and those markers.

    A quotation is left as it is.
    """
    found: dict[str, None] = {}
    for claim in reversed(claims(text)):
        free = not claim.markers and not is_within_quotation(text[: claim.end])
        marker = _source(claim, evidence, question) if free else ""
        if marker:
            found = {marker: None} | found
            text = f"{text[: claim.end]} [{marker}]{text[claim.end :]}"
    return text, tuple(found)


def is_within_quotation(before: str) -> bool:
    """Whether a quotation that began in a text is still open at its end."""
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _source(claim: Claim, evidence: Sequence[MarkedEvidence], question: str) -> str:
    """The marker of the best piece of evidence that supports a claim; empty for none."""
    said = claim.text.strip()
    told = {word.lower() for word in words(said) if is_content(word) and not word[0].isdigit()}
    told = {word for word in told if stem(word) not in UNITS}
    has_number = bool(numbers.find(said, spelled=False))
    if not told or len(told) + has_number < _FEWEST_WORDS or said.endswith("?"):
        return ""
    asked = {word.lower() for word in words(question)}
    if told <= asked and not has_number:
        return ""  # the question once more
    for item in evidence:
        if support(said, [item.evidence]) == "supported":
            return item.marker
    return ""
