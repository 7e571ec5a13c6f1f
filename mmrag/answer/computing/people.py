"""Who holds an office, and what stands behind a name: "Ada Lind, Institute of Bees".

"Who is the lead editor?" is answered by the line "Lead editor" above "Ada Lind", by "Ada Lind, lead
editor" and by "Lead editor: Ada Lind"; "Which institute does Ada Lind belong to?" and "What degree
has Lind?" by what her line says behind her name. Where several fit and differ, nothing is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag.answer.computing.matching import names_document
from mmrag.answer.computing.terms import OPTIONAL
from mmrag.answer.questions import FRAME
from mmrag.text.prompting import one_line
from mmrag.text.scripts import count_words
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import content_words, plain_words
from mmrag.types import Evidence

_WORD = r"[A-Z](?:[\w'’-]+|\.)"
_PERSON = rf"(?:(?:Mr|Mrs|Ms|Dr|Prof|Sir)\.?\s+)?{_WORD}(?:\s?{_WORD}){{0,3}}"
_OF_PERSON = re.compile(
    r"\b(?:what|which)\s+(?:is\s+(?:the\s+)?)?(?P<kind>agency|company|organi[sz]ation|institut(?:e|ion)|university"
    r"|college|department|firm|affiliation|position|job(?:\s+title)?|role|degree)s?\b(?P<rest>[^?]*)",
    re.IGNORECASE,
)
_BELONGS = re.compile(
    rf"(?P<name>{_PERSON})\s+belongs?\s+to\s+(?:which|what)\s+"
    r"(?P<kind>agency|company|organi[sz]ation|institut(?:e|ion)|university|department|firm)"
)
_VERBS_TEXT = """
affiliated at belong come do does for from has have hold is of represent to was work
"""
_VERBS = frozenset(map(stem, _VERBS_TEXT.split()))
_WHO = re.compile(
    r"^\W*who(?:'s|’s|\s+(?:is|are|was|were))\s+(?:the\s+|its\s+)?(?P<role>[^?]+)", re.IGNORECASE
)
_DEGREE = re.compile(
    r"\b(?:Ph\.?\s?D|[BM]\.?\s?(?:A|S|Sc|B\.?A|Eng|Ed|Phil|D)|D\.?\s?Sc|LL\.?\s?[BMD]|J\.?D)\b\.?"
)
_BEHIND = re.compile(r"\s*(?:,|[–—]|\s-\s|\()\s*(?P<value>[^\s,].*)")
_LONGEST = 160  # characters of what stands behind a name; chosen by hand
_MOST_WORDS = 16  # of it: a sentence goes on otherwise; chosen by hand
_MOST_OF_ROLE = 3  # words of an office that a question does not say; chosen by hand


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """What is asked: of a person a kind of thing, or, without a name, who has a role."""

    name: tuple[str, ...]
    kind: str  # "degree", "agency", …; "who"
    role: tuple[str, ...] = ()  # words of an office


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """What is told, the line it stands in, and the number of its piece of evidence."""

    value: str
    line: str
    piece: int


def read(question: str) -> AskedPerson | None:
    """What a question asks of a person, or who holds an office; None for something else."""
    text = "" if question.isupper() else question
    if found := _BELONGS.search(text):
        return AskedPerson(tuple(plain_words(found["name"])), found["kind"].lower())
    if found := _OF_PERSON.search(text):
        names = re.findall(_PERSON, found["rest"])
        rest = re.sub(_PERSON, " ", found["rest"])
        if len(names) == 1 and all(word in _VERBS for word in map(stem, plain_words(rest))):
            return AskedPerson(tuple(plain_words(names[0])), found["kind"].lower())
    if found := _WHO.search(text):
        role = tuple(content_words(found["role"]))
        return AskedPerson((), "who", role) if 1 < len(role) <= _MOST_WORDS else None
    return None


def answer(asked: AskedPerson, evidence: Sequence[Evidence]) -> FoundPerson | None:
    """What the evidence says with one voice."""
    told = _of_name if asked.name else _of_role
    found = [one for number, item in enumerate(evidence) for one in told(asked, number, item)]
    values = {tuple(plain_words(one.value)) for one in found}
    return found[0] if len(values) == 1 else None


def _of_name(asked: AskedPerson, number: int, item: Evidence) -> Iterator[FoundPerson]:
    name = r"[\W_]+".join(map(re.escape, asked.name))
    for line in map(str.strip, item.quotable.splitlines()):
        at = re.search(rf"(?<!\w){name}(?!\w)", line, re.IGNORECASE)
        behind = _BEHIND.match(line, at.end()) if at else None
        if (
            at is None
            or behind is None
            or not re.fullmatch(rf"\W*(?:By\s+)?(?:{_PERSON}\s*)?", line[: at.start()])
        ):
            continue
        value = behind["value"].rstrip(" ,;)")
        if asked.kind == "degree":
            degrees = [match[0] for match in _DEGREE.finditer(value)]
            value = ", ".join(degrees)
        if value[:1].isupper() and count_words(value) <= _MOST_WORDS:
            yield FoundPerson(one_line(value, _LONGEST), one_line(line, _LONGEST), number)


def _of_role(asked: AskedPerson, number: int, item: Evidence) -> Iterator[FoundPerson]:
    names = f"{item.document}\n{item.path}"
    wanted = {
        stem(word)
        for word in asked.role
        if stem(word) not in FRAME | OPTIONAL and not names_document(word.capitalize(), names)
    }
    lines = [line.strip() for line in item.quotable.splitlines() if line.strip()]
    for at, line in enumerate(lines if wanted else ()):
        head, comma, rest = line.partition(",")
        if comma and _person(head):
            if _is_role(wanted, rest):
                yield FoundPerson(head.strip(), one_line(line, _LONGEST), number)
        elif _is_role(wanted, line):
            near = (lines[at + 1] if at + 1 < len(lines) else "", lines[at - 1] if at else "")
            people = [_person(other) for other in near]
            if bool(people[0]) != bool(people[1]):
                yield FoundPerson(people[0] or people[1], one_line(line, _LONGEST), number)


def _is_role(wanted: set[str], text: str) -> bool:
    """Whether a short text is an office: all that is asked for, and little more."""
    held = set(content_stems(text))
    return wanted <= held and len(held - wanted) <= _MOST_OF_ROLE and text[-1:] != "."


def _person(line: str) -> str:
    """The name that a line is, or begins with in front of a comma; empty for none."""
    head = line.partition(",")[0].strip()
    words = head.split()
    return head if len(words) > 1 and re.fullmatch(_PERSON, head) and not head.isupper() else ""
