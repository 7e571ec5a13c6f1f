"""Formulas that a question spells out: "365 * (average inventory between 2030 and 2031) / COGS".

Names in it are of accounts, of ratios, or of what the question defines beside it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from mmrag.statements import formulas, names
from mmrag.statements.definitions import load
from mmrag.statements.formulas import Formula
from mmrag.statements.names import Name
from mmrag.text.stems import stem

_YEAR = r"(?:19|20)\d\d"
_PERIOD = re.compile(rf"\b(?:between|from|of)\s+{_YEAR}\s+(?:and|to)\s+{_YEAR}\b", re.IGNORECASE)
_IN_YEAR = re.compile(rf"\b(?:(?:in|for|of|at\s+the\s+end\s+of)\s+)?({_YEAR})\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!;](?=\s|$)")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+)|(?P<sign>[()*/+×÷]|[-–−](?=\s|\())"
    r"|(?P<phrase>[^\W\d_](?:(?!\s[-–−]\s)[^()*/+×÷])*))"
)
_SIGNS = str.maketrans("×÷–−", "*/--")
_WORDS = {
    "divided by": "/",
    "multiplied by": "*",
    "times": "*",
    "minus": "-",
    "less": "-",
    "plus": "+",
}
_WORD = re.compile(rf"(?<=\s)({'|'.join(_WORDS)})(?=\s)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s(?P<word>minus|less|plus)\s|\s(?P<sign>[-–−+])\s", re.IGNORECASE)
_READING = re.compile(
    r"(?:the\s+)?(?:(?P<average>average|mean)|(?P<change>change\s+in))\s+(?:the\s+)?", re.IGNORECASE
)
_MOST_WORDS = 12  # of a name; by hand
_DEEPEST = 4  # definitions within definitions; by hand
_NONE: Mapping[Name, str] = {}


class Spelled(NamedTuple):
    """Two accounts with a sign between them, in words, and the stems that name them."""

    title: str
    formula: Formula
    said: frozenset[str]


def find(definition: str, defined: Mapping[Name, str] = _NONE) -> Formula | None:
    """The formula that a text is, years aside; None where it is none, or of names unknown.

    All of it must be of one year, with the year before where it says average or change. `defined`
    has what other names stand for.
    """
    text = _text(definition, defined, _DEEPEST)
    if text is None:
        return None
    try:
        found = formulas.parse(text)
    except ValueError:
        return None
    return found if any(formulas.operands(found)) else None


def within(question: str, defined: Mapping[Name, str] = _NONE) -> Spelled | None:
    """Two accounts that a question sets a sign between: "EBITDA less capex"; None for none."""
    for match in _BETWEEN.finditer(question):
        before = names.of_text(question[: match.start()])
        after = names.of_text(question[match.end() :])
        one = next((name for name in _ends(before) if _known(name, defined)), None)
        other = next((name for name in _starts(after) if _known(name, defined)), None)
        if one is None or other is None:
            continue
        written = [_account(name, defined, _DEEPEST) for name in (one, other)]
        sign = (match["sign"] or _WORDS[match["word"].lower()]).translate(_SIGNS)
        if all(written):
            formula = formulas.parse(f"({written[0]}) {sign} ({written[1]})")
            title = f"{_titled(one)} {sign} {_titled(other)}"
            said = frozenset((*one, *other, stem(match["word"] or "")))
            return Spelled(title, formula, said)
    return None


def account(name: str) -> str | None:
    """The key of the one account that is called so; None for none."""
    return _accounts().get(names.of_label(name))


def _ends(words: Name) -> Iterator[Name]:
    return (words[start:] for start in range(max(0, len(words) - _MOST_WORDS), len(words)))


def _starts(words: Name) -> Iterator[Name]:
    return (words[:end] for end in range(min(len(words), _MOST_WORDS), 0, -1))


def _known(name: Name, defined: Mapping[Name, str]) -> bool:
    return name in defined or name in _accounts()


def _titled(name: Name) -> str:
    key = _accounts().get(name)
    return load().accounts[key].title if key else " ".join(name)


def _text(definition: str, defined: Mapping[Name, str], depth: int) -> str | None:
    """A definition as `formulas.parse` reads it."""
    text = _PERIOD.sub(" ", _SENTENCE_END.split(definition.strip(" :"))[0])
    if depth == 0 or len(set(_IN_YEAR.findall(text))) > 1:
        return None
    text = _WORD.sub(lambda found: _WORDS[found[0].lower()], _IN_YEAR.sub(" ", text).strip())
    at, parts = 0, []
    while at < len(text):
        token = _TOKEN.match(text, at)
        written = None if token is None else _written(token, defined, depth)
        if token is None or written is None:
            return None
        parts.append(written)
        at = token.end()
    return " ".join(parts)


def _written(token: re.Match[str], defined: Mapping[Name, str], depth: int) -> str | None:
    """A part of a formula as `formulas.parse` reads it; None for a name that is not known."""
    if token["phrase"] is None:
        return token[0].strip().translate(_SIGNS)
    reading = _READING.match(token["phrase"])
    if reading is None:
        return _account(names.of_label(token["phrase"]), defined, depth)
    account = _accounts().get(names.of_label(token["phrase"][reading.end() :]))
    return account and f"{'avg' if reading['average'] else 'change'}({account})"


def _account(name: Name, defined: Mapping[Name, str], depth: int) -> str | None:
    """A name as it is defined, or an account, or the formula of a ratio."""
    if name in defined:
        others = {other: text for other, text in defined.items() if other != name}
        told = _text(defined[name], others, depth - 1)
        return told and f"({told})"
    ratio = _ratios().get(name)
    return _accounts().get(name) or (ratio and f"({load().ratios[ratio].formula})")


@lru_cache(maxsize=1)
def _accounts() -> dict[Name, str]:
    """The accounts by all names that have one alone."""
    accounts = load().accounts.values()
    return _single((item.key, (*item.names, *item.asked, item.title)) for item in accounts)


@lru_cache(maxsize=1)
def _ratios() -> dict[Name, str]:
    """The ratios by all names that have one alone."""
    return _single((item.key, (*item.names, item.title)) for item in load().ratios.values())


def _single(entries: Iterator[tuple[str, tuple[str, ...]]]) -> dict[Name, str]:
    named = names.grouped((name, key) for key, held in entries for name in held)
    return {name: keys[0] for name, keys in named.items() if len(set(keys)) == 1}
