"""Lists that a sentence announces with their number: "We help in 3 areas:", then three names.

The number tells where the list ends, with prose between its items or without: short lines that may
be headings, as many as were announced, the first of them right below. Or the sentence goes on with
them: "two segments: Honey and Wax".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrag.answer.blocks import MOST_SHORT_WORDS, is_heading, without_mark
from mmrag.answer.computing.matching import names_document
from mmrag.answer.computing.terms import OPTIONAL
from mmrag.answer.questions import FRAME
from mmrag.text import numbers, section_names, sentences
from mmrag.text.prompting import one_line
from mmrag.text.scripts import count_words
from mmrag.text.stems import content_stems, stem
from mmrag.text.words import content_words
from mmrag.types import Evidence

_ASKED = re.compile(
    r"^\W*(?:please\s+)?(?:list|name|give|enumerate|mention|what\s+(?:are|do|does)|which|what)\b"
    r"(?!.*\b(?:how|why|not|except|most|least)\b)",
    re.IGNORECASE,
)
_NOUN = re.compile(r"(?:\s+[^\W\d][\w'’-]*){1,3}\s*[:：]")
_IN_SENTENCE = re.compile(
    r"(?P<noun>(?:\s+[^\W\d][\w'’-]*){1,3}?)\s*(?:[:：—]|,?\s+(?:namely|which\s+are|are|were|consisting\s+of"
    r"|comprising|comprised\s+of|including)\b:?)\s+(?P<items>[^.;:]+(?:;[^.;:]+)*)"
)
"""Items in the sentence that announces them, behind its number."""
_APART = re.compile(r"\s*(?:,\s*(?:and|or)|,|\band\b|\bor\b)\s+")
_MOST_WORDS = 10  # of an item within a sentence; chosen by hand
_FEWEST, _MOST = 2, 12  # items of an announced list; chosen by hand
_FEWEST_WORDS = 2  # of a question that its announcement has to say; chosen by hand
_LONGEST = 200  # characters of an item in an answer; chosen by hand


@dataclass(frozen=True, slots=True)
class AnnouncedList:
    """The items of a list, and the number of their piece of evidence."""

    items: tuple[str, ...]
    piece: int


def read(question: str) -> tuple[str, ...] | None:
    """The words by which an announcement is told; None where no list is asked for."""
    if not _ASKED.search(question):
        return None
    told = (
        word
        for word in content_words(question)
        if stem(word) not in FRAME | OPTIONAL and word.lower() not in section_names.GENERAL
    )
    return tuple(told) or None


def answer(asked: Sequence[str], evidence: Sequence[Evidence]) -> AnnouncedList | None:
    """The list that is asked for; None where several are announced so and differ."""
    found = [one for number, item in enumerate(evidence) for one in _told(asked, number, item)]
    return found[0] if len({one.items for one in found}) == 1 else None


def _told(asked: Sequence[str], number: int, item: Evidence) -> Iterator[AnnouncedList]:
    names = f"{item.document}\n{item.path}"
    wanted = {stem(word) for word in asked if not names_document(word, names)}
    for sentence in sentences.of_paragraph(item.quotable) if wanted else ():
        yield from _in_sentence(wanted, sentence, number)
    if len(wanted) < _FEWEST_WORDS:
        return
    lines = [line.strip() for line in item.quotable.splitlines() if line.strip()]
    for at, line in enumerate(lines):
        count = _announced(line)
        if count is None:
            continue
        *_, sentence = sentences.split(line)
        if wanted <= set(content_stems(sentence)):
            items = [without_mark(told) for told in lines[at + 1 :] if _is_item(told)][:count]
            if len(items) == count and _is_item(lines[at + 1]):
                yield AnnouncedList(tuple(one_line(told, _LONGEST) for told in items), number)


def _in_sentence(wanted: set[str], sentence: str, number: int) -> Iterator[AnnouncedList]:
    """The items that a sentence announces and gives; what it counts must be among the words."""
    for count in numbers.find(sentence):
        found = _IN_SENTENCE.match(sentence, count.end)
        if found is None or not _FEWEST <= count.value <= _MOST:
            continue
        said = set(content_stems(sentence[: found.end("noun")]))
        if not wanted <= said or wanted.isdisjoint(content_stems(found["noun"])):
            continue
        listed = found["items"].rstrip(" .")
        items = listed.split(";") if ";" in listed else _APART.split(listed)
        told = tuple(re.sub(r"^\s*(?:and|or)\s+", "", one).strip() for one in items)
        if len(told) == count.value and all(0 < count_words(one) <= _MOST_WORDS for one in told):
            yield AnnouncedList(told, number)


def _announced(line: str) -> int | None:
    """How many items the end of a line announces."""
    if line[-1] not in ":：":
        return None
    counted = (n for n in numbers.find(line) if _NOUN.fullmatch(line, n.end))
    return next((int(n.value) for n in counted if _FEWEST <= n.value <= _MOST), None)


def _is_item(line: str) -> bool:
    bare = without_mark(line)
    is_short = count_words(bare) <= MOST_SHORT_WORDS and any(map(str.isalpha, bare))
    return bare != line or (is_short and is_heading(bare))
