"""What an adjective measures: "long" is said of a length, "cheapest" of a price or cost."""

import re
from collections.abc import Collection
from typing import Literal

from mmrag.text.stems import stem

Way = Literal["largest", "smallest"]
_MUCH_TEXT = """
long: length distance duration; tall: height; high: height altitude elevation; wide: width;
broad: width; deep: depth; heavy: weight mass; thick: thickness; old: age; expensive: price cost;
costly: price cost; fast: speed; hot: temperature; warm: temperature; loud: loudness; steep: slope;
large: size area; big: size area; populous: population inhabitant
"""
_LITTLE_TEXT = """
short: length distance duration height; low: height altitude elevation; narrow: width;
shallow: depth; light: weight mass; thin: thickness; young: age; cheap: price cost; slow: speed;
cold: temperature; cool: temperature; small: size area; tiny: size area
"""


def _read(text: str) -> dict[str, frozenset[str]]:
    pairs = (item.split(":") for item in text.split(";"))
    return {word.strip(): frozenset(map(stem, nouns.split())) for word, nouns in pairs}


_MUCH, _LITTLE = _read(_MUCH_TEXT), _read(_LITTLE_TEXT)
_NOUNS = {**_MUCH, **_LITTLE}


def _forms(word: str) -> tuple[str, str, str]:
    """An adjective, and its comparative and superlative."""
    root = word.removesuffix("e")
    if word.endswith("y"):
        root = f"{word[:-1]}i"
    elif re.fullmatch(r".*[^aeiou][aeiou][bdgmnpt]", word):
        root = f"{word}{word[-1]}"
    return word, f"{root}er", f"{root}est"


_BASES = {form: word for word in _NOUNS for form in _forms(word)}
_MOST = {_forms(word)[2] for word in _MUCH}
_LEAST = {_forms(word)[2] for word in _LITTLE}
MOST_OF, LEAST_OF = "|".join(sorted(_MOST)), "|".join(sorted(_LEAST))
"""Patterns for superlatives, of much and of little."""
MORE_OF, LESS_OF = ("|".join(sorted(_forms(w)[1] for w in of)) for of in (_MUCH, _LITTLE))
"""Patterns for comparatives."""
ADJECTIVES = "|".join(_NOUNS)
"""Pattern for them as they stand behind "how"."""
_OF_ANY = frozenset(("high", "low", "large", "big", "small"))
_EARLIEST = frozenset(("earliest", "oldest", "first"))
_LATEST = frozenset(("latest", "newest", "youngest", "recent", "last"))
_ORDINALS = frozenset(("first", "last"))
_OF_AGE = frozenset(("oldest", "newest", "youngest"))
_BIRTH = frozenset(map(stem, ("birth", "born", "birthday", "birthdate")))
_BEGINNINGS_TEXT = """
build built complete construct create establish found inaugurate install issue launch make made
manufacture open produce publish release start
"""
_BEGINNINGS = frozenset(map(stem, _BEGINNINGS_TEXT.split()))
"""Stems of what makes a thing old: its renovation does not."""


def nouns(word: str) -> frozenset[str]:
    """The stems of what an adjective measures, in any of its forms; none for other words."""
    return _NOUNS.get(_BASES.get(word, ""), frozenset())


def is_of_any(word: str) -> bool:
    """Whether an adjective is said of any amount, too: "the highest price"."""
    return _BASES.get(word) in _OF_ANY


def way(word: str, before: str) -> Way | None:
    """Which end a superlative means: "longest", "most expensive", "least expensive"."""
    if word in _MOST or word in _LEAST:
        return "largest" if word in _MOST else "smallest"
    if nouns(word) and before in ("most", "least"):
        return "largest" if (before == "most") == (_BASES[word] in _MUCH) else "smallest"
    return None


def way_in_time(word: str) -> Way | None:
    """Which end of days a word means: "oldest" is what has the earliest."""
    if word in _EARLIEST | _LATEST:
        return "smallest" if word in _EARLIEST else "largest"
    return None


def is_of_days(word: str, name: Collection[str], *, is_asked: bool, are_people: bool) -> bool:
    """Whether a word means an end of the days below a name, given by its stems.

    "First" and "last" do beside what happened then ("opened first"), and age is counted from what
    begins: of people from their birth.
    """
    if word in _OF_AGE:
        return not (_BIRTH if are_people else _BEGINNINGS | _BIRTH).isdisjoint(name)
    return is_asked or word not in _ORDINALS
