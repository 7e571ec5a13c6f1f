"""Chinese and Japanese, which set no spaces between words: their letters, joins and word counts."""

import re

LETTERS = "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Han characters and kana as a range for use within `[...]`. Korean has spaces between words."""
_MARKS = (
    "\u3000-\u3004\u3008-\u3020\u3030\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff5b-\uff65"
)
_UNSPACED = re.compile(f"[{LETTERS}{_MARKS}]")
RUN = re.compile(f"[{LETTERS}]+")
"""Letters that stand together without a space between words."""
KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
"""A letter that only Japanese has."""
PIECE = re.compile(f"[{LETTERS}]{{1,2}}[{_MARKS}]*|[^\\s{LETTERS}]+")
"""What counts as a word: what stands between spaces, or two letters of a run.

Words of Chinese newspapers have 1.6 to 1.7 characters in the mean.
"""


def is_unspaced(char: str) -> bool:
    """Whether a character is of a script without spaces: a letter, or one of its marks."""
    return _UNSPACED.match(char) is not None


def count_words(text: str) -> int:
    """The words of a text; of Chinese and Japanese, about as many as it has."""
    return len(text.split()) if text.isascii() else len(PIECE.findall(text))


def join(before: str, after: str) -> str:
    """Two lines of one paragraph as one: no space is set between letters that have none."""
    if before and after and is_unspaced(before[-1]) and is_unspaced(after[0]):
        return before + after
    return f"{before} {after}" if before and after else before + after


def bigrams(run: str) -> list[str]:
    """Every two neighbouring letters of a run; a run of one letter is itself."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
