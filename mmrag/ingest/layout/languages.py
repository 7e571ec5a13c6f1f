"""Whether words are of a language: without one, a text layer may say other than it shows."""

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W\d_]+")
_COMMON_TEXT = """
the of and to in is for that on with as are by be was from or this an at it not which have
der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es
le la les de des du et en un une que dans est pour qui sur par au pas plus ce
el los las del y que en por con para una se no su al lo como
il di che e la per un non con del della sono nel alla gli
o a os as do da dos das e em um uma não com para por
het een van en de dat niet op te zijn voor met
och att det som på är av för en den i
og at det som på er av for en den til
i w na z do nie się to że jest
"""
_COMMON = frozenset(_COMMON_TEXT.split())
"""Words that serve the grammar of ten European languages: a third to a half of running text."""
_FEWEST = 12  # words from which a language is told; chosen by hand
_MIN_SHARE = 0.08  # of common words; chosen by hand: lists have fewer
_LATIN_END = "\u024f"  # of the Latin letters with accents


def is_told(texts: Iterable[str]) -> bool:
    """Whether the texts have common words; true also of too few words, and of other scripts."""
    words = _words(texts)
    if not _is_latin(words) or len(words) < _FEWEST:
        return True
    return sum(word in _COMMON for word in words) >= _MIN_SHARE * len(words)


def is_latin(texts: Iterable[str]) -> bool:
    """Whether most words are in Latin letters; true also where there are none."""
    return _is_latin(_words(texts))


def _words(texts: Iterable[str]) -> list[str]:
    """Words of two letters or more, in lower case."""
    words = (word.lower() for text in texts for word in _WORD.findall(text))
    return [word for word in words if len(word) > 1]


def _is_latin(words: Sequence[str]) -> bool:
    return sum(word[0] <= _LATIN_END for word in words) >= 0.5 * len(words)
