"""Fields: what looks like what it is, wherever it stands, and what stands behind a label's colon.

A date, an e-mail or web address, a telephone or fax number is told by its form, and which of
several is meant by the page that a question names or by the words beside it. "What is the topic of
unit 14?" is answered by the line "Unit 14: Accounting". Where several fit and differ, nothing is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mmrag.answer.computing.matching import names_document
from mmrag.answer.computing.terms import OPTIONAL, terms
from mmrag.answer.questions import FRAME
from mmrag.text import page_numbers, rows
from mmrag.text.page_numbers import NamedPages
from mmrag.text.prompting import one_line
from mmrag.text.stems import content_stems, stem
from mmrag.text.values import EMAIL, URL
from mmrag.text.words import MONTH, content_words, plain
from mmrag.types import Evidence

FieldKind = Literal["date", "e-mail", "fax", "telephone", "website", "label"]

_CALL = r"(?P<value>\+?\(?\d[\d\s().–/-]{5,18}\d)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:1[89]|20)\d\d"
_FORMS: Mapping[FieldKind, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "e-mail": (
        re.compile(r"\be-?mails?\b|\bmail (?:id|address)\b", re.IGNORECASE),
        re.compile(rf"(?P<value>{EMAIL.pattern})"),
    ),
    "fax": (
        re.compile(r"\bfax\b", re.IGNORECASE),
        re.compile(rf"\bfax\b[^\d+(]{{0,20}}{_CALL}", re.IGNORECASE),
    ),
    "telephone": (
        re.compile(r"\b(?:tele)?phone (?:no\b|numbers?\b)|\btelephone\b|\btel\b", re.IGNORECASE),
        re.compile(rf"\b(?:tel(?:ephone)?|phone|call)\b[^\d+(]{{0,20}}{_CALL}", re.IGNORECASE),
    ),
    "website": (
        re.compile(r"\bweb\s?(?:sites?|pages?|address(?:es)?)\b|\burls?\b", re.IGNORECASE),
        re.compile(rf"(?P<value>{URL.pattern})", re.IGNORECASE),
    ),
    "date": (
        re.compile(r"\b(?:what|which|the) dates?\b(?! of birth)", re.IGNORECASE),
        re.compile(
            rf"(?P<value>\b{MONTH}\.? {_DAY},? {_YEAR}\b|\b{_DAY} {MONTH}\.?,? {_YEAR}\b"
            rf"|\b{MONTH}\.?,? {_YEAR}\b|\b{_YEAR}-\d\d-\d\d\b"
            rf"|\b\d{{1,2}}[./]\d{{1,2}}[./]{_YEAR}\b)",
            re.IGNORECASE,
        ),
    ),
}
"""How each kind is asked for, and how it looks."""
DATE = _FORMS["date"][1]
"""A date in words or digits, as `value`."""
_COUNTED = re.compile(r"^\W*how many\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:beginning|start|top|first)\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:end|bottom|last)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"^\W*(?:what|which|who)(?:'s|’s|\s+(?:is|are|was|were))\s+(?:the\s+)?(?!.*\b(?:when|why|how)\b)",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"(?P<label>[^\W\d_][^:：|]{1,59}?)\s*[:：]\s+(?P<value>[^\s:：].{0,199})")
_ASKED_NOUN = re.compile(
    r"^\W*(?:who|when|where|why)\b"
    r"|^\W*(?:(?:at|by|from|in|on|to|under|via)\s+)?"
    r"(?P<head>(?:what|which)\b(?:['’]s|\s+(?:is|are|was|were)\b)?.*?)"
    r"(?=\s(?:of|in|on|from|for|to|by|at|with|about|is|are|was|were|do|does|did|has|have|had|can"
    r"|could|may|must|shall|should|will|would|that|which|who|where|when)\b|\W*$)",
    re.IGNORECASE,
)
"""What a question begins to ask for: "which e-mail address" does, "the subject of the e-mail"
asks for none."""
_LABEL = re.compile(r"(?P<label>[^\W\d_][^:：|]{1,199}?)\s*[:：]")
"""A label alone on its line. Those of forms are whole sentences."""
_NUMBERED = r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s"
_POINT = re.compile(rf"\s*(?:{_NUMBERED}|[-–—*·•▪●○□■►]\s)")
"""Where a point of a list begins."""
_MARKS = re.compile(rf"^(?:{_NUMBERED}|[\W_]+)+")
_FEWEST_LETTERS = 4  # of a word by which an address is told; chosen by hand
_LONGEST = 200  # characters of a field, and of its line, in an answer; chosen by hand
_HEADINGS_TEXT = "topic subject title name heading"
_NAMING = OPTIONAL | frozenset(map(stem, _HEADINGS_TEXT.split()))
"""What a question calls that which stands behind a label, and says beside it."""
_ASKING = OPTIONAL | FRAME
"""Stems that do not tell which of several fields is meant."""


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field that a question asks for; `words` are those that say which."""

    kind: FieldKind
    pages: NamedPages
    words: tuple[str, ...]  # as they are compared
    counts: bool
    first: bool  # that of the beginning of the page
    last: bool


@dataclass(frozen=True, slots=True)
class FoundField:
    """A field with the line that it stands in, and the number of its piece of evidence."""

    value: str
    line: str
    piece: int


