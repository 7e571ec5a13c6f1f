"""Names of accounts, ratios and statements, as rows and questions write them.

Case, plurals, punctuation, what stands in parentheses, "the", "of", "and", a first "total" and a
last "net" make no difference, so that "Property and equipment, net" is "property & equipment".
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple, TypeVar

from mmrag.statements.definitions import load
from mmrag.text.stems import stem
from mmrag.text.words import plain_words

Key = TypeVar("Key")
Name = tuple[str, ...]
"""The stems of a name in order, without the words that make no difference."""

LONGEST_LABEL = 200
"""Characters of a row's label that are read; a longer one is no name of an account. By hand."""
_MOST_WORDS = 12  # of a name: the longest of the definitions has 11
_FIRST_LETTERS = 3  # that no plural or other ending changes
_LEFT_OUT = frozenset(("the", "a", "an", "of", "and", "our", "its", "less", "add"))
_PARENTHESES = re.compile(r"\([^()]*\)")
_TAKEN_OFF = re.compile(
    r"(?<=\w),?\s+(?:net\s+of|less):?\s+(?:an?\s+)?(?:allowances?|accumulated|provisions?|reserves?)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
"""What a row's label says was taken off already: ", net of allowance for credit losses of $21"."""
_OWNERS = re.compile(r"(?<=\battributable\sto)\b.*$", re.IGNORECASE | re.DOTALL)
"""Whose part of a result it is: a company calls its owners by its own name."""
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b|(?<=s)['’]")
_HYPHEN = re.compile(r"(?<=[A-Za-z])[-‐‑–/](?=[A-Za-z])")
_NOTE = re.compile(r"(?<=\S)[ ]?\([^()]*[A-Za-z][^()]*\)")
_GAP = re.compile(r"\s{2,}(?=\S)|\t")
_AMOUNTS = re.compile(r"\s*[$€£¥₹]|\s+[-–—(]*\d[\d,.]*\)?(?=\s|$)")


@lru_cache(maxsize=1 << 14)
def of_label(text: str) -> Name:
    """The name that the label of a row gives it."""
    plain = " ".join(_PARENTHESES.sub(" ", text[:LONGEST_LABEL]).split())
    name = of_text(_OWNERS.sub("", _TAKEN_OFF.sub("", plain)))
    name = name[1:] if len(name) > 1 and name[0] == "total" else name
    return name[:-1] if len(name) > 1 and name[-1] == "net" else name


def of_line(line: str) -> Name:
    """The name of a row that is a line of text, before its amounts; () of other lines."""
    line = _NOTE.sub(" ", line[: 2 * LONGEST_LABEL])
    amounts = _GAP.search(line, 0, LONGEST_LABEL) or _AMOUNTS.search(line, 0, LONGEST_LABEL)
    if amounts is None:
        return ()
    rest = line[amounts.start() :]
    digits, letters = sum(map(str.isdigit, rest)), sum(map(str.isalpha, rest))
    return of_label(line[: amounts.start()]) if digits > letters else ()


def longest_start(name: Name, known: Mapping[Name, tuple[Key, ...]]) -> tuple[Key, ...]:
    """What a row is by all of its name, or by a first part of two words and half of it at least.

    So "accounts receivable, less allowance" is a receivable. Empty where it is nothing known.
    """
    for length in range(len(name), max(2, -(-len(name) // 2)) - 1, -1):
        if name[:length] in known:
            return known[name[:length]]
    return known.get(name, ())


@cache
def accounts() -> Mapping[Name, tuple[str, ...]]:
    """The accounts that a row of a name is."""
    held = load().accounts.items()
    return grouped((name, key) for key, account in held for name in account.names)


def may_stand_in(text: str, label: str) -> bool:
    """Whether the first letters of a label are in a text in small letters: endings may differ."""
    return _first_letters(label) in text


@cache
def _first_letters(label: str) -> str:
    return label.lower().removeprefix("total ")[:_FIRST_LETTERS]


def grouped(entries: Iterable[tuple[str, Key]]) -> dict[Name, tuple[Key, ...]]:
    """Keys by the name that a label gives them, each once; one name may have several."""
    keys: dict[Name, dict[Key, None]] = {}
    for label, key in entries:
        keys.setdefault(of_label(label), {})[key] = None
    return {name: tuple(held) for name, held in keys.items()}


class Match(NamedTuple):
    """A name in a text, and the first and the last + 1 of its words."""

    name: Name
    start: int
    end: int


def matches(words: Name, known: Container[Name]) -> Iterator[Match]:
    """The longest names that are known in a text from left to right."""
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + _MOST_WORDS), at, -1):
            if words[at:end] in known:
                yield Match(words[at:end], at, end)
                at = end
                break
        else:
            at += 1


def of_text(text: str) -> Name:
    """The stems of a text as names have them."""
    plain = _HYPHEN.sub(" ", _POSSESSIVE.sub("", text))
    return tuple(stem(word) for word in plain_words(plain) if word not in _LEFT_OUT)
