"""Whether a quotation can be the answer to a question, by its form.

How likely the best span answers is learned (`mmrag.answer.answerability`). What no quotation of a
kind can say is told by rules: they were written after wrong answers on development documents, read
beside their pages.
"""

import re

from mmrag.answer.computing import makers, named_things
from mmrag.answer.computing.phrasing import MORE, MOVES
from mmrag.answer.forms import has_form
from mmrag.answer.questions import AnalysedQuestion
from mmrag.answer.span_features import NUMBERED, ReadSpan
from mmrag.answer.spans import CELL, LEVEL
from mmrag.text import labels, section_names, title_page
from mmrag.text.numbers import is_year
from mmrag.text.words import content_words, plain_words

_MOVED = re.compile(
    rf"\b(?:by\s+)?(?:how\s+much|what\s+(?:amount|percent\w*))\b[^?]*?\b{MOVES}\b", re.IGNORECASE
)
"""By how much something changed."""
_MOVE = re.compile(
    rf"\b(?:{MOVES}|{MORE}|growth|reduction|gains?|losses|loss|up|down|from)\b|[+−]\s?\d|%",
    re.IGNORECASE,
)
"""Words and signs of a change."""
_EXTREME = re.compile(
    r"\b(?:most|least|fewest|(?:larg|bigg|great|small|high|low|long|short|old|young|new|earli|lat|fast|slow"
    r"|strong|weak|heavi|light|bett?|worst?)est|best|worst|maximum|minimum|max|min|top|leading|mainly"
    r"|primarily|dominant|second|third|rank(?:s|ed)?)\b",
    re.IGNORECASE,
)
"""Words for what is first of several."""
_LIMIT = re.compile(r"\bat\s+(?:most|least)\b|\b(?:max(?:imum)?|min(?:imum)?)\b", re.IGNORECASE)
_LIMITED = re.compile(
    r"\b(?:up\s+to|at\s+(?:most|least)|(?:no|not)\s+(?:more|less|fewer|longer|later|earlier)\s+than"
    r"|exceed\w*|limit(?:s|ed)?)\b|[≤≥]",
    re.IGNORECASE,
)
"""Words for how far something may go."""
_NOT = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|except|excluding|exclude[sd]?|besides|other\s+than)\b|n['’]t\b",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"^\W*(?:\d{1,2}[.)]\s*)?(?:please\s+)?(?:refer\s+to|see|cf\.?|as\s+shown\s+in)\b"
    r"|\brefer\s+to\s+(?:the\s+)?(?:annex|appendix|section|chapter|pages?|tables?|figures?)\b",
    re.IGNORECASE,
)
"""What sends the reader elsewhere."""
_KEYWORDS = re.compile(r"^\W*(?:key\s?words|index\s+terms)\b", re.IGNORECASE)
"""What a paper is found by: it says nothing of them."""
_AND_ALSO = re.compile(
    r"\band\s+(?:(?:at|by|for|from|in|of|on|to|with)\s+)?(?:what|which|who|whom|whose|where|when|why|how)\b",
    re.IGNORECASE,
)
"""A second question: one quotation seldom answers both."""
_SUM = re.compile(
    r"^(?=.*\band\b).*\b(?:in\s+all(?!\s+(?:of|the))|in\s+total|altogether|combined|sum)\b",
    re.IGNORECASE,
)
"""What several things that are named come to."""
_SUMMED = re.compile(
    r"\b(?:all|total(?:s|ed|ing)?|altogether|combined|overall|sums?)\b", re.IGNORECASE
)
_ANNOUNCES = re.compile(
    r"\b(?:as follows|(?:the|these)\s+following|(?:listed|shown|given|described)\s+below)\b",
    re.IGNORECASE,
)
"""What stands behind it, and is not quoted with it, is the answer."""
_CUT = re.compile(
    r"\b(?:an?|and|as|at|by|for|from|in|its|of|or|than|that|the|their|to|was|were|which|with)\s*$"
    r"|[^\W\d_]-$",
    re.IGNORECASE,
)
"""What ends so goes on elsewhere: a line of a column of running text, taken for a cell."""
_ADDRESS = re.compile(r"\bhttps?\s?:|\bwww\.", re.IGNORECASE)
_ASKS_ADDRESS = re.compile(
    r"\b(?:web|websites?|sites?|urls?|links?|address(?:es)?|online|internet|(?:home)?pages?)\b",
    re.IGNORECASE,
)
_PARTED = re.compile(r"[,:|–—]")
_PART = re.compile(rf"\b({NUMBERED})[\s#-]*(\d{{1,3}})\b", re.IGNORECASE)
_EITHER = re.compile(r"\b([^\W\d_]{3,})\s+or\s+([^\W\d_]{3,})\b")
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]+")
_LOCATES = re.compile(
    r"\b(?:above|along|around|at|behind|below|beside|between|from|in|inside|into|near|next|on|opposite|outside|to"
    r"|under|within)\b",
    re.IGNORECASE,
)
_ASKS_TITLE = re.compile(r"\b(?:sub)?t[ií]t(?:les?|el|re|ulo|olo)\b", re.IGNORECASE)
_IS_TITLE = re.compile(rf"^\W*{_ASKS_TITLE.pattern}\s*[:|]", re.IGNORECASE)
"""What says of itself that it is one; any other sentence with the word speaks of another thing."""
_ASKING_ENDS = ("?", ":", "？", "：")
"""What ends in these asks, or announces what follows."""


