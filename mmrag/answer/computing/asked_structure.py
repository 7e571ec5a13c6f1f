"""What a question asks of the structure of a document."""

import re
from dataclasses import dataclass

from mmrag.answer.computing import (
    acronyms,
    contacts,
    dated,
    makers,
    named_things,
    numbered,
    order,
    purposes,
    sections,
)
from mmrag.answer.computing.dated import AskedDate
from mmrag.answer.computing.numbered import AskedNumbered
from mmrag.answer.computing.order import AskedOrder
from mmrag.answer.computing.sections import AskedSections
from mmrag.types import Operation

_KIND = r"(?P<kind>tables?|figures?|pages?|slides?)"
_COUNT = re.compile(rf"^\W*how\s+many\s+(?:numbered\s+)?{_KIND}\b(?P<rest>.*)", re.IGNORECASE)
_LIST = re.compile(
    r"^\W*(?:list|give|name|what\s+are)\s+(?:me\s+)?(?:all\s+)?(?:of\s+)?(?:the\s+)?"
    rf"(?:titles?|captions?)\s+of\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?{_KIND}\b(?P<rest>.*)",
    re.IGNORECASE,
)
_LIST_ALL = re.compile(
    rf"^\W*(?:(?:list|name|give|show|enumerate)\s+(?:me\s+)?|(?:which|what)\s+)(?:all\s+)?(?:of\s+)?(?:the\s+)?"
    rf"(?:list\s+of\s+(?:the\s+)?)?{_KIND}(?P<rest>(?:\s+(?:are\s+(?:there|in|shown)|does|in|of|contained)\b[^?]*)?)\W*$",
    re.IGNORECASE,
)
"""Figures or tables, and no more: "the figures for 2020" are numbers."""
_TITLE = re.compile(
    r"^\W*what(?:\s+is|'s|’s)\s+the\s+(?:title|caption)\s+of\s+(?P<name>[^?]+)", re.IGNORECASE
)
_PLACE = re.compile(
    r"^\W*(?:on|at)\s+(?:which|what)\s+page\s+(?:does|do|is|are|can)\s+(?P<name>[^?]+?)"
    r"(?:\s+(?:begin|start|found|shown|located|stand|appear))*\W*$",
    re.IGNORECASE,
)
_MENTIONED = re.compile(
    r"^\W*how\s+(?:many\s+times|often)\s+(?:does|do|is|are|has|have)\s+(?P<name>.+?)\s+(?:been\s+)?"
    r"(?:appear|occur|stand|mentioned|named|repeated)(?:s|ed)?\b(?P<rest>[^?]*)",
    re.IGNORECASE,
)
_PAGES_WITH = re.compile(
    r"^\W*(?:(?P<count>how\s+many)|(?:(?:list|name|give|tell)\s+(?:me\s+)?)?(?:on\s+)?"
    r"(?:which|what|all|the|all\s+the))\s+(?:pages?|slides?)\s+(?:that\s+)?"
    r"(?:(?:is|are|do|does)\s+(?P<passive>[^?]+?)\s+(?:mentioned|named|cited|referred\s+to)\W*$"
    r"|(?:mention|name|cite|refer\s+to)s?\s+(?P<active>[^?]+)"
    r"|(?:contains?|ha(?:s|ve)|shows?|uses?)\s+(?P<quoted>[^?]*[\"“'‘][^?]+))",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"^\W*(?:did|does|do|has|have|is|are|was|were)\s+(?:there\s+)?(?:"
    r"(?P<passive>[^?]+?)\s+(?:been\s+)?(?:mentioned|discussed|referred\s+to)(?P<where>[^?]*)"
    r"|(?P<who>[^?]+?)\s+(?:mention|discuss|refer\s+to)(?:s|ed)?\s+(?P<active>[^?]+))",
    re.IGNORECASE,
)
_WORDS_CALLED = re.compile(
    r"^\W*(?:the\s+)?(?:(?:words?|terms?|phrases?|names?)\s+)?", re.IGNORECASE
)
WHOLE = re.compile(
    r"(?:this|the|its|their)\s+(?:annual\s+|quarterly\s+)?(?:document|paper|article|report|filing|book"
    r"|presentation|slides?|slide\s+deck|deck|manual)",
    re.IGNORECASE,
)
"""The document itself, as a question calls it."""
_IN_WHOLE = re.compile(rf"\s+(?:in|of|within)\s+{WHOLE.pattern}\W*$", re.IGNORECASE)
_PAGES = frozenset(("page", "slide"))


@dataclass(frozen=True, slots=True)
class AskedStructure:
    """A question about the structure: of which kind of thing, or of what name."""

    operation: Operation
    kind: str  # "table", "mention", "pages with", "section", "name", "order" …; "": a name says it
    rest: str  # what else the question says, or the name
    name: str = ""  # what is mentioned, or the kind of what is named
    parts: AskedSections | None = None  # which sections
    lines: AskedOrder | None = None  # whose order
    numbered: AskedNumbered | None = None  # which parts under a word of the document
    day: AskedDate | None = None  # which date of the document


def read(question: str) -> AskedStructure | None:
    """What a question asks of the structure of a document; None where of something else."""
    if found := _PAGES_WITH.search(question):
        named = found["passive"] or found["active"] or found["quoted"]
        operation: Operation = "count" if found["count"] else "list"
        return AskedStructure(operation, "pages with", "", _called(named))
    if acronym := acronyms.read(question):
        return AskedStructure("look-up", "acronym", "", acronym)
    if contacts.asks(question):
        return AskedStructure("list", "contact", "")
    if purposes.asks(question):
        return AskedStructure("look-up", "purpose", "")
    if makers.asks(question):
        return AskedStructure("list", "maker", "")
    if (day := dated.read(question)) is not None:
        return AskedStructure("look-up", "date", "", day=day)
    if (lines := order.read(question)) is not None:
        return AskedStructure("place", "order", "", lines=lines)
    if (things := named_things.read(question)) is not None:
        operation = "count" if things.counts else "list"
        return AskedStructure(operation, "name", things.rest, things.noun)
    if found := _COUNT.search(question):
        return AskedStructure("count", _kind(found), found["rest"])
    if found := _LIST.search(question) or _LIST_ALL.search(question):
        return AskedStructure("list", _kind(found), found["rest"])
    if (parts := sections.read(question)) is not None:
        operation = "count" if parts.counts else "list"
        return AskedStructure(operation, "section", "", parts=parts)
    if found := _MENTIONED.search(question):
        return AskedStructure("count", "mention", found["rest"], found["name"])
    if found := _WHETHER.search(question):
        named, rest = found["passive"] or found["active"], found["who"] or found["where"]
        return AskedStructure("comparison", "mention", rest, _called(named))
    if found := _TITLE.search(question):
        return AskedStructure("list", "", found["name"])
    if found := _PLACE.search(question):
        return AskedStructure("place", "", found["name"])
    if (some := numbered.read(question)) is not None:
        operation = "count" if some.counts else "list"
        return AskedStructure(operation, "numbered", some.rest, numbered=some)
    return None


def _kind(found: re.Match[str]) -> str:
    kind = found["kind"].lower().removesuffix("s")
    return "page" if kind in _PAGES else kind


def _called(named: str) -> str:
    """What a question looks for on pages, without what it calls it and where it looks."""
    return _IN_WHOLE.sub("", _WORDS_CALLED.sub("", named))
