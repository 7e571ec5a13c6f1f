"""Compounds by their parts: "Versicherungskosten" is found by "Kosten", and "Baukosten" by "Bau".

German, Dutch, the Scandinavian languages and Finnish write as one word what others say in several.
A word is parted where each of its parts is a word of its own, but for the letters that join it to
the next one: in as few parts as it can be, with as few such letters. What is a word the caller
says: texts are parted by the lexicons of simplemma (MIT, of Wiktionary and other lists), questions
by the words of their index, since a lexicon takes seconds to load.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache

from mmrag.text import function_words

IsWord = Callable[[str], bool]
"""Whether some small letters are a word of its own."""

_JOINTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "da": (("", ""), ("s", ""), ("e", "")),
    "de": (("", ""), ("s", ""), ("", "e")),
    "fi": (("", ""),),
    "nl": (("", ""), ("s", ""), ("e", "")),
    "no": (("", ""), ("s", ""), ("e", "")),
    "sv": (("", ""), ("s", ""), ("", "a")),
}
"""How a word ends before another one, and what stands in place of that where it stands alone:
"Versicherungs-", "Schul-", "juletræ", "skolgård". Other joints make forms that a lexicon has."""
_LEXICONS: Mapping[str, str] = {"no": "nb"}
"""Languages whose lexicon has another code."""
_LENGTHS = range(8, 65)
"""Letters of a word that is parted."""
_SHORTEST = 3
"""Letters of a part: "Baukosten". Chosen by hand, as are the lengths."""
_SHORTEST_END = 5
"""Letters of a part where the rest of the word is none. By hand."""
_LONGEST_PART = 15
"""Letters: most longer words of a lexicon are compounds themselves. Measured: 3 s and 80 MB for
German, once for a process that indexes a text in it."""
_HELD_WORDS = 1 << 16
"""Words whose parts stay at hand."""


@lru_cache(maxsize=_HELD_WORDS)
def by_lexicon(word: str, language: str) -> tuple[str, ...]:
    """The parts of a word of a text, by the lexicon of its language."""
    return parts(word, language, lambda part: part in _lexicon(language))


def parts(word: str, language: str, is_word: IsWord) -> tuple[str, ...]:
    """The words that a compound in small letters is made of, and those of these, each once.

    None of a word that is no compound.
    """
    is_parted = language in _JOINTS and len(word) in _LENGTHS
    found = _parted(word, language, is_word) if is_parted else ()
    smaller = (part for whole in found for part in parts(whole, language, is_word))
    return tuple(dict.fromkeys((*found, *smaller)))


def of_question(word: str, language: str, is_word: IsWord) -> tuple[str, ...]:
    """The parts of a word of a question, by the words of the index that it is asked of.

    Of one that the index does not have, and has not all parts of, the longest at its ends.
    """
    found = parts(word, language, is_word)
    if found or language not in _JOINTS or len(word) not in _LENGTHS or is_word(word):
        return found
    lengths = range(len(word) - _SHORTEST, _SHORTEST_END - 1, -1)
    first = next(filter(None, (_alone(word[:end], language, is_word) for end in lengths)), "")
    last = next((word[-end:] for end in lengths if is_word(word[-end:])), "")
    return tuple(filter(None, (first, last)))


def _parted(word: str, language: str, is_word: IsWord) -> tuple[str, ...]:
    """The best way to part a word into two and more; empty where there is none."""
    grammar = function_words.of((language,))
    best: dict[int, tuple[str, ...]] = {}  # the parts of what begins at a letter
    for start in range(len(word) - _SHORTEST, -1, -1):
        if 0 < start < _SHORTEST:
            continue
        ways = [
            (first, *others)
            for end, others in best.items()
            if end - start >= _SHORTEST
            and (piece := word[start:end]) not in grammar
            and (first := _alone(piece, language, is_word))
        ]
        if start and word[start:] not in grammar and is_word(word[start:]):
            ways.append((word[start:],))
        if ways:
            best[start] = min(ways, key=_cost)
    return best.get(0, ())


def _cost(way: Sequence[str]) -> tuple[int, int, int]:
    lengths = list(map(len, way))
    return len(way), -sum(lengths), -min(lengths)


def _alone(piece: str, language: str, is_word: IsWord) -> str:
    """A part of a compound as it stands alone; empty where it never does."""
    for ending, instead in _JOINTS[language]:
        found = piece.removesuffix(ending) + instead
        if piece.endswith(ending) and len(found) >= _SHORTEST and is_word(found):
            return found
    return ""


@cache
def _lexicon(language: str) -> frozenset[str]:
    from simplemma.strategies.dictionaries import StreamDictionaryFactory  # by no search

    code = _LEXICONS.get(language, language)
    held = StreamDictionaryFactory(cache_max_size=0).get_dictionary(code)
    return frozenset(word.lower() for word in held if len(word) <= _LONGEST_PART)
