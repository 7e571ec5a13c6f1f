"""Hebrew and Arabic from the order on the page to that in which they are read."""

import re
import unicodedata
from collections.abc import Sequence

_LETTER = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_LETTERS = re.compile(f"[{_LETTER}]")
_LATIN = re.compile(f"[^\\W\\d_{_LETTER}]")
_LEFT_TO_RIGHT = re.compile(
    rf"[^\W\d_{_LETTER}](?:[^{_LETTER}]*[^\W_{_LETTER}])?|[$€£₪%]?\d(?:[\d.,:/-]*\d)?[$€£₪%]?"
)
"""Words of other scripts with what stands between them; a number, each by itself."""
_FINAL = "ךםןףץ"  # stand at the end of a Hebrew word alone
_STARTS_FINAL = re.compile(rf"\b[{_FINAL}]\w")
_ENDS_FINAL = re.compile(rf"\w[{_FINAL}]\b")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def is_in(text: str) -> bool:
    """Whether `text` has a letter of a script that runs from right to left."""
    return _LETTERS.search(text) is not None


def is_mostly_in(text: str) -> bool:
    """Whether most letters of `text` run from right to left."""
    return len(_LETTERS.findall(text)) > len(_LATIN.findall(text))


def logical(characters: Sequence[str]) -> str:
    """What reads from right to left, of its characters from left to right, as it is read.

    Numbers and words of other scripts within keep their direction (the reverse of the Unicode
    bidirectional algorithm, UAX 9, for a paragraph from right to left). Letters that were set
    from left to right, as final letters at the beginning of Hebrew words show, are not turned.
    """
    read = "".join(reversed(_with_marks(characters))).translate(_MIRRORED)
    read = _LEFT_TO_RIGHT.sub(lambda run: run[0][::-1].translate(_MIRRORED), read)
    if len(_STARTS_FINAL.findall(read)) > len(_ENDS_FINAL.findall(read)):
        return "".join(characters)
    return read


def _with_marks(characters: Sequence[str]) -> list[str]:
    """The characters, each with the accents and points that stand over or under it."""
    groups: list[str] = []
    for char in characters:
        if groups and unicodedata.combining(char[0]):
            groups[-1] += char
        else:
            groups.append(char)
    return groups