def read(question: str) -> AskedField | None:
    """The field that a question asks for; None where it asks for none."""
    pages = page_numbers.find(question)
    noun = _ASKED_NOUN.match(question)
    head = question if noun is None else noun["head"] or ""
    kind = next((name for name, (asks, _) in _FORMS.items() if asks.search(head)), None)
    counts = _COUNTED.search(question) is not None
    if kind is None and not _ASKS.search(question):
        return None
    if (counts or kind == "date") and not pages:
        return None
    rest = re.sub(page_numbers.PATTERN, " ", question)
    rest = _FORMS[kind][0].sub(" ", rest) if kind else rest
    place = re.sub(r"\b(?:pages?|slides?)\b", " ", rest, flags=re.IGNORECASE)
    return AskedField(
        kind or "label",
        pages,
        tuple(plain(word) for word in content_words(place)),
        counts,
        first=bool(pages and _FIRST.search(rest)),
        last=bool(pages and _LAST.search(rest)),
    )


def answer(asked: AskedField, evidence: Sequence[Evidence]) -> list[FoundField]:
    """The field that is asked for, or all that are counted; empty where several fit and differ."""
    pieces = [
        (number, item)
        for number, item in enumerate(evidence)
        if not asked.pages or asked.pages.means(item.page, item.page_label)
    ]
    if asked.kind == "label":
        return _agreed([field for piece in pieces for field in _labelled(asked, *piece)])
    found = list(
        {_key(f.value): f for piece in pieces for f in _of_form(asked.kind, *piece)}.values()
    )
    if asked.counts:
        return found
    if found and asked.pages and (asked.first or asked.last):
        return [found[0] if asked.first else found[-1]]
    return _agreed(_meant(asked, found, evidence))


def _of_form(kind: FieldKind, number: int, item: Evidence) -> Iterator[FoundField]:
    for line in item.quotable.splitlines():
        for match in _FORMS[kind][1].finditer(line):
            yield FoundField(one_line(match["value"], _LONGEST), one_line(line, _LONGEST), number)


def _meant(
    asked: AskedField, found: Sequence[FoundField], evidence: Sequence[Evidence]
) -> list[FoundField]:
    """Those that the subject of a question tells: in themselves, or else in their line.

    All of a page where it says nothing but the page, and of the evidence where it says nothing.
    """
    told = [word for word in asked.words if stem(word) not in _ASKING]
    names = [word for word in told if len(word) >= _FEWEST_LETTERS]
    within = [field for field in found if any(name in field.value.lower() for name in names)]
    if within:
        return within
    roots = {stem(word) for word in told}
    beside = [field for field in found if roots and roots <= set(content_stems(field.line))]
    if beside:
        return beside
    if asked.pages:
        return list(found)
    documents = _names(evidence)
    ours = [word for word in told if not names_document(word.capitalize(), documents)]
    return [] if ours else list(found)


def _names(evidence: Sequence[Evidence]) -> str:
    return "\n".join({f"{item.document}\n{item.path}" for item in evidence})


def _labelled(asked: AskedField, number: int, item: Evidence) -> Iterator[FoundField]:
    """What stands behind labels that are all of what a question asks, names of documents aside."""
    said = {stem(word) for word in asked.words}
    names = _names([item])
    needed = {
        stem(word)
        for word in asked.words
        if stem(word) not in _NAMING and not names_document(word.capitalize(), names)
    }
    for name, value, line in _fields(item.quotable.splitlines()):
        label = terms(name).stems
        if needed and needed <= label <= said:
            yield FoundField(one_line(value, _LONGEST), one_line(line, _LONGEST), number)


def _fields(lines: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Labels with what fills them in, behind them or below, and the line or lines that they take.

    What stands below is one line, as far as can be seen: a number, or what the next label follows.
    """
    for line, below, after in zip(lines, (*lines[1:], ""), (*lines[2:], "", ""), strict=False):
        for part in _apart(line):
            if match := _LABELLED.fullmatch(_unmarked(part)):
                yield match["label"], match["value"], part
        alone = _LABEL.fullmatch(_unmarked(line))
        if alone is None or not below.strip() or _begins(below):
            continue
        if rows.is_amount(below.strip()) or not after.strip() or _begins(after):
            yield alone["label"], below.strip(), f"{line.strip()} {below.strip()}"


def _begins(line: str) -> bool:
    """Whether something begins with a line: a point of a list, or another field."""
    unmarked = _unmarked(line)
    labelled = _LABEL.fullmatch(unmarked) or _LABELLED.fullmatch(unmarked)
    return labelled is not None or _POINT.match(line) is not None


def _unmarked(line: str) -> str:
    return _MARKS.sub("", line.strip())


def _apart(line: str) -> list[str]:
    """The fields of a line that has several, set apart by wide gaps; else the line."""
    cells = rows.cells(line)
    labelled = [_LABELLED.fullmatch(_unmarked(cell)) for cell in cells]
    return cells if sum(map(bool, labelled)) > 1 else [line]


def _agreed(found: Sequence[FoundField]) -> list[FoundField]:
    """The first of what is found, where all say the same."""
    return list(found[:1]) if len({_key(field.value) for field in found}) == 1 else []


def _key(text: str) -> str:
    return "".join(text.lower().split())
