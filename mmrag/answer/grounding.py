"""Whether a sentence is borne out by what it cites: its numbers, names, wording and polarity.

Only source text counts: quotable text and captions. A description may be a model's own words and
proves nothing. The check is of form, not of meaning: it finds numbers and names that stand nowhere
in the evidence, sentences that share few words with it, clauses that share none, and a "not" or a
"rose" of which it says the contrary; it cannot tell a false sentence made of the evidence's words.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mmrag.answer.claims import Claim, claims
from mmrag.answer.polarity import NEGATION, is_contradicted
from mmrag.text import numbers, sentences
from mmrag.text.prompting import neutralise
from mmrag.text.scripts import count_words
from mmrag.text.stems import stem
from mmrag.text.words import content_words, is_content, words
from mmrag.types import Citation, Evidence, MarkedEvidence, Support

Check = Callable[[str, Sequence[Evidence]], Support]
"""A sentence and what it cites, to how well that supports it."""

_ENOUGH_WORDS = 3  # an evidence text shorter than that can be checked against nothing
_WELL_COVERED = 0.6
_BARELY_COVERED = 0.3
_QUOTE_WORDS = 3  # a quotation of so many words stands for itself
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,}?)[”\"]")
_CLAUSE = re.compile(
    r"[,;:](?=\s)|\b(?:and|but|because|although|while|which|despite|thanks\sto|due\sto)\b",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"^\W*(?:according to|based on|as (?:shown|stated|listed|reported|given) (?:in|by|on))\b[^,]*,"
    r"|\b(?:respectively|however|overall|specifically)\b",
    re.IGNORECASE,
)
"""What tells where a sentence comes from or orders it, and adds nothing to what it says."""
# Read as part of the number they stand with.
UNITS = frozenset(map(stem, ("percent", "percentage", "thousand", "million", "billion", "crore")))
_RANK: dict[Support, int] = {
    "unsupported": 0,
    "partial": 1,
    "unchecked": 2,
    "supported": 3,
    "quoted": 3,
}


def support(sentence: str, evidence: Sequence[Evidence]) -> Support:
    """How well a sentence is supported by the pieces of evidence it cites, taken together.

    - `supported`: every number and name stands in the evidence, and 60 % of its words do, some of
      each clause; or everything it says is quoted, and the quotations are verbatim.
    - `partial`: some numbers or names do, or 30 % of the words do, or one says "not" alone.
    - `unsupported`: none of its numbers does, years aside, or fewer words; or the evidence says the
      contrary, or of no movement where the sentence says that something rose or fell.
    - `unchecked`: the evidence has no text to check against, or the sentence says nothing.
    """
    source = _Source.of(evidence)
    if len(source.stems) < _ENOUGH_WORDS:
        return "unchecked"
    quotes = _QUOTED.findall(neutralise(sentence))
    verbatim = [quote for quote in quotes if _plain(quote) in source.plain]
    if len(verbatim) < len(quotes):
        return "partial" if verbatim else "unsupported"
    long_enough = sum(map(count_words, verbatim)) >= _QUOTE_WORDS
    rest = _QUOTED.sub(" ", neutralise(sentence))
    if quotes and (long_enough or not _has_content(rest)):
        sentence = rest
        if not numbers.find(sentence, spelled=False) and not NEGATION.search(sentence):
            return "supported"
    return _compared(sentence, source)


def check_citations(
    text: str,
    citations: Sequence[Citation],
    evidence: Sequence[MarkedEvidence],
    check: Check = support,
) -> tuple[Citation, ...]:
    """The citations with their support: the worst over the sentences that cite each.

    A sentence that cites several pieces is checked against all of them together, so that each of
    two halves is not blamed for lacking the other. A citation that stands with no sentence is
    `unchecked`.
    """
    by_marker = {item.marker: item.evidence for item in evidence}
    found: dict[str, list[Support]] = {citation.marker: [] for citation in citations}
    for claim in claims(text):
        for marker, verdict in _verdicts(claim, by_marker, check).items():
            if marker in found:
                found[marker].append(verdict)
    return tuple(replace(citation, support=worst(found[citation.marker])) for citation in citations)


def worst(verdicts: Iterable[Support]) -> Support:
    """The least of several verdicts; `unchecked` for none."""
    return min(verdicts, key=_RANK.__getitem__, default="unchecked")


def _verdicts(claim: Claim, by_marker: Mapping[str, Evidence], check: Check) -> dict[str, Support]:
    cited = {marker: by_marker[marker] for marker in claim.markers if marker in by_marker}
    if not cited:
        return {}
    together = check(claim.text, list(cited.values()))
    if len(cited) == 1 or together != "supported":
        return dict.fromkeys(cited, together)
    alone = {
        marker: check(claim.text, _halves(item, claim.text, list(cited.values())))
        for marker, item in cited.items()
    }
    # What bears out nothing of the sentence was cited in vain, whatever the others do.
    return {
        marker: verdict if verdict == "unsupported" else together
        for marker, verdict in alone.items()
    }


def _halves(item: Evidence, said: str, cited: Sequence[Evidence]) -> list[Evidence]:
    """A piece of evidence; with it the other page of a sentence that is quoted from both."""
    for other in cited:
        pair = [item, other]
        if any(_plain(neutralise(whole)) in _plain(said) for whole in _over_page_ends(pair)):
            return pair
    return [item]


def _over_page_ends(evidence: Sequence[Evidence]) -> Iterator[str]:
    """The sentences that go on from one piece of the evidence to another."""
    images = {item.image_id for item in evidence}
    for goes_on in (item.continues for item in evidence):
        if goes_on is not None and goes_on.kind == "sentence" and goes_on.image_id in images:
            yield sentences.joined(goes_on.before, goes_on.here)


@dataclass(frozen=True, slots=True)
class _Source:
    """The text of some evidence in the forms in which it is compared."""

    plain: str
    stems: frozenset[str]
    numbers: tuple[numbers.Number, ...]
    scales: frozenset[int]
    sentences: tuple[str, ...]

    @classmethod
    def of(cls, evidence: Sequence[Evidence]) -> "_Source":
        text = "\n".join(f"{item.caption}\n{item.quotable}" for item in evidence)
        text += "".join(f"\n{sentence}" for sentence in _over_page_ends(evidence))
        return cls(
            _plain(neutralise(text)),
            frozenset(stem(word) for word in words(text)),
            tuple(numbers.find(text)),
            frozenset(numbers.scales(text)),
            tuple(sentences.split(text)),
        )


def _compared(sentence: str, source: _Source) -> Support:
    said = numbers.find(sentence)
    # A spelled number is checked as a word as well: "one of them" counts nothing.
    counted = [number for number in said if not (number.spelled and number.digits < 2)]
    missing = [n for n in counted if not numbers.confirmed(n, source.numbers, source.scales)]
    amounts = [number for number in counted if not number.is_year] or counted
    if amounts and all(number in missing for number in amounts):
        return "unsupported"
    if is_contradicted(sentence, source.sentences):
        return "unsupported"
    stems = _stems(sentence)
    if not stems:
        return "partial" if missing else "supported"
    coverage = len(stems & source.stems) / len(stems)
    if coverage < _BARELY_COVERED:
        return "partial" if counted and not missing else "unsupported"
    strangers = [name for name in _names(sentence) if stem(name) not in source.stems]
    if missing or strangers or coverage < _WELL_COVERED or _negated_alone(sentence, source):
        return "partial"
    return "partial" if _adds(sentence, source) else "supported"


def _adds(sentence: str, source: _Source) -> bool:
    """Whether a clause of the sentence says something and shares no word with the evidence."""
    clauses = map(_stems, _CLAUSE.split(_FRAME.sub("", sentence)))
    return any(stems and stems.isdisjoint(source.stems) for stems in clauses)


def _stems(text: str) -> frozenset[str]:
    """The stems of the words of meaning, numbers and their units aside."""
    found = (stem(word) for word in content_words(text) if not word[0].isdigit())
    return frozenset(found) - UNITS


def _names(sentence: str) -> list[str]:
    """Words that are capitalised inside the sentence, or hold capitals and digits: names."""
    found = words(sentence)
    return [
        word
        for at, word in enumerate(found)
        if is_content(word)
        and not word.isdigit()
        and ((at and word[:1].isupper()) or any(char.isupper() for char in word[1:]))
    ]


def _negated_alone(sentence: str, source: _Source) -> bool:
    """Whether the sentence and the closest one of the evidence differ in saying "not"."""
    stems = {stem(word) for word in content_words(sentence)}
    closest = max(
        source.sentences,
        key=lambda other: len(stems & {stem(word) for word in words(other)}),
        default="",
    )
    return bool(NEGATION.search(sentence)) != bool(NEGATION.search(closest))


def _has_content(text: str) -> bool:
    return bool(content_words(text))


def _plain(text: str) -> str:
    """Text for a comparison letter by letter.

    Case, spaces, quotation marks and the bars between cells do not count.
    """
    return "".join(re.sub(r"[“”\"„«»'’‘|]", "", text).lower().split())
