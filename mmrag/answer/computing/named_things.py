"""Things of a kind that a document names: "Lucas County" and "York County" for "which counties".

A name is one to three words with a capital before the noun, which has one, too. Where the noun
stands in the plural ("York and Lucas Counties") names would be missed, and so where it mostly
stands by itself ("the Company"), since others are named without it: none is told then.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmrag.text.stems import stem
from mmrag.text.words import is_content, plain_words
from mmrag.types import OutlineItem, OutlinePage

_ASKED = re.compile(
    r"^\W*(?:(?P<count>how\s+many)|(?:what|which)(?:\s+are)?|(?:list|name|enumerate))\s+"
    r"(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:different\s+)?(?P<noun>[a-z]{3,}s)\s+(?:that\s+)?(?:are\s+)?"
    r"(?:mentioned|named|referred\s+to)\b(?P<rest>[^?]*)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<!\w)(?P<name>(?:[A-Z][\w'’-]+[^\S\n]+){1,3})(?P<noun>[A-Z][a-z]+)\b")
_LEADING_TEXT = "the this that each every our your their its new in of for from within since"
_LEADING = frozenset(_LEADING_TEXT.split())
"""Words that begin a sentence before a name."""


@dataclass(frozen=True, slots=True)
class AskedThings:
    """A question for what is named; `noun` as it is asked, `rest` is what stands behind."""

    noun: str
    counts: bool
    rest: str


def read(question: str) -> AskedThings | None:
    """The kind of things whose names a question asks for; None where it asks for none."""
    found = _ASKED.search(question)
    return AskedThings(found["noun"], found["count"] is not None, found["rest"]) if found else None


def names(noun: str, pages: Sequence[OutlinePage]) -> list[OutlineItem]:
    """Each thing once, where it is named first, its name as the title; empty where some lack."""
    root, found = stem(noun), dict[str, OutlineItem]()
    said = named = 0
    for page in pages:
        said += sum(stem(word) == root for word in plain_words(page.text))
        for match in _NAMED.finditer(page.text):
            if stem(match["noun"]) != root:
                continue
            if match["noun"].lower() == noun.lower():
                return []
            name = f"{_without_leading(match['name'])} {match['noun']}".strip()
            if name != match["noun"]:
                named += 1
                key = " ".join(plain_words(name))
                found.setdefault(key, replace(page.item, title=name))
    return list(found.values()) if 2 * named >= said else []


def _without_leading(name: str) -> str:
    words = name.split()
    while words and (words[0].lower() in _LEADING or not is_content(words[0])):
        words = words[1:]
    return " ".join(words)
