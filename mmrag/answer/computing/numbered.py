"""Parts that a document numbers under a word of its own: "Tip no. 2: Air the hive", "UNIT 3: Wax".

All of a kind are told where their numbers run from 1 without a gap and each has one title, as of
figures; some are told by their numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from mmrag.text import labels
from mmrag.text.stems import stem
from mmrag.text.words import plain_words, quoted
from mmrag.types import Evidence, OutlineItem, OutlinePage

_LINE = re.compile(
    r"\W*(?P<word>[^\W\d_]{3,})\s*(?:(?:no|nr)\.?|number|#)?\s*(?P<number>\d{1,2})\s*[:.–—-]\s*"
    r"(?P<title>[^\W\d].*)",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(?:names?|titles?|topics?|subjects?|headings?)\s+of\s+(?:the\s+)?"
    r"(?P<named>(?P<word>[^\W\d_]{3,})\s+\d{1,2}(?:\s*(?:,|and|&|,\s*and)\s*(?:(?P=word)\s+)?\d{1,2})+)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:^|,)\W*(?:(?P<count>how\s+many)|what(?:\s+are)?|which|list|name|enumerate)\s+(?:all\s+)?"
    r"(?:of\s+)?(?:the\s+)?(?P<word>[^\W\d_]{3,}s)\b(?P<rest>[^?]*)",
    re.IGNORECASE,
)
_LONG = 15  # letters of a phrase in which one may be misread; chosen by hand
_ALIKE = 95  # percent of letters in order, that a misread one of so many leaves; by hand
_SECTION = re.compile(r"\b(?:section|chapter|part)s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AskedNumbered:
    """A question for numbered parts: for those of some `numbers`, or for all where it names none.

    `rest` is what else it says, without what it puts in quotation marks.
    """

    word: str
    numbers: tuple[int, ...] = ()
    counts: bool = False
    rest: str = ""
    within: tuple[str, ...] = ()  # headings that it puts in quotation marks


def read(question: str) -> AskedNumbered | None:
    """The numbered parts that a question asks for; None where it asks for none."""
    if found := _SOME.search(question):
        return AskedNumbered(found["word"], tuple(map(int, re.findall(r"\d+", found["named"]))))
    found = _ALL.search(question)
    if found is None or stem(found["word"]) in _KNOWN:
        return None
    within = quoted(question)
    before = _SECTION.sub(" ", question[: found.start()])
    rest = f"{before} {found['rest']}"
    for phrase in within:
        rest = rest.replace(phrase, " ")
    rest = re.sub(r"^\W*in\b", " ", rest, flags=re.IGNORECASE)
    return AskedNumbered(found["word"], (), found["count"] is not None, rest, within)


_KNOWN = frozenset(stem(word) for word in labels.FORMS) | {stem("page"), stem("slide")}
"""What is counted otherwise."""


def parts(asked: AskedNumbered, pages: Sequence[OutlinePage]) -> list[OutlineItem]:
    """The parts that are asked for, in order; empty where their numbers do not tell all of them."""
    whole = [" ".join(plain_words(page.text)) for page in pages]
    if any(not _stands(phrase, whole) for phrase in asked.within):
        return []
    found: dict[int, dict[tuple[str, ...], OutlineItem]] = {}
    for number, item in _titled(stem(asked.word), pages):
        found.setdefault(number, {}).setdefault(tuple(plain_words(item.title)), item)
    wanted = asked.numbers or tuple(range(1, len(found) + 1))
    if len(wanted) < 2 or any(len(found.get(number, ())) != 1 for number in wanted):
        return []
    return [item for number in wanted for item in found[number].values()]


def is_told(asked: AskedNumbered, evidence: Sequence[Evidence]) -> bool:
    """Whether some evidence has a numbered part of that word, so that it may be asked for."""
    root = stem(asked.word)
    lines = (line for item in evidence for line in item.quotable.splitlines())
    return any((match := _LINE.match(line)) and stem(match["word"]) == root for line in lines)


def _stands(phrase: str, texts: Sequence[str]) -> bool:
    """Whether a phrase stands in one of the texts, a long one but for a letter that OCR misread."""
    words = " ".join(plain_words(phrase))
    if any(words in text for text in texts):
        return True
    is_long = len(words) >= _LONG and not any(map(str.isdigit, words))
    return is_long and any(fuzz.partial_ratio(words, text) >= _ALIKE for text in texts)


def _titled(root: str, pages: Sequence[OutlinePage]) -> Iterator[tuple[int, OutlineItem]]:
    for page in pages:
        for line in page.text.splitlines():
            match = _LINE.match(line)
            if match and stem(match["word"]) == root:
                yield int(match["number"]), replace(page.item, title=match["title"].strip())
