"""A question, its evidence and an answerer become a validated Answer.

The same for every answerer, since none is trusted: without evidence it is not asked at all; what it
says is resolved, so that only markers of this evidence survive; each cited sentence is checked.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from mmrag.answer.citations import Resolved, Resolver, resolve
from mmrag.answer.grounding import check_citations, support
from mmrag.answer.markers import Draw, mark, new_markers
from mmrag.answer.sentences import MARK
from mmrag.errors import ModelError, UsageError
from mmrag.protocols import NOT_FOUND, Answerer, AnswerRequest, Limits, Turn
from mmrag.text.prompting import neutralise
from mmrag.types import Answer, AnswerStatus, Citation, Evidence, Support

MAX_CHARACTERS = 20_000
"""Characters of raw output that are read: a model that loops is stopped; chosen by hand."""

_LONGEST_REFUSAL = 120
"""Characters: a longer answer with "not in the evidence" in it says more; chosen by hand."""
_BEGINNING = 200  # characters in which an answer turns out not to be a refusal; chosen by hand
_NEAREST_NAMED = 3  # places that an abstention names; chosen by hand
_LONGEST_TITLE = 100  # characters of a document's title in an abstention; chosen by hand


@runtime_checkable
class Verifier(Protocol):
    """An answerer that can look at cited pictures again, where there is no text to compare."""

    def verify(self, sentence: str, evidence: Sequence[Evidence]) -> Support:
        """How well the pictures of the cited pieces, and they alone, support the sentence."""
        ...


def answer_question(
    question: str,
    evidence: Sequence[Evidence],
    answerer: Answerer,
    *,
    history: Sequence[Turn] = (),
    limits: Limits | None = None,
    on_text: Callable[[str], None] | None = None,
    timings: Mapping[str, float] | None = None,
    draw: Draw = new_markers,
) -> Answer:
    """Mark the evidence, ask `answerer`, and validate what it says.

    The status is `answered` where at least one citation is not unsupported; `abstained` where there
    is no evidence, or the answerer says nothing or that the evidence does not hold the answer;
    `unsupported` where it cites nothing, even when asked once more, or nothing that bears it out.

    `on_text` receives the answer in pieces that add up to `Answer.text`. Nothing is handed on
    before the first valid citation has come, so that an answer without any is not shown as one.

    Where the model fails after it has begun to answer, what came is validated and kept, and a note
    of the Answer says so; where it fails before, its `ModelError` is raised. Raises `UsageError`
    for an empty question.
    """
    if not question.strip():
        raise UsageError("the question is empty: ask something, for example: mmrag ask 'Who ...?'")
    started = time.perf_counter()
    shown = on_text or _unheard
    marked = mark(question, evidence, draw)
    request = AnswerRequest(question, marked, tuple(history), limits or Limits())
    draft = _Draft.empty()
    status: AnswerStatus = "abstained"
    if evidence:
        draft = _asked(answerer, request, shown)
    answered = time.perf_counter()
    citations: tuple[Citation, ...] = ()
    if draft.is_abstention:
        text = _abstention(evidence)
        shown(text)
    else:
        text = draft.resolved.text
        citations = _checked(draft.resolved, request, answerer)
        borne_out = any(citation.support != "unsupported" for citation in citations)
        status = "answered" if borne_out else "unsupported"
    return Answer(
        question=question,
        status=status,
        text=text,
        raw_text=draft.raw,
        citations=citations,
        rejected_markers=draft.rejected,
        evidence=tuple(
            replace(item, evidence=replace(item.evidence, image=None)) for item in marked
        ),
        models={"answerer": answerer.name},
        timings={
            **(timings or {}),
            "answer": answered - started,
            "check": time.perf_counter() - answered,
        },
        notes=draft.notes,
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the answerer said, raw and resolved."""

    raw: str
    resolved: Resolved
    rejected: tuple[str, ...] = ()  # of this and earlier tries
    notes: tuple[str, ...] = ()

    @classmethod
    def empty(cls) -> "_Draft":
        return cls("", Resolved("", (), ()))

    @property
    def is_abstention(self) -> bool:
        """Whether it says nothing, or nothing but that the evidence lacks the answer."""
        if _says_not_found(self.raw, cited=bool(self.resolved.citations)):
            return True
        return not _says_something(self.resolved.text)


