"""A question, its evidence and an answerer become a validated Answer.

The same for every answerer, since none is trusted: without evidence it is not asked at all; what it
says is resolved, so that only markers of this evidence survive; each cited sentence is checked.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from mmrag.answer.abstention import abstention
from mmrag.answer.attribution import attributed, is_within_quotation
from mmrag.answer.citations import Resolved, Resolver, resolve
from mmrag.answer.claims import MARK
from mmrag.answer.computed import computed_answer
from mmrag.answer.computing.records import FoundRecords
from mmrag.answer.computing.structure import FoundStructure
from mmrag.answer.grounding import check_citations, support
from mmrag.answer.markers import Draw, mark, new_markers
from mmrag.answer.placing import placed
from mmrag.answer.reading import MAX_CHARACTERS, Reading
from mmrag.answer.refusals import is_refusal, may_become_verdict, opens_with_verdict
from mmrag.errors import ModelError, ReplyWithdrawn, UsageError
from mmrag.protocols import NOT_FOUND, Answerer, AnswerRequest, Limits, Turn
from mmrag.text import sentences
from mmrag.types import (
    Answer,
    AnswerStatus,
    Citation,
    Evidence,
    MarkedEvidence,
    Support,
)

_NO_WORDS = "the model named evidence and said nothing about it: ask in other words"
_LONGEST_REFUSAL = 120
"""Characters: a longer answer with "not in the evidence" in it says more; chosen by hand."""
_BEGINNING = 200  # characters in which an answer turns out not to be a refusal; chosen by hand


@runtime_checkable
class Verifier(Protocol):
    """An answerer that can look at cited pictures again, where there is no text to compare."""

    def verify(self, sentence: str, evidence: Sequence[Evidence]) -> Support:
        """How well the pictures of the cited pieces, and they alone, support the sentence."""
        ...


@runtime_checkable
class Quoter(Protocol):
    """An answerer that says itself whether its answers are quotations."""

    @property
    def only_quotes(self) -> bool:
        """Whether each sentence is what stands in the evidence, and cannot but be borne out."""
        ...


@runtime_checkable
class Confident(Protocol):
    """An answerer that says how likely its answers are right."""

    def confidence(self, request: AnswerRequest) -> float | None:
        """The probability, 0 to 1, that its answer is right, or would be where it abstains.

        None where it does not say.
        """
        ...


def answer_question(
    question: str,
    evidence: Sequence[Evidence],
    answerer: Answerer,
    *,
    history: Sequence[Turn] = (),
    limits: Limits | None = None,
    on_text: Callable[[str], None] | None = None,
    on_evidence: Callable[[Sequence[MarkedEvidence]], None] | None = None,
    timings: Mapping[str, float] | None = None,
    notes: Sequence[str] = (),
    draw: Draw = new_markers,
    computes: bool = False,
    more: Sequence[Evidence] = (),
    told: FoundStructure | FoundRecords | None = None,
) -> Answer:
    """Mark the evidence, ask `answerer`, and validate what it says.

    The status is `answered` where at least one citation is not unsupported; `abstained` where there
    is no evidence, or the answerer says nothing or that the evidence does not hold the answer;
    `unsupported` where it cites nothing, even when asked once more, or nothing that bears it out.
    A sentence without a citation gets the evidence that bears it out in full, where there is some
    and the answer invents no sources; that citation says that it is attributed.

    With `computes`, an answer that can be computed from the tables of the evidence with certainty
    goes before that of `answerer`, which is not asked then. `more` is evidence for that alone, and
    `told` what its document's outline says, where the question is about that, or all the rows of a
    table of a file.

    `notes` are those of the search, which the Answer has before its own.

    `on_text` receives the answer in pieces that add up to `Answer.text`. Nothing is handed on
    before the first valid citation has come, so that an answer without any is not shown as one.
    `on_evidence` receives the marked evidence before any text.

    Where the model fails after it has begun to answer, what came is validated and kept, and a note
    of the Answer says so; where it fails before, its `ModelError` is raised. Raises `UsageError`
    for an empty question.
    """
    if not question.strip():
        raise UsageError("the question is empty: ask something, for example: mmrag ask 'Who ...?'")
    started = time.perf_counter()
    shown = on_text or _unheard
    marked = mark(question, [*evidence, *more], draw)
    if on_evidence is not None:
        on_evidence(_kept(marked))
    request = AnswerRequest(question, marked, tuple(history), limits or Limits())
    computed = computed_answer(request, told, timings or {}, notes) if computes else None
    if computed is not None:
        shown(computed.text)
        return replace(computed, evidence=_kept(marked))
    marked = marked[: len(evidence)]
    request = replace(request, evidence=marked)
    draft = _Draft.empty()
    status: AnswerStatus = "abstained"
    if evidence:
        draft = _asked(answerer, request, shown)
    answered = time.perf_counter()
    citations: tuple[Citation, ...] = ()
    if draft.is_abstention:
        text = abstention(question, evidence)
        shown(text)
    else:
        text = draft.resolved.text
        citations = tuple(
            replace(citation, attributed=citation.marker in draft.attributed)
            for citation in placed(
                _checked(draft.resolved, request, answerer), text, request.evidence
            )
        )
        borne_out = any(citation.support != "unsupported" for citation in citations)
        status = "answered" if borne_out else "unsupported"
    return Answer(
        question=question,
        status=status,
        text=text,
        raw_text=draft.raw,
        citations=citations,
        rejected_markers=draft.rejected,
        evidence=_kept(marked),
        models={"answerer": answerer.name},
        timings={
            **(timings or {}),
            "answer": answered - started,
            "check": time.perf_counter() - answered,
        },
        notes=(*notes, *draft.notes),
        confidence=answerer.confidence(request) if isinstance(answerer, Confident) else None,
    )


def _kept(marked: Sequence[MarkedEvidence]) -> tuple[MarkedEvidence, ...]:
    """The evidence as an answer keeps it: without pictures, cells of tables and places of lines."""
    return tuple(
        replace(item, evidence=replace(item.evidence, image=None, tables=(), lines=()))
        for item in marked
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the answerer said, raw and resolved."""

    raw: str
    resolved: Resolved
    rejected: tuple[str, ...] = ()  # of this and earlier tries
    notes: tuple[str, ...] = ()
    attributed: frozenset[str] = frozenset()  # markers that mmrag has put in
    failed: bool = False  # the model, before it was complete

    @classmethod
    def empty(cls) -> "_Draft":
        return cls("", Resolved("", (), ()))

    @property
    def is_abstention(self) -> bool:
        """Whether it says nothing, or nothing but that the evidence lacks the answer."""
        return self.denies or not _says_something(self.resolved.text)

    @property
    def denies(self) -> bool:
        """Whether it says that the evidence lacks the answer."""
        cited = bool(self.resolved.citations)
        return _says_not_found(self.raw, cited=cited) or is_refusal(self.resolved.text)

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to ask for once more: markers alone are no answer."""
        if _says_something(self.resolved.text):
            return self.denies or bool(self.resolved.citations)
        return self.denies or not any(char.isalnum() for char in self.raw)


def _asked(answerer: Answerer, request: AnswerRequest, shown: Callable[[str], None]) -> _Draft:
    """The answer, after one more try where the first cites nothing; shown as described above."""
    first = _try(answerer, request, shown)
    if first.is_settled:
        return first
    if not first.failed:
        try:
            second = _try(answerer, replace(request, uncited=first.raw), shown)
        except ModelError as error:
            second = replace(_Draft.empty(), raw=first.raw, notes=(_failure(error),), failed=True)
        rejected = (*first.rejected, *second.rejected)
        notes = tuple(dict.fromkeys((*first.notes, *second.notes)))
        cites = second.resolved.citations and _says_something(second.resolved.text)
        if cites or (second.denies and not second.failed):
            return replace(second, rejected=rejected, notes=notes)
        if not _says_something(first.resolved.text):
            first, second = second, first
        first = replace(first, rejected=rejected, notes=notes)
    if not _says_something(first.resolved.text):
        return replace(first, notes=(*first.notes, _NO_WORDS))
    first = _with_sources(first, request)
    shown(first.resolved.text)
    return first


def _with_sources(draft: _Draft, request: AnswerRequest) -> _Draft:
    """The draft with evidence for the sentences that cite none, unless it invents its sources."""
    if draft.rejected:
        return draft
    text, markers = attributed(draft.resolved.text, request.evidence, request.question)
    resolved = resolve(text, request.evidence)
    return replace(
        draft,
        resolved=Resolved(text, resolved.citations, draft.resolved.rejected),
        attributed=draft.attributed | set(markers),
    )


class _Showing:
    """Hands an answer on as it comes, by whole sentences, from its first valid citation on."""

    def __init__(self, request: AnswerRequest, shown: Callable[[str], None]) -> None:
        self._request = request
        self._shown = shown
        self._waiting = ""
        self._invents = False
        self.text = ""
        self.attributed: set[str] = set()

    def add(self, text: str, *, may_go: bool, invents: bool = False) -> None:
        """Take more text; `may_go` says whether what is whole of it may be shown.

        Where the answerer `invents` sources, no sentence gets one from here.
        """
        self._waiting += text
        self._invents = self._invents or invents
        if may_go:
            self._pass(_settled(self._waiting))

    def end(self, *, is_answer: bool) -> None:
        """The answer is complete; what waits is shown where it is one."""
        if is_answer:
            self._pass(len(self._waiting))
        self.text += self._waiting
        self._waiting = ""

    def _pass(self, until: int) -> None:
        if not until:
            return
        text, self._waiting = self._waiting[:until], self._waiting[until:]
        if not self._invents:
            text, markers = attributed(text, self._request.evidence, self._request.question)
            self.attributed |= set(markers)
        self.text += text
        self._shown(text)


def _settled(text: str) -> int:
    """How much of a text is whole sentences, with all their markers: up to its last sentence."""
    found = list(sentences.split(text))
    if len(found) < 2 or not _says_something(found[-1]):
        return 0
    until = text.rindex(found[-1])
    return 0 if is_within_quotation(text[:until]) else until


def _try(answerer: Answerer, request: AnswerRequest, shown: Callable[[str], None]) -> _Draft:
    """One answer, shown from its first valid citation on."""
    resolver = Resolver(request.evidence)
    showing = _Showing(request, shown)
    reading = Reading(answerer.stream(request), request)
    whole, failed = "", False
    notes: tuple[str, ...] = ()
    try:
        for piece in reading:
            told = resolver.feed(piece)
            whole += told
            nothing = _may_be_nothing(reading.raw, whole)
            may_go = bool(resolver.citations) and not nothing
            showing.add(told, may_go=may_go, invents=bool(resolver.rejected))
        notes = reading.notes
    except ReplyWithdrawn:
        raise
    except ModelError as error:
        if not reading.raw.strip():
            raise
        rest = resolver.feed(reading.rest())
        whole += rest
        showing.add(rest, may_go=False)
        notes, failed = (_failure(error),), True
    last = resolver.end()
    whole += last
    showing.add(last, may_go=False, invents=bool(resolver.rejected))
    resolved = Resolved(whole, resolver.citations, resolver.rejected)
    draft = _Draft(reading.raw, resolved, resolved.rejected, notes, failed=failed)
    is_answer = bool(resolved.citations) and not draft.is_abstention
    showing.end(is_answer=is_answer)
    if not showing.attributed:
        return draft
    found = resolve(showing.text, request.evidence).citations
    return replace(
        draft,
        resolved=Resolved(showing.text, found, resolved.rejected),
        attributed=frozenset(showing.attributed - {c.marker for c in resolved.citations}),
    )


def _failure(error: ModelError) -> str:
    return f"the model failed before its answer was complete: {error}"


def _checked(
    resolved: Resolved, request: AnswerRequest, answerer: Answerer
) -> tuple[Citation, ...]:
    """The citations with their support; a Verifier looks where words cannot decide.

    A quotation supports itself, which says nothing of its being the answer: it is `quoted`.
    """

    def check(sentence: str, evidence: Sequence[Evidence]) -> Support:
        verdict = support(sentence, evidence)
        seen = any(item.image is not None for item in evidence)
        if verdict == "unchecked" and seen and isinstance(answerer, Verifier):
            return answerer.verify(sentence, evidence)
        return verdict

    checked = check_citations(resolved.text, resolved.citations, request.evidence, check)
    if not (isinstance(answerer, Quoter) and answerer.only_quotes):
        return checked
    return tuple(
        replace(item, support="quoted") if item.support == "supported" else item for item in checked
    )


def _says_not_found(raw: str, *, cited: bool) -> bool:
    """Whether the answer is the agreed phrase, alone, or in a short sentence that cites nothing."""
    phrase = _letters(raw)
    return (
        opens_with_verdict(raw)
        or phrase == NOT_FOUND
        or (not cited and NOT_FOUND in phrase and len(phrase) <= _LONGEST_REFUSAL)
    )


def _may_be_nothing(raw: str, text: str) -> bool:
    """Whether an answer that has begun so may still turn out to be an abstention."""
    if not _says_something(text) or may_become_verdict(raw):
        return True
    return NOT_FOUND.startswith(_letters(raw[:_BEGINNING]))


def _says_something(text: str) -> bool:
    """Whether resolved text holds more than citations."""
    return any(char.isalnum() for char in MARK.sub("", text))


def _letters(raw: str) -> str:
    """The words of raw output in capitals, without markers and marks."""
    text = resolve(raw[: 2 * MAX_CHARACTERS], ()).text
    return " ".join("".join(c if c.isalpha() else " " for c in text).split()).upper()


def _unheard(piece: str) -> None:
    """Take a piece of an answer that nobody wants to see before it is complete."""
