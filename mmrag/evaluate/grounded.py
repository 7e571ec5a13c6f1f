"""Whether what an answer claims stands in its evidence: claim by claim, by rules.

A claim is a sentence of the answer, as in RAGAS' faithfulness (Es et al. 2023, arXiv 2309.15217,
section 3) and FActScore (Min et al. 2023, arXiv 2305.14251); in place of a model, the rules of
`mmrag.answer.grounding` compare its numbers, names, wording and polarity. What they cannot decide
is unclear, and unclear is not supported. A claim is a hallucination where neither what it cites nor
anything else that was retrieved bears it out, not even in part. A quotation is one claim, and so is
a computed answer: the numbers of its tables bear it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmrag.answer.claims import MARK, Claim, claims
from mmrag.answer.extracted import LEAD
from mmrag.answer.grounding import support
from mmrag.answer.polarity import is_contradicted
from mmrag.text import numbers, sentences
from mmrag.types import Answer, Computation, Evidence

Verdict = Literal["supported", "partly", "contradicted", "not found", "unclear"]


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """One claim, and what the evidence says of it."""

    text: str
    verdict: Verdict  # by what it cites
    hallucinated: bool


def checked(answer: Answer) -> tuple[CheckedClaim, ...]:
    """The claims of an answer; none of an abstention."""
    if answer.status == "abstained":
        return ()
    if answer.computation is not None:
        return (_computed(answer, answer.computation),)
    by_marker = {item.marker: item.evidence for item in answer.evidence}
    everything = list(by_marker.values())
    return tuple(
        _checked(
            claim, [by_marker[name] for name in claim.markers if name in by_marker], everything
        )
        for claim in _claims(answer.text)
    )


def _computed(answer: Answer, computation: Computation) -> CheckedClaim:
    """A computed answer as one claim: it is borne out where its tables hold each operand.

    What was measured in a chart stands in no text: there the cells decide, by which its citation
    was checked. What has no operands was counted or named of the document's structure, which no
    rule reads.
    """
    held = [
        any(
            abs(number.digits) == abs(operand.value)
            for item in (marked.evidence for marked in answer.evidence)
            if operand.image_id.startswith(item.image_id)  # the table, or its page
            for number in numbers.find(item.quotable, spelled=False)
        )
        or any(
            citation.support == "supported" and operand.image_id.startswith(citation.image_id)
            for citation in answer.citations
        )
        for operand in computation.operands
    ]
    if not held:
        return CheckedClaim(answer.text, "unclear", hallucinated=False)
    return CheckedClaim(
        answer.text, "supported" if all(held) else "not found", hallucinated=not all(held)
    )


def _claims(text: str) -> list[Claim]:
    """The sentences of an answer; of quotations each as a whole, with what it cites."""
    if not text.startswith(LEAD):
        return claims(text)
    lines = text.removeprefix(LEAD).strip().splitlines()
    return [Claim(MARK.sub("", line).strip(), tuple(MARK.findall(line))) for line in lines]


def _checked(
    claim: Claim, cited: Sequence[Evidence], everything: Sequence[Evidence]
) -> CheckedClaim:
    verdict = _verdict(claim.text, cited)
    borne_out = verdict in ("supported", "partly") or _verdict(claim.text, everything) in (
        "supported",
        "partly",
    )
    return CheckedClaim(claim.text, verdict, not borne_out)


def _verdict(text: str, evidence: Sequence[Evidence]) -> Verdict:
    if not evidence:
        return "not found"
    found = support(text, evidence)
    if found in ("quoted", "supported"):
        return "supported"
    if found == "unchecked":
        return "unclear"
    if found == "partial":
        return "partly"
    source = [said for item in evidence for said in sentences.split(item.quotable)]
    return "contradicted" if is_contradicted(text, source) else "not found"