def _asked(answerer: Answerer, request: AnswerRequest, shown: Callable[[str], None]) -> _Draft:
    """The answer, after one more try where the first cites nothing; shown as described above."""
    first = _try(answerer, request, shown)
    if first.is_abstention or first.resolved.citations:
        return first
    if not first.notes:
        try:
            second = _try(answerer, replace(request, uncited=first.raw), shown)
        except ModelError as error:
            second = replace(_Draft.empty(), raw=first.raw, notes=(_failure(error),))
        rejected = (*first.rejected, *second.rejected)
        if second.resolved.citations or (second.is_abstention and not second.notes):
            return replace(second, rejected=rejected)
        first = replace(first, rejected=rejected, notes=second.notes)
    shown(first.resolved.text)
    return first


def _try(answerer: Answerer, request: AnswerRequest, shown: Callable[[str], None]) -> _Draft:
    """One answer, shown from its first valid citation on."""
    resolver = Resolver(request.evidence)
    raw, text, waiting = "", "", ""
    notes: tuple[str, ...] = ()
    pieces = answerer.stream(request)
    try:
        for piece in _bounded(pieces):
            raw += piece
            waiting += resolver.feed(piece)
            if waiting and resolver.citations and not _may_be_nothing(raw, text + waiting):
                shown(waiting)
                text, waiting = text + waiting, ""
    except ModelError as error:
        if not raw.strip():
            raise
        notes = (_failure(error),)
    finally:
        if isinstance(pieces, Generator):
            pieces.close()
    if len(raw) >= MAX_CHARACTERS:
        notes = (f"the answer was cut off after {MAX_CHARACTERS} characters",)
    waiting += resolver.end()
    resolved = Resolved(text + waiting, resolver.citations, resolver.rejected)
    draft = _Draft(raw, resolved, resolved.rejected, notes)
    if waiting and resolved.citations and not draft.is_abstention:
        shown(waiting)
    return draft


def _bounded(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces, cut where the output grows too long."""
    left = MAX_CHARACTERS
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _failure(error: ModelError) -> str:
    return f"the model failed before its answer was complete: {error}"


def _checked(
    resolved: Resolved, request: AnswerRequest, answerer: Answerer
) -> tuple[Citation, ...]:
    """The citations with their support; a Verifier looks where words cannot decide."""

    def check(sentence: str, evidence: Sequence[Evidence]) -> Support:
        verdict = support(sentence, evidence)
        seen = any(item.image is not None for item in evidence)
        if verdict == "unchecked" and seen and isinstance(answerer, Verifier):
            return answerer.verify(sentence, evidence)
        return verdict

    return check_citations(resolved.text, resolved.citations, request.evidence, check)


def _says_not_found(raw: str, *, cited: bool) -> bool:
    """Whether the answer is the agreed phrase, alone, or in a short sentence that cites nothing."""
    phrase = _letters(raw)
    return phrase == NOT_FOUND or (
        not cited and NOT_FOUND in phrase and len(phrase) <= _LONGEST_REFUSAL
    )


def _may_be_nothing(raw: str, text: str) -> bool:
    """Whether an answer that has begun so may still turn out to be an abstention."""
    return not _says_something(text) or NOT_FOUND.startswith(_letters(raw[:_BEGINNING]))


def _says_something(text: str) -> bool:
    """Whether resolved text holds more than citations."""
    return any(char.isalnum() for char in MARK.sub("", text))


def _letters(raw: str) -> str:
    """The words of raw output in capitals, without markers and marks."""
    text = resolve(raw[: 2 * MAX_CHARACTERS], ()).text
    return " ".join("".join(c if c.isalpha() else " " for c in text).split()).upper()


def _abstention(evidence: Sequence[Evidence]) -> str:
    """What is said in place of an answer. Titles are documents' words: nothing in them acts."""
    if not evidence:
        return "Nothing in the index matches this question."
    places = list(dict.fromkeys((item.document, item.page) for item in evidence))[:_NEAREST_NAMED]
    named = "; ".join(f"{_title(document)}, page {page}" for document, page in places)
    return f"The documents do not seem to answer this. Nearest: {named}."


def _title(text: str) -> str:
    safe = " ".join(resolve(neutralise(text), ()).text.split())
    return safe if len(safe) <= _LONGEST_TITLE else safe[: _LONGEST_TITLE - 1] + "…"


def _unheard(piece: str) -> None:
    """Take a piece of an answer that nobody wants to see before it is complete."""
