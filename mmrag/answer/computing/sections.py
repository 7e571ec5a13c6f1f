"""The sections of a document, or of one of its sections, where it numbers them itself.

As of figures, numbers must run from 1 without a gap: what only looks like a heading, or a heading
that was not found, would make a count wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag.text import numbers, romans
from mmrag.text.words import plain_words
from mmrag.types import OutlineItem

_WORD = r"chapter|section|part|unit"
_NUMBER = r"\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}"
_CONTENTS = r"(?:the\s+|its\s+)?(?:table\s+of\s+)?contents"
_ASKED = re.compile(
    r"^\W*(?:(?P<count>how\s+many)|list|name|give|which|what(?:\s+are|\s+is(?=.*\b(?:first|last|final)\b))?)"
    r"\s+(?:me\s+)?(?:all\s+)?"
    r"(?:of\s+)?(?:the\s+)?(?:(?:titles?|names?|headings?)\s+of\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?)?"
    r"(?:(?P<end>first|last|final)\s+(?:(?P<some>\d{1,2}|[a-z]{3,5})\s+)?)?"
    rf"(?:(?:main|major|key|principal|different)\s+)?(?P<sub>sub-?)?(?P<kind>{_WORD})s?\s*"
    r"(?:(?:(?:are\s+)?(?:there|included|contained|listed|given|shown)|(?<=(?:chapter|section)s\s)are(?=\s+in))\b\s*)?"
    rf"(?:(?:in|of)\s+{_CONTENTS}\W*$)?"
    r"(?:(?:of|in|does|do|within|under)\s+(?P<name>[^?]+?)"
    r"(?:\s+(?:include|contain|have|consist\s+of))?)?\W*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"(?:(?P<word>{_WORD})\s+(?P<a>{_NUMBER})|(?P<b>\d{{1,2}}(?:\.\d{{1,2}})*|[IVX]{{1,5}}(?=\.)))"
    r"(?![\w%])[\s.:)–—-]*(?P<title>.*)",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"(?:the\s+)?(?:(?P<word>{_WORD})\s+)?(?P<number>{_NUMBER})", re.IGNORECASE)
_ROMAN = re.compile(r"[IVX]{1,5}\.\s")
_LETTER = re.compile(r"(?P<letter>[A-HJ-UW-Z])\.\s+(?P<title>\S.*)")  # I, V and X are numbers
_BACK_MATTER = re.compile(r"\W*(?:references|bibliography|appendi|supplement)", re.IGNORECASE)
"""What sections with letters stand behind that are parts of no numbered one."""
_AROUND = re.compile(
    rf"^\W*(?:the\s+)?(?:(?:{_WORD})\s+(?!(?:{_NUMBER})\W*$))?\W*|\W*(?:{_WORD})?\W*$",
    re.IGNORECASE,
)
"""What stands around the title of a section that is named."""


@dataclass(frozen=True, slots=True)
class AskedSections:
    """Which sections are meant: of the document, or of the one that a `name` tells."""

    counts: bool
    kind: str  # "section", "chapter", "part", "unit"
    name: str  # empty, or what it calls the whole document, for those of the document
    is_sub: bool
    end: str = ""  # "first" or "last", where but some are meant
    some: int = 0  # how many of these; 0 for all


@dataclass(frozen=True, slots=True)
class _Heading:
    word: str  # "chapter"; empty for a bare number
    path: tuple[int, ...]  # 3.2 is (3, 2)
    title: str
    item: OutlineItem


def read(question: str) -> AskedSections | None:
    """The sections that a question counts or lists; None where it asks for something else."""
    found = _ASKED.search(question)
    if found is None:
        return None
    name = (found["name"] or "").strip()
    end, some = "", 0
    if found["end"]:
        end = "first" if found["end"].lower() == "first" else "last"
        named = next(iter(numbers.find(found["some"])), None) if found["some"] else None
        if found["some"] and named is None:
            return None
        some = int(named.value) if named else 1
    return AskedSections(
        found["count"] is not None, found["kind"].lower(), name, found["sub"] is not None, end, some
    )


def sections(
    asked: AskedSections, headings: Sequence[OutlineItem], *, of_all: bool, listed: bool = False
) -> list[OutlineItem]:
    """The headings of the sections, in order; empty where their numbers do not tell all of them.

    `of_all`: the name is that of the document. `listed`: the headings are those of its table of
    contents, where what has a bare number is a chapter as well as a section.
    """
    found = list(_numbered(headings))
    if of_all:
        words = ("", asked.kind) if listed or asked.kind == "section" else (asked.kind,)
        within: tuple[int, ...] = ()
        found = [heading for heading in found if heading.word in words and not asked.is_sub]
    else:
        over = [heading for heading in found if _is_named(asked.name, heading)]
        if len(over) != 1:
            return []
        within = over[0].path
    own = sorted((h for h in found if h.path[:-1] == within), key=lambda heading: heading.path)
    counted = [heading.path[-1] for heading in own]
    pages = [heading.item.page for heading in own]
    is_whole = len(own) > 1 and counted == list(range(1, len(own) + 1)) and pages == sorted(pages)
    items = [heading.item for heading in own] if is_whole else []
    if asked.some > len(items):
        return []
    return items[: asked.some or None] if asked.end != "last" else items[-asked.some :]


def named(name: str, headings: Sequence[OutlineItem]) -> list[OutlineItem]:
    """The headings with a number that a name is: "section 3.2", "chapter 4"."""
    if not _LABEL.fullmatch(name.strip()):
        return []
    return [heading.item for heading in _numbered(headings) if _is_named(name, heading)]


def _numbered(items: Sequence[OutlineItem]) -> Iterator[_Heading]:
    """The headings with a number, or with a letter under one with a Roman number: `A` of `III`."""
    over: tuple[int, ...] | None = None
    for item in items:
        heading = _heading(item)
        if heading is not None:
            over = heading.path if _ROMAN.match(item.title) else None
            yield heading
        elif over is not None and (letter := _LETTER.match(item.title)) is not None:
            path = (*over, ord(letter["letter"]) - ord("A") + 1)
            yield _Heading("", path, letter["title"], item)
        elif _BACK_MATTER.match(item.title):
            over = None


def _heading(item: OutlineItem) -> _Heading | None:
    found = _NUMBERED.match(item.title)
    if found is None:
        return None
    path = _path(found["a"] or found["b"])
    return _Heading((found["word"] or "").lower(), path, found["title"], item) if path else None


def _path(number: str) -> tuple[int, ...]:
    if number[0].isdigit():
        return tuple(map(int, number.split(".")))
    return (romans.value(number),) if romans.is_regular(number) else ()


def _is_named(name: str, heading: _Heading) -> bool:
    """Whether a name is the number or the title of a heading."""
    if label := _LABEL.fullmatch(name.strip(" \"'“”‘’")):
        same_word = (label["word"] or "").lower() in (heading.word, heading.word or "section", "")
        return same_word and _path(label["number"]) == heading.path
    wanted = plain_words(_AROUND.sub("", name))
    return bool(wanted) and wanted in (plain_words(heading.title), plain_words(heading.item.title))