def may_answer(question: AnalysedQuestion, best: ReadSpan) -> bool:
    """Whether a quotation of the best span can be the answer."""
    return (
        not question.of_sets
        and not _AND_ALSO.search(question.text)
        and _speaks_of_the_change(question, best)
        and _counts_at_its_noun(question, best)
        and _says_the_most(question, best)
        and _denies_as_asked(question, best)
        and _has_its_numbers(question, best)
        and not _REFERS.search(best.span.text)
        and not _KEYWORDS.search(best.span.text)
        and not _is_of_either(question, best)
        and not best.span.text.endswith(_ASKING_ENDS)
        and _is_the_title(question, best)
        and has_form(question, best.span)
        and not makers.asks(question.text)  # a sentence with "wrote" is of another thing
        and not _asks_for_names(question)
        and not any(map(_CUT.search, _cells(best)))
        and (question.wanted == "yes or no" or best.features.news > 0)
        and _says_who_or_when(question, best)
        and (not _SUM.search(question.text) or _SUMMED.search(best.span.shown) is not None)
        and not (best.span.role == "sentence" and _ANNOUNCES.search(best.span.text))
        and (not _ADDRESS.search(best.span.text) or _ASKS_ADDRESS.search(question.text) is not None)
    )


def _is_the_title(question: AnalysedQuestion, best: ReadSpan) -> bool:
    """Or none is asked for."""
    asked = _ASKS_TITLE.search(question.text) and title_page.asked(question.text)
    return not asked or _IS_TITLE.match(best.span.text) is not None


def _asks_for_names(question: AnalysedQuestion) -> bool:
    """Whether all names of a kind are asked for, which no sentence with the noun has."""
    things = named_things.read(question.text)
    return things is not None and section_names.GENERAL.issuperset(
        content_words(things.rest.lower())
    )


def _cells(best: ReadSpan) -> list[str]:
    """What stands apart in a quotation, and in the head of its columns."""
    return [*best.span.text.split(CELL), *best.span.head.replace(LEVEL, CELL).split(CELL)]


def _speaks_of_the_change(question: AnalysedQuestion, best: ReadSpan) -> bool:
    return not _MOVED.search(question.text) or _MOVE.search(best.span.shown) is not None


def _counts_at_its_noun(question: AnalysedQuestion, best: ReadSpan) -> bool:
    """A sentence or a list that counts has its number at its noun; a cell has it beside it.

    A caption only announces.
    """
    if not question.counts:
        return True
    if best.span.role == "caption" or labels.caption_start(best.span.text):
        return False
    is_label = best.span.role in ("sentence", "item") and ":" in best.span.text
    is_beside = is_label or best.span.role in ("row", "cell", "entry")
    return bool(best.features.counted) or (best.features.wanted > 0 and is_beside)


def _says_the_most(question: AnalysedQuestion, best: ReadSpan) -> bool:
    """Which of several is the most is said by a word for it, and by no row or item alone.

    What something does at most is said by its limit, too.
    """
    if not _EXTREME.search(question.text):
        return True
    if _LIMIT.search(question.text) and _LIMITED.search(best.span.shown):
        return True
    return _EXTREME.search(best.span.shown) is not None


def _denies_as_asked(question: AnalysedQuestion, best: ReadSpan) -> bool:
    return not _NOT.search(question.text) or _NOT.search(best.span.shown) is not None


def _is_of_either(question: AnalysedQuestion, best: ReadSpan) -> bool:
    """Whether its amount is that of two things of which one is asked: "somewhat or strongly"."""
    if question.wanted not in ("number", "percentage"):
        return False
    asked = set(plain_words(question.text))
    pairs = ({one.lower(), other.lower()} for one, other in _EITHER.findall(best.span.text))
    return any(len(pair & asked) == 1 for pair in pairs)


def _says_who_or_when(question: AnalysedQuestion, best: ReadSpan) -> bool:
    """Who it was is said by a name, and when by a date, beyond what the question says.

    Where it is a sentence says by a preposition of place.
    """
    if question.wanted == "person":
        if best.span.text.isupper() and not _PARTED.search(best.span.text):
            return False  # a heading
        asked = question.text.lower()
        names = _NAME.findall(best.span.shown)
        return any(name.lower() not in asked and content_words(name) for name in names)
    if question.wanted == "place" and best.span.role == "sentence":
        return _LOCATES.search(best.span.text) is not None
    return question.wanted != "date" or not best.features.lacks


def _has_its_numbers(question: AnalysedQuestion, best: ReadSpan) -> bool:
    """The years of a question, and what it numbers ("level 6"), stand in the quotation or near it.

    Or in its figure, or in the title of its document.
    """
    asked, told = _parts(question.text), _parts(f"{best.span.shown} {best.span.context}")
    numbers = {number for _, number in asked}
    if any(number in numbers for _, number in told) and asked.isdisjoint(told):
        return False  # "quiz 3" is no "quarter 3"
    needed = (name for name in question.names if is_year(name) or name in numbers)
    return best.figure.issuperset(needed)


def _parts(text: str) -> set[tuple[str, str]]:
    """What a text names by its number, as ("level", "6")."""
    return {(noun.lower(), number) for noun, number in _PART.findall(text)}
