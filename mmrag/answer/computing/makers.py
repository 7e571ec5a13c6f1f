"""Who made a document, by its first pages: "Prepared by: Ada Lind", or the names at its title.

A name on a title page is told by its form alone where it is the only line beside the title, and
names below a title where they are several, or the only ones there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mmrag.text.words import plain_words
from mmrag.types import OutlineItem, OutlinePage

DOCUMENT = (
    r"(?:this|the)\s+(?:document|paper|article|report|book|manual|presentation|slides?(?:\s+deck)?"
    r"|deck|thesis|study)"
)
"""Pattern for the document, as a question names it."""
WHOLE = rf"(?:{DOCUMENT}|it\b)"
"""Pattern for the document in a question that is about nothing else."""
_MAKERS = r"(?:presenters?|authors?|speakers?|writers?)"
_ASKED = re.compile(
    r"^\W*(?:who(?:'s|’s|\s+(?:is|are|was|were))|list|name|what\s+(?:is|are)\s+the\s+names?\s+of)"
    rf"\s+(?:all\s+)?(?:the\s+)?{_MAKERS}(?:\s+(?:of|in)\s+{WHOLE})?\W*$"
    rf"|^\W*who\s+(?:wrote|authored|presented|prepared|made|created)\s+{WHOLE}\W*$"
    rf"|^\W*(?:by\s+)?whom\s+(?:was|were)\s+{WHOLE}\s+(?:written|presented|prepared|made)(?:\s+by)?\W*$",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"\W*(?:(?:(?:presented|prepared|written|compiled|submitted)\s+)?by|authors?|presenters?|speakers?)"
    r"\s*(?:[:–—-]\s*|\s+)(?P<name>.*)",
    re.IGNORECASE,
)
_BARE_CUE = re.compile(
    r"\W*(?:(?:presented|prepared|written|compiled|submitted)\s+by|by|authors?|presenters?|speakers?)"
    r"\s*:?\W*",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:(?:Mr|Ms|Mrs|Dr|Prof)\.?\s+)?[A-Z][a-z'’-]+(?:\s+[A-Z]\.)*(?:\s+(?:[A-Z][a-z'’]+-?){1,2}){1,2}"
)
_BETWEEN_NAMES = re.compile(
    r"\s{2,}|[,;&|·•]|[\d¹²³⁰⁴-⁹*∗⋆†‡§¶#]+|\s(?:and|und|et|y|e)\s", re.IGNORECASE
)
_NAMED = re.compile(
    r"[^\W\d_a-z][\w.'’-]*(?:\s+(?:[^\W\d_a-z][\w.'’-]*|v[ao]n|de[nrl]?|d[aio]s?|du|l[ae]|bin|al|el))*"
    r"\s+[^\W\d_a-z][\w'’-]+\.?"
)
"""Two words or more with capitals, the last of them no initial."""
_ORGANISATION = re.compile(
    r"\b(?:universi|institu|depart|school|college|laborator|lab\b|labs\b|research|cent(?:er|re|ro)\b|academ|faculty"
    r"|inc\b|ltd\b|llc\b|gmbh|corp|company|group|foundation|ministry|agency|council|hospital|hochschule|fakult"
    r"|école|escuela|facult|dipartimento|istituto|society|association|conference|journal|proceedings)",
    re.IGNORECASE,
)
_WORKPLACE = re.compile(rf"@|{_ORGANISATION.pattern}", re.IGNORECASE)
_FIRST_PAGES = 3  # on which a document says who made it; chosen by hand
_MOST_LINES = 2  # of a title page whose other line is a name: the title, and the name
_LONGEST_NAME = 12  # words of the line with the names; chosen by hand
_LONGEST_PERSON = 5  # words; chosen by hand
_TITLE_LINES = 4  # a title has no more; chosen by hand
_NEAR_TITLE = 12  # lines in which a second author may stand; chosen by hand


def asks(question: str) -> bool:
    """Whether a question asks who made the document."""
    return _ASKED.search(question) is not None


def is_told_by(line: str) -> bool:
    """Whether a line tells who made the document: "By Ada Lind"."""
    return _CUE.fullmatch(line.strip()) is not None


def maker(pages: Sequence[OutlinePage], title: str) -> OutlineItem | None:
    """The line that names who made the document; None where it says none, or several."""
    first = pages[:_FIRST_PAGES]
    found = [item for page in first for item in _behind_cues(page)]
    if not found and first:
        found = list(_beside_title(first[0], title)) or list(_below_title(first[0], title))
    names = {tuple(plain_words(item.title)) for item in found}
    return found[0] if len(names) == 1 else None


def _behind_cues(page: OutlinePage) -> Iterator[OutlineItem]:
    lines = [line.strip() for line in page.text.splitlines() if line.strip()]
    for at, line in enumerate(lines):
        behind = _CUE.fullmatch(line)
        name = behind["name"] if behind else ""
        if _BARE_CUE.fullmatch(line) and at + 1 < len(lines):
            name = lines[at + 1]
        if name[:1].isupper() and len(name.split()) <= _LONGEST_NAME and _PERSON.match(name):
            yield replace(page.item, title=name)


def _beside_title(page: OutlinePage, title: str) -> Iterator[OutlineItem]:
    lines = [line.strip() for line in page.text.splitlines() if line.strip()]
    named = plain_words(title)
    others = [line for line in lines if plain_words(line) != named]
    others = others if len(others) < len(lines) else lines[1:]  # the title is a file's name
    if len(others) == 1 < len(lines) <= _MOST_LINES and _PERSON.fullmatch(others[0]):
        yield replace(page.item, title=others[0])


def _below_title(page: OutlinePage, title: str) -> Iterator[OutlineItem]:
    """The lines of names that follow the title.

    A single name is one above its place of work, with no other such name below.
    """
    lines = [line.strip() for line in page.text.splitlines() if line.strip()]
    rest = lines[_end_of_title(lines, plain_words(title)) :][:_NEAR_TITLE]
    below = [_people(line) for line in rest]
    names = list(below[0]) if below else []
    for people in below[1:]:
        if len(people) < 2:  # a place of work looks like one name
            break
        names += people
    is_one = len(names) == 1 < len(rest) and _WORKPLACE.search(rest[1]) and not any(below[1:])
    if len(names) > 1 or is_one:
        yield replace(page.item, title=", ".join(names))


def _end_of_title(lines: Sequence[str], title: Sequence[str]) -> int:
    """The number of the line behind the title; that of all where no lines are the title."""
    for start in range(len(lines)):
        said: list[str] = []
        for end, line in enumerate(lines[start : start + _TITLE_LINES], start + 1):
            said += plain_words(line)
            if said and said == title:
                return end
    return len(lines)


def _people(line: str) -> list[str]:
    """The names in a line that holds nothing else."""
    parts = [part.strip() for part in _BETWEEN_NAMES.split(line) if part.strip()]
    are_names = all(
        _NAMED.fullmatch(part) and len(part.split()) <= _LONGEST_PERSON for part in parts
    )
    return parts if are_names and not _ORGANISATION.search(line) else []
