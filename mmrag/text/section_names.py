"""Questions for what a document says under one name: "What are the main risks?", "How do I install
it?". The heading of a section with that name tells where: "Item 1A. Risk Factors".
"""

import re
from collections.abc import Sequence
from pathlib import PurePath

from mmrag.text import labels
from mmrag.text.stems import stem
from mmrag.text.words import STOP_WORDS, plain_words, words

_BEGINS = re.compile(
    r"\W*(?:(?:please|can\s+you|could\s+you)\s+)?(?:what(?:['’]s)?|which|list|name|give|tell|show|describe|explain|summari[sz]e"
    r"|outline|how\s+(?:to|(?:do|can|should|must)\s+(?:i|you|we|one))|are\s+there\s+any)\b(?!\s+(?:time|year|date|day|month)\b)",
    re.IGNORECASE,
)
_NAMES = re.compile(r"(?<!^)(?<![\"'“‘.])\b(?!I\b)[^\W\d_a-z]|\d")
"""Names and numbers: of another matter than the whole document."""
_CALLED = re.compile(r"(?<!^)\b(?!I\b)(?:[^\W\d_a-z]|\d)[\w&.'’-]*")
"""A name or a number within a question."""
_ASKING_TEXT = """
list listed name named give given tell told show shown describe described explain explained
summarize summarise outline please use used apply applied employ employed make made take taken
mention mentioned include included contain contained state stated discuss discussed identify
identified find found draw drawn propose proposed suggest suggested provide provided need needed
know known present presented cover covered left there get
"""
_GENERAL_TEXT = """
main key major principal primary important most overall general current final specific potential
possible several various different other additional
document paper article report book booklet brochure leaflet manual guide handbook deck presentation
slides study thesis file pdf author authors company
"""
_OF_SECTIONS_TEXT = """
section chapter part item note appendix annex summary overview introduction statement instructions
procedure procedures factor factors details information description list our your
"""
GENERAL = frozenset(_GENERAL_TEXT.split())
"""Words that say that the whole is meant, or what is most important of it, and no matter."""
_ASKING = frozenset((*_ASKING_TEXT.split(), *GENERAL))
_OF_SECTIONS = frozenset((*_OF_SECTIONS_TEXT.split(), *GENERAL))
"""Words of headings that say that it is a section, and of all: "Key risk factors"."""
_LABELLED = frozenset(map(stem, (*labels.FORMS, "page", "slide", "section", "chapter")))
"""What a document numbers, and says under no name."""
_MOST_NAMED = 2  # words of such a name: "future work"; by hand
_LONGEST = 10  # words of a heading; by hand
_PAIR = 2  # parts that "and" joins; a list of more is a name of its own
_ALIKE = 6  # letters that two forms of a word begin with: "method", "methodology"; by hand
_NUMBER = re.compile(
    r"^\W*(?:(?:section|chapter|part|item|note|appendix|annex)\s+)?"
    r"(?:(?:\d+(?:\.\d+)*[.):]?|\d*[A-Z][.):]|[IVX]+[.):])\s+)?",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,|&|/|\band\b|\bor\b)\s*", re.IGNORECASE)
_BEFORE_VERB = frozenset(("how", "to", "the"))


def of(title: str, path: str) -> str:
    """What a document is called in a question for a part of it: its title, and its file's name."""
    return f"{title} {PurePath(path).stem}"


def asked(question: str, names: str = "") -> tuple[str, ...]:
    """The words, as stems, under which a document says what is asked for.

    Empty where a question is of something else: it names it, counts, or has more of a matter.
    `names` are those of the document (`of`), which it may say.
    """
    held = set(plain_words(names))
    if held:
        question = _CALLED.sub(lambda m: " " if held.issuperset(_own(m[0])) else m[0], question)
    if not _BEGINS.match(question) or _NAMES.search(question.strip()):
        return ()
    own = [word for word in plain_words(question) if word not in STOP_WORDS]
    told = [word for word in own if word not in _ASKING]
    return tuple(map(stem, told)) if 0 < len(told) <= _MOST_NAMED else ()


def _own(name: str) -> list[str]:
    return [word for word in plain_words(name) if word not in STOP_WORDS]


def likeness(wanted: Sequence[str], heading: str) -> int:
    """2 where a heading is of these words alone, 1 where also of others beside them, else 0.

    Others are what "and" joins: "Limitations and future work".
    """
    bare = _NUMBER.sub("", " ".join(heading.split()), count=1).strip(" .:")
    if not _LABELLED.isdisjoint(wanted) or not 0 < len(words(bare)) <= _LONGEST:
        return 0
    if _is_of(wanted, bare):
        return 2
    joined = _AND.split(bare)
    return int(len(joined) == _PAIR and any(_is_of(wanted, part) for part in joined))


def opens(wanted: Sequence[str], heading: str) -> bool:
    """Whether a heading begins with these words: "Installing it properly", "To install it"."""
    own = plain_words(_NUMBER.sub("", heading, count=1))
    first = [word for word in own if word not in _BEFORE_VERB][: len(wanted)]
    return bool(first) and all(any(same(name, stem(word)) for word in first) for name in wanted)


def _is_of(wanted: Sequence[str], text: str) -> bool:
    own = [word for word in plain_words(text) if word not in STOP_WORDS]
    return (
        bool(wanted)
        and all(any(same(name, stem(word)) for word in own) for name in wanted)
        and all(
            word in _OF_SECTIONS or any(same(name, stem(word)) for name in wanted) for word in own
        )
    )


def are_in(wanted: Sequence[str], text: str) -> bool:
    """Whether a text has all these words."""
    told = set(map(stem, plain_words(text)))
    return all(any(same(name, word) for word in told) for name in wanted)


def same(one: str, other: str) -> bool:
    """Whether two stems are of one word in two forms."""
    return one == other or (len(one) >= _ALIKE and one[:_ALIKE] == other[:_ALIKE])
