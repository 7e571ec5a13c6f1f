"""An answer without a model: the best sentences, table rows or captions, quoted and cited.

Pieces of the evidence are scored by the share of the question's telling words that they hold,
themselves and in the lines that say what they are about; a piece without a number, a date or a
name is set back where one is asked for. Nothing is computed, counted or rephrased.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mmrag.answer import numbers
from mmrag.answer.answerability import Rarity, strength
from mmrag.answer.questions import Question, analyse
from mmrag.answer.spans import CAPTION, CELL, Piece, pieces
from mmrag.answer.terms import terms, words
from mmrag.config import AnswerSettings
from mmrag.protocols import NOT_FOUND, AnswerRequest, Reply
from mmrag.types import Evidence

LEAD = "Quoted from the documents:"

_NEAR = 0.4  # weight of a word in the lines around a piece, against one in the piece
_PAIR = 0.2  # for neighbouring words of the question that are neighbours in the piece
_PHRASE = 0.3  # for a phrase that the question quotes
_LABEL = 0.5  # for the figure or table that the question names
_PAGE = 0.3  # for the page that the question names
_NAME = 0.15  # of the score, for a piece without the names of the question that are to be had
_RANK = 0.05  # what each lower rank of the evidence costs, of the score
_NOT_WANTED = 0.55  # of the score, for a piece without what is asked for
_NO_NEWS = 0.6  # of the score, for a piece that says no word more than the question
_LONG = 45  # words: a longer piece loses
_LENGTH = 150.0
_WORTH_ADDING = 0.8  # of the best score: further pieces are quoted from there on
_ALIKE = 0.5  # of the words of the shorter: two such pieces say the same
_MOST = 3
_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\b|\b(?:1[89]|20)\d\d\b", re.I
)
# Numbers that count nothing: of figures and headings, and days of the month.
_NO_AMOUNT = re.compile(
    r"\b(?:figure|fig\.|table|chart|section|chapter|note|item|page|q)\s?\d+(?:\.\d+)*"
    r"|\b\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b"
    r"|^\d+(?:\.\d+)*[.)]?\s(?=\D)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\b[A-Z][\w.'-]+ (?:[A-Z]\.? )*[A-Z][\w'-]+")


@dataclass(frozen=True, slots=True)
class Scored:
    """A piece with its score, which rises with quality, and the question's stems in it."""

    piece: Piece
    score: float
    stems: frozenset[str]  # in the piece itself and in the head of its columns
    near: frozenset[str]  # in the lines around it, too


class ExtractedAnswerer:
    """Answers with quotations; says `NOT_FOUND` where the evidence is too weak for the question."""

    def __init__(self, settings: AnswerSettings | None = None) -> None:
        self._settings = settings or AnswerSettings()

    @property
    def name(self) -> str:
        return "extracted"

    @property
    def wants_images(self) -> bool:
        return False

    def stream(self, request: AnswerRequest) -> Reply:
        """The answer in pieces, a quotation each."""
        question = analyse(request.question)
        ranked, sure = rank(question, [item.evidence for item in request.evidence])
        if not ranked or sure < self._settings.min_score:
            yield NOT_FOUND
            return ()
        yield LEAD
        for scored in choose(question, ranked):
            yield f"\n{_quotation(scored.piece)} [{request.evidence[scored.piece.item].marker}]"
        return ()


def rank(question: Question, evidence: Sequence[Evidence]) -> tuple[list[Scored], float]:
    """The pieces that share a word with the question, best first, and the evidence's strength."""
    found = pieces(evidence)
    stems = [frozenset(terms(f"{piece.text} {piece.head}")) for piece in found]
    titles = [frozenset(terms(f"{item.document} {item.path}")) for item in evidence]
    rarity = Rarity.of(question, stems, titles)
    written = frozenset[str]().union(*stems, *titles)
    names = question.names & written
    ranked = [
        _scored(question, rarity, names, piece, held, titles[piece.item], evidence[piece.item])
        for piece, held in zip(found, stems, strict=True)
        if held & rarity.weights.keys()
    ]
    ranked.sort(key=lambda scored: -scored.score)
    if not ranked:
        return [], 0.0
    best = ranked[0]
    at = best.piece.item
    here = (held for piece, held in zip(found, stems, strict=True) if piece.item == at)
    return ranked, strength(question, rarity, best.near, titles[at].union(*here), [*stems, *titles])


def _scored(
    question: Question,
    rarity: Rarity,
    names: frozenset[str],
    piece: Piece,
    held: frozenset[str],
    title: frozenset[str],
    item: Evidence,
) -> Scored:
    near = held | frozenset(terms(piece.context)) | title
    score = rarity.share(held) + _NEAR * (rarity.share(near) - rarity.share(held))
    found = terms(piece.text)
    pairs = question.pairs & set(pairwise(found))
    score += _PAIR * len(pairs) / max(len(question.pairs), 1)
    plain = f"{piece.text} {piece.context}".lower()
    score += _PHRASE * any(phrase in plain for phrase in question.phrases)
    score += _LABEL * any(label in item.caption.lower()[:40] for label in question.labels)
    score += _PAGE * (item.page in question.pages)
    if names:
        score *= 1 - _NAME * len(names - near) / len(names)
    if not _has_wanted(question, piece):
        score *= _NOT_WANTED
    if not set(terms(piece.text)) - question.weights.keys():
        score *= _NO_NEWS
    length = len(piece.text.split()) + len(piece.head.split())
    score /= 1 + max(0, length - _LONG) / _LENGTH
    score *= 1 - _RANK * min(piece.item, 10)
    return Scored(piece, score, held & rarity.weights.keys(), near & rarity.weights.keys())


def _has_wanted(question: Question, piece: Piece) -> bool:
    """Whether a piece holds something of the kind that is asked for; a caption only announces."""
    if question.wanted in ("number", "percentage") and CAPTION.match(piece.text):
        return CELL in piece.text
    match question.wanted:
        case "percentage":
            return "%" in piece.text or "percent" in piece.text.lower() or piece.row
        case "number":
            asked = {number.value for number in numbers.find(question.text)}
            found = numbers.find(_NO_AMOUNT.sub(" ", piece.text))
            return any(n.value not in asked and not n.is_year for n in found)
        case "date":
            return bool(_MONTH.search(piece.text))
        case "person":
            return any(name not in question.text for name in _TITLE.findall(piece.text))
        case _:
            return True


def choose(question: Question, ranked: Sequence[Scored]) -> list[Scored]:
    """The best piece, and up to two more that come close and say something else."""
    chosen = [ranked[0]]
    for scored in ranked[1:]:
        if len(chosen) == _MOST or scored.score < _WORTH_ADDING * chosen[0].score:
            break
        if not any(_alike(scored.piece, other.piece) for other in chosen):
            chosen.append(scored)
    return chosen


def _alike(one: Piece, other: Piece) -> bool:
    a, b = set(words(one.text.lower())), set(words(other.text.lower()))
    return len(a & b) > _ALIKE * min(len(a), len(b))


def _quotation(piece: Piece) -> str:
    quoted = _in_quotes(piece.text)
    return f"{_in_quotes(piece.head)}: {quoted}" if piece.head else quoted


def _in_quotes(text: str) -> str:
    inner = re.sub(r"[“”\"„]", "'", text)
    return f"“{inner}”"
