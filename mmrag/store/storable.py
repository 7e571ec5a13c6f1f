"""Text, paths and lists in a form that SQLite keeps."""

import json
import os
import re
from collections.abc import Mapping, Sequence

from mmrag.types import Problem

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates shown as U+FFFD; places in it stay the same."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def path_key(path: str) -> str | bytes:
    """A path as the database keeps it: its bytes where the name is not valid UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def path_text(key: str | bytes | None) -> str:
    """The path that `path_key` was given."""
    return "" if key is None else os.fsdecode(key)


def texts_json(texts: Sequence[str]) -> str:
    return json.dumps([storable(text) for text in texts], ensure_ascii=False)


def mapping_json(mapping: Mapping[str, str]) -> str:
    clean = {storable(key): storable(value) for key, value in mapping.items()}
    return json.dumps(clean, ensure_ascii=False)


def problems_json(problems: Sequence[Problem]) -> str:
    rows = [(storable(p.stage), storable(p.message), p.page) for p in problems]
    return json.dumps(rows, ensure_ascii=False)
