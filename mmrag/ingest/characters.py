"""What is done to the characters of a document before they leave it."""

import re
from pathlib import Path

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Lone surrogates cannot be stored as UTF-8; NUL ends strings in C; tag characters and direction
# overrides show one text and hold another. All are replaced where a reader can see it.
_UNSAFE = re.compile("[\x00\ud800-\udfff\U000e0000-\U000e007f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_SPACES = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f\u3000 ]+")


def clean(text: str) -> str:
    """`text` fit for SQLite, JSON and HTML: unsafe characters become U+FFFD, spaces plain ones."""
    text = _UNSAFE.sub(REPLACEMENT, text)
    return _SPACES.sub(" ", _CONTROL.sub(" ", text))


def clean_name(text: str) -> str:
    """`clean` for names and paths of files: one line, spaces as they are."""
    return _CONTROL.sub(REPLACEMENT, _UNSAFE.sub(REPLACEMENT, text)).replace("\n", REPLACEMENT)


def named(path: Path) -> str:
    """What a document is called that says no title: the name of its file."""
    return clean_name(path.stem).replace("_", " ").strip() or clean_name(path.name)
