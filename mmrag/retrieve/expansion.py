"""What the keyword channel looks for as a whole, beside the words of a question.

What stands in quotation marks; the question itself, where it is a caption or sentence that was
copied; and other names: reports say "net sales" where people say "revenue", and a ratio is made of
lines that its name does not name (`mmrag.statements`).
"""

from collections.abc import Iterator

from mmrag.statements import questions
from mmrag.statements.definitions import load
from mmrag.text.scripts import count_words
from mmrag.text.words import fiscal_years, quoted

NAMES_EACH = 3
"""Names of one account or statement that are looked for, the usual ones: each costs time."""
_COPIED_WORDS = range(4, 65)
"""Shorter is found by its words; what is longer than a caption is not looked for as a whole."""


def phrases(question: str) -> tuple[str, ...]:
    """What a page that answers may well hold as a whole."""
    copied = [question] if count_words(question) in _COPIED_WORDS else []
    return (*other_names(question), *quoted(question), *copied)


def other_names(question: str) -> tuple[str, ...]:
    """Phrases that mean what the question names, each once; "FY2018" is the year 2018."""
    return tuple(dict.fromkeys([*fiscal_years(question), *_names(question)]))


def _names(question: str) -> Iterator[str]:
    """The names of accounts and statements that the question is about."""
    named, definitions = questions.find(question), load()
    for key in named.accounts:
        yield from definitions.accounts[key].names[:NAMES_EACH]
    for key in named.asked:
        yield from definitions.statements[key].titles[:NAMES_EACH]
