"""What is done to characters before they leave a file, and whether they are a language."""

import re
from pathlib import Path, PurePath
from urllib.parse import unquote

from mmrag.paths import text_of

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Lone surrogates cannot be stored as UTF-8; NUL ends strings in C; tag characters and direction
# overrides show one text and hold another. All are replaced where a reader can see it.
_UNSAFE = re.compile("[\x00\ud800-\udfff\U000e0000-\U000e007f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_SPACES = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f\u3000 ]+")
# Full-width digits and letters of East Asian type; its punctuation stays.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code).isalnum()}
_WIDE |= {ord("％"): ord("%"), ord("．"): ord(".")}
_PLAIN_MARKS = frozenset(" .,;:!?'\"()[]{}-–—/%$€£&*+=<>@#•·…’‘“”|_°®©™→✓✔■□●○▪►")
# Chosen by hand, on pages whose fonts say nothing of Unicode.
_MAX_ODD = 0.3  # of the characters of a language
_MIN_ALPHANUMERIC = 0.3  # of the characters of a language, from more than
_LONGEST_NAME = 80  # characters of the name of a file within a file; chosen by hand
_FEW_MARKS = 50  # characters on


def clean(text: str) -> str:
    """`text` fit for SQLite, JSON and HTML: unsafe characters become U+FFFD, spaces plain ones.

    Full-width digits and letters become plain ones, too.
    """
    if text.isascii() and text.isprintable():
        return text if "  " not in text else _SPACES.sub(" ", text)
    text = _UNSAFE.sub(REPLACEMENT, text)
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).translate(_WIDE)


def clean_name(text: str) -> str:
    """`clean` for names and paths of files: one line, spaces as they are."""
    return _CONTROL.sub(REPLACEMENT, _UNSAFE.sub(REPLACEMENT, text)).replace("\n", REPLACEMENT)


def named(path: Path) -> str:
    """What a document is called that says no title: the name of its file."""
    is_web = text_of(path).startswith(("http://", "https://"))
    name = PurePath(unquote(path.name) if is_web else path.name)
    return clean_name(name.stem).replace("_", " ").strip() or clean_name(name.name)


def base_name(name: str) -> str:
    """The name of a file within a file, without the folders of whatever system it came from."""
    return clean_name(name).replace("\\", "/").rpartition("/")[2][:_LONGEST_NAME]


def is_garbage(text: str) -> bool:
    """Whether most of `text` is no language: glyphs without a meaning in Unicode."""
    marks = [char for char in text if not char.isspace()]
    if not marks:
        return True
    odd = sum(
        char == REPLACEMENT
        or "\ue000" <= char <= "\uf8ff"
        or not (char.isalnum() or char in _PLAIN_MARKS or char.isprintable())
        for char in marks
    )
    plain = sum(char.isalnum() for char in marks)
    return odd > _MAX_ODD * len(marks) or (
        len(marks) > _FEW_MARKS and plain < _MIN_ALPHANUMERIC * len(marks)
    )
