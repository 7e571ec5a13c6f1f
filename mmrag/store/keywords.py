"""What the keyword channel looks for: the terms of a question as an expression for FTS5."""

import re
from collections.abc import Sequence

MAX_TERMS = 64
"""Distinct terms of one query that are looked for; a page pasted as a question has more."""

_TERM = re.compile(r"\d+(?:[.,:/-]\d+)+|[^\W_]+")
_STOP_WORDS_TEXT = """
a about above after all also am an and any are as at be been before being below between both but by
can could did do does doing down during each few for from further had has have having he her here
hers him his how i if in into is it its itself just me more most my no nor not of off on once only
or other our out over own please s same she should so some such t tell than that the their them
then there these they this those through to too under until up us very was we were what when where
which while who whom why will with would you your
"""
_STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())


def terms(text: str) -> list[str]:
    """The words of `text` that are worth a search, each once; all of them where none is.

    `1,234.5` stays together, to be found as the phrase that the tokenizer makes of it.
    """
    words = list(dict.fromkeys(word.lower() for word in _TERM.findall(text)))
    return ([word for word in words if word not in _STOP_WORDS] or words)[:MAX_TERMS]


def match_expression(text: str, phrases: Sequence[str] = ()) -> str:
    """An FTS5 expression for any of the words and phrases; nothing in them acts as FTS5 syntax."""
    plain = (" ".join(_TERM.findall(phrase.lower())) for phrase in phrases)
    return " OR ".join(f'"{term}"' for term in dict.fromkeys([*terms(text), *filter(None, plain)]))
