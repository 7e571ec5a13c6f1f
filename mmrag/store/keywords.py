"""What the keyword channel looks for: the terms of a question as an expression for FTS5."""

import re
from collections.abc import Sequence

from mmrag.text.characters import apart
from mmrag.text.words import STOP_WORDS

MAX_TERMS = 64
"""Distinct terms of one query that are looked for; a page pasted as a question has more."""

_TERM = re.compile(r"\d+(?:[.,:/-]\d+)+|[^\W_]+")


def terms(text: str) -> list[str]:
    """The words of `text` that are worth a search, each once; all of them where none is.

    `1,234.5` stays together as it is written, to be found as the phrase that FTS5's tokenizer makes
    of it.
    """
    words = list(dict.fromkeys(word.lower() for word in _TERM.findall(apart(text))))
    return ([word for word in words if word not in STOP_WORDS] or words)[:MAX_TERMS]


def match_expression(text: str, phrases: Sequence[str] = ()) -> str:
    """An FTS5 expression for any of the words and phrases; nothing in them acts as FTS5 syntax."""
    plain = (" ".join(_TERM.findall(apart(phrase.lower()))) for phrase in phrases)
    return " OR ".join(f'"{term}"' for term in dict.fromkeys([*terms(text), *filter(None, plain)]))
