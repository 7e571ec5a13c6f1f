"""The forms under which words of other languages than English are found beside their spelling.

The index finds a word by Porter's stem of it (`mmrag.text.stems`), which fits English alone. A text
in another language has these besides, and so has a question in it:

| language | forms of a word |
|---|---|
| those of Snowball's algorithms | its stem |
| Arabic | its stem by light10 (Larkey, Ballesteros and Connell 2007, table 1) |
| Hebrew | itself without the letters of "and", "the", "in", "to" before it |
| Korean | every two neighbouring syllables, since particles are written to the word |
| Thai, Lao, Khmer, Burmese | every three neighbouring letters, since no space divides words |

Vowel signs and points are left out of forms: of Arabic and Hebrew they are seldom written, and FTS5
parts a word at them. Chinese and Japanese are found by bigrams whatever their language is said to
be (`mmrag.text.scripts`), and so have no forms.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Protocol

from snowballstemmer import algorithms, stemmer

from mmrag.text.stems import HELD_WORDS, stem


class _Stemmer(Protocol):
    def stemWord(self, word: str, /) -> str: ...  # noqa: N802 - as Snowball calls it


_SNOWBALL: Mapping[str, str] = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_NGRAMS: Mapping[str, int] = {"ko": 2, "th": 3, "lo": 3, "km": 3, "my": 3}
"""Letters of the parts that a word is found by."""
_ALEF = str.maketrans("\u0622\u0623\u0625\u0649\u0629", "\u0627\u0627\u0627\u064a\u0647")
"""Arabic letters that are written in several ways: alef, and yeh and teh marbuta at the end."""
_ARABIC_PREFIX = re.compile(
    "(?:\u0648?\u0627\u0644|[\u0628\u0643\u0641]\u0627\u0644|\u0644\u0644)(?=\\w\\w)|\u0648(?=\\w{3})"
)
_ARABIC_SUFFIXES = (
    "\u0647\u0627", "\u0627\u0646", "\u0627\u062a", "\u0648\u0646", "\u064a\u0646", "\u064a\u0647",
    "\u0647", "\u064a",
)  # fmt: skip
_HEBREW_PREFIX = re.compile("\u05d5?[\u05d4\u05d1\u05dc\u05db\u05de\u05e9]?(?=\\w{3})")
_MARKS = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0900-\u0963\u0970-\u0e4e\u0eb1-\u0ece\u1000-\u109f\u17b4-\u17d3"
)
"""Blocks of scripts with vowel signs and points; `_MARK` says which characters there are some."""
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|(?![\w\s])[{_MARKS}])*")
_MARK = re.compile(rf"\u0640|(?!\w)[{_MARKS}]")


Parts = Callable[[str, str], Iterable[str]]
"""The words that a word in small letters is made of, in a language (`mmrag.text.compounds`)."""


def whole(word: str, language: str) -> tuple[str, ...]:
    """Parts no word."""
    return ()


def of_text(
    text: str, language: str, without: Collection[str] = (), parts: Parts = whole
) -> Iterator[str]:
    """The forms of each word of a text in order, without those that Porter's stem finds as well.

    Behind them stand those of the words that it is made of. The words `without`, in small letters,
    have none.
    """
    if _has_forms(language):
        for word in _WORD.findall(text):
            if (small := word.lower()) not in without:
                yield from _of_word(word, language)
                yield from (root(part, language) for part in parts(small, language))


def root(word: str, language: str) -> str:
    """The stem of a word in small letters by Snowball's algorithm for a language, if it has one."""
    snowball = _stemmer(language)
    if snowball is None:
        return word
    return _MARK.sub("", snowball.stemWord(word))  # only then: some endings have marks


@lru_cache(maxsize=HELD_WORDS)
def _of_word(word: str, language: str) -> tuple[str, ...]:
    found = stem(word)
    forms = dict.fromkeys(_forms(word.lower(), language))
    return tuple(form for form in forms if form and stem(form) != found)


def _forms(word: str, language: str) -> Iterator[str]:
    if _stemmer(language) is not None:
        yield root(word, language)
        return
    plain = _MARK.sub("", word)
    if language == "ar":
        yield _light(plain)
    elif language == "he":
        yield _HEBREW_PREFIX.sub("", plain, count=1)
    else:
        size = _NGRAMS[language]
        yield from (plain[at : at + size] for at in range(max(1, len(plain) - size + 1)))


def _light(word: str) -> str:
    """An Arabic word without the article, "and", and endings of number, gender and possession."""
    word = word.translate(_ALEF)
    if begun := _ARABIC_PREFIX.match(word):
        word = word[begun.end() :]
    for suffix in _ARABIC_SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word.removesuffix(suffix)
    return word


def _has_forms(language: str) -> bool:
    return language in _NGRAMS or language in ("ar", "he") or _stemmer(language) is not None


@cache
def _stemmer(language: str) -> _Stemmer | None:
    name = _SNOWBALL.get(language)
    return stemmer(name) if name in algorithms() else None
