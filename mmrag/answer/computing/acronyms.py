"""What an acronym stands for, where the document itself says so: "World Bee Institute (WBI)".

The long form is found by the algorithm of Schwartz and Hearst 2003 ("A simple algorithm for
identifying abbreviation definitions in biomedical text", section 3): from the end, each letter of
the short form is looked for in what stands before it, the first at the beginning of a word.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag.text.prompting import one_line
from mmrag.text.words import is_content, words
from mmrag.types import Evidence

_SHORT = r"[\"'“‘]?(?P<{name}>[A-Z][\w&/-]{{1,11}})[\"'”’]?"
_ASKED = re.compile(
    rf"\bwhat\s+(?:does|do|is|are)\s+(?:the\s+)?(?:(?:acronym|abbreviation|term)\s+)?"
    rf"{_SHORT.format(name='a')}\s+(?:stands?|short)\s+for\b"
    rf"|\b(?:full\s+form|expansion|meaning)\s+of\s+(?:the\s+)?"
    rf"(?:(?:acronym|abbreviation)\s+)?{_SHORT.format(name='b')}(?!\w)"
    rf"|^\W*what(?:\s+(?:is|are)|['’]s)\s+(?:an?\s+|the\s+)?{_SHORT.format(name='c')}\W*$"
)
_CALLED = r"(?:(?:hereinafter|hereafter|collectively|together|or|the)[\s,]+)*"
_LONGEST = 200  # characters of a long form; chosen by hand


@dataclass(frozen=True, slots=True)
class LongForm:
    """What an acronym stands for, and the number of its piece of evidence."""

    text: str
    piece: int


def read(question: str) -> str | None:
    """The acronym whose meaning is asked for; None for none."""
    found = _ASKED.search(question[:1].lower() + question[1:])
    acronym = (found["a"] or found["b"] or found["c"]) if found else None
    return acronym if acronym and sum(map(str.isupper, acronym)) > 1 else None


def answer(acronym: str, evidence: Sequence[Evidence]) -> LongForm | None:
    """The long form that most places give it; None where two are given as often, or none."""
    return of_texts(acronym, [item.quotable for item in evidence])


def of_texts(acronym: str, texts: Sequence[str]) -> LongForm | None:
    """As `answer`, of texts, whose numbers are those of the pieces."""
    found = [
        LongForm(one_line(long, _LONGEST), number)
        for number, text in enumerate(texts)
        if acronym in text
        for long in (*_long_forms(acronym, " ".join(text.split())), *_listed(acronym, text))
    ]
    counts = Counter(form.text.lower() for form in found).most_common(2)
    if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
        return None
    return next(form for form in found if form.text.lower() == counts[0][0])


def _long_forms(acronym: str, text: str) -> Iterator[str]:
    """Before the acronym in parentheses, or in parentheses behind it."""
    name = re.escape(acronym)
    most = min(len(acronym) + 5, 2 * len(acronym))  # Schwartz and Hearst 2003, section 3.1
    for match in re.finditer(
        rf"((?:[\w'’&/.-]+,?\s+){{1,{most}}})\(\s*{_CALLED}[\"“‘']?{name}[\"”’']?\s*[),;]", text
    ):
        if long := _aligned(acronym, match[1].strip()):
            yield long
    for match in re.finditer(rf"(?<!\w){name}\s*\(([^()]{{4,{_LONGEST}}})\)", text):
        if _aligned(acronym, match[1]) == match[1]:
            yield match[1]


def _listed(acronym: str, text: str) -> Iterator[str]:
    """In a list or table of abbreviations: behind the acronym, or in the line below it."""
    lines = [line.strip() for line in text.splitlines()]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line == acronym:
            told = following
        elif line.startswith(acronym) and not line[len(acronym)].isalnum():
            told = line[len(acronym) :].lstrip(" :=–—-|\t")
        else:
            continue
        if _initials(told) == acronym.lower():
            yield told


def _initials(text: str) -> str:
    """The first letters of a text's words, of those that carry meaning where there are others."""
    letters = [word[0].lower() for word in words(text) if is_content(word)]
    return "".join(letters)


def _aligned(acronym: str, before: str) -> str | None:
    """The end of a text whose letters spell the acronym, from a beginning of a word on."""
    at = len(before)
    letters = [letter.lower() for letter in acronym if letter.isalnum()]
    for number, letter in reversed(list(enumerate(letters))):
        at -= 1
        while at >= 0 and (
            before[at].lower() != letter or (number == 0 and at > 0 and before[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
    return before[at:]
