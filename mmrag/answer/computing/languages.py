"""Questions of other languages as English asks for the same: the words of an operation alone.

What a question is about stays as it is written, to be compared with the names of rows and columns:
"Wie stark ist der Umsatz von 2022 auf 2023 gewachsen?" is read as "by what percentage the the
Umsatz from 2022 to 2023 grew?". Each language is a file in `spoken`, of

- `words`: words of rows, columns and questions that say how something is reported rather than what
  it is, each line behind the English word by which the rules know it;
- `phrases`: regular expressions, tried in this order, and the English that stands in their place,
  where a backslash and a number are what a group of theirs holds. What is in none of them stays;
  "the" stands for words that serve the grammar (`mmrag.text.function_words`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from mmrag.text import forms, function_words
from mmrag.text.function_words import ENGLISH
from mmrag.text.notation import from_toml
from mmrag.text.stems import stem
from mmrag.text.words import plain

_FOLDER = Path(__file__).with_name("spoken")
KNOWN = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
"""The languages other than English in which questions are read."""
RESULT = re.compile(
    r"ergebnis|gewinn|verlust|überschuss|fehlbetrag|marge\b|eigenkapital|veränderung|\bsaldo\b"
    r"|résultat|bénéfice|\bpertes?\b|trésorerie|capitaux propres|variation|excédent|déficit"
    r"|\bsolde\b"
    r"|resultado|beneficio|pérdida|ganancia|margen|utilidad|patrim[oôó]nio|variación|superávit|flujo"
    r"|risultato|\butile\b|perdita|margine|variazione|disavanzo|flusso"
    r"|lucro|prejuízo|\bperdas?\b|margem|variação|excedente|fluxo|cash-?flow",
    re.IGNORECASE,
)
"""Names of rows in these languages whose numbers may be below nothing."""
_HELD = range(0x10600, 0x10737)
"""Letters of Linear A, which nobody asks in: what is English already stands as one of these until
all is read, so that no other phrase finds its words in it."""
_HOLDER = re.compile(f"[{chr(_HELD[0])}-{chr(_HELD[-1])}]")
_GRAMMAR = "the"
"""What stands for a word of grammar: it sets phrases apart, and says nothing."""
_GROUP = re.compile(r"\\(\d)")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Language:
    """How a language asks; `words` are plain."""

    phrases: tuple[tuple[re.Pattern[str], str], ...]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A question in English words where they say what to do, and the language that it is in."""

    text: str
    language: str


def read(question: str) -> Spoken:
    """A question as English would ask it, by the one language that its function words are of.

    One of no language that is known here, or of several, is left as it is.
    """
    found = function_words.languages(question, KNOWN)
    if len(found) != 1 or found[0] == ENGLISH:
        return Spoken(question, ENGLISH)
    return Spoken(_in_english(question, found[0]), found[0])


def root(word: str, language: str) -> str:
    """The stem under which a word is compared in a language; of a word of reports, the English."""
    if language == ENGLISH:
        return stem(word)
    known = _language(language).words.get(plain(word))
    return stem(known) if known else plain(forms.root(word.lower(), language))


def in_english(name: str, language: str) -> str:
    """The name of a row with its words of reports in English: "total Europa" of "Summe Europa"."""
    if language == ENGLISH:
        return name
    known = _language(language).words
    return _WORD.sub(lambda word: known.get(plain(word[0]), word[0]), name)


def _in_english(question: str, language: str) -> str:
    held: list[str] = []

    def hold(english: str) -> str:
        if not english.strip() or len(held) == len(_HELD):
            return " "
        held.append(english)
        return f" {chr(_HELD[len(held) - 1])} "

    def put(english: str, found: re.Match[str]) -> str:
        pieces = _GROUP.split(english)  # English, the number of a group, English, ...
        return "".join(
            found[int(piece)] if at % 2 else hold(piece) for at, piece in enumerate(pieces)
        )

    text = _HOLDER.sub(" ", question)
    for pattern, english in _language(language).phrases:
        text = pattern.sub(partial(put, english), text)
    grammar = function_words.of((language,)) - _language(language).words.keys()
    text = _WORD.sub(lambda word: _GRAMMAR if plain(word[0]) in grammar else word[0], text)
    return _HOLDER.sub(lambda letter: held[ord(letter[0]) - _HELD[0]], text)


@cache
def _language(name: str) -> _Language:
    table = _file(name)
    lines = (line.partition(":") for line in table["words"].splitlines() if line)
    return _Language(
        tuple((re.compile(found, re.IGNORECASE), english) for found, english in table["phrases"]),
        {plain(word): english for english, _, words in lines for word in words.split()},
    )


def _file(name: str) -> dict[str, Any]:
    return from_toml((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
