"""Words of a question or a text in the form in which they are compared."""

import re
import unicodedata
from functools import lru_cache

from mmrag.answer.markers import fold

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?![^\W\d_])|[^\W_]+(?:[.&][^\W_]+)*")
_FISCAL_YEAR = re.compile(r"\bFY\s?(?=\d{4}\b)|\bF(?=\d{4}\b)|\bFY\s?'?(?=\d\d\b)")
_STOP_WORDS_TEXT = """
a about above according after again all also am among an and any are as at based be because been
before being below between both but by can could did do document does doing done down during each
either etc few following for from further give given had has have having he hence her here hers
him his how however i if in into is it its itself just know let list many may me mention mentioned
might more most much must my name namely nor not now of off on once one only or other our out over
own page per please same shall she should show shown shows so some such tell than that the their
theirs them then there therefore these they this those though through thus to too under until up
upon us use used using very via was we were what when where whether which while who whom whose why
will with within without would write yes yet you your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())


def words(text: str) -> list[str]:
    """The words and numbers of `text` in order, as they are written; thousands separators go."""
    found = _WORD.findall(_FISCAL_YEAR.sub(_fiscal_year, fold(text)))
    return [word.replace(",", "") if word[0].isdigit() else word for word in found]


def terms(text: str) -> list[str]:
    """The stems of the words of `text` that carry meaning, in order."""
    return [stem(word) for word in words(text) if is_content(word)]


def is_content(word: str) -> bool:
    """Whether a word carries meaning of its own."""
    return word.lower() not in STOP_WORDS and (len(word) > 1 or word.isdigit() or word.isupper())


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without its commonest English endings: close forms of one word become equal.

    Not a linguist's stem: `increase`, `increases`, `increased` and `increasing` give `increas`.
    """
    word = _without_accents(word.lower())
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > 2 and set("aeiouy") & set(rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    if word.endswith(("tion", "sion")) and len(word) > 6:
        word = word[:-3]
    if word.endswith("y") and len(word) > 4:
        return word[:-1] + "i"
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _fiscal_year(match: re.Match[str]) -> str:
    """`FY2018` and `FY18` are read as the year."""
    return " " if match.string[match.end() : match.end() + 4].isdigit() else " 20"


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return "".join(
        char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char)
    )
